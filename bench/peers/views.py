"""The views of scoped.py and wiring.py, which differ in where their session comes from and in nothing else."""

from datetime import UTC, datetime
from typing import Any

from flask import Flask, abort, request
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, scoped_session


class Base(DeclarativeBase):
    pass


class Message(Base):
    __tablename__ = "message"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC).replace(tzinfo=None))


def as_json(message: Message) -> dict[str, Any]:
    return {"id": message.id, "text": message.text, "created_at": message.created_at.isoformat()}


def add_views(app: Flask, session: scoped_session[Session]) -> None:
    @app.get("/messages")
    def list_messages() -> dict[str, Any]:
        messages = session.execute(select(Message).order_by(Message.id.desc()).limit(20)).scalars()
        return {"messages": [as_json(message) for message in messages]}

    @app.get("/messages/<int:message_id>")
    def get_message(message_id: int) -> dict[str, Any]:
        return as_json(session.get(Message, message_id) or abort(404))

    @app.post("/messages")
    def post_message() -> tuple[dict[str, Any], int]:
        message = Message(text=request.json["text"])
        session.add(message)
        session.commit()
        return as_json(message), 201
