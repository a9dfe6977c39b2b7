"""The application, and a client that only reads."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from my_flask_app import app as app_module

# {% if cookiecutter.app_setup == 'factory' %}
application = app_module.create_app()  # here, so that a missing driver is one sentence
# {% else %}application = app_module.app{% endif %}


@pytest.fixture(scope="session")
def app() -> Flask:
    return application


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
