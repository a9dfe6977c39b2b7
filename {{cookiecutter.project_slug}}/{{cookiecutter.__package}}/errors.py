"""Every error is answered as ``application/problem+json`` (RFC 9457)."""

import json
import logging

from flask import Flask
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, ServiceUnavailable
from werkzeug.wrappers import Response

logger = logging.getLogger(__name__)


class DatabaseUnavailable(ServiceUnavailable):
    """503: the database is away, or its tables are."""

    def __init__(self) -> None:
        super().__init__("The database cannot be used now. If it is new, run: flask init-db", retry_after=5)  # seconds


def init_app(app: Flask) -> None:
    """Answer HTTP errors, and a database that is away, as problems."""
    app.register_error_handler(HTTPException, http_problem)
    for error in (OperationalError, InterfaceError, PoolTimeoutError):
        app.register_error_handler(error, database_problem)


def http_problem(error: HTTPException) -> Response:
    """Put a problem in place of Werkzeug's HTML; status and headers stay."""
    response = error.get_response()
    problem = {"type": "about:blank", "title": error.name, "status": error.code, "detail": error.description}
    response.data = json.dumps(problem)
    response.content_type = "application/problem+json"
    return response


def database_problem(error: Exception) -> Response:
    """Answer 503 and log what the driver said."""
    logger.error("The database cannot be used: %s", error)
    return http_problem(DatabaseUnavailable())
