"""The transaction in which the schema changes."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from .server import limited_engine


@contextmanager
def schema_transaction(engine: Engine) -> Iterator[Connection]:
    """Change the schema while other processes that do the same wait; the server commits each change by itself."""
    lock = f"schema of {engine.url.database}"[:64]
    with limited_engine(engine.url, {}, poolclass=NullPool).begin() as connection:
        if connection.scalar(select(func.get_lock(lock, 60))) != 1:  # seconds
            reason = TimeoutError("another process has been changing the schema for a minute")
            raise OperationalError("GET_LOCK", None, reason)
        yield connection  # whose end, after the commit, is the lock's
