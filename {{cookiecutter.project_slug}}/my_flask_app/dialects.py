"""What SQLAlchemy reads of a schema, without its guesses."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Enum, ForeignKeyConstraint, Integer, LargeBinary, Numeric, String, Table, select
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.mysql import SET
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.dialects.postgresql.ranges import AbstractMultiRange, AbstractRange
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.event import listens_for
from sqlalchemy.exc import DataError
from sqlalchemy.schema import MetaData
from sqlalchemy.sql.operators import OperatorClass
from sqlalchemy.types import TypeEngine, UserDefinedType

__all__ = ["DOMAIN", "ODD", "Raw", "SQLite", "is_hashable", "means_period", "quietly", "register", "unloadable"]

ODD = "With values that their type does not have, so loading them fails (another type can be given in models.py)"
ROWS = 1000  # of each table that are tried
DOMAIN.operator_classes = OperatorClass.ANY  # SQLAlchemy does not say so yet, and warns of each comparison


class Raw(UserDefinedType[Any]):
    """A type that SQLAlchemy does not know, by its name in the database; values are as the driver gives them."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_options: Any) -> str:
        """Return the name."""
        return self.name


class SQLite(SQLiteDialect_pysqlite):
    """SQLite, where a type may have any name, and ``Author`` is the table ``author``."""

    supports_statement_cache = True

    def get_columns(self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any) -> Any:
        """Return the columns; a type whose name SQLAlchemy does not know is Raw, where it would make it a number."""
        base: Any = super()
        columns = base.get_columns(connection, table_name, schema, **kw)
        rows = connection.exec_driver_sql("SELECT name, type FROM pragma_table_xinfo(?)", (table_name,))
        names = {row[0]: row[1] for row in rows}
        for column in columns:
            words = re.sub(r"\(.*", "", names.get(column["name"], "")).strip().upper()
            if isinstance(column["type"], Numeric) and words not in self.ischema_names:
                column["type"] = Raw(names[column["name"]])
        return columns

    def get_foreign_keys(self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any) -> Any:
        """Return the foreign keys, whose targets are named as they are where they are made."""
        base: Any = super()
        keys = base.get_foreign_keys(connection, table_name, schema, **kw)
        tables = {_folded(name): name for name in base.get_table_names(connection, schema, **kw)} if keys else {}
        for key in keys:
            table = key["referred_table"] = tables.get(_folded(key["referred_table"]), key["referred_table"])
            present = table in tables.values()
            rows = self.get_columns(connection, table, schema, **kw) if present else []
            columns = {_folded(row["name"]): row["name"] for row in rows}
            names = [columns.get(_folded(name), name) for name in key["referred_columns"]]
            if present and not names:  # of a table that was named in other letters
                names = base.get_pk_constraint(connection, table, schema, **kw)["constrained_columns"]
            # What refers to nothing, which SQLite allows, stays a key to a table that is not there.
            is_complete = len(names) == len(key["constrained_columns"])
            key["referred_columns"] = names if is_complete else key["constrained_columns"]
            if present and not set(columns.values()) >= set(key["referred_columns"]):
                key["referred_table"] = f"{table} ({', '.join(key['referred_columns'])})"
        return keys


@listens_for(MetaData, "column_reflect")
def name_column(inspector: Any, table: Table, column: Any) -> None:
    """Give a column of MariaDB its name: SQLAlchemy doubles a backtick in it, and a percent sign in that of a view."""
    if inspector.dialect.name in {"mariadb", "mysql"}:
        column["name"] = column["name"].replace("``", "`")
        if "%%" in column["name"] and table.name in inspector.get_view_names(table.schema):
            column["name"] = column["name"].replace("%%", "%")


def is_hashable(kind: TypeEngine[Any]) -> bool:
    """Tell whether Python can look up values of a type."""
    while isinstance(kind, DOMAIN):
        kind = kind.data_type
    return kind.hashable and not isinstance(kind, SET | AbstractMultiRange)


def means_period(constraint: ForeignKeyConstraint) -> bool:
    """Tell whether a foreign key's rows are found by a period that lies within others, not by equal values."""
    return isinstance(list(constraint.columns)[-1].type, AbstractRange)


def unloadable(connection: Connection, table: Table) -> list[str]:
    """Return the columns of a table in whose first rows is a value that their type does not have, so loading fails."""
    found = []
    for column in table.columns:
        if isinstance(column.type, Enum) or not isinstance(column.type, Integer | String | LargeBinary):
            try:
                connection.execute(select(column).limit(ROWS)).all()
            except (ArithmeticError, DataError, LookupError, TypeError, ValueError):
                found.append(column.name)
    return found


@contextmanager
def quietly() -> Iterator[None]:
    """Leave unsaid what SQLAlchemy cannot read of a schema: nobody who would read that could do anything about it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def register() -> None:
    """Have engines that are made from now on read SQLite by these rules."""
    for name in ("sqlite", "sqlite.pysqlite"):
        registry.register(name, __name__, SQLite.__name__)


def _folded(name: str) -> str:
    return "".join(char.lower() if char.isascii() else char for char in name)  # as SQLite compares names
