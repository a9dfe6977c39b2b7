"""Runs in a rendered project's environment and folder: the table browser on any database, without its models.

Usage: ``python browsing.py check|serve``; DATABASE_URL names the database. ``check`` pages through every table and
compares; ``serve`` answers HTTP on PORT, in debug.
"""

import json
import os
import sys
from types import ModuleType
from typing import Any

sys.path.insert(0, os.getcwd())  # noqa: PTH109

from flask import Flask  # noqa: E402
from sqlalchemy import create_engine, func, inspect, select  # noqa: E402
from sqlalchemy.orm import DeclarativeBase  # noqa: E402
from werkzeug.serving import run_simple  # noqa: E402


class Base(DeclarativeBase):
    """What the browser needs of the models: the metadata."""


def stand_in(name: str, **members: Any) -> None:
    """Have the application import that instead of its own module."""
    module = ModuleType(f"my_flask_app.{name}")
    module.__dict__.update(members)
    sys.modules[module.__name__] = module


stand_in("models", Base=Base, Reflected=Base)
stand_in("schema", SchemaError=RuntimeError, init_db=str)

from my_flask_app import browse, db, errors  # noqa: E402
from my_flask_app.db import db_session, get_engine  # noqa: E402


def make_app() -> Flask:
    """Return an application with the browser and nothing else, on the tables that are there."""
    app = Flask("my_flask_app")
    app.config["DATABASE_URL"] = os.environ["DATABASE_URL"]
    errors.init_app(app)
    browse.init_app(app)
    db.init_app(app)
    reading = create_engine(os.environ["DATABASE_URL"])
    Base.metadata.reflect(reading, views=True)
    for view in inspect(reading).get_view_names():
        Base.metadata.tables[view].info["is_view"] = True
    reading.dispose()
    app.debug = True
    return app


def no_json(constant: str) -> Any:
    """Refuse what Python reads and writes, but JSON does not know."""
    raise ValueError(constant)


def pages(client: Any, url: str | None) -> Any:
    """Give the answers of a chain of pages."""
    while url:
        response = client.get(url)
        assert response.status_code == 200, (url, response.text)
        answer = json.loads(response.text, parse_constant=no_json)
        yield answer
        url = answer["next"]


def check(app: Flask) -> None:
    """Page through every table, by pages of several sizes; each row is there once."""
    client = app.test_client()
    result: dict[str, Any] = {}
    for table in client.get("/tables").get_json()["tables"]:
        name = table["name"]
        with app.app_context():
            assert get_engine()
            count = db_session.scalar(select(func.count()).select_from(Base.metadata.tables[name]))
        whole = None
        for limit in (2, 3, 500) if count and count < 200 else (499, 500):
            answers = list(pages(client, f"{table['rows']}?limit={limit}"))
            rows = [row for answer in answers for row in answer["rows"]]
            texts = [json.dumps(row) for row in rows]
            assert len(rows) == count, (name, limit, len(rows), count)
            if answers[0]["paging"] == "key":
                assert whole in (None, texts), (name, limit)
                whole = texts
        for limit in (1, 7):
            url = f"/browse/{name}?limit={limit}"
            response = client.get(url)
            assert response.status_code == 200, (url, response.text)
        result[name] = {"paging": answers[0]["paging"], "rows": rows[:50]}
    print(json.dumps(result))


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        run_simple("127.0.0.1", int(os.environ["PORT"]), make_app(), threaded=True)
    else:
        check(make_app())
