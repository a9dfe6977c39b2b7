"""Key values on their way through a URL and back: exactly what the server compares, not what Python makes of it."""

import re
from base64 import b64decode, b64encode
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BINARY,
    CHAR,
    JSON,
    TIMESTAMP,
    VARBINARY,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Enum,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
    bindparam,
    cast,
)
from sqlalchemy.dialects.mysql import BIT, SET
from sqlalchemy.dialects.postgresql import HSTORE, JSONB
from sqlalchemy.types import NullType, UserDefinedType

from .values import Plain, kind_of, plain

LARGEST = 2**63  # SQLite has smaller numbers only
NUMBER = r"-?[0-9]{1,65}(\.[0-9]{1,38})?"
TIME = r"-?[0-9][0-9 :.-]{0,40}"


def key_of(table: Table, dialect: str) -> list[Column[Any]]:
    """Return the columns of a key by whose order rows can be counted on, or none."""
    uniques = [list(each.columns) for each in table.constraints if isinstance(each, UniqueConstraint)]
    if dialect in {"mysql", "mariadb"}:  # which make no difference
        uniques += [list(each.columns) for each in table.indexes if each.unique]
    uniques.sort(key=lambda columns: [column.name for column in columns])
    without_null = (columns for columns in uniques if not any(column.nullable for column in columns))
    for columns in [list(table.primary_key.columns), *without_null]:
        if columns and all(is_comparable(column, dialect) for column in columns):
            return columns
    return []


def is_comparable(column: Column[Any], dialect: str) -> bool:
    """Tell whether the server finds and orders rows by a value of that type that went through a URL."""
    kind = kind_of(column)
    if dialect == "sqlite":
        return True
    if dialect in {"postgresql", "cockroachdb"}:
        if isinstance(kind, JSONB):
            return True
        return not isinstance(kind, NullType | UserDefinedType | HSTORE | JSON)
    if dialect in {"mysql", "mariadb"}:  # TIMESTAMP: an hour of the autumn is there twice
        return not isinstance(kind, NullType | UserDefinedType | Float | Enum | SET | BIT | JSON | TIMESTAMP)
    return isinstance(kind, Integer | String) and not isinstance(kind, Enum)


def selected(column: Column[Any], dialect: str) -> ColumnElement[Any]:
    """Return what to select for ``to_url``."""
    if dialect in {"postgresql", "cockroachdb"}:
        return cast(column, Text)
    if dialect in {"mysql", "mariadb"} and isinstance(kind_of(column), Date | DateTime | Time):
        return cast(column, CHAR)
    return plain(column)


def to_url(value: Any) -> Any:
    """Return a selected value as JSON has it, for ``compared``."""
    match value:
        case None | int() | float() | str():
            return value
        case bytes() | bytearray() | memoryview():
            return {"base64": b64encode(value).decode()}
        case _:
            return str(value)


def compared(column: Column[Any], value: Any, dialect: str) -> ColumnElement[Any]:
    """Return what to compare the column with; raise ValueError for a value that its type does not have."""
    match value:
        case {"base64": str() as text, **rest} if not rest:
            value = b64decode(text, validate=True)
        case bool() | int() | float() | str():
            pass
        case _:
            raise ValueError("neither a number nor a text")
    if dialect == "sqlite":
        return _sqlite(value)
    if dialect in {"postgresql", "cockroachdb"}:  # a text without a type, which the server reads as the column's
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if isinstance(value, bytes) or "\0" in text:
            raise ValueError("no text of PostgreSQL")
        return _bound(text)
    return _bound(_typed(column, value))


def _sqlite(value: Any) -> ColumnElement[Any]:
    if isinstance(value, bool) or (isinstance(value, int) and not -LARGEST <= value < LARGEST):
        raise ValueError("no number of SQLite")
    if isinstance(value, str) and not _is_unicode(value):  # see reading.py
        return cast(bindparam(None, value.encode(errors="surrogateescape"), type_=Plain()), Text)
    return bindparam(None, value, type_=Plain())


def _typed(column: Column[Any], value: Any) -> Any:
    """Return a value of the column's type: MariaDB compares unlike types as floating-point numbers."""
    kind = kind_of(column)
    if isinstance(value, bytes) == isinstance(kind, LargeBinary | BINARY | VARBINARY):
        if isinstance(value, bytes):
            return value
        text = str(value)
        if isinstance(kind, Numeric | Integer):
            if re.fullmatch(NUMBER, text):
                return Decimal(text)
        elif not isinstance(kind, Date | DateTime | Time) or re.fullmatch(TIME, text):
            return text
    raise ValueError("of another type than its column")


def _bound(value: Any) -> ColumnElement[Any]:
    if isinstance(value, str) and not _is_unicode(value):
        raise ValueError("half a pair")
    return bindparam(None, value, type_=Plain())


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)
