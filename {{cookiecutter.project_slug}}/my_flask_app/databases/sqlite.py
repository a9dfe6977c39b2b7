"""SQLite: a transaction begins, and takes the only write lock that there is, before its first statement that writes.

Reading takes no lock and keeps none: an open shell or a slow request stops nobody. ``with_for_update()`` takes it here
too, and the second waits. REPEATABLE READ means to read from a snapshot; SERIALIZABLE, to lock before reading.
"""

import re
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy
from sqlalchemy.exc import ArgumentError

from my_flask_app.config import PROJECT

from .base import CONFLICT, LOCKED, NO_TABLE, WRONG, Database

# Statements that need no lock, or must stand outside of a transaction. Whatever is not known here takes the lock.
_HARMLESS = re.compile(
    r"(?is)(?>\s+|--[^\n]*\n|/\*.*?\*/)*+"  # spaces and comments
    r"(?:(?:SELECT|VALUES|EXPLAIN|VACUUM|ATTACH|DETACH|BEGIN)\b|WITH\b(?!.*\b(?:INSERT|UPDATE|DELETE|REPLACE)\b)"
    r"|PRAGMA\b(?!.*\b(?:(?:user|schema)_version|application_id|defer_foreign_keys)\b.*[=(]))",
)
_FOR_UPDATE = "/* FOR UPDATE */"
_BEGIN = {"REPEATABLE READ": "BEGIN", "SERIALIZABLE": "BEGIN IMMEDIATE"}  # by isolation level


class SQLite(Database):
    """A file, whose path is relative to the project, whatever the working folder."""

    pool: ClassVar[dict[str, Any]] = {}
    meanings: ClassVar[dict[str, set[object]]] = {
        CONFLICT: {"SQLITE_BUSY_SNAPSHOT"},
        LOCKED: {"SQLITE_BUSY", "SQLITE_BUSY_RECOVERY", "SQLITE_LOCKED"},
        NO_TABLE: {"SQLITE_CANTOPEN", "no such table"},
        WRONG: {"SQLITE_ERROR"},
    }

    def __init__(self, url: URL, setting: str) -> None:
        if url.database in {None, "", ":memory:"}:
            raise ArgumentError("each connection would get a database of its own in memory; name a file")
        if not url.database.startswith("file:"):
            url = url.set(database=str(PROJECT / url.database))
        super().__init__(url, setting)

    def _engine(self, limits: dict[str, Any], **options: Any) -> Engine:
        engine = super()._engine(limits, **options)
        dialect: Any = engine.dialect
        dialect.statement_compiler = _Compiler
        dialect.get_isolation_level_values = lambda _: ["AUTOCOMMIT", "READ UNCOMMITTED", "READ COMMITTED", *_BEGIN]
        dialect.set_isolation_level = _set_isolation_level
        event.listen(engine, "do_connect", _create_no_file)
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "do_execute", _execute)  # an event of connections would cost every statement more
        event.listen(engine, "do_executemany", _begin)
        event.listen(engine, "do_execute_no_params", _begin)
        return engine

    def _lock_schema(self, lock: Connection) -> bool:
        lock.engine.update_execution_options(isolation_level="SERIALIZABLE")
        return True

    def create(self) -> bool:
        """Create the file, and its folder in the project, if there is none; return whether it did. Raise DBAPIError."""
        path = Path(str(self.url.database))
        if is_new := not (path.exists() or "uri" in self.url.query):
            with suppress(OSError):  # connecting fails then, and says why
                if path.is_relative_to(PROJECT):
                    path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
        self.connect_once().close()
        return is_new


class _Compiler(SQLiteCompiler):
    def for_update_clause(self, select: Any, **kw: Any) -> str:  # noqa: ARG002
        """Write what SQLite has no words for as a comment, wherever in a statement it stands."""
        return f" {_FOR_UPDATE}"


def _create_no_file(_dialect: Any, _entry: object, args: list[Any], options: dict[str, Any]) -> None:
    if not options.get("uri"):
        args[0], options["uri"] = f"{Path(args[0]).as_uri()}?mode=rw", True


def _prepare(connection: sqlite3.Connection, _entry: object) -> None:
    _set_isolation_level(connection)
    # {% if cookiecutter.database == 'new' %}
    with suppress(sqlite3.OperationalError):  # "locked" while another process does the same, which then counts for us
        connection.execute("PRAGMA journal_mode = WAL")  # readers do not wait for the writer, nor it for them
    connection.execute("PRAGMA synchronous = NORMAL")  # safe with WAL, and many times faster
    # {% endif %}
    connection.execute("PRAGMA foreign_keys = ON")


def _set_isolation_level(connection: sqlite3.Connection, level: str = "") -> None:
    """Leave it to _begin what the level is; what a cursor of the driver writes, past that, begins with the lock too."""
    connection.isolation_level = None if level == "AUTOCOMMIT" else "IMMEDIATE"


def _begin(cursor: sqlite3.Cursor, statement: str, *parameters_and_context: Any) -> None:
    """Begin, with the write lock, before a transaction's first statement that writes or that reads FOR UPDATE."""
    driver = cursor.connection
    if driver.in_transaction or driver.isolation_level is None:  # None: SQLAlchemy's AUTOCOMMIT
        return
    level = parameters_and_context[-1].execution_options.get("isolation_level") or ""
    needs_lock = _FOR_UPDATE in statement or not _HARMLESS.match(statement)
    if begin := _BEGIN.get(level.replace("_", " ").upper(), "BEGIN IMMEDIATE" if needs_lock else ""):
        driver.execute(begin)


def _execute(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
    """Fetch at once what is not streamed: half read, it would hold an old state, on which nothing can be written."""
    _begin(cursor, statement, context)
    cursor.execute(statement, parameters)
    if cursor.description and not (context.executemany or context.execution_options.get("stream_results")):
        context.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(cursor, None, cursor.fetchall())
    return True
