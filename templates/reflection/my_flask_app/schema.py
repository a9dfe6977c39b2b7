"""The schema, which schema.sql describes."""

import sqlite3
from collections.abc import Iterator

from sqlalchemy import Connection, Engine, inspect

from .config import PROJECT
from .engine import name_of
from .models import Reflected
from .schema_transaction import schema_transaction


class SchemaError(Exception):
    """Says in a sentence why the schema cannot be built."""


def init_db(engine: Engine) -> str:
    """Run schema.sql if a model's table is missing, and say in a sentence what was done; raise SchemaError.

    Of processes that start together the first creates the tables; the others wait, if schema_transaction locks here.
    """
    with schema_transaction(engine) as connection:
        before = _missing_tables(connection)
        if not before:
            return f"{name_of(engine)} has all its tables already."
        for statement in statements((PROJECT / "schema.sql").read_text(encoding="utf-8")):
            connection.exec_driver_sql(statement, execution_options={"no_parameters": True})  # a % is a %
        if missing := _missing_tables(connection):
            raise SchemaError(f"schema.sql does not create: {', '.join(missing)}")
    return f"{name_of(engine)} now has the tables: {', '.join(before)}."


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
        raise SchemaError(f"the last statement of schema.sql has no semicolon: {statement.strip()}")


def _missing_tables(connection: Connection) -> list[str]:
    inspector = inspect(connection)
    return [model.__tablename__ for model in Reflected.__subclasses__() if not inspector.has_table(model.__tablename__)]
