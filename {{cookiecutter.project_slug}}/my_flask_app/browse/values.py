"""What is selected of a column, and what JSON says of it: the server spells what Python cannot hold.

Drivers have no infinite date, no hour 24 and no day 0000-00-00, and guess at arrays of types that they do not know. So
no value goes through SQLAlchemy's types: it comes as the driver's plain number, text or bytes, or as the server's text.
"""

import json
import math
import struct
from base64 import b64encode
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    CHAR,
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Double,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    Text,
    Time,
    cast,
    func,
    type_coerce,
)
from sqlalchemy.dialects.mysql import BIT, INTEGER, SET
from sqlalchemy.dialects.postgresql import DOMAIN, HSTORE
from sqlalchemy.types import TypeEngine, UserDefinedType

EXACT = 2**53  # JavaScript's numbers, and so many readers of JSON, lose digits from here on


class Plain(UserDefinedType[Any]):
    """A type that leaves values as the driver gives and takes them."""

    cache_ok = True


class Spelling(NamedTuple):
    """What to select, and what turns that into JSON."""

    selected: ColumnElement[Any]
    as_json: Callable[[Any], Any]


def plain(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the column without SQLAlchemy's conversions."""
    return type_coerce(column, Plain())


def kind_of(column: Column[Any]) -> TypeEngine[Any]:
    """Return the column's type, that of its domain if it has one."""
    kind = column.type
    while isinstance(kind, DOMAIN):
        kind = kind.data_type
    return kind


def spelling(column: Column[Any], dialect: str) -> Spelling:
    """Return how to read a column of that database."""
    if dialect == "sqlite":  # any column may hold any type
        return Spelling(plain(column), as_json)
    if dialect in {"postgresql", "cockroachdb"}:
        return _postgresql(column, kind_of(column))
    if dialect in {"mysql", "mariadb"}:
        return _mysql(column, kind_of(column))
    return Spelling(column, as_json)


def _postgresql(column: Column[Any], kind: TypeEngine[Any]) -> Spelling:
    if isinstance(kind, ARRAY | HSTORE):
        return Spelling(cast(func.to_json(column), Text), parsed)
    if isinstance(kind, JSON):
        return Spelling(cast(column, Text), parsed)
    if isinstance(kind, Boolean | Integer | Numeric | Float | LargeBinary):
        return Spelling(plain(column), as_json)
    return Spelling(cast(column, Text), as_json)


def _mysql(column: Column[Any], kind: TypeEngine[Any]) -> Spelling:
    if isinstance(kind, JSON):
        return Spelling(cast(column, CHAR), parsed)
    if isinstance(kind, Date | DateTime | Time | SET):
        return Spelling(cast(column, CHAR), as_json)
    if isinstance(kind, BIT):
        return Spelling(cast(column, INTEGER(unsigned=True)), as_json)
    if isinstance(kind, Float) and not isinstance(kind, Double):  # the server would write six digits of it
        return Spelling(plain(cast(column, Double)), _single)
    return Spelling(plain(column), as_json)


def as_json(value: Any) -> Any:
    """Return what JSON says of a driver's value."""
    match value:
        case None | bool():
            return value
        case str():  # SQLite's may have bytes that are no UTF-8, see reading.py
            return value.encode(errors="surrogateescape").decode(errors="backslashreplace")
        case int():
            return value if abs(value) < EXACT else str(value)
        case float():
            return value if math.isfinite(value) else str(Decimal(value))  # "Infinity", which is no JSON
        case bytes() | bytearray() | memoryview():
            return {"base64": b64encode(value).decode()}
        case _:
            return str(value)


def parsed(text: str | None) -> Any:
    """Return the server's JSON with the numbers that others would round as texts; as a text if it is ambiguous."""
    if text is None:
        return None
    try:
        return json.loads(text, parse_int=_whole, parse_float=_fraction, object_pairs_hook=unique)
    except (ArithmeticError, RecursionError, ValueError):
        return text


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= len(str(EXACT)) and abs(int(digits)) < EXACT else digits


def _fraction(text: str) -> float | str:
    number = float(text)
    return number if math.isfinite(number) and Decimal(repr(number)) == Decimal(text) else text


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the members of an object; raise ValueError if a name is there twice."""
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a name is there twice")
    return members


def _single(value: float | None) -> float | None:
    """Return the shortest number that is the same in single precision."""
    if value is None:
        return None
    candidates = (float(f"{value:.{digits}g}") for digits in range(6, 10))
    return next(each for each in candidates if struct.unpack("f", struct.pack("f", each))[0] == value)
