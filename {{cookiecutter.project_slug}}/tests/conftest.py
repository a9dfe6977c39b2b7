"""The application on the tests' database. What a test commits is rolled back behind it, whoever asks for ``app``."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask, has_app_context, has_request_context, request_tearing_down
from flask.globals import app_ctx, request_ctx
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine

from my_flask_app import app as app_module
from my_flask_app import db, errors
from my_flask_app.db import db_session

from . import own_databases
from .counter import Base, Counter


@pytest.fixture(scope="session")
def application() -> Iterator[Flask]:
    """Give the application to fixtures of the whole session: what they commit stays until its end."""
    # {% if cookiecutter.app_setup == 'factory' %}
    application = app_module.create_app()
    # {% else %}application = app_module.app{% endif %}
    with own_databases():
        result = application.test_cli_runner().invoke(args=["init-db"])
        assert result.exit_code == 0, result.output
        yield application
        dispose(application)


@pytest.fixture(scope="session")
def engine(application: Flask) -> Engine:
    engine: Engine = application.extensions["engines"]["DATABASE_URL"]
    return engine


@pytest.fixture
def app(application: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """Give the application; its sessions commit for each other and nobody else: outer transactions are rolled back."""
    get_bind = db.sessions.class_.get_bind
    connections: dict[Engine | Connection, Connection] = {}

    def get_connection(*arguments: Any, **options: Any) -> Engine | Connection:
        bind = get_bind(*arguments, **options)
        return connections.get(bind, bind)

    with ExitStack() as stack, request_tearing_down.connected_to(forget):
        for engine in application.extensions["engines"].values():
            connections[engine] = stack.enter_context(engine.connect())
            stack.callback(connections[engine].begin().rollback)
        monkeypatch.setattr(db.sessions.class_, "get_bind", get_connection)
        monkeypatch.setitem(db.sessions.kw, "join_transaction_mode", "create_savepoint")
        yield application
        left_open = has_app_context()
        while has_request_context():
            request_ctx.pop()
        while has_app_context():
            app_ctx.pop()
    if left_open:
        pytest.fail("This test has left a context open; write: with app.app_context():", pytrace=False)


def forget(*_: object, **_signal: object) -> None:
    """Roll back what a view did not commit, also where its request shares the session of a context of the test."""
    db_session.rollback()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def probe(application: Flask, engine: Engine) -> Iterator[Flask]:
    """Give an application wired like ours, whose views really commit, and two counters."""
    probe = Flask("probe")
    probe.config.from_mapping(application.config)
    errors.init_app(probe)
    db.init_app(probe)
    Base.metadata.create_all(engine)
    with probe.app_context():
        db_session.add_all([Counter(id=1, number=0), Counter(id=2, number=0)])
        db_session.commit()
    yield probe
    dispose(probe)
    Base.metadata.drop_all(engine)


def dispose(app: Flask) -> None:
    """Close an application's connections."""
    for engine in app.extensions["engines"].values():
        engine.dispose()
