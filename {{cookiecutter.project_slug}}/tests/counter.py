"""A table of the tests' own: those of the wiring need none of the application."""

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from my_flask_app.db import db_session


class Base(DeclarativeBase):
    """Apart from the models', which `flask init-db` knows."""


class Counter(Base):
    """A number that many want to raise."""

    __tablename__ = "counter"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy has it


def numbers(app: Flask) -> list[int]:
    """Return the numbers of all counters, as a new transaction sees them."""
    with app.app_context():
        return list(db_session.scalars(select(Counter.number).order_by(Counter.id)))
