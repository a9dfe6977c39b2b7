"""The engine: a pool of connections to the database that DATABASE_URL names. Knows nothing of Flask."""

import logging
import os
import time
from typing import Any
from weakref import WeakMethod

from sqlalchemy import Engine, event
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from .config import number
from .databases import database_of

logger = logging.getLogger(__name__)

SLOW_STATEMENT_MS = number("SLOW_STATEMENT_MS", 500)


def create_engine(url: str) -> Engine:
    """Make the engine for a database URL, connecting to nothing; stop the program where it is wrong."""
    try:
        engine = database_of(url).create_engine()
    except ValueError:  # whose text may have a part of the password
        raise SystemExit("DATABASE_URL cannot be used: it is no URL; in a password @ is written %40") from None
    except (ArgumentError, NoSuchModuleError, OSError) as error:
        raise SystemExit(f"DATABASE_URL cannot be used: {error}") from None
    event.listen(engine, "before_cursor_execute", _note_start)
    event.listen(engine, "after_cursor_execute", _warn_if_slow)
    if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
        dispose = WeakMethod(engine.dispose)  # a connection that two processes use breaks for both
        os.register_at_fork(after_in_child=lambda: (forget := dispose()) and forget(close=False))
    return engine


def name_of(engine: Engine) -> str:
    """Return the database's URL for people: without its password, and without parameters, which may hold one too."""
    return str(engine.url.set(query={}))


def _note_start(*arguments: Any) -> None:
    arguments[4].started = time.perf_counter()  # in the statement's own context, so they may nest


def _warn_if_slow(_connection: Any, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool) -> None:
    """Log a statement that was slow, without its parameters. Not measured: COMMIT, one that fails."""
    duration = (time.perf_counter() - context.started) * 1000
    if duration >= SLOW_STATEMENT_MS:
        logger.warning("Slow statement, %.0f ms: %.2000s", duration, statement)
