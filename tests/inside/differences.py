"""Runs in a rendered project's environment and folder: what differs on the database of DATABASE_URL, and nowhere else.

Each check has a sentence of the list in `databases` as its docstring.
"""

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path.cwd()))

from sqlalchemy import Column, DateTime, Engine, Integer, MetaData, Numeric, String, Table, func, inspect, select
from sqlalchemy.dialects.mysql import DATETIME
from sqlalchemy.exc import DBAPIError

databases: Any = import_module("my_flask_app.databases")
config: Any = import_module("my_flask_app.config")
engine: Engine = databases.database_of(config.setting("DATABASE_URL")).create_engine()
is_mariadb, is_postgresql, is_sqlite = (engine.name == name for name in ("mariadb", "postgresql", "sqlite"))
table = Table(
    "differs",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String(5)),
    Column("price", Numeric(20, 4)),
    Column("at", DateTime(timezone=True).with_variant(DATETIME(fsp=6), "mysql", "mariadb"), server_default=func.now()),
    mariadb_charset="utf8mb4",
)


def refused(statement: Any, **values: Any) -> bool:
    """Tell whether the database raises an error."""
    try:
        with engine.begin() as connection:
            connection.execute(statement, values)
    except DBAPIError:
        return True
    return False


def locks() -> None:
    """SQLite locks all of itself where servers lock rows: one transaction writes at a time, and none are deadlocked."""

    def update(number: int) -> bool:
        return not refused(table.update().where(table.c.id == number), name="other")

    with engine.begin() as connection:
        connection.execute(table.insert(), [{"id": 1}, {"id": 2}])
    with ThreadPoolExecutor() as threads:
        with engine.begin() as connection:
            connection.execute(table.update().where(table.c.id == 1), {"name": "one"})
            other = threads.submit(update, 2)
            try:
                other.result(2)
                waited = False
            except TimeoutError:
                waited = True
        assert other.result()
    assert waited == is_sqlite


def after_an_error() -> None:
    """After an error PostgreSQL ends a transaction; the others go on without the statement that failed."""
    went_on = True
    with engine.connect() as connection:
        connection.execute(table.insert(), {"id": 1})
        try:
            connection.execute(table.insert(), {"id": 1})
        except DBAPIError:
            pass
        else:
            raise AssertionError
        try:
            connection.execute(table.insert(), {"id": 2})
        except DBAPIError:
            went_on = False
    assert went_on != is_postgresql


def schema_changes() -> None:
    """MariaDB commits at each statement that changes the schema; the others can roll it back."""
    with engine.connect() as connection:
        connection.execute(table.insert(), {"id": 1})
        connection.exec_driver_sql("CREATE TABLE differs_too (id INTEGER)")
        connection.rollback()
        rows = connection.scalar(select(func.count()).select_from(table))
    stays = inspect(engine).has_table("differs_too")
    if stays:
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE differs_too")
    assert (rows, stays) == (int(is_mariadb), is_mariadb)


def lengths() -> None:
    """SQLite holds no text to its length, and keeps 15 digits of a Numeric."""
    assert refused(table.insert(), id=1, name="longer than five") != is_sqlite
    assert not refused(table.insert(), id=2, price=Decimal("12345678901.2345"))
    assert not refused(table.insert(), id=3, price=Decimal("1234567890123456.7891"))
    with engine.connect() as connection:
        prices = list(connection.scalars(select(table.c.price).where(table.c.id > 1).order_by(table.c.id)))
    assert prices[0] == Decimal("12345678901.2345")
    assert (prices[1] == Decimal("1234567890123456.7891")) != is_sqlite


def texts() -> None:
    """MariaDB ignores case, accents and blanks at the end when it compares texts; SQLite ignores case in LIKE."""
    with engine.begin() as connection:
        connection.execute(table.insert(), {"id": 1, "name": "the"})
        equal = [connection.scalar(select(table.c.id).where(table.c.name == text)) for text in ("THE", "thé", "the ")]
        assert equal == [1 if is_mariadb else None] * 3
        like = connection.scalar(select(table.c.id).where(table.c.name.like("T%")))
    assert like == (None if is_postgresql else 1)


def null() -> None:
    """PostgreSQL sorts NULL last, the others first; it refuses a text with a NUL character."""
    assert refused(table.insert(), id=1, name="a\0b") == is_postgresql
    with engine.begin() as connection:
        connection.execute(table.delete())
        connection.execute(table.insert(), [{"id": 1, "name": None}, {"id": 2, "name": "a"}])
        ids = list(connection.scalars(select(table.c.id).order_by(table.c.name)))
    assert ids == ([2, 1] if is_postgresql else [1, 2])


def clock() -> None:
    """SQLite's clock, server_default=func.now(), counts whole seconds."""
    moments = []
    for number in range(1, 4):
        with engine.begin() as connection:
            connection.execute(table.insert(), {"id": number})
            moments.append(connection.scalar(select(table.c.at).where(table.c.id == number)))
    assert any(moment.microsecond for moment in moments) != is_sqlite


CHECKS: list[Callable[[], None]] = [locks, after_an_error, schema_changes, lengths, texts, null, clock]

if __name__ == "__main__":
    sentences = [line.removeprefix("* ") for line in databases.__doc__.splitlines() if line.startswith("* ")]
    assert sentences == [check.__doc__ for check in CHECKS]
    if is_sqlite:
        databases.database_of(config.setting("DATABASE_URL")).create()
    for check in CHECKS:
        table.metadata.drop_all(engine)
        table.metadata.create_all(engine)
        check()
        print(check.__name__, "good")
    table.metadata.drop_all(engine)
    print("all good")
