"""Lazy reflection: the application starts without its database, and reads its tables once they are there."""

import logging
from threading import Event, Lock
from typing import Any

from flask import Flask, appcontext_pushed, g
from sqlalchemy.exc import DBAPIError, NoSuchTableError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import ServiceUnavailable

from .databases import meaning
from .databases.base import NO_TABLE
from .mapping import models_and_tables, prepare

logger = logging.getLogger(__name__)

_lock = Lock()
_prepared = Event()
_mapping_errors: list[Exception] = []  # SQLAlchemy maps a class only once


def init_app(app: Flask) -> None:
    """Have the models ready in every application context: requests, commands and `flask shell`."""
    appcontext_pushed.connect(_prepare, app)
    app.before_request(_require_models)


def _prepare(app: Flask, **_signal: Any) -> None:
    if _prepared.is_set():
        return
    if not _lock.acquire(timeout=5):  # seconds; the database does not answer the thread that asks it
        g.reflection_error = TimeoutError("the tables are still being read")
        return
    try:
        if _mapping_errors:
            raise _mapping_errors[0]
        if not _prepared.is_set():
            prepare(app.extensions["engines"]["DATABASE_URL"])
            _prepared.set()
    except (DBAPIError, PoolTimeoutError, OSError, TypeError) as error:
        # Not raised: the command that mends it runs in an application context too. It also says which parameter of the
        # URL the driver does not understand: the last two.
        g.reflection_error = error
    except (SQLAlchemyError, AttributeError) as error:
        g.reflection_error = error
        if all(table.columns for _, table in models_and_tables()):
            _mapping_errors[:] = [error]
    finally:
        _lock.release()


def _require_models() -> None:
    if "reflection_error" in g:
        logger.error("The models cannot be reflected: %s", g.reflection_error)
        raise ServiceUnavailable(_why(g.reflection_error), retry_after=5)  # seconds


def _why(error: Exception) -> str:
    if isinstance(error, NoSuchTableError):
        return NO_TABLE
    return meaning(error) or "The tables cannot be read now."
