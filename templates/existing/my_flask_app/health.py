"""``GET /health``: whether the application can do its work."""

from flask import Blueprint
from sqlalchemy import select

from .db import db_session

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> dict[str, str]:
    """Answer 200 if the database did; without it errors.py answers 503."""
    db_session.execute(select(1))
    return {"status": "ok"}
