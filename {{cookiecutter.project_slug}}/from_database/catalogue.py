"""What only SQLite can say: its own statements for the schema. Reads; writes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, false, select, table, text
from sqlalchemy.exc import DBAPIError

from my_flask_app.databases import database_of
from my_flask_app.databases.base import reason

from migrations.foreign_keys import broken_keys

NAMING_CONVENTION: dict[str, str] = {}  # constraints without a name are common here, and would get one


@contextmanager
def connect(database_url: str) -> Iterator[Connection]:
    """Open the file for reading only; it must be there."""
    url = database_of(database_url).url
    path = url.database or ""
    if not path.startswith("file:"):
        path = f"file:{quote(path)}"
    url = url.set(database=path).update_query_dict({"mode": "ro", "uri": "true"})
    with database_of(url).create_engine().connect() as connection:
        yield connection


def schemas(_connection: Connection) -> list[str | None]:
    """Return the schemas to read; attached files are none."""
    return [None]


def left_out(connection: Connection) -> set[tuple[str | None, str]]:
    """Return the tables that the models leave out: virtual ones keep their data in tables of their own."""
    kinds = connection.exec_driver_sql("PRAGMA main.table_list")
    return {(None, name) for _, name, kind, *_ in kinds if kind == "shadow"}


def type_names(connection: Connection, _schema: str | None, name: str) -> dict[str, str]:
    """Return the types of a table's columns as they are written in its CREATE TABLE."""
    rows = connection.exec_driver_sql("SELECT name, type FROM pragma_table_xinfo(?)", (name,))
    return dict(rows.tuples().all())


def owned_sequences(_connection: Connection) -> set[tuple[str | None, str, str]]:
    """Return the columns (schema, table, name) that have a sequence of their own: there are none here."""
    return set()


def remarks(connection: Connection) -> list[str]:
    """Return what is to know of the constraints: the rows that meet none of theirs."""
    driver: Any = connection.connection.driver_connection
    broken = {table: count for table, count in broken_keys(driver).items() if 0 < count < inf}
    return [f"{count} rows of {table} refer to rows that do not exist" for table, count in broken.items()]


def baseline(connection: Connection) -> tuple[list[str], list[str]]:
    """Return the statements that build the schema, as they were typed, and what they leave out."""
    missing = []
    without = {name for _, name in left_out(connection)}
    for _, name, kind, *_ in connection.exec_driver_sql("PRAGMA main.table_list").all():
        try:
            if kind == "virtual":
                connection.execute(select(text("*")).select_from(table(name)).where(false()))
        except DBAPIError as error:  # made by a module that is not here
            missing.append(f"table {name}: {reason(error)}")
            without.add(name)
    rows = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        " AND name <> 'alembic_version' ORDER BY CASE type WHEN 'table' THEN 1 WHEN 'index' THEN 2"
        " WHEN 'view' THEN 3 ELSE 4 END, rowid"
    )
    return [sql for name, sql in rows if name not in without], missing
