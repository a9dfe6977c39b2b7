"""What the wiring in db.py promises."""

import subprocess
import sys

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.pool import QueuePool

from my_flask_app.db import db_session


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


def test_a_request_gives_its_connection_back(app: Flask, client: FlaskClient) -> None:
    for _ in range(20):
        assert client.get("/health").json == {"status": "ok"}
    pool = app.extensions["engines"]["DATABASE_URL"].pool
    assert isinstance(pool, QueuePool)
    assert pool.checkedout() == 0


def test_models_do_not_need_flask() -> None:
    without_flask = """
import sys
sys.modules["flask"] = None  # makes `import flask` fail
import my_flask_app.models
"""
    subprocess.run([sys.executable, "-c", without_flask], check=True)
