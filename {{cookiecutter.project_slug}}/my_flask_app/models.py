"""The tables, as classes. Knows nothing of Flask or the engine: workers, notebooks and Alembic import it too."""

import enum
from datetime import UTC, datetime, time, timedelta
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Double, Enum, Identity, Integer, LargeBinary, MetaData, String, Time, inspect
from sqlalchemy.dialects.mysql import LONGBLOB, TIME
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from .column_types import Duration, UtcDateTime


class Base(DeclarativeBase):
    """What all models share."""

    # Migrations need a name to drop a constraint by, of all its columns: two may begin with the same one.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
            "constraint_name": lambda check, _table: str(check.name or "unnamed"),  # refused by migrations/checks.py
        }
    )
    # Not among them: str and Decimal, which need a length or a precision, as in String(200) and Numeric(10, 2).
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BigInteger().with_variant(Integer(), "sqlite"),  # where INTEGER has 64 bits, and alone can number rows
        float: Double(),
        datetime: UtcDateTime(),
        time: Time().with_variant(TIME(fsp=6), "mysql", "mariadb"),
        timedelta: Duration(),
        bytes: LargeBinary().with_variant(LONGBLOB(), "mysql", "mariadb"),
        enum.Enum: Enum(enum.Enum, native_enum=False, length=50, values_callable=lambda it: [str(e.value) for e in it]),
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
    }

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {', '.join(map(str, inspect(self).identity or ['without a key']))}>"


class Message(Base):
    """A short text and when it was written."""

    __tablename__ = "message"
    # An id is never given twice; every character, whatever a database's default.
    __table_args__ = ({"sqlite_autoincrement": True, "mysql_charset": "utf8mb4", "mariadb_charset": "utf8mb4"},)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    text: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))
