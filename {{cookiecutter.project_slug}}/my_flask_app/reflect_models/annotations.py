"""Spells the Python type of a column, as the driver returns it, for the stub tables.pyi."""

import datetime as dt
import decimal
import uuid

from sqlalchemy import ARRAY, Column, Enum
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.types import TypeEngine

# By the name of SQLAlchemy's class, where `python_type` says nothing or something else. A driver's own class is Any.
BY_NAME = {
    "MONEY": "str",
    "TSVECTOR": "str",
    "TSQUERY": "str",
    "MACADDR": "str",
    "MACADDR8": "str",
    "REGCLASS": "str",
    "REGCONFIG": "str",
    "OID": "int",
    "YEAR": "int",
    "SET": "set[str]",
    "HSTORE": "dict[str, str | None]",
    "INET": "Any",
    "CIDR": "Any",
    "JSON": "Any",
    "JSONB": "Any",
    "INT4RANGE": "Range[int]",
    "INT8RANGE": "Range[int]",
    "NUMRANGE": "Range[decimal.Decimal]",
    "DATERANGE": "Range[dt.date]",
    "TSRANGE": "Range[dt.datetime]",
    "TSTZRANGE": "Range[dt.datetime]",
}
BY_PYTHON_TYPE: dict[type, str] = {
    int: "int",
    str: "str",
    float: "float",
    bool: "bool",
    bytes: "bytes",
    uuid.UUID: "uuid.UUID",
    decimal.Decimal: "decimal.Decimal",
    dt.date: "dt.date",
    dt.time: "dt.time",
    dt.datetime: "dt.datetime",
    dt.timedelta: "dt.timedelta",
}
# Where each first word comes from; a builtin is imported only if an attribute has its name.
MODULES = {
    "Any": "typing",
    "Literal": "typing",
    "Range": "sqlalchemy.dialects.postgresql",
    "Mapped": "sqlalchemy.orm",
    "models": ".",
    "dt": "",
    "decimal": "",
    "uuid": "",
}


def annotation(column: Column[object]) -> str:
    """Return the type of a column's values."""
    python = python_type(column.type)
    return f"{python} | None" if column.nullable and not column.primary_key and python != "Any" else python


def python_type(sql_type: TypeEngine[object]) -> str:
    """Return the Python type of an SQL type."""
    while isinstance(sql_type, DOMAIN):
        sql_type = sql_type.data_type
    if isinstance(sql_type, ARRAY):
        item = python_type(sql_type.item_type)
        return "list[Any]" if item == "Any" else f"list[{item} | None]"
    name = type(sql_type).__name__
    if name in BY_NAME:
        return BY_NAME[name]
    if name == "BIT":  # a number in MariaDB, a text in PostgreSQL
        return "int" if type(sql_type).__module__.startswith("sqlalchemy.dialects.mysql") else "str"
    if isinstance(sql_type, Enum) and sql_type.enums:
        return f"Literal[{', '.join(map(repr, sql_type.enums))}]"
    return _by_python_type(sql_type)


def _by_python_type(sql_type: TypeEngine[object]) -> str:
    try:
        return BY_PYTHON_TYPE.get(sql_type.python_type, "Any")
    except NotImplementedError:
        return "Any"
