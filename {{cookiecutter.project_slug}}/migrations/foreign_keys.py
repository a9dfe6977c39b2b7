"""SQLite alters a table by copying it and dropping the old one, which would delete the rows that refer to it."""

import sqlite3
from functools import partial
from math import inf

from sqlalchemy import Connection, event
from sqlalchemy.exc import IntegrityError


def check_at_the_end(connection: Connection) -> None:
    """Check foreign keys before each commit only: raise IntegrityError if more rows than now refer to none."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101
    driver.execute("PRAGMA foreign_keys = OFF")  # nothing has begun: in a transaction it has no effect
    event.listen(connection, "commit", partial(_check, driver, broken_keys(driver)))


def _check(driver: sqlite3.Connection, before: dict[str, float], _connection: Connection) -> None:
    if worse := [table for table, rows in broken_keys(driver).items() if inf > rows > before.get(table, 0)]:
        reason = sqlite3.IntegrityError(f"rows would refer to rows that do not exist, of {', '.join(worse)}")
        raise IntegrityError("PRAGMA foreign_key_check", None, reason)


def broken_keys(driver: sqlite3.Connection) -> dict[str, float]:
    """Count the rows of each table that refer to none: inf where a key cannot be checked, as its target is none."""
    broken: dict[str, float] = {}
    for (table,) in driver.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
        try:
            count = driver.execute("SELECT count(*) FROM pragma_foreign_key_check(?)", (table,))
            (broken[table],) = count.fetchone()
        except sqlite3.OperationalError:
            broken[table] = inf
    return broken
