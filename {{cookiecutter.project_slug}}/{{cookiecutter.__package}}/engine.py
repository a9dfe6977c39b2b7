"""The engine: a pool of connections to the database that DATABASE_URL names. Knows nothing of Flask."""

import os
from weakref import WeakSet

from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, StatementError

from . import {{ cookiecutter.__backend }}

_engines: WeakSet[Engine] = WeakSet()


def create_engine(url: str) -> Engine:
    """Make the engine for a database URL, connecting to nothing; stop the program where it is wrong."""
    try:
        engine = {{ cookiecutter.__backend }}.create_engine(url)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, OSError, ValueError) as error:
        raise SystemExit(f"DATABASE_URL cannot be used: {error}") from None
    _engines.add(engine)
    return engine


def reason(error: StatementError) -> str:
    """Return what the driver says of an error, in one line."""
    words = error.orig.args[-1] if error.orig and error.orig.args else error
    return " ".join(str(words).split())


def _forget_connections_of_parent() -> None:
    # A connection that two processes use breaks for both.
    for engine in _engines:
        engine.dispose(close=False)


if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=_forget_connections_of_parent)
