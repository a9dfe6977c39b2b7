"""``GET /health``: whether the application can do its work."""

from flask import Blueprint
from sqlalchemy import select

from .db import db_session
from .models import Message

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> dict[str, str]:
    """Answer 200 if the database did; without it, or without its tables, errors.py answers 503."""
    db_session.execute(select(Message.id).limit(1))
    return {"status": "ok"}
