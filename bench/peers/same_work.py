"""Flask-SQLAlchemy 3.1 doing what a rendered project does: a line in the log, aware times, validation, a next link."""

import json
import logging
import os
import re
import secrets
import time
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, abort, g, request, url_for
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

logger = logging.getLogger(__name__)


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(
            {
                "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
                "level": record.levelname,
                "logger": record.name,
                "message": record.getMessage(),
                **vars(record).get("fields", {}),
            }
        )


class UtcDateTime(TypeDecorator[datetime]):
    """SQLAlchemy's recipe "Store Timezone Aware Timestamps as Timezone Naive UTC"."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is not None:
            if not value.tzinfo or value.tzinfo.utcoffset(value) is None:
                raise TypeError("tzinfo is required")
            value = value.astimezone(UTC).replace(tzinfo=None)
        return value

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        return value if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Message(db.Model):  # type: ignore[name-defined, misc]
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=lambda: datetime.now(UTC))


def as_json(message: Message) -> dict[str, Any]:
    return {"id": message.id, "text": message.text, "created_at": message.created_at.isoformat()}


def number(name: str, default: int, largest: int) -> int:
    text = request.args.get(name, str(default))
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:20]) <= largest):
        abort(400, f"{name} must be a whole number from 1 to {largest}.")
    return int(text)


def start() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if re.fullmatch("[A-Za-z0-9._-]{1,64}", given) else secrets.token_hex(8)
    g.start = time.perf_counter()


def log(response: Response) -> Response:
    fields = {
        "request_id": g.request_id,
        "method": request.method,
        "path": request.path,
        "status": response.status_code,
        "duration_ms": round((time.perf_counter() - g.start) * 1000, 1),
    }
    logger.info("%(method)s %(path)s %(status)s %(duration_ms)s ms", fields, extra={"fields": fields})
    response.headers["X-Request-ID"] = g.request_id
    return response


def create_app() -> Flask:
    app = Flask(__name__)
    app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
    logging.basicConfig(level=logging.INFO)
    logging.getLogger().handlers[0].setFormatter(JsonFormatter())
    app.before_request(start)
    app.after_request(log)
    db.init_app(app)

    @app.get("/messages")
    def list_messages() -> tuple[dict[str, Any], dict[str, str]]:
        limit = number("limit", 20, 100)
        statement = db.select(Message).order_by(Message.id.desc()).limit(limit + 1)
        if "after" in request.args:
            statement = statement.where(Message.id < number("after", 1, 2**31 - 1))
        messages = db.session.execute(statement).scalars().all()
        next_url = None
        if len(messages) > limit:
            messages = messages[:limit]
            next_url = url_for("list_messages", limit=limit, after=messages[-1].id)
        links = {"Link": f'<{next_url}>; rel="next"'} if next_url else {}
        return {"messages": [as_json(message) for message in messages], "next": next_url}, links

    @app.get("/messages/<int:message_id>")
    def get_message(message_id: int) -> dict[str, Any]:
        return as_json(db.get_or_404(Message, message_id))

    @app.post("/messages")
    def post_message() -> tuple[dict[str, Any], int, dict[str, str]]:
        body = request.get_json()
        text = body.get("text") if isinstance(body, dict) else None
        if not isinstance(text, str) or not text.strip() or len(text) > 500:
            abort(422, "Give a text of 1 to 500 characters.")
        if re.search("[\0\ud800-\udfff]", text):
            abort(422, "The text has a character that a database cannot store.")
        message = Message(text=text)
        db.session.add(message)
        db.session.commit()
        return as_json(message), 201, {"Location": url_for("get_message", message_id=message.id)}

    return app


def create_tables(app: Flask) -> None:
    with app.app_context():
        db.create_all()
