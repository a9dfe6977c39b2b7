"""One engine per process, one session per application context. No extension: these lines are all there is."""

from flask import Flask, current_app
from flask.globals import app_ctx
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import ORMExecuteState, scoped_session, sessionmaker

from .config import DATABASES, setting
from .databases import database_of

engines = {name: database_of(setting(name), name).create_engine() for name in DATABASES}

sessions = sessionmaker(engines["DATABASE_URL"], expire_on_commit=False)
# One session for each application context: a nested context gets its own; an async view and a streamed response have
# that of their request. Outside of a context there is a RuntimeError instead of a session that nobody closes.
db_session = scoped_session(sessions, scopefunc=app_ctx._get_current_object)  # type: ignore[attr-defined]


@event.listens_for(sessions, "do_orm_execute")
def read_again(state: ORMExecuteState) -> None:
    """Let what is read FOR UPDATE have its present values, also where the session has read it before."""
    if state.is_select and getattr(state.statement, "_for_update_arg", None) is not None:
        state.update_execution_options(populate_existing=True)


def init_app(app: Flask) -> None:
    """Give the application the engines and the end of its sessions. Call it last: teardowns run in reverse order."""
    app.extensions["engines"] = engines
    app.teardown_appcontext(remove_session)


def remove_session(_error: BaseException | None) -> None:
    """Roll back what was not committed and give the connection back; if it died, a ready answer stays good."""
    try:
        db_session.remove()
    except DBAPIError:
        current_app.logger.warning("The database connection was lost before the rollback.", exc_info=True)
        db_session.registry.clear()
