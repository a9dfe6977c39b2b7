"""Which tables may be seen, and how they refer to each other. No other module asks the metadata."""

import csv
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import Column, Table
from sqlalchemy.exc import CompileError, NoReferenceError
from werkzeug.exceptions import NotFound

from my_flask_app.db import db_session
from my_flask_app.dialects import means_period
from my_flask_app.models import Base


class Reference(NamedTuple):
    """A foreign key between two tables that may both be seen."""

    table: Table
    columns: list[Column[Any]]
    target: Table
    target_columns: list[Column[Any]]


def require_browsing() -> None:
    """Raise NotFound unless the application runs in debug or BROWSE_TABLES names tables."""
    if not (named_tables() or current_app.debug):
        raise NotFound


def named_tables() -> set[str]:
    """Return what BROWSE_TABLES names: separated by commas, in double quotes, as in CSV, where a name has them."""
    lines = csv.reader([current_app.config["BROWSE_TABLES"]], skipinitialspace=True)
    return {name if name in Base.metadata.tables else name.strip() for line in lines for name in line} - {""}


def find_table(name: str) -> Table:
    """Return the table of that name; raise NotFound, the same for one that nobody may see."""
    table = visible_tables().get(name)
    if table is None:
        raise NotFound("There is no such table.")
    return table


def visible_tables() -> dict[str, Table]:
    """Return the tables by name that BROWSE_TABLES names, or all in debug if it names none."""
    names = named_tables()
    if not names and not current_app.debug:
        return {}
    return {name: table for name, table in sorted(Base.metadata.tables.items()) if not names or name in names}


def references() -> list[Reference]:
    """Return the foreign keys between tables that may be seen."""
    tables = visible_tables()
    found = []
    for table in tables.values():
        for constraint in table.foreign_key_constraints:
            try:
                targets = [element.column for element in constraint.elements]
            except NoReferenceError:  # SQLite lets a key refer to a table that is not there
                continue
            if tables.get(targets[0].table.key) is targets[0].table and not means_period(constraint):
                found.append(Reference(table, list(constraint.columns), targets[0].table, targets))
    return sorted(found, key=lambda each: (each.table.key, [column.name for column in each.columns], each.target.key))


def describe(table: Table, every: list[Reference]) -> dict[str, Any]:
    """Return the columns, the key and the relations of a table, as JSON says them."""
    key = set(table.primary_key.columns)
    return {
        "name": table.key,
        "view": bool(table.info.get("is_view")),
        "comment": table.comment,
        "columns": [
            {
                "name": column.name,
                "type": type_name(column),
                "nullable": bool(column.nullable),
                "key": column in key,
                "comment": column.comment,
            }
            for column in table.columns
        ],
        "refers_to": [
            {
                "columns": [column.name for column in each.columns],
                "table": each.target.key,
                "their_columns": [column.name for column in each.target_columns],
            }
            for each in every
            if each.table is table
        ],
        "referred_to_by": [
            {
                "columns": [column.name for column in each.target_columns],
                "table": each.table.key,
                "their_columns": [column.name for column in each.columns],
            }
            for each in every
            if each.target is table
        ],
    }


def type_name(column: Column[Any]) -> str:
    """Return the type as the database's SQL has it; empty where SQLAlchemy does not know it, or there is none."""
    try:
        return column.type.compile(db_session.get_bind().dialect)
    except CompileError:
        return ""
