"""SQLite with transactions that isolate.

Left to itself the driver begins a transaction at its first write, so of two that read and then write one update is
lost. Here BEGIN comes first and takes the write lock at once: the second waits. A transaction that only reads needs no
lock, and says so with the execution option ``sqlite_begin="DEFERRED"``.
"""

import sqlite3
#% if cookiecutter.models == 'reflection'
from pathlib import Path
from typing import Any
#% endif

import sqlalchemy
from sqlalchemy import URL, Connection, {{ 'Dialect, ' if cookiecutter.models == 'reflection' else '' }}Engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from .config import PROJECT, THREADS


def create_engine(url: str) -> Engine:
    """Make an engine that takes transactions over from the driver."""
    engine = sqlalchemy.create_engine(_absolute(make_url(url)), pool_size=THREADS, max_overflow=0, hide_parameters=True)
#% if cookiecutter.models == 'reflection'
    event.listen(engine, "do_connect", _expect_file)
#% endif
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _absolute(url: URL) -> URL:
    """Make a relative path relative to the project, whatever the working folder."""
    if url.database in {None, "", ":memory:"}:
        raise ArgumentError("each connection would get a database of its own in memory; name a file")
    if url.database.startswith(("/", "file:")):
        return url
    path = PROJECT / url.database
    return url.set(database=str(path))


#% if cookiecutter.models == 'reflection'
def _expect_file(_dialect: Dialect, _entry: ConnectionPoolEntry, args: list[Any], options: dict[str, Any]) -> None:
    """Have the driver complain of a file that is not there, where it would create an empty one."""
    if not options.get("uri"):
        args[0] = f"{Path(args[0]).as_uri()}?mode=rw"
        options["uri"] = True


#% endif
def _prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # no BEGIN from the driver
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('sqlite_begin', 'IMMEDIATE')}")
