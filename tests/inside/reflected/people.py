"""Reflected models, as SQLAlchemy's documentation shows declarative ones; a module of a project."""

import os
from typing import TYPE_CHECKING

from my_flask_app.models import Reflected
from sqlalchemy.orm import Mapped, declared_attr, relationship

SCHEMA = "audit" if os.environ["DATABASE_URL"].startswith("postgresql") else None


class Named(Reflected):
    """A base without a table."""

    __abstract__ = True

    if TYPE_CHECKING:
        id: Mapped[int]
        name: Mapped[str]

    def shout(self) -> str:
        """Return the name in capitals."""
        return self.name.upper()


class NamedTable:
    """A mixin that names the table."""

    @declared_attr.directive
    def __tablename__(self) -> str | None:
        """Return the class's name, unless it is in its parent's table."""
        return None if self.__name__ == "Trainee" else self.__name__.lower()


class Employee(NamedTable, Named):
    """The root of a hierarchy."""

    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "employee"}  # noqa: RUF012


class Manager(Employee):
    """With a table of its own."""

    __mapper_args__ = {"polymorphic_identity": "manager"}  # noqa: RUF012

    if TYPE_CHECKING:
        budget: Mapped[int]


class Trainee(Employee):
    """In the table of its parent."""

    __mapper_args__ = {"polymorphic_identity": "trainee"}  # noqa: RUF012


class Event(Named):
    """In another schema, where there are schemas."""

    __tablename__ = "event"
    __table_args__ = ({"schema": SCHEMA},)

    employee = relationship(Employee)
