"""What the wiring in db.py promises."""

import subprocess
import sys

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.pool import QueuePool

from my_flask_app.db import db_session

from .counter import Counter, numbers


def forget() -> str:
    db_session.add(Counter(id=3, number=7))
    db_session.flush()
    return "done"


def fail() -> str:
    forget()
    raise RuntimeError


def checked_out(app: Flask) -> int:
    """Return how many connections of the pool are in use."""
    pool = app.extensions["engines"]["DATABASE_URL"].pool
    assert isinstance(pool, QueuePool)
    return pool.checkedout()


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


def test_the_session_ends_with_its_context(probe: Flask) -> None:
    with probe.app_context():
        forget()
        assert checked_out(probe) == 1
    assert checked_out(probe) == 0
    assert not db_session.registry.registry
    assert numbers(probe) == [0, 0]


def test_what_is_not_committed_is_rolled_back(probe: Flask) -> None:
    probe.add_url_rule("/", view_func=forget)
    assert probe.test_client().get("/").text == "done"
    assert numbers(probe) == [0, 0]


def test_failing_requests_leave_no_connection_behind(probe: Flask) -> None:
    probe.add_url_rule("/", view_func=fail)
    client = probe.test_client()
    assert {client.get("/").status_code for _ in range(200)} == {500}
    assert checked_out(probe) == 0
    assert numbers(probe) == [0, 0]


def test_health(client: FlaskClient) -> None:
    assert client.get("/health").json == {"status": "ok"}


def test_models_do_not_need_flask() -> None:
    without_flask = """
import sys
sys.modules["flask"] = None  # makes `import flask` fail
import my_flask_app.models
"""
    subprocess.run([sys.executable, "-c", without_flask], check=True)
