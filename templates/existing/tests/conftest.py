"""The application, and a client that only reads."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from my_flask_app.app import create_app


@pytest.fixture(scope="session")
def app() -> Flask:
    return create_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
