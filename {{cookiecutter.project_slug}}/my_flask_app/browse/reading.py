"""What else happens while rows are read."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import Conflict

from my_flask_app.databases import meaning
from my_flask_app.databases.base import CONFLICT, LOCKED, reason
from my_flask_app.db import db_session


@contextmanager
def refusals_told(table: Table) -> Iterator[None]:
    """Raise Conflict for a table that the database refuses to read, though it answers otherwise."""
    try:
        yield
    except DBAPIError as error:
        if meaning(error) in {LOCKED, CONFLICT}:
            raise
        db_session.rollback()
        db_session.execute(select(1))
        raise Conflict(f"{table.key} cannot be read: {reason(error)}") from None


@contextmanager
def any_text(dialect: str) -> Iterator[None]:
    """Have SQLite's driver accept texts that are no UTF-8, which old programs wrote, instead of failing."""
    if dialect != "sqlite":
        yield
        return
    connection: Any = db_session.connection().connection.driver_connection
    before = connection.text_factory
    connection.text_factory = lambda text: text.decode(errors="surrogateescape")
    try:
        yield
    finally:
        connection.text_factory = before
