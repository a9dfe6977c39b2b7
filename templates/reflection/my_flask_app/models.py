"""The tables, as classes; their columns are read from the database (see reflection.py).

Knows nothing of Flask or the engine: workers and notebooks import it too, and call
``Reflected.prepare(engine)`` before they use a class.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import DateTime, Inspector, MetaData, Table, event, inspect
from sqlalchemy.ext.declarative import DeferredReflection
from sqlalchemy.orm import DeclarativeBase, Mapped
from sqlalchemy.orm.decl_api import DeclarativeAttributeIntercept

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


class Message(Reflected):
    """A short text and when it was written."""

    __tablename__ = "message"

    if TYPE_CHECKING:  # The database decides; this only tells the type checker and the editor.
        id: Mapped[int]
        text: Mapped[str]
        created_at: Mapped[datetime]


@event.listens_for(Base.metadata, "column_reflect")
def _type_and_key(_inspector: Inspector, _table: Table, column: dict[str, Any]) -> None:
    if isinstance(column["type"], DateTime):
        column["type"] = UtcDateTime()
    if column.get("primary_key"):
        column["nullable"] = False  # as SQLite would have it, several new objects could not be stored at once
