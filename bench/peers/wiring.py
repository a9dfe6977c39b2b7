"""The wiring alone of a rendered project, its db.py and databases/, under the views of scoped.py."""

import os

from flask import Flask
from my_flask_app import db
from my_flask_app.databases import database_of

from .views import Base, add_views


def create_app() -> Flask:
    app = Flask(__name__)
    for name in ("DATABASE_URL", "SECRET_KEY"):
        app.config[name] = os.environ[name]
    db.init_app(app)
    add_views(app, db.db_session)
    return app


def create_tables(app: Flask) -> None:
    database_of(app.config["DATABASE_URL"]).create()
    Base.metadata.create_all(app.extensions["engines"]["DATABASE_URL"])
