"""Runs in a rendered project's environment and folder: a column of each type comes back from the database as it was."""

import enum
import sys
import uuid
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path.cwd()))

from my_flask_app.models import Base
from sqlalchemy import Engine, Numeric, String, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

databases: Any = import_module("my_flask_app.databases")
config: Any = import_module("my_flask_app.config")
engine: Engine = databases.database_of(config.setting("DATABASE_URL")).create_engine()


class Colour(enum.Enum):
    """By value: another name for it changes nothing in the database."""

    RED = "r"
    GREEN = "grün"


class Level(enum.IntEnum):
    """Numbers."""

    LOW = 1
    HIGH = 10


class Everything(Base):
    """A column of each type."""

    __tablename__ = "everything"

    id: Mapped[int] = mapped_column(primary_key=True)
    boolean: Mapped[bool]
    whole: Mapped[int]
    real: Mapped[float]
    moment: Mapped[datetime]
    day: Mapped[date]
    clock: Mapped[time]
    span: Mapped[timedelta]
    raw: Mapped[bytes]
    uuid: Mapped[uuid.UUID]
    colour: Mapped[Colour]
    level: Mapped[Level]
    fields: Mapped[dict[str, Any]]
    items: Mapped[list[Any]]
    fields_or_none: Mapped[dict[str, Any] | None]
    colour_or_none: Mapped[Colour | None]
    text: Mapped[str] = mapped_column(String(10))
    price: Mapped[Decimal] = mapped_column(Numeric(15, 2))
    made: Mapped[datetime] = mapped_column(server_default=func.now())


ROWS: list[dict[str, Any]] = [
    {
        "boolean": True,
        "whole": 2**63 - 1,
        "real": 0.1 + 0.2,
        "moment": datetime(2026, 1, 2, 3, 4, 5, 678901, UTC),
        "day": date(1500, 1, 1),
        "clock": time(23, 59, 59, 999999),
        "span": timedelta(days=-3, microseconds=7),
        "raw": bytes(range(256)) * 400,
        "uuid": uuid.UUID(int=2**128 - 1),
        "colour": Colour.GREEN,
        "level": Level.HIGH,
        "fields": {"b": 1, "a": [1.5, None, "🙂", 2**60]},
        "items": [1, {"x": None}],
        "fields_or_none": None,
        "colour_or_none": None,
        "text": "ü🙂",
        "price": Decimal("9999999999999.99"),
    },
    {
        "boolean": False,
        "whole": -(2**63),
        "real": 1.7976931348623157e308,
        "moment": datetime(9999, 1, 2, 3, 4, 5, 1, UTC),
        "day": date(9999, 12, 31),
        "clock": time(),
        "span": timedelta(days=20000, seconds=3, microseconds=999999),
        "raw": b"",
        "uuid": uuid.UUID(int=0),
        "colour": Colour.RED,
        "level": Level.LOW,
        "fields": {},
        "items": [],
        "fields_or_none": {"a": 1},
        "colour_or_none": Colour.RED,
        "text": "",
        "price": Decimal("-0.01"),
    },
]

if __name__ == "__main__":
    table: Any = Everything.__table__
    table.create(engine)
    try:
        with Session(engine) as session:
            session.add_all([Everything(id=number, **row) for number, row in enumerate(ROWS, 1)])
            session.commit()
        with Session(engine) as session:
            for number, row in enumerate(ROWS, 1):
                stored = session.get_one(Everything, number)
                for name, value in row.items():
                    returned = getattr(stored, name)
                    assert (returned, type(returned)) == (value, type(value)), f"{name}: {returned!r}, not {value!r}"
                assert abs(datetime.now(UTC) - stored.made) < timedelta(minutes=1), "by the database's clock, in UTC"
            by_value = session.execute(text("SELECT colour, level FROM everything WHERE id = 1")).one()
            assert tuple(by_value) == ("grün", "10")
            nothing = select(Everything.id).where(Everything.fields_or_none.is_(None))
            assert list(session.scalars(nothing)) == [1]
    finally:
        table.drop(engine)
    print("all good")
