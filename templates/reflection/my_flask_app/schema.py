"""The schema, which the files in schema/ describe, one for each database."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, inspect

from .config import PROJECT
from .databases.base import Database
from .models import Reflected


class SchemaError(Exception):
    """Says in a sentence why the schema cannot be built."""


def init_db(database: Database) -> str:
    """Run the database's file if a model's table is missing, and say in a sentence what was done; raise SchemaError.

    Of processes that start together the first creates the tables; the others wait, where the database can be locked.
    """
    with database.schema_connection() as connection, connection.begin():
        before = _missing_tables(connection)
        if not before:
            return f"{database} has all its tables already."
        script = script_of(connection.dialect.name)
        if not script.is_file():
            raise SchemaError(f"there is no {script}: write the statements that create its tables into that file")
        for statement in statements(script.read_text(encoding="utf-8")):
            connection.exec_driver_sql(statement, execution_options={"no_parameters": True})  # a % is a %
        if missing := _missing_tables(connection):
            raise SchemaError(f"{script.name} does not create: {', '.join(missing)}")
    return f"{database} now has the tables: {', '.join(before)}."


def script_of(dialect: str) -> Path:
    """Return the file for a dialect; MySQL's is MariaDB's."""
    return PROJECT / "schema" / f"{'mariadb' if dialect == 'mysql' else dialect}.sql"


def statements(script: str) -> Iterator[str]:
    """Give the statements of a script one by one; raise SchemaError.

    Each begins on a line of its own and ends with a semicolon. A function's body in ``$$`` would be cut in pieces.
    """
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):  # knows strings, comments and triggers
            yield statement.strip().removesuffix(";")  # which some drivers refuse
            statement = ""
    if any(line.strip() and not line.lstrip().startswith("--") for line in statement.splitlines()):
        raise SchemaError(f"the last statement has no semicolon: {statement.strip()}")


def _missing_tables(connection: Connection) -> list[str]:
    inspector = inspect(connection)
    return [model.__tablename__ for model in Reflected.__subclasses__() if not inspector.has_table(model.__tablename__)]
