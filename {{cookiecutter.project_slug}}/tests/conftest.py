"""The application on the tests' database, and a rollback behind each test that uses ``client``."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from my_flask_app.app import create_app
from my_flask_app.db import db_session

from . import own_databases


@pytest.fixture(scope="session")
def app() -> Iterator[Flask]:
    application = create_app()
    with own_databases():
        result = application.test_cli_runner().invoke(args=["init-db"])
        assert result.exit_code == 0, result.output
        yield application


@pytest.fixture(scope="session")
def engine(app: Flask) -> Iterator[Engine]:
    with app.app_context():
        engine = db_session.get_bind()
    assert isinstance(engine, Engine)
    yield engine
    engine.dispose()


@pytest.fixture
def client(app: Flask, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """Give a client whose requests commit for each other and nobody else: an outer transaction is rolled back."""
    with engine.connect() as connection, connection.begin() as outer:
        monkeypatch.setitem(db_session.session_factory.kw, "bind", connection)
        monkeypatch.setitem(db_session.session_factory.kw, "join_transaction_mode", "create_savepoint")
        yield app.test_client()
        outer.rollback()
