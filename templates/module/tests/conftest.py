"""The application on the tests' database. What a test commits is rolled back behind it, whoever asks for ``app``."""

import os
from collections.abc import Iterator

import pytest
from flask import Flask, has_app_context, has_request_context, request_tearing_down
from flask.globals import app_ctx, request_ctx
from flask.testing import FlaskClient
from sqlalchemy import Engine

from my_flask_app import db, errors
from my_flask_app.app import app as our_app
from my_flask_app.db import db_session

from . import own_databases
from .counter import Base, Counter


@pytest.fixture(scope="session")
def application() -> Iterator[Flask]:
    """Give the application to fixtures of the whole session: what they commit stays until its end."""
    with own_databases():
        result = our_app.test_cli_runner().invoke(args=["init-db"])
        assert result.exit_code == 0, result.output
        yield our_app


@pytest.fixture(scope="session")
def engine(application: Flask) -> Iterator[Engine]:
    with application.app_context():
        engine = db_session.get_bind()
    assert isinstance(engine, Engine)
    yield engine
    engine.dispose()


@pytest.fixture
def app(application: Flask, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """Give the application; its sessions commit for each other and nobody else: an outer transaction is rolled back."""
    with (
        engine.connect() as connection,
        connection.begin() as outer,
        request_tearing_down.connected_to(forget),
    ):
        monkeypatch.setitem(db_session.session_factory.kw, "bind", connection)
        monkeypatch.setitem(db_session.session_factory.kw, "join_transaction_mode", "create_savepoint")
        yield application
        left_open = has_app_context()
        while has_request_context():
            request_ctx.pop()
        while has_app_context():
            app_ctx.pop()
        outer.rollback()
    if left_open:
        pytest.fail("This test has left a context open; write: with app.app_context():", pytrace=False)


def forget(*_: object, **_signal: object) -> None:
    """Roll back what a view did not commit, also where its request shares the session of a context of the test."""
    db_session.rollback()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def probe(engine: Engine) -> Iterator[Flask]:
    """Give an application wired like ours, whose views really commit, and two counters."""
    probe = Flask("probe")
    probe.config["DATABASE_URL"] = os.environ["DATABASE_URL"]
    errors.init_app(probe)
    db.init_app(probe)
    Base.metadata.create_all(engine)
    with probe.app_context():
        db_session.add_all([Counter(id=1, number=0), Counter(id=2, number=0)])
        db_session.commit()
    yield probe
    probe.extensions["engine"].dispose()
    Base.metadata.drop_all(engine)
