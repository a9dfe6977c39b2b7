"""The transaction in which the schema changes."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError


@contextmanager
def schema_transaction(engine: Engine) -> Iterator[Connection]:
    """Begin a transaction that may rebuild tables: alone, and with foreign keys unchecked until its end.

    SQLite alters a table by copying it and dropping the old one, which would delete the rows that refer to it.
    """
    with engine.connect() as connection:
        cursor = connection.connection.cursor()  # the driver's: the setting changes nothing inside a transaction
        cursor.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                yield connection
                check = "PRAGMA foreign_key_check"
                if broken := connection.exec_driver_sql(check).all():
                    reason = sqlite3.IntegrityError(f"{len(broken)} rows would refer to rows that do not exist")
                    raise IntegrityError(check, None, reason)
        finally:
            cursor.execute("PRAGMA foreign_keys = ON")
