"""What is logged, and what never is."""

import json
import logging
import math
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask, stream_with_context
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.wrappers import Response

from my_flask_app import engine, logs
from my_flask_app.db import db_session
from my_flask_app.models import Message

PACKAGE = "my_flask_app"
logger = logging.getLogger(f"{PACKAGE}.test")


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[dict[str, Any]]]:
    """Give a function that returns what the application has logged, read from what production would write."""
    caplog.set_level(logging.INFO, PACKAGE)
    monkeypatch.setattr(caplog.handler, "formatter", logs.JsonFormatter())
    monkeypatch.setattr(engine, "SLOW_STATEMENT_MS", math.inf)

    def read() -> list[dict[str, Any]]:
        records = [json.loads(line, parse_constant=pytest.fail) for line in caplog.text.splitlines()]
        return [record for record in records if record["logger"].startswith(PACKAGE)]

    return read


@pytest.fixture
def view(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Give a function that puts another view in the place of ``/health``."""
    return lambda function: monkeypatch.setitem(app.view_functions, "health.health", function)


def test_a_request_is_a_line(client: FlaskClient, logged: Any) -> None:
    response = client.get("/messages?limit=5&token=s3cret", headers={"X-Request-ID": "from.proxy_1-2"})
    assert response.headers.getlist("X-Request-ID") == ["from.proxy_1-2"]
    (line,) = logged()
    assert datetime.fromisoformat(line.pop("time")).utcoffset() == UTC.utcoffset(None)
    assert 0 < line.pop("duration_ms") < 60_000
    assert line.pop("message").startswith("GET /messages 200 ")
    assert line == {
        "level": "INFO",
        "logger": f"{PACKAGE}.logs",
        "request_id": "from.proxy_1-2",
        "method": "GET",
        "path": "/messages",
        "status": 200,
    }


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("PUT", "/messages", 405), ("POST", "/messages", 413)]
)
def test_so_is_one_that_is_refused(client: FlaskClient, logged: Any, method: str, path: str, status: int) -> None:
    client.open(path, method=method, json="x" * 100_000)
    assert [(line["method"], line["path"], line["status"]) for line in logged()] == [(method, path, status)]


def test_and_one_that_fails(client: FlaskClient, view: Any, logged: Any) -> None:
    def fail() -> None:
        raise ValueError("one\ntwo")

    view(fail)
    response = client.get("/health")
    error, line = logged()
    assert response.status_code == line["status"] == 500
    assert response.headers["X-Request-ID"] == line["request_id"] == error["request_id"]
    assert error["exception"].endswith("ValueError: one\ntwo")


def test_and_one_that_fails_in_the_debugger(
    app: Flask, client: FlaskClient, view: Any, logged: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", True)
    view(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        client.get("/health")
    assert [line["status"] for line in logged()] == [500]


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "a\n", "a,b", "ü", "\x1b[31m"])
def test_a_request_id_that_could_do_harm_is_replaced(client: FlaskClient, logged: Any, given: str) -> None:
    response = client.get("/health", environ_overrides={"HTTP_X_REQUEST_ID": given})
    assert [line["request_id"] for line in logged()] == [response.headers["X-Request-ID"]]
    assert len(response.headers["X-Request-ID"]) == 16


def test_all_that_a_request_logs_has_its_id(
    app: Flask, client: FlaskClient, view: Any, logged: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stream() -> Response:
        def pieces() -> Iterator[str]:
            logger.info("while the body is sent")
            yield "body"

        logger.info("in the view")
        return Response(stream_with_context(pieces()))

    view(stream)
    assert client.get("/health", headers={"X-Request-ID": "mine"}).text == "body"
    logger.info("after it")
    assert [(line["message"], line["request_id"]) for line in logged() if line["logger"] == logger.name] == [
        ("in the view", "mine"),
        ("while the body is sent", "mine"),
        ("after it", None),
    ]

    end = logging.getLogger(f"{PACKAGE}.end")
    monkeypatch.setattr(app, "teardown_appcontext_funcs", [lambda _error: end.info(""), *app.teardown_appcontext_funcs])
    client.get("/nowhere", headers={"X-Request-ID": "another"})
    assert [line["request_id"] for line in logged() if line["logger"] == end.name] == ["another"]


def log_what_would_do_harm(client: FlaskClient) -> None:
    """Log a request, a text and an exception, each of which would be several lines in a naive log."""
    evil = "\nINFO forged\r\x1b[2J\x85\u2028INFO \ud800"
    client.open("/a%0D%0AINFO%20forged%1B%C3%BC", method="G\rINFO")
    logger.info("a typed %s", evil, extra={"typed": {evil: math.nan}, "ratio": math.inf})
    logger.error("it failed", exc_info=ValueError(evil))


def test_nobody_can_forge_a_line_of_json(client: FlaskClient, logged: Any, caplog: pytest.LogCaptureFixture) -> None:
    log_what_would_do_harm(client)
    assert [line.get("path") for line in logged()] == ["/a%0D%0AINFO%20forged%1B%C3%BC", None, None]
    assert caplog.text.replace("\n", "").isprintable()
    json.dumps(logged(), ensure_ascii=False).encode()  # as other programs store it: no half of a surrogate pair


@pytest.mark.usefixtures("logged")
def test_nobody_can_forge_a_line_of_text(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.setFormatter(logs.TextFormatter("%(levelname)s %(message)s"))
    log_what_would_do_harm(client)
    assert [line[:5] for line in caplog.text.splitlines() if line[:4].strip()] == ["INFO ", "INFO ", "ERROR"]
    assert caplog.text.replace("\n", "").isprintable()


def test_a_slow_statement_is_a_warning(client: FlaskClient, logged: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client.post("/messages", json={"text": "s3cret"})
    assert len(logged()) == 1
    monkeypatch.setattr(engine, "SLOW_STATEMENT_MS", 0)
    client.post("/messages", json={"text": "s3cret"})
    slow = [line["message"] for line in logged() if line["level"] == "WARNING"]
    assert any(re.match(r"Slow statement, \d+ ms: INSERT INTO ", message) for message in slow)
    assert "s3cret" not in str(logged())


def test_errors_of_the_database_have_no_values(client: FlaskClient, view: Any, logged: Any) -> None:
    view(lambda: db_session.execute(text("SELECT :typed FROM nowhere"), {"typed": "s3cret"}))
    assert client.get("/health").status_code in {500, 503}
    error, _line = logged()
    assert "FROM nowhere" in error["message"] + error.get("exception", "")
    assert "s3cret" not in str(error)


def test_nor_have_the_statements_that_are_logged(
    app: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO, "sqlalchemy.engine")  # which puts the level back in the end
    logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)
    monkeypatch.setenv("SQLALCHEMY_ECHO", "1")
    logs.init_app(Flask("another"))
    with app.app_context():
        db_session.scalars(select(Message).where(Message.text == "s3cret")).all()
    assert "FROM message" in caplog.text
    assert "s3cret" not in caplog.text


def test_a_configuration_that_is_there_stays(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, PACKAGE)
    before = [*logging.getLogger().handlers]
    logs.init_app(Flask("another"))
    assert [*logging.getLogger().handlers] == before
    assert logging.getLogger(PACKAGE).level == logging.WARNING
