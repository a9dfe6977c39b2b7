"""The rendered project with views that count in a message, in the two ways that lose no update."""

from importlib import import_module
from typing import Any

from flask import Flask
from sqlalchemy import Integer, String, cast, select, update
from sqlalchemy.orm import scoped_session


def add_counters(app: Flask, session: scoped_session[Any], model: Any) -> Flask:
    @app.post("/set-to-0")
    def set_to_0() -> dict[str, str]:
        session.execute(update(model).where(model.id == 7).values(text="0"))
        session.commit()
        return {}

    @app.post("/expression")
    def by_expression() -> dict[str, str]:
        more = cast(cast(model.text, Integer) + 1, String)
        session.execute(update(model).where(model.id == 7).values(text=more))
        session.commit()
        return {}

    @app.post("/for-update")
    def for_update() -> dict[str, str]:
        message = session.scalars(select(model).where(model.id == 7).with_for_update()).one()
        message.text = str(int(message.text) + 1)
        session.commit()
        return {}

    return app


def create_app() -> Flask:
    db, models, app = (import_module(f"my_flask_app.{name}") for name in ("db", "models", "app"))
    return add_counters(app.create_app(), db.db_session, models.Message)
