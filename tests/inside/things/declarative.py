"""Tables with what is hard to move: every type, references to rows that come later, a composite key."""

import enum
import uuid
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Computed, ForeignKey, ForeignKeyConstraint, Identity, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from .models import Base

UTF8 = {"mysql_charset": "utf8mb4", "mariadb_charset": "utf8mb4"}


class Mood(enum.Enum):
    """What is stored is the value."""

    GOOD = "good 🙂"
    BAD = "bad"


class Thing(Base):
    """It refers to the next one."""

    __tablename__ = "thing"
    __table_args__ = ({"sqlite_autoincrement": True, **UTF8},)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    next_id: Mapped[int | None] = mapped_column(ForeignKey("thing.id"))
    name: Mapped[str] = mapped_column(String(100))
    price: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    twice: Mapped[Decimal | None] = mapped_column(Numeric(14, 2), Computed("price * 2", persisted=True))
    ratio: Mapped[float]
    data: Mapped[Any] = mapped_column(JSON, nullable=True)
    raw: Mapped[bytes]
    at: Mapped[datetime]
    day: Mapped[date]
    good: Mapped[bool]
    hour: Mapped[time]
    took: Mapped[timedelta]
    mood: Mapped[Mood]
    key: Mapped[uuid.UUID]


class Part(Base):
    """It refers to the next part of the next thing."""

    __tablename__ = "part"
    __table_args__ = (
        ForeignKeyConstraint(["next_thing_id", "next_number"], ["part.thing_id", "part.number"], name="fk_part_next"),
        UTF8,
    )

    thing_id: Mapped[int] = mapped_column(ForeignKey("thing.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    next_thing_id: Mapped[int | None]
    next_number: Mapped[int | None]
