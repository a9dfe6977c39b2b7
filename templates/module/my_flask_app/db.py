"""One engine per process, one session per application context. No extension: these lines are all there is."""

import logging
#% if cookiecutter.__dialect == 'sqlite'
from typing import Any
#% endif

from flask import Flask{{ ', has_request_context, request' if cookiecutter.__dialect == 'sqlite' else '' }}
from flask.globals import app_ctx
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import {{ 'Session, ' if cookiecutter.__dialect == 'sqlite' else '' }}scoped_session, sessionmaker

from .config import setting
from .engine import create_engine

logger = logging.getLogger(__name__)

engine = create_engine(setting("DATABASE_URL"))

#% if cookiecutter.__dialect == 'sqlite'

class AppSession(Session):
    """A session on the engine."""

    def __init__(self, **options: Any) -> None:
        # Methods that promise not to write (RFC 9110, 9.2.1) need not wait for SQLite's write lock.
        reads = has_request_context() and request.method in {"GET", "HEAD", "OPTIONS"}
        super().__init__(execution_options={"sqlite_begin": "DEFERRED" if reads else "IMMEDIATE"}, **options)


sessions = sessionmaker(engine, class_=AppSession, expire_on_commit=False)
#% else
sessions = sessionmaker(engine, expire_on_commit=False)
#% endif
# One session for each application context: a nested context gets its own; an async view and a streamed response have
# that of their request. Outside of a context there is a RuntimeError instead of a session that nobody closes.
db_session = scoped_session(sessions, scopefunc=app_ctx._get_current_object)  # type: ignore[attr-defined]


def init_app(app: Flask) -> None:
    """Give the application the engine and the end of its sessions.

    To be called last: teardowns run in reverse order, and one that raises stops those after it.
    """
    app.extensions["engine"] = engine
    app.teardown_appcontext(remove_session)


def remove_session(_error: BaseException | None) -> None:
    """Roll back what was not committed and give the connection back."""
    try:
        db_session.remove()
    except DBAPIError:
        # The connection died, and what was not committed with it; an answer that is ready stays good.
        logger.warning("The database connection was lost before the rollback.", exc_info=True)
        db_session.registry.clear()
