"""Flask-SQLAlchemy 3.1 as its documentation has it: its quickstart, with JSON for answers."""

import os
from datetime import UTC, datetime
from typing import Any

from flask import Flask, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Message(db.Model):  # type: ignore[name-defined, misc]
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC).replace(tzinfo=None))


def as_json(message: Message) -> dict[str, Any]:
    return {"id": message.id, "text": message.text, "created_at": message.created_at.isoformat()}


def create_app() -> Flask:
    app = Flask(__name__)
    app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
    db.init_app(app)

    @app.get("/messages")
    def list_messages() -> dict[str, Any]:
        messages = db.session.execute(db.select(Message).order_by(Message.id.desc()).limit(20)).scalars()
        return {"messages": [as_json(message) for message in messages]}

    @app.get("/messages/<int:message_id>")
    def get_message(message_id: int) -> dict[str, Any]:
        return as_json(db.get_or_404(Message, message_id))

    @app.post("/messages")
    def post_message() -> tuple[dict[str, Any], int]:
        message = Message(text=request.json["text"])
        db.session.add(message)
        db.session.commit()
        return as_json(message), 201

    return app


def create_tables(app: Flask) -> None:
    with app.app_context():
        db.create_all()
