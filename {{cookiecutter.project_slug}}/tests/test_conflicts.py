"""What conflicts.py promises, on two transactions that meet."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask, request
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.exc import IntegrityError

from my_flask_app import db
from my_flask_app.conflicts import repeat_on_conflict
from my_flask_app.db import db_session
from my_flask_app.models import Message


@pytest.fixture
def two(app: Flask, engine: Engine) -> Iterator[list[int]]:
    """Give the ids of two messages, and remove them."""
    with app.app_context():
        messages = [Message(text="0"), Message(text="0")]
        db_session.add_all(messages)
        db_session.commit()
        ids = [message.id for message in messages]
    yield ids
    with engine.begin() as connection:
        connection.execute(delete(Message))


def test_a_deadlock_is_repeated(two: list[int]) -> None:
    probe = Flask("probe")
    probe.config["DATABASE_URL"] = os.environ["DATABASE_URL"]
    meet = Barrier(2)
    calls = []

    @probe.post("/swap")
    @repeat_on_conflict
    def swap() -> str:
        first, second = request.get_json()
        calls.append(first)
        db_session.execute(update(Message).where(Message.id == first).values(text=Message.text + "1"))
        if len(calls) <= 2:  # the first time each waits until the other has its first lock
            meet.wait(10)
        db_session.execute(update(Message).where(Message.id == second).values(text=Message.text + "1"))
        db_session.commit()
        return "done"

    db.init_app(probe)
    with ThreadPoolExecutor() as threads:
        orders = [two, two[::-1]]
        statuses = list(threads.map(lambda ids: probe.test_client().post("/swap", json=ids).status_code, orders))
    assert statuses == [200, 200]
    assert len(calls) == 3
    with probe.app_context():
        assert list(db_session.scalars(select(Message.text))) == ["011", "011"]
        db_session.get_bind().engine.dispose()


def test_other_errors_are_not_repeated(app: Flask, two: list[int]) -> None:
    calls = []

    @repeat_on_conflict
    def insert() -> None:
        calls.append(1)
        db_session.add(Message(id=two[0], text="there is one"))
        db_session.commit()

    with app.app_context(), pytest.raises(IntegrityError):
        insert()
    assert len(calls) == 1
