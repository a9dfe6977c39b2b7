"""The application, for `flask run` and `gunicorn`."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from . import cli, db, errors, health, logs, messages, reflection, security
from .config import DATABASES, DEFAULTS, setting


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Make an application; ``config`` wins over the environment (``DATABASE_URL``, ``SECRET_KEY``)."""
    app = Flask(__name__)
    app.config.from_mapping(DEFAULTS)
    app.config.from_prefixed_env()
    app.config.from_mapping(config)
    for name in (*DATABASES, "SECRET_KEY"):
        app.config[name] = app.config.get(name) or setting(name)

    logs.init_app(app)
    errors.init_app(app)
    security.init_app(app)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(messages.blueprint)
    reflection.init_app(app)
    cli.init_app(app)
    db.init_app(app)
    return app
