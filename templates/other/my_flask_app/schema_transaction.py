"""The transaction in which the schema changes."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine


@contextmanager
def schema_transaction(engine: Engine) -> Iterator[Connection]:
    """Begin a transaction that changes the schema. Nothing keeps other processes from doing the same: start one."""
    with engine.begin() as connection:
        yield connection
