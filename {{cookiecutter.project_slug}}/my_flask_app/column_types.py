"""Column types that every database keeps as they are in Python, to the microsecond."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.dialects.mysql import DATETIME

_DATETIME = sa.DateTime(timezone=True).with_variant(DATETIME(fsp=6), "mysql", "mariadb")  # else without microseconds


class UtcDateTime(sa.TypeDecorator[datetime]):
    """A ``datetime`` that is always aware. Databases without time zones store its UTC value."""

    impl = _DATETIME
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        """Return the value in UTC; raise ValueError for a naive one, which could mean any hour."""
        if value and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone; write for example datetime.now(UTC)")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        """Return the value aware and in UTC; ``replace(tzinfo=UTC)`` would take four times as long as ``combine``."""
        return value and (datetime.combine(value, value.time(), UTC) if value.tzinfo is None else value.astimezone(UTC))


class Duration(sa.Interval):
    """A ``timedelta``. Databases without intervals store the moment that is as far from the beginning of 1970."""

    impl = _DATETIME  # type: ignore[assignment]
    cache_ok = True
    in_migrations = sa.Interval().with_variant(DATETIME(fsp=6), "mysql", "mariadb")
