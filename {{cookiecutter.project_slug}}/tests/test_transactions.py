"""Two people change the same row: what keeps the change of both, on every database."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask, current_app, request
from sqlalchemy import Engine, select, update
from sqlalchemy.exc import IntegrityError

from my_flask_app.db import db_session
from my_flask_app.shortcuts import repeat_on_conflict

from .counter import Counter, numbers


def lock() -> None:
    """Read the row FOR UPDATE; it is the present one, though the session has read it before."""
    db_session.get_one(Counter, 1)
    counter = db_session.scalars(select(Counter).where(Counter.id == 1).with_for_update()).one()
    counter.number += 1
    db_session.commit()


def lock_by_key() -> None:
    """Do the same with the row of a key."""
    db_session.get_one(Counter, 1)
    db_session.get_one(Counter, 1, with_for_update=True).number += 1
    db_session.commit()


def add_in_sql() -> None:
    """Have the database add."""
    db_session.execute(update(Counter).values(number=Counter.number + 1, version=Counter.version + 1))
    db_session.commit()


@repeat_on_conflict
def check_version() -> None:
    """Fail if somebody else was faster, and try again."""
    db_session.get_one(Counter, 1).number += 1
    db_session.commit()


@pytest.mark.parametrize("increment", [lock, lock_by_key, check_version, add_in_sql])
def test_no_update_is_lost(probe: Flask, increment: Callable[[], None]) -> None:
    def run(_number: int) -> None:
        with probe.app_context():
            increment()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(run, range(40)))
    assert numbers(probe)[0] == 40


def test_a_snapshot_does_not_change_and_stops_nobody(probe: Flask) -> None:
    with probe.app_context():
        db_session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        read = select(Counter.number).where(Counter.id == 1)
        assert db_session.scalar(read) == 0
        with probe.app_context():
            lock()
        assert db_session.scalar(read) == 0
        db_session.rollback()
        assert db_session.scalar(read) == 1


@repeat_on_conflict
def insert_if_there_is_none(key: int) -> None:
    """Look, and then insert, as if nobody else were there."""
    db_session.connection(execution_options={"isolation_level": "SERIALIZABLE"})
    if db_session.scalars(select(Counter).where(Counter.number == 7)).first() is None:
        time.sleep(0.01)  # in which others look too
        db_session.add(Counter(id=key, number=7))
    db_session.commit()


def test_of_many_who_look_first_one_inserts(probe: Flask) -> None:
    def run(key: int) -> None:
        with probe.app_context():
            insert_if_there_is_none(key)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(run, range(3, 11)))
    assert numbers(probe).count(7) == 1


def test_a_version_that_is_not_repeated_is_a_conflict(probe: Flask) -> None:
    @probe.post("/increment")
    def increment() -> str:
        counter = db_session.get_one(Counter, 1)
        with current_app.app_context():  # somebody else
            check_version()
        counter.number += 1
        db_session.commit()
        return "done"

    assert probe.test_client().post("/increment").status_code == 409
    assert numbers(probe) == [1, 0]


def test_a_deadlock_is_repeated(probe: Flask, engine: Engine) -> None:
    meet = Barrier(1 if engine.name == "sqlite" else 2)  # SQLite has one lock only, and so no deadlocks
    calls = []

    @probe.post("/swap")
    @repeat_on_conflict
    def swap() -> str:
        first, second = request.get_json()
        calls.append(first)
        db_session.execute(update(Counter).where(Counter.id == first).values(number=Counter.number + 1))
        if len(calls) <= 2:  # the first time each waits until the other has its first lock
            meet.wait(10)
        db_session.execute(update(Counter).where(Counter.id == second).values(number=Counter.number + 1))
        db_session.commit()
        return "done"

    with ThreadPoolExecutor() as threads:
        orders = [[1, 2], [2, 1]]
        statuses = list(threads.map(lambda ids: probe.test_client().post("/swap", json=ids).status_code, orders))
    assert statuses == [200, 200]
    assert len(calls) == (2 if engine.name == "sqlite" else 3)
    assert numbers(probe) == [2, 2]


def test_other_errors_are_not_repeated(probe: Flask) -> None:
    calls = []

    @repeat_on_conflict
    def insert() -> None:
        calls.append(1)
        db_session.add(Counter(id=1, number=0))
        db_session.commit()

    with probe.app_context(), pytest.raises(IntegrityError):
        insert()
    assert len(calls) == 1
