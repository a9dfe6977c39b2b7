"""``GET /health``: whether the application can do its work."""

from flask import Blueprint
from sqlalchemy import select

from .bases import BASES
from .db import db_session

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> dict[str, str]:
    """Answer 200 if each database did; without one, or without its first table, errors.py answers 503."""
    for base in BASES.values():
        db_session.execute(select(1).select_from(*[*base.metadata.tables.values()][:1]).limit(1))
    return {"status": "ok"}
