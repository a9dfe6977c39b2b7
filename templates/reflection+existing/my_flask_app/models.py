"""The tables, as classes, which are yours to extend, rename and delete; `flask reflect-models` appends new ones.

Names and relationships come from tables.py, columns from the database at run time (see reflection.py). Knows nothing
of Flask or the engine: workers and notebooks import it too, and call ``prepare(engine)`` of mapping.py before they use
a class.
"""

from typing import TYPE_CHECKING, Any

from sqlalchemy import DateTime, Inspector, MetaData, Table, event, inspect
from sqlalchemy.ext.declarative import DeferredReflection
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.orm.decl_api import DeclarativeAttributeIntercept

from . import tables
from .column_types import UtcDateTime


class Base(DeclarativeBase):
    """What all models share."""

    metadata = MetaData()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {', '.join(map(str, inspect(self).identity or ['without a key']))}>"


class _Unread(DeclarativeAttributeIntercept):
    """Says why a class has no columns yet."""

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            """Raise AttributeError."""
            later = "" if "__mapper__" in vars(self) else ", or it is not read yet: ask in a function, not at import"
            raise AttributeError(f"{self.__name__} has no {name}{later}")


class Reflected(DeferredReflection, Base, metaclass=_Unread):
    """A model whose columns come from the table that ``__tablename__`` names."""

    __abstract__ = True


@event.listens_for(Base.metadata, "column_reflect")
def _name_type_and_key(_inspector: Inspector, table: Table, column: dict[str, Any]) -> None:
    column["key"] = tables.RENAMED.get(table.key, {}).get(column["name"], column["name"])
    if isinstance(column["type"], DateTime) and column["type"].timezone:
        column["type"] = UtcDateTime()  # a column without a time zone stays as it is: nobody knows which one is meant
    if column.get("primary_key"):
        column["nullable"] = False  # as SQLite would have it, several new objects could not be stored at once
