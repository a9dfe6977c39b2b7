"""A `scoped_session` by thread, written by hand as Flask's documentation has it."""

import os

from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.orm import scoped_session, sessionmaker

from .views import Base, add_views


def create_app() -> Flask:
    app = Flask(__name__)
    app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
    engine = create_engine(os.environ["DATABASE_URL"])
    db_session = scoped_session(sessionmaker(engine))

    @app.teardown_appcontext
    def shutdown_session(_error: BaseException | None) -> None:
        db_session.remove()

    add_views(app, db_session)
    return app


def create_tables(_app: Flask) -> None:
    Base.metadata.create_all(create_engine(os.environ["DATABASE_URL"]))
