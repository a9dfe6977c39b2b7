"""Runs in a rendered project's environment and folder, on the database of DATABASE_URL: what begins and locks when.

The database is the project's own, with its table; each check leaves the table empty.
"""

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path.cwd()))

from my_flask_app.databases import AWAY, database_of, meaning
from my_flask_app.db import db_session
from my_flask_app.models import Message
from sqlalchemy import Engine, column, delete, func, insert, inspect, lambda_stmt, select, table, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased, joinedload

module: Any = import_module("my_flask_app.app")
app: Any = module.app if hasattr(module, "app") else module.create_app()
engine: Engine = app.extensions["engines"]["DATABASE_URL"]
is_sqlite = engine.name == "sqlite"


def store(*texts: str) -> list[int]:
    """Commit messages; return their ids."""
    with app.app_context():
        messages = [Message(text=each) for each in texts]
        db_session.add_all(messages)
        db_session.commit()
        return [message.id for message in messages]


def stored() -> list[str]:
    """Return what is committed."""
    with app.app_context():
        return list(db_session.scalars(select(Message.text).order_by(Message.id)))


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Run the work that many times in as many application contexts, six at a time."""

    def run(number: int) -> Any:
        with app.app_context():
            return work(number)

    with ThreadPoolExecutor(6) as threads:
        return list(threads.map(run, range(count)))


def nothing_is_stored_without_a_commit() -> None:
    """However it is written: what is rolled back is not there."""
    (first,) = store("kept")
    now = "CURRENT_TIMESTAMP"
    insert_text = f"INSERT INTO message (text, created_at) VALUES ('lost', {now})"
    ways: list[Callable[[], Any]] = [
        lambda: db_session.execute(text(insert_text)),
        lambda: db_session.execute(text(f"/* a comment */ {insert_text}")),
        lambda: db_session.execute(text(f"{insert_text} RETURNING id").columns(Message.id)).all(),
        lambda: db_session.connection().exec_driver_sql(insert_text),
        lambda: db_session.connection().connection.cursor().execute("UPDATE message SET text = 'lost'"),
        lambda: db_session.execute(insert(Message), [{"text": "lost"}, {"text": "lost"}]),
        lambda: db_session.execute(update(Message), [{"id": first, "text": "lost"}]),
        lambda: db_session.execute(delete(Message)),
        lambda: (db_session.add(Message(text="lost")), db_session.flush()),
        lambda: (db_session.begin_nested(), db_session.execute(text(insert_text))),
        lambda: (db_session.begin_nested().rollback(), db_session.execute(text(insert_text))),
    ]
    for number, way in enumerate(ways):
        with app.app_context():
            way()
            db_session.rollback()
        assert stored() == ["kept"], f"way {number}"


def autocommit_stores_at_once() -> None:
    """SQLAlchemy's AUTOCOMMIT keeps nothing open, and no lock."""
    store("before")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(update(Message).values(text="after"))
        assert stored() == ["after"]
        store("another")


def reading_stops_nobody() -> None:
    """A session that has read and not committed, as an open shell has, holds no lock."""
    store("one")
    with app.app_context():
        db_session.scalars(select(Message)).all()
        started = time.monotonic()
        store("two")
        assert time.monotonic() - started < 4, "the lock was waited for"
        with app.app_context():  # a nested context writes, and does not wait for the outer one
            db_session.execute(update(Message).values(text="three"))
            db_session.commit()
    assert stored() == ["three", "three"]


def reading_and_then_writing_is_no_error() -> None:
    """As a GET does that notes when somebody was last seen."""
    (first,) = store("0")

    def see(number: int) -> None:
        message = db_session.get_one(Message, first)
        message.text = str(number)
        db_session.commit()

    at_once(120, see)


def slow_work_before_the_write_holds_nobody_up() -> None:
    """Twelve logins that hash half a second between SELECT and UPDATE."""
    ids = store(*"abcdefghijkl")

    def log_in(number: int) -> None:
        message = db_session.get_one(Message, ids[number])
        time.sleep(0.5)
        message.text = "seen"
        db_session.commit()

    at_once(12, log_in)
    assert stored() == ["seen"] * 12


def a_loop_over_rows_that_writes_is_no_error() -> None:
    """Half-read rows would pin an old state, on which SQLite lets nobody write."""
    store(*"abc")

    def loop(_number: int) -> None:
        for row in db_session.execute(text("SELECT id FROM message ORDER BY id")):
            db_session.execute(update(Message).where(Message.id == row.id).values(text=Message.text + "x"))
        db_session.commit()

    at_once(30, loop)
    assert {len(each) for each in stored()} == {31}


def for_update_locks_wherever_it_stands() -> None:
    """Thirty increments at once, each of a row that was read FOR UPDATE in another way."""
    (first,) = store("0")
    ways = [
        lambda: select(Message).where(Message.id == first).with_for_update(),
        lambda: select(Message).where(Message.id.in_(select(Message.id).where(Message.id == first).with_for_update())),
        lambda: select(Message).from_statement(select(Message).where(Message.id == first).with_for_update()),
    ]
    for way in ways if is_sqlite else ways[::2]:  # a server locks the rows of the subquery, and reads the others before

        def increment(_number: int, way: Callable[[], Any] = way) -> None:
            db_session.get_one(Message, first)
            message = db_session.scalars(way().execution_options(populate_existing=True)).one()
            message.text = str(int(message.text) + 1)
            db_session.commit()

        before = int(stored()[0])
        at_once(30, increment)
        assert int(stored()[0]) == before + 30


def a_stream_that_writes_is_read_for_update() -> None:
    """A stream is not fetched at once; FOR UPDATE takes the lock before it."""
    store(*"abc")

    def loop(_number: int) -> None:
        messages = select(Message).order_by(Message.id).with_for_update()
        for message in db_session.scalars(messages, execution_options={"yield_per": 1}):
            db_session.execute(update(Message).where(Message.id == message.id).values(text=Message.text + "x"))
        db_session.commit()

    at_once(30, loop)
    assert {len(each) for each in stored()} == {31}


def each_statement_reads_what_is_committed() -> None:
    """READ COMMITTED, by default and by its name: the same query twice shows what another has stored in between."""
    for options in ({}, {"isolation_level": "READ COMMITTED"}):
        with app.app_context():
            db_session.connection(execution_options=options)
            read = select(func.count()).select_from(Message)
            before = db_session.scalar(read)
            store("in between")
            assert db_session.scalar(read) == before + 1


def half_read_results_are_in_nobodys_way() -> None:
    """Of an INSERT and of a SELECT: the rest is not asked for, others commit, and so does the transaction."""
    insert_text = "INSERT INTO message (text, created_at) VALUES ('a', {0}), ('b', {0}) RETURNING id"
    with app.app_context():
        assert db_session.execute(text(insert_text.format("CURRENT_TIMESTAMP"))).fetchone()
        db_session.commit()
        half_read = db_session.execute(text("SELECT id FROM message"))
        assert half_read.fetchone()
        store("c")
        db_session.execute(update(Message).values(text=Message.text + "!"))
        db_session.commit()
    assert stored() == ["a!", "b!", "c!"]


def many_rows_come_back() -> None:
    """Of an INSERT with RETURNING in batches none is lost."""
    with app.app_context():
        rows = [{"text": str(number)} for number in range(2500)]
        ids = db_session.scalars(insert(Message).returning(Message.id), rows).all()
        db_session.commit()
    assert len(set(ids)) == 2500


def sqlite_alone() -> None:
    """What only SQLite has: pragmas that end with a statement, and statements that stand outside of a transaction."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 77")
        connection.rollback()
        assert connection.exec_driver_sql("PRAGMA user_version").scalar_one() == 0
        connection.exec_driver_sql("/* a comment */ VACUUM")
        connection.exec_driver_sql("-- a comment\nPRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("CREATE TABLE child (parent INTEGER REFERENCES message (id))")
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.exec_driver_sql("SELECT 1").all()
        connection.execute(insert(table("child", column("parent"))), {"parent": 1})
        connection.exec_driver_sql("INSERT INTO message (id, text, created_at) VALUES (1, 'late', CURRENT_TIMESTAMP)")
        connection.commit()
        connection.exec_driver_sql("DROP TABLE child")
        connection.commit()
        reading = ["WITH a AS (SELECT 1) SELECT * FROM a", "-- c\nSELECT 1", "VALUES (1)", "EXPLAIN SELECT 1"]
        driver: Any = connection.connection.dbapi_connection
        for statement in reading:
            connection.exec_driver_sql(statement).all()
            assert not driver.in_transaction, statement
        for statement in ["SAVEPOINT a", "WITH a AS (SELECT 1 AS n) UPDATE message SET text = 'x' WHERE id = -1"]:
            connection.exec_driver_sql(statement)
            assert driver.in_transaction, statement
            connection.rollback()
    for level in ("SERIALIZABLE", "serializable", "repeatable read", "REPEATABLE_READ", "AUTOCOMMIT"):
        with engine.connect().execution_options(isolation_level=level) as connection:
            connection.exec_driver_sql("SELECT 1").all()
            driver = connection.connection.dbapi_connection
            assert driver.in_transaction == (level != "AUTOCOMMIT"), level
        assert driver.isolation_level == "IMMEDIATE", "for the next one who has this connection"


def sqlite_locks_for_each_form() -> None:
    """FOR UPDATE somewhere in a statement takes the lock, and so does all that may write, however it is written."""
    locked = select(Message.id).with_for_update()
    forms: list[Any] = [
        select(aliased(Message)).with_for_update(),
        select(aliased(Message, locked.subquery()).id),
        select(locked.cte().c.id),
        select(Message.id).union_all(locked),
        select(Message.id).where(locked.exists()),
        select(locked.limit(1).scalar_subquery()),
        select(Message).options(joinedload("*")).with_for_update(of=Message),
        lambda_stmt(lambda: select(Message).with_for_update()),
        *map(
            text,
            [
                "-- SELECT\nDELETE FROM message WHERE id = -1",
                "/* SELECT */ /* 2 */ DELETE FROM message WHERE id = -1",
                "; DELETE FROM message WHERE id = -1",
                "WITH a AS (SELECT 1) /* c */ DELETE FROM message WHERE id = -1",
                "PRAGMA schema_version = 77",
                'PRAGMA main . "user_version" = 77',
                "PRAGMA user_version /* c */ (77)",
                "REPLACE INTO message SELECT * FROM message WHERE id = -1",
            ],
        ),
    ]
    with engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        for form in forms:
            connection.execute(form)
            assert driver.in_transaction, form
            connection.rollback()
        assert connection.exec_driver_sql("PRAGMA user_version").scalar_one() == 0


def sqlite_by_the_driver() -> None:
    """What is written past SQLAlchemy's statements is rolled back too, also where it rolls back by itself alone."""
    store("kept")
    raw = engine.raw_connection()
    raw.cursor().executemany("UPDATE message SET text = ?", [("lost",), ("lost, too",)])
    raw.close()
    assert stored() == ["kept"]
    with engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        driver.create_function("writes", 0, lambda: driver.execute("UPDATE message SET text = 'lost'").rowcount)
        assert connection.exec_driver_sql("SELECT writes()").scalar_one() == 1
        connection.rollback()
    assert stored() == ["kept"]
    frugal = database_of(engine.url)._engine({}, skip_autocommit_rollback=True, pool_size=1)
    with frugal.connect() as connection:
        connection.execute(update(Message).values(text="lost"))
    with frugal.begin() as connection:
        connection.execute(insert(Message), {"text": "second"})
    assert stored() == ["kept", "second"]


def sqlite_files() -> None:
    """A file that is attached, one that may only be read, and one that many fill at once."""
    with TemporaryDirectory() as folder, engine.connect() as connection:
        connection.exec_driver_sql(f"ATTACH '{folder}/other.db' AS other")
        connection.exec_driver_sql("CREATE TABLE other.copy AS SELECT 'kept' AS text")
        connection.commit()
        for end, texts in ((connection.rollback, ["kept"]), (connection.commit, ["changed"])):
            connection.exec_driver_sql("UPDATE other.copy SET text = 'changed'")
            connection.execute(insert(Message), {"text": "changed"})
            end()
            assert connection.exec_driver_sql("SELECT text FROM other.copy").scalars().all() == texts
        connection.exec_driver_sql("DETACH other")
        assert stored() == ["changed"]

        reader = database_of(f"sqlite:///file:{engine.url.database}?mode=ro&uri=true").create_engine()
        with reader.connect() as reading:
            assert reading.scalar(select(Message.text).with_for_update()) == "changed"
            why = ""
            try:
                reading.execute(update(Message).values(text="lost"))
            except DBAPIError as error:
                why = meaning(error)
            assert why == AWAY

        new = database_of(f"sqlite:///{folder}/new.db")
        new.create()
        empty = new.create_engine()

        def create_all(_number: int) -> None:
            with empty.connect().execution_options(isolation_level="SERIALIZABLE") as locked, locked.begin():
                Message.metadata.create_all(locked)

        at_once(8, create_all)
        assert inspect(empty).has_table("message")


ON_SQLITE = [
    sqlite_alone,
    sqlite_locks_for_each_form,
    sqlite_by_the_driver,
    sqlite_files,
    a_stream_that_writes_is_read_for_update,
]
CHECKS: list[Callable[[], None]] = [
    nothing_is_stored_without_a_commit,
    autocommit_stores_at_once,
    reading_stops_nobody,
    reading_and_then_writing_is_no_error,
    slow_work_before_the_write_holds_nobody_up,
    a_loop_over_rows_that_writes_is_no_error,
    for_update_locks_wherever_it_stands,
    each_statement_reads_what_is_committed,
    half_read_results_are_in_nobodys_way,
    many_rows_come_back,
    *(ON_SQLITE if is_sqlite else []),
]

if __name__ == "__main__":
    assert app.test_cli_runner().invoke(args=["init-db"]).exit_code == 0
    for check in CHECKS:
        check()
        print(check.__name__, "good")
        with engine.begin() as cleanup:
            cleanup.execute(delete(Message))
    print("all good")
