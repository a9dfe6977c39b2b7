"""SQLite with transactions that isolate.

Left to itself the driver begins a transaction at its first write, so of two that read and then write one update is
lost. Here BEGIN comes first and takes the write lock at once: the second waits. A transaction that only reads needs no
lock, and says so with the execution option ``sqlite_begin="DEFERRED"``.
"""

import sqlite3
from contextlib import suppress

import sqlalchemy
from sqlalchemy import URL, Connection, Engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from .config import PROJECT, THREADS


def create_engine(url: str) -> Engine:
    """Make an engine that takes transactions over from the driver."""
    engine = sqlalchemy.create_engine(_absolute(make_url(url)), pool_size=THREADS, max_overflow=0, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _absolute(url: URL) -> URL:
    """Make a relative path relative to the project, whatever the working folder, and make its folder."""
    if url.database in {None, "", ":memory:"}:
        raise ArgumentError("each connection would get a database of its own in memory; name a file")
    if url.database.startswith(("/", "file:")):
        return url
    path = PROJECT / url.database
    path.parent.mkdir(parents=True, exist_ok=True)
    return url.set(database=str(path))


def _prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # no BEGIN from the driver
    with suppress(sqlite3.OperationalError):  # "locked" while another process does the same, which then counts for us
        connection.execute("PRAGMA journal_mode = WAL")  # readers do not wait for the writer, nor it for them
    connection.execute("PRAGMA synchronous = NORMAL")  # safe with WAL, and many times faster
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('sqlite_begin', 'IMMEDIATE')}")
