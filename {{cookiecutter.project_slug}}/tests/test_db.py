"""What the wiring in db.py promises."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import Engine, delete, select
from sqlalchemy.pool import QueuePool

from my_flask_app import db
from my_flask_app.db import db_session
from my_flask_app.models import Message


@pytest.fixture
def probe(engine: Engine) -> Iterator[Flask]:
    """Give an application wired in the same way, whose views misbehave and really commit; clean up behind it."""
    probe = Flask("probe")
    probe.config["DATABASE_URL"] = os.environ["DATABASE_URL"]

    @probe.post("/forget")
    def forget() -> str:
        db_session.add(Message(text="never committed"))
        db_session.flush()
        return "done"

    @probe.post("/raise")
    def fail() -> str:
        forget()
        raise RuntimeError

    @probe.post("/increment")
    def increment() -> str:
        counter = db_session.scalars(select(Message).with_for_update()).one()
        counter.text = str(int(counter.text) + 1)
        db_session.commit()
        return counter.text

    db.init_app(probe)
    yield probe
    with engine.begin() as connection:
        connection.execute(delete(Message))
    with probe.app_context():
        db_session.get_bind().engine.dispose()


def checked_out(engine: object) -> int:
    """Return how many connections of the pool are in use."""
    assert isinstance(engine, Engine)
    assert isinstance(engine.pool, QueuePool)
    return engine.pool.checkedout()


def stored() -> list[str]:
    """Return the texts of all messages, as a new transaction sees them."""
    return list(db_session.scalars(select(Message.text)))


def test_one_session_per_application_context(app: Flask) -> None:
    with app.app_context():
        outer = db_session()
        assert db_session() is outer
        with app.app_context():
            assert db_session() is not outer
        assert db_session() is outer, "the inner context must not close the outer one's session"
    with app.app_context():
        assert db_session() is not outer


def test_no_session_outside_of_a_context() -> None:
    with pytest.raises(RuntimeError, match="application context"):
        db_session()


def test_the_session_ends_with_its_context(app: Flask, engine: Engine) -> None:
    with app.app_context():
        db_session.add(Message(text="never committed"))
        db_session.flush()
        assert checked_out(engine) == 1
    assert checked_out(engine) == 0
    assert not db_session.registry.registry
    with app.app_context():
        assert stored() == []


def test_what_is_not_committed_is_rolled_back(probe: Flask) -> None:
    assert probe.test_client().post("/forget").status_code == 200
    with probe.app_context():
        assert stored() == []


def test_failing_requests_leave_no_connection_behind(probe: Flask) -> None:
    client = probe.test_client()
    assert {client.post("/raise").status_code for _ in range(200)} == {500}
    with probe.app_context():
        assert checked_out(db_session.get_bind()) == 0
        assert stored() == []


def test_concurrent_updates_are_not_lost(probe: Flask) -> None:
    with probe.app_context():
        db_session.add(Message(text="0"))
        db_session.commit()

    def increment(_number: int) -> int:
        return probe.test_client().post("/increment").status_code

    with ThreadPoolExecutor(max_workers=8) as threads:
        assert set(threads.map(increment, range(80))) == {200}
    with probe.app_context():
        assert stored() == ["80"]


def test_models_do_not_need_flask() -> None:
    without_flask = """
import sys
sys.modules["flask"] = None  # makes `import flask` fail
import my_flask_app.models
"""
    subprocess.run([sys.executable, "-c", without_flask], check=True)
