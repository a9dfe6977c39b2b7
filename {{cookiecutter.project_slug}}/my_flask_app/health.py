"""``GET /health``: whether the application can do its work."""

from flask import Blueprint
from sqlalchemy import select

from .db import db_session
#% if cookiecutter.database == 'new'
from .models import Message
#% endif

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> dict[str, str]:
#% if cookiecutter.database == 'new'
    """Answer 200 if the database did; without it, or without its tables, errors.py answers 503."""
    db_session.execute(select(Message.id).limit(1))
#% else
    """Answer 200 if the database did; without it errors.py answers 503."""
    db_session.execute(select(1))
#% endif
    return {"status": "ok"}
