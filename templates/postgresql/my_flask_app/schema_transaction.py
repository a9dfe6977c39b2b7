"""The transaction in which the schema changes."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.pool import NullPool

from .server import limited_engine


@contextmanager
def schema_transaction(engine: Engine) -> Iterator[Connection]:
    """Begin a transaction that changes the schema; other processes that do the same wait for its end."""
    with limited_engine(engine.url, poolclass=NullPool).begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '60s'"))
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext("schema"))))
        yield connection
