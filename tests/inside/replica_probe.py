"""The application of a project with the recipe of a read replica, and views that tell which server they read from."""

from my_flask_app.app import create_app
from my_flask_app.db import db_session
from my_flask_app.models import Message
from sqlalchemy import func, select

app = create_app()


@app.get("/where")
def where() -> str:
    """Answer whether a GET reads from the replica."""
    return "replica" if db_session.scalar(select(func.pg_is_in_recovery())) else "primary"


@app.get("/lock")
def lock() -> list[str]:
    """Answer what is locked, which was read before, and where a GET that locks it goes on."""
    messages = list(db_session.scalars(select(Message)))
    db_session.scalars(select(Message).with_for_update()).all()
    return [where(), *(message.text for message in messages)]


@app.get("/write")
def write() -> str:
    """Write in a GET."""
    db_session.add(Message(text="written in a GET"))
    db_session.commit()
    return "written"
