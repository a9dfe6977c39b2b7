"""``GET /health``: whether the application can do its work."""

from flask import Blueprint
from sqlalchemy import select

from .db import db_session
from .models import Base

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> dict[str, str]:
    """Answer 200 if the database did; without it, or without the first table, errors.py answers 503."""
    db_session.execute(select(1).select_from(*[*Base.metadata.tables.values()][:1]).limit(1))
    return {"status": "ok"}
