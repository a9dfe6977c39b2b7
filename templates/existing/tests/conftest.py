"""The application, and a client that only reads."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from my_flask_app.app import create_app

application = create_app()  # here, so that a missing driver is one sentence


@pytest.fixture(scope="session")
def app() -> Flask:
    return application


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
