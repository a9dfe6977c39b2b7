"""Which lines the application logs, and what never is in them. How a line looks: test_log_records.py."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask, stream_with_context
from flask.testing import FlaskClient
from sqlalchemy import literal, select, text
from werkzeug.wrappers import Response

from my_flask_app import logs
from my_flask_app.db import db_session

PACKAGE = "my_flask_app"
logger = logging.getLogger(f"{PACKAGE}.test")


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[dict[str, Any]]]:
    """Give a function that returns what the application has logged, read from what production would write."""
    caplog.set_level(logging.INFO, PACKAGE)
    monkeypatch.setattr(caplog.handler, "formatter", logs.LineFormatter())

    def read() -> list[dict[str, Any]]:
        records = [json.loads(line) for line in caplog.text.splitlines()]
        return [record for record in records if record["logger"].startswith(PACKAGE)]

    return read


@pytest.fixture
def view(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Give a function that puts another view in the place of ``/health``."""
    return lambda function: monkeypatch.setitem(app.view_functions, "health.health", function)


def test_a_request_is_a_line(client: FlaskClient, logged: Any) -> None:
    response = client.get("/health?limit=5&token=s3cret", headers={"X-Request-ID": "from.proxy_1-2"})
    assert response.headers.getlist("X-Request-ID") == ["from.proxy_1-2"]
    (line,) = logged()
    assert datetime.fromisoformat(line.pop("time")).tzinfo == UTC
    assert 0 < line.pop("duration_ms") < 60_000
    assert line.pop("message").startswith("GET /health 200 ")
    assert line == {
        "level": "INFO",
        "logger": f"{PACKAGE}.logs",
        "request_id": "from.proxy_1-2",
        "method": "GET",
        "path": "/health",
        "status": 200,
    }


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("GET", "/%0D%0AINFO%1B%C3%BC", 404), ("PUT", "/health", 405)],
)
def test_so_is_one_that_is_refused(client: FlaskClient, logged: Any, method: str, path: str, status: int) -> None:
    client.open(path, method=method)
    assert [(line["method"], line["path"], line["status"]) for line in logged()] == [(method, path, status)]


def test_and_one_that_fails(client: FlaskClient, view: Any, logged: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    view(lambda: 1 / 0)
    response = client.get("/health")
    error, line = logged()
    assert response.status_code == line["status"] == 500
    assert response.headers["X-Request-ID"] == line["request_id"] == error["request_id"]
    assert error["exception"].endswith("\nZeroDivisionError: division by zero")
    monkeypatch.setitem(client.application.config, "PROPAGATE_EXCEPTIONS", True)  # to the debugger
    with pytest.raises(ZeroDivisionError):
        client.get("/health")
    assert [line["status"] for line in logged()[2:]] == [500]


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "a\n", "a,b", "ü", "\x1b[31m"])
def test_a_request_id_that_could_do_harm_is_replaced(client: FlaskClient, logged: Any, given: str) -> None:
    response = client.get("/health", environ_overrides={"HTTP_X_REQUEST_ID": given})
    assert [line["request_id"] for line in logged()] == [response.headers["X-Request-ID"]]
    assert len(response.headers["X-Request-ID"]) == 16


def test_all_that_a_request_logs_has_its_id(client: FlaskClient, view: Any, logged: Any) -> None:
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


def test_so_has_what_its_end_logs(client: FlaskClient, logged: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    teardowns = [lambda _error: logger.info("at the end"), *client.application.teardown_appcontext_funcs]
    monkeypatch.setattr(client.application, "teardown_appcontext_funcs", teardowns)
    response = client.get("/health")
    assert [line["request_id"] for line in logged()] == [response.headers["X-Request-ID"]] * 2


def test_errors_of_the_database_have_no_values(client: FlaskClient, view: Any, logged: Any) -> None:
    view(lambda: db_session.execute(text("SELECT :typed FROM nowhere"), {"typed": "s3cret"}))
    answers = [client.get("/health", headers={"Accept": accept}) for accept in ("text/html", "application/json")]
    assert {answer.status_code for answer in answers} <= {500, 503}
    assert not [answer.text for answer in answers if "nowhere" in answer.text or "SELECT" in answer.text]
    error, *_lines = logged()
    assert "FROM nowhere" in error["message"] + error.get("exception", "")
    assert "s3cret" not in str(error)


def test_nor_has_the_echo(probe: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    caplog.set_level(logging.INFO, "sqlalchemy.engine")  # which puts the level back in the end
    logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)
    monkeypatch.setenv("SQLALCHEMY_ECHO", "1")
    logs.init_app(Flask("another"))
    with probe.app_context():
        db_session.execute(select(literal("s3cret").label("typed")))
    assert "AS typed" in caplog.text
    assert "s3cret" not in caplog.text


def test_a_configuration_that_is_there_stays(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, PACKAGE)
    before = [*logging.getLogger().handlers]
    logs.init_app(Flask("another"))
    assert logging.getLogger().handlers == before
    assert logging.getLogger(PACKAGE).level == logging.WARNING
