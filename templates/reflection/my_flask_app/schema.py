"""The schema, which the files in schema/ describe, one for each database."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, inspect

from .bases import BASES
from .config import PROJECT
from .databases.base import Database

_DOLLARS = re.compile(r"(?<![\w$])\$\w*\$")
_QUOTED = re.compile(rf"""(?s)'[^']*'|"[^"]*"|`[^`]*`|--[^\n]*|/\*.*?\*/|({_DOLLARS.pattern}).*?\1""")
_ROUTINE = re.compile(r"(?i)\bCREATE\b[^;]*?\b(?:TRIGGER|FUNCTION|PROCEDURE|EVENT)\b")
_BODY = re.compile(r"(?i)\bBEGIN\b")


class SchemaError(Exception):
    """Says in a sentence why the schema cannot be built."""


def init_db(database: Database) -> str:
    """Run the database's file if a model's table is missing, and say in a sentence what was done; raise SchemaError.

    Of processes that start together the first creates the tables; the others wait, where the database can be locked.
    """
    with database.schema_connection() as connection, connection.begin():
        before = _missing_tables(connection, database.setting)
        if not before:
            return f"{database} has all its tables already."
        script = script_of(connection.dialect.name, database.setting)
        if not script.is_file():
            raise SchemaError(f"there is no {script}: write the statements that create its tables into that file")
        for statement in statements(script.read_text(encoding="utf-8")):
            connection.exec_driver_sql(statement, execution_options={"no_parameters": True})  # a % is a %
        if missing := _missing_tables(connection, database.setting):
            raise SchemaError(f"{script.name} does not create: {', '.join(missing)}")
    return f"{database} now has the tables: {', '.join(before)}."


def script_of(dialect: str, setting: str) -> Path:
    """Return the file for a dialect; MySQL's is MariaDB's. Only another database's begins with its setting."""
    name = f"{setting}.{'mariadb' if dialect == 'mysql' else dialect}.sql"
    return PROJECT / "schema" / name.removeprefix("DATABASE_URL.")


def statements(script: str) -> Iterator[str]:
    """Give the statements of a script one by one; raise SchemaError.

    Each begins on a line of its own and ends with a semicolon; a body between BEGIN and END, or in ``$$``, has its own.
    """
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if _is_complete(statement):
            yield statement.strip().removesuffix(";")  # which some drivers refuse
            statement = ""
    if any(line.strip() and not line.lstrip().startswith("--") for line in statement.splitlines()):
        raise SchemaError(f"the last statement has no semicolon: {statement.strip()}")


def _is_complete(statement: str) -> bool:
    bare = _QUOTED.sub(lambda found: " " if found[0][0] in "-/" else "x", statement)
    # SQLite knows of semicolons in the body of a trigger, of no other routine's, and of no trigger without a body.
    bare = _ROUTINE.sub("CREATE TRIGGER" if _BODY.search(bare) else "CREATE x", bare)
    return sqlite3.complete_statement(bare) and not _DOLLARS.search(bare)


def _missing_tables(connection: Connection, setting: str) -> list[str]:
    inspector = inspect(connection)
    tables = BASES[setting].metadata.tables.values()  # those of every subclass, in whatever schema
    return [table.key for table in tables if not inspector.has_table(table.name, table.schema)]
