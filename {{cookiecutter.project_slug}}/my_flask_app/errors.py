"""Every error is answered as ``application/problem+json`` (RFC 9457)."""

import json
import logging

from flask import Flask, request
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, LengthRequired, ServiceUnavailable
from werkzeug.wrappers import Response

logger = logging.getLogger(__name__)


class DatabaseUnavailable(ServiceUnavailable):
    """503: the database is away, or its tables are."""

    def __init__(self) -> None:
        super().__init__("The database cannot be used now.{{ ' If it is new, run: flask init-db' if cookiecutter.database == 'new' else '' }}", retry_after=5)  # seconds


def init_app(app: Flask) -> None:
    """Answer HTTP errors, and a database that is away, as problems."""
    app.before_request(require_content_length)
    app.register_error_handler(HTTPException, http_problem)
    app.register_error_handler(DBAPIError, database_problem)
    app.register_error_handler(PoolTimeoutError, database_problem)


def require_content_length() -> None:
    """Refuse a body in chunks (RFC 9110, 15.5.12): its size is unknown, and Flask would cut it off at its limit."""
    if "Transfer-Encoding" in request.headers:
        raise LengthRequired("Send the body with a Content-Length.")


def http_problem(error: HTTPException) -> Response:
    """Put a problem in place of Werkzeug's HTML; status and headers stay."""
    response = error.get_response()
    problem = {"type": "about:blank", "title": error.name, "status": error.code, "detail": error.description}
    response.data = json.dumps(problem)
    response.content_type = "application/problem+json"
    return response


def database_problem(error: DBAPIError | PoolTimeoutError) -> Response:
    """Answer 503 and log the reason, or raise the error again if it is not the database that is to blame."""
    if isinstance(error, DBAPIError) and not is_unavailable(error):
        raise error
    logger.error("The database cannot be used: %s", error)
    return http_problem(DatabaseUnavailable())


def is_unavailable(error: DBAPIError) -> bool:
    """Tell a database that is away, locked or without its tables from a statement that is wrong."""
    codes = {getattr(error.orig, name, None) for name in ("sqlstate", "sqlite_errorname")}
    codes.update(getattr(error.orig, "args", ())[:1])
    if codes & {"42P01", 1146} or "no such table" in str(error.orig):  # PostgreSQL, MariaDB, SQLite
        return True
#% if cookiecutter.__dialect == 'postgresql'
    if "25006" in codes:  # only reads: a standby, before it takes over
        return True
#% elif cookiecutter.__dialect in ['mysql', 'mariadb']
    # A statement or a value that is wrong. PyMySQL takes every error that it does not know for the server's.
    if error.statement and str(getattr(error.orig, "sqlstate", None))[:2] in {"21", "22", "23", "42"}:
        return False
#% endif
    if type(error) is DatabaseError:  # the drivers' word for a file that is no database, or a damaged one
        return True
    return isinstance(error, OperationalError | InterfaceError) and "SQLITE_ERROR" not in codes
