"""What ``Mapped[...]`` means without a column type, where SQLAlchemy's own differs from database to database."""

import enum
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Double, Enum, Integer, Interval, LargeBinary, Time
from sqlalchemy.dialects.mysql import DATETIME, LONGBLOB, TIME

from .utc import UtcDateTime


class Duration(Interval):
    """A ``timedelta``, to the microsecond in MariaDB and MySQL too."""

    impl = DateTime().with_variant(DATETIME(fsp=6), "mysql", "mariadb")  # type: ignore[assignment]
    cache_ok = True


def values(members: type[enum.Enum]) -> list[str]:
    """Return what is stored of an enumeration."""
    return [str(member.value) for member in members]


# Not among them: str and Decimal, which need a length or a precision, as in String(200) and Numeric(10, 2).
COLUMN_TYPES: dict[Any, Any] = {
    int: BigInteger().with_variant(Integer(), "sqlite"),  # where INTEGER has 64 bits, and alone can number rows
    float: Double(),
    datetime: UtcDateTime(),
    time: Time().with_variant(TIME(fsp=6), "mysql", "mariadb"),
    timedelta: Duration(),
    bytes: LargeBinary().with_variant(LONGBLOB(), "mysql", "mariadb"),
    enum.Enum: Enum(enum.Enum, native_enum=False, length=50, values_callable=values),
    dict[str, Any]: JSON(none_as_null=True),
    list[Any]: JSON(none_as_null=True),
}
