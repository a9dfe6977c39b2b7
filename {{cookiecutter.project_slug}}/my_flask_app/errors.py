"""Every error is a page where ``Accept`` prefers HTML, as browsers do, else ``application/problem+json`` (RFC 9457)."""

from flask import Flask, current_app, json, render_template, request
from sqlalchemy import exc
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import Conflict, HTTPException, ServiceUnavailable
from werkzeug.wrappers import Response

from .databases import meaning


def init_app(app: Flask) -> None:
    """Answer HTTP errors, and those of a database that cannot be used, as problems."""
    app.register_error_handler(HTTPException, http_problem)
    app.register_error_handler(exc.SQLAlchemyError, database_problem)
    app.register_error_handler(StaleDataError, lambda _error: http_problem(Conflict("Somebody else has changed this.")))


def http_problem(error: HTTPException) -> Response:
    """Put a page or a problem in place of Werkzeug's HTML; status and headers stay."""
    response = error.get_response()
    response.vary.add("Accept")
    if request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html":  # JSON if equal
        response.data = render_template("error.html", error=error)
        return response
    problem = {"type": "about:blank", "title": error.name, "status": error.code, "detail": error.description}
    response.data = json.dumps(problem)
    response.content_type = "application/problem+json"
    return response


def database_problem(error: exc.SQLAlchemyError) -> Response:
    """Answer 503 and log the reason, or raise the error again if it is not the database that is to blame."""
    why = "All connections to the database are in use." if isinstance(error, exc.TimeoutError) else meaning(error)
    if not why:
        raise error
    current_app.logger.error("The database cannot be used: %s", error)
    return http_problem(ServiceUnavailable(why, retry_after=5))  # seconds
