"""The application on the tests' database, and a rollback behind each test that uses ``client``."""

{% if cookiecutter.__dialect in ['postgresql', 'mysql', 'mariadb'] %}
import os
{% endif %}
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine{{ ', make_url' if cookiecutter.__dialect in ['postgresql', 'mysql', 'mariadb'] else '' }}

from {{ cookiecutter.__package }}.app import {{ 'create_app' if cookiecutter.app_setup == 'factory' else 'app as application' }}
{% if cookiecutter.__dialect in ['postgresql', 'mysql', 'mariadb'] %}
from {{ cookiecutter.__package }}.database import create_database
{% endif %}
from {{ cookiecutter.__package }}.db import db_session
{% if cookiecutter.__dialect in ['postgresql', 'mysql', 'mariadb'] %}
from {{ cookiecutter.__package }}.server import connect_once


@pytest.fixture(scope="session", autouse=True)
def database() -> Iterator[None]:
    """Create the tests' database, and drop it if it was not there before."""
    url = make_url(os.environ["DATABASE_URL"])
    created = create_database(url)
    if not created and "TEST_DATABASE_URL" not in os.environ:
        pytest.exit(
            f"The database {url.database} is there already. Drop it if an interrupted test has left it;"
            " if it is yours, name another one in TEST_DATABASE_URL."
        )
    yield
    if created:
        with connect_once(url{{ '.set(database="postgres")' if cookiecutter.__dialect == 'postgresql' else '' }}) as connection:
            name = connection.dialect.identifier_preparer.quote_identifier(str(url.database))
            connection.exec_driver_sql("DROP DATABASE " + name{{ ' + " WITH (FORCE)"' if cookiecutter.__dialect == 'postgresql' else '' }})
{% endif %}


@pytest.fixture(scope="session")
def app() -> Flask:
{% if cookiecutter.app_setup == 'factory' %}
    application = create_app()
{% endif %}
    result = application.test_cli_runner().invoke(args=["init-db"])
    assert result.exit_code == 0, result.output
    return application


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
