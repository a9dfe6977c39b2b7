"""Runs in a rendered project's environment and folder, on a MariaDB whose settings are not what the project needs."""

import sys
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path.cwd()))

from my_flask_app.models import Base, Message
from sqlalchemy import Engine, TextClause, insert, select, text
from sqlalchemy.exc import DBAPIError

databases: Any = import_module("my_flask_app.databases")
config: Any = import_module("my_flask_app.config")
engine: Engine = databases.database_of(config.setting("DATABASE_URL")).create_engine()


def refused(statement: TextClause) -> str:
    """Return why the database refuses a statement; fail where it does not."""
    try:
        with engine.begin() as connection:
            connection.execute(statement)
    except DBAPIError as error:
        return str(databases.meaning(error))
    raise AssertionError(statement)


if __name__ == "__main__":
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE moment (id INTEGER, at TIMESTAMP NOT NULL DEFAULT now(), day DATE)")
        connection.exec_driver_sql("INSERT INTO moment (id) VALUES (1)")
        connection.execute(insert(Message).values(text="x"))
    try:
        with engine.connect() as connection:
            at = connection.exec_driver_sql("SELECT at FROM moment").scalar_one()
            assert abs(at.replace(tzinfo=UTC) - datetime.now(UTC)) < timedelta(minutes=1), at
            isolation = connection.exec_driver_sql("SELECT @@tx_isolation").scalar_one()
            assert isolation == "READ-COMMITTED"
        assert refused(text("INSERT INTO moment (id, day) VALUES (2, '0000-00-00')")) == ""
        assert refused(text("INSERT INTO moment (id, day) VALUES (2, '2026-00-01')")) == ""
        assert refused(text("INSERT INTO message (text, created_at) VALUES (repeat('x', 501), now())")) == ""
        with engine.connect() as reader:  # an open shell, say
            reader.execute(select(Message.id)).all()
            why = refused(text("ALTER TABLE message ADD COLUMN more INTEGER"))
            assert why == import_module("my_flask_app.databases.base").LOCKED
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE moment")
    print("all good")
