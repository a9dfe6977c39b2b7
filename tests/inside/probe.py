"""A rendered application with views that misbehave, for gunicorn in a project's own environment: ``probe:app``."""

import time
from importlib import import_module
from typing import Any

from flask import Flask, request
from my_flask_app.db import db_session
from my_flask_app.models import Message
from my_flask_app.shortcuts import repeat_on_conflict
from sqlalchemy import select, text

module: Any = import_module("my_flask_app.app")
app: Flask = module.app if hasattr(module, "app") else module.create_app()


@app.post("/two")
@repeat_on_conflict  # which a lost connection is none of
def two() -> str:
    """Store two messages in one transaction, with a second in between."""
    db_session.add(Message(text="first"))
    db_session.flush()
    time.sleep(1)
    db_session.add(Message(text="second"))
    db_session.commit()
    return "done"


@app.post("/ready")
def ready() -> str:
    """Read, and have the answer ready a second later."""
    db_session.scalars(select(Message)).first()
    time.sleep(1)
    return "ready"


@app.post("/raise")
def fail() -> str:
    """Raise in the middle of a transaction."""
    db_session.add(Message(text="never committed"))
    db_session.flush()
    raise RuntimeError


@app.get("/hold")
def hold() -> str:
    """Hold a connection for a moment."""
    db_session.execute(select(1))
    time.sleep(0.05)
    return "held"


@app.post("/hold-row")
def hold_row() -> str:
    """Hold the lock of the only message, and ask the server for nothing meanwhile."""
    db_session.scalars(select(Message).with_for_update()).one()
    time.sleep(int(request.args["seconds"]))
    return "held"


@app.get("/pool")
def pool() -> dict[str, int]:
    """Answer how many connections of this worker are in use."""
    engine: Any = app.extensions["engines"]["DATABASE_URL"]
    return {"checked out": engine.pool.checkedout()}


@app.post("/increment")
def increment() -> str:
    """Add one to the only message, which is a number, under a lock."""
    message = db_session.scalars(select(Message).with_for_update()).one()
    message.text = str(int(message.text) + 1)
    db_session.commit()
    return message.text


@app.post("/serializable")
@repeat_on_conflict
def serializable() -> str:
    """Add one to the only message, in a transaction that the server refuses if it met another one."""
    db_session.connection(execution_options={"isolation_level": "SERIALIZABLE"})
    message = db_session.scalars(select(Message)).one()
    message.text = str(int(message.text) + 1)
    db_session.commit()
    return message.text


@app.post("/too-long")
def too_long() -> str:
    """Store, unchecked, what the column cannot hold."""
    db_session.add(Message(text="x" * 501))
    db_session.commit()
    return "stored"


@app.get("/wrong")
def wrong() -> str:
    """Send a statement that is wrong."""
    db_session.execute(text("SELECT nothing FROM message"))
    return "done"


@app.get("/slow")
def slow() -> str:
    """Ask the server to take its time."""
    function = "pg_sleep" if db_session.get_bind().dialect.name == "postgresql" else "sleep"
    db_session.execute(text(f"SELECT {function}({int(request.args['seconds'])})"))
    return "done"
