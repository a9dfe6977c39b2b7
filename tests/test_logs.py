"""What a rendered application writes while it serves: JSON with gunicorn, text in development, a line per request."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Project
from tests.helpers.application import Application, serve
from tests.test_projects import init_db, on


@pytest.fixture
def database(project: Project, tmp_path: Path) -> Path:
    """Return a database whose table the example's statements do not fit."""
    path = tmp_path / "app.db"
    init_db(project, path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE message")
        connection.execute("CREATE TABLE message (id INTEGER PRIMARY KEY, typed TEXT)")
    return path


def ask_badly(application: Application) -> None:
    """Ask once each for what fails in a way of its own."""
    assert application.ask("GET", "/nowhere?token=s3cret").status == 404
    assert application.ask("GET", "/a%0D%0Aforged%1B").status == 404
    assert application.ask("PUT", "/messages").status == 405
    assert application.ask("POST", "/", {"text": "s3cret" * 20_000}).status == 413
    assert application.ask("GET", "/messages?limit=77").status == 500


def test_production_writes_json(project: Project, database: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with serve(project, "gunicorn", log=log, environment=on(database)) as application:
        ask_badly(application)
        application.ask("GET", "/%FF")
    text = log.read_text("ascii")
    of_gunicorn = re.compile(r"\[[-+: \d]+\] \[\d+\] \[[A-Z]+\] ")
    records = [json.loads(line) for line in text.splitlines() if not of_gunicorn.match(line)]
    lines = [(line["method"], line["path"], line["status"]) for line in records if "path" in line]
    assert [line for line in lines if line[1] != "/health"] == [
        ("GET", "/nowhere", 404),
        ("GET", "/a%0D%0Aforged%1B", 404),
        ("PUT", "/messages", 405),
        ("POST", "/", 413),
        ("GET", "/messages", 500),
        ("GET", "/%FF", 404),
    ]
    reason, line = records[-3:-1]
    assert reason["exception"].startswith("Traceback")
    assert reason["request_id"] == line["request_id"]
    assert "s3cret" not in text


def test_development_writes_text(project: Project, database: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with serve(project, "flask", "run", "--debug", log=log, environment=on(database)) as application:
        ask_badly(application)
    text = log.read_text()
    assert f" * Running on http://127.0.0.1:{application.port}\n" in text
    requests = re.findall(r"^[\d:]{8} INFO my_flask_app\.logs: (\S+ \S+ \d+) [\d.]+ ms$", text, re.MULTILINE)
    assert [request for request in requests if "/health" not in request] == [
        "GET /nowhere 404",
        "GET /a%0D%0Aforged%1B 404",
        "PUT /messages 405",
        "POST / 413",
        "GET /messages 500",
    ]
    assert [text.count(part) for part in ("/nowhere", "forged", "PUT", "POST", "GET /messages")] == [1] * 5
    assert "s3cret" not in text
