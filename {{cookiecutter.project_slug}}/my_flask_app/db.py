"""One engine per application, one session per application context. No extension: these lines are all there is."""

from typing import Any

from flask import Flask, current_app
from flask.globals import app_ctx
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import ORMExecuteState, Session, scoped_session, sessionmaker

from .config import DATABASES
from .databases import database_of


class AppSession(Session):
    """A session on the engine of the current application."""

    def __init__(self, bind: Engine | Connection | None = None, **options: Any) -> None:
        super().__init__(bind or current_app.extensions["engines"]["DATABASE_URL"], **options)


sessions = sessionmaker(class_=AppSession, expire_on_commit=False)
# One session for each application context: a nested context gets its own; an async view and a streamed response have
# that of their request. Outside of a context there is a RuntimeError instead of a session that nobody closes.
db_session = scoped_session(sessions, scopefunc=app_ctx._get_current_object)  # type: ignore[attr-defined]


@event.listens_for(sessions, "do_orm_execute")
def read_again(state: ORMExecuteState) -> None:
    """Let what is read FOR UPDATE have its present values, also where the session has read it before."""
    if state.is_select and getattr(state.statement, "_for_update_arg", None) is not None:
        state.update_execution_options(populate_existing=True)


def init_app(app: Flask) -> None:
    """Give the application its engines and the end of its sessions. Call it last: teardowns run in reverse order."""
    app.extensions["engines"] = {name: database_of(app.config[name], name).create_engine() for name in DATABASES}
    app.teardown_appcontext(remove_session)


def remove_session(_error: BaseException | None) -> None:
    """Roll back what was not committed and give the connection back; if it died, a ready answer stays good."""
    try:
        db_session.remove()
    except DBAPIError:
        current_app.logger.warning("The database connection was lost before the rollback.", exc_info=True)
        db_session.registry.clear()
