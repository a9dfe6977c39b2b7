"""Logging to stderr: a line for each request, and its id in every record. JSON, or in development plain text."""

import logging
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any
from urllib.parse import quote

from flask import Flask, has_request_context, request
from pythonjsonlogger.defaults import unknown_default
from pythonjsonlogger.json import JsonFormatter

LONGEST_TEXT = 20_000  # characters of a message, an exception or a value
logger = logging.getLogger(__name__)
_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def init_app(app: Flask) -> None:
    """Log the application's requests, in a way that is chosen once for the process. To be called first."""
    if os.environ.get("SQLALCHEMY_ECHO") == "1":
        logging.getLogger("sqlalchemy.engine").setLevel(logging.INFO)
    if not logging.getLogger().handlers:  # otherwise another application here, pytest or you came first
        logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", datefmt="%H:%M:%S")
        if not app.debug:
            logging.getLogger().handlers[0].setFormatter(LineFormatter())
        logging.getLogger(__package__).setLevel(logging.INFO)
        # Werkzeug's development server has a line for each request too; no other of its lines ends so.
        logging.getLogger("werkzeug").addFilter(lambda record: not str(record.msg).endswith('"%s" %s %s'))
    app.wsgi_app = log_requests(app.wsgi_app)  # type: ignore[method-assign]


def log_requests(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Wrap a WSGI application: log its requests, and answer their ids, which views find in ``request.headers``."""

    def logged(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start = time.perf_counter()
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")  # no query: it may hold secrets
        line = {"method": environ["REQUEST_METHOD"], "path": quote(path, "/:@", "latin-1", "replace"), "status": 500}
        request_id = environ.get("HTTP_X_REQUEST_ID", "")
        if not re.fullmatch("[A-Za-z0-9._-]{1,64}", request_id):
            request_id = environ["HTTP_X_REQUEST_ID"] = secrets.token_hex(8)

        def respond(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            line["status"] = int(status[:3])
            return start_response(status, [*headers, ("X-Request-ID", request_id)], *exc_info)

        token = _request_id.set(request_id)
        try:
            return application(environ, respond)
        finally:
            line["duration_ms"] = round((time.perf_counter() - start) * 1000, 1)
            logger.info("%(method)s %(path)s %(status)s %(duration_ms)s ms", line, extra=line)
            _request_id.reset(token)

    return logged


class LineFormatter(JsonFormatter):
    """A record as a line of JSON, with what it got as ``extra``: numbers, or else text."""

    def __init__(self) -> None:
        names = {"levelname": "level", "name": "logger", "exc_info": "exception"}
        super().__init__(["levelname", "name", "message"], timestamp="time", rename_fields=names)

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Return what every reader of JSON takes: no NaN, no half of a surrogate pair, no endless number or text."""
        # Flask's context lasts longer where it is kept for a streamed body; elsewhere it ends before the session does.
        request_id = _request_id.get() or (request.headers.get("X-Request-ID") if has_request_context() else None)
        fields = {"time": log_data.pop("time").isoformat(), "request_id": request_id, **log_data}
        for name, value in fields.items():
            if value is None or (isinstance(value, int | float) and abs(value) < 2**63):
                continue
            text = unknown_default(value)
            if len(text) > LONGEST_TEXT:
                text = f"{text[: LONGEST_TEXT // 2]} ... {text[-LONGEST_TEXT // 2 :]}"
            fields[name] = text.encode(errors="backslashreplace").decode()
        return fields
