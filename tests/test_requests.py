"""Any requests, byte by byte, to a real gunicorn: an answer that is what it says it is, no error, and no worker lost.

schemathesis would draw them from an OpenAPI document, which the application has not, and speaks correct HTTP only;
hypothesis is here already, draws from Flask's URL map what is no HTTP too, and shrinks it.
"""

import csv
import io
import json
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import reduce
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.conftest import DATA, INSIDE, TEMPLATE, Drawing, Project, cookiecutter, parameters
from tests.helpers.application import Application, serve
from tests.helpers.hostile import LIMIT, MARK, Answer, Request, plain, requests, send
from tests.helpers.recipes import carry_out, render
from tests.helpers.servers import KINDS, DatabaseServer, private
from tests.test_browse import statements

ANSWERS: dict[str, dict[str, Any]] = {
    "new": {"models": "declarative", "app_setup": "factory"},
    "existing": {"models": "reflection", "app_setup": "module"},
    "proxied": {"models": "declarative", "app_setup": "factory"},
}
CASES = [*product(["new", "existing"], ["sqlite", *KINDS]), ("proxied", "sqlite")]
FORM = "Content-Type: application/x-www-form-urlencoded"
# Requests that went wrong once, and those after which a page shows what came.
EXAMPLES = [
    plain("POST", "/", FORM, body=f"text={quote(MARK)}"),
    plain("POST", "/", FORM, body=f"text=%00{quote(MARK)}"),
    plain("POST", "/", FORM, body="text=second"),
    plain("GET", "/health", "SCRIPT_NAME: /evil"),
    plain("GET", "/messages?limit=1", "X-Forwarded-Prefix: \xff"),
    plain("GET", "/browse/child?where=" + quote(r'{"\ud800": 1}')),
    plain("GET", "/browse/child?where=" + quote(r'{"id": "\udcff"}')),
    plain("GET", "/browse/child?where=" + quote(json.dumps({MARK: MARK}))),
    plain("GET", "/browse/child?where=" + quote(json.dumps({"code": MARK}))),
    plain("GET", "/"),
]
THREADS = 2  # of each of two workers, so that a connection that does not come back is missed soon


@dataclass
class Served:
    """An application, what can be asked of it, and what was so before."""

    application: Application
    rules: dict[str, list[str]]
    columns: dict[str, list[str]]
    log: Path
    workers: set[int]
    is_proxied: bool  # it believes X-Forwarded-Prefix
    server: DatabaseServer | None  # None is SQLite
    read: int = 0  # bytes of the log

    def complaints(self) -> list[str]:
        """Return what the log says of errors since it was read the last time, and of workers that came or went."""
        with self.log.open("rb") as log:
            log.seek(self.read)
            text = log.read()
        self.read += len(text)
        found = re.findall(r".*(?:Traceback|\[CRITICAL\])[\s\S]*", text.decode(errors="replace"))
        before, self.workers = self.workers, self.application.workers
        return found + [f"process {pid}" for pid in before ^ self.workers]


@pytest.fixture(scope="module")
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve an example by gunicorn: messages, or the browser on awkward tables."""
    database, kind = request.param
    folder = tmp_path_factory.mktemp("requests")
    with ExitStack() as stack:
        server = None if kind == "sqlite" else private(kind, stack)
        url = server.url("awkward") if server else f"sqlite:///{folder}/awkward.db"
        if database == "existing":
            fill(kind, server, folder / "awkward.db")
        project = set_up(database, folder, url, server)
        found = json.loads(project.run("python", INSIDE / "url_map.py").stdout)
        names = io.StringIO()
        csv.writer(names, quoting=csv.QUOTE_ALL).writerow(found["columns"])
        environment = {"BROWSE_TABLES": names.getvalue().strip(), "THREADS": str(THREADS), "WEB_CONCURRENCY": "2"}
        log = folder / "log"
        application = stack.enter_context(serve(project, "gunicorn", environment=environment, log=log))
        while len(application.workers) < 2:  # the first one answers already
            time.sleep(0.1)
        is_proxied = database == "proxied"
        yield Served(application, **found, log=log, workers=application.workers, is_proxied=is_proxied, server=server)


def set_up(database: str, folder: Path, url: str, server: DatabaseServer | None) -> Project:
    """Render and set up a project by the real command, or with the recipe of a proxy."""
    answers = ANSWERS[database]
    if database == "proxied":
        project = render(folder, answers, lambda kind: pytest.fail(f"no server of {kind}"))
        carry_out(TEMPLATE / "docs/recipes/behind-a-proxy.md", project, answers)
        return project
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_PASSWORD", server.password if server else "")
        output = cookiecutter(folder, database=database, database_url=url, **answers).stdout
    assert "my_flask_app is ready" in output, output
    return Project(folder / "my_flask_app", answers, output)


def fill(kind: str, server: DatabaseServer | None, path: Path) -> None:
    """Create the tables of test_browse.py."""
    if server:
        server.sql("CREATE DATABASE awkward" + (" CHARACTER SET utf8mb4" if kind == "mariadb" else ""))
        for statement in statements(kind):
            server.sql(statement, "awkward")
    else:
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript((DATA / "browse/sqlite.sql").read_text(encoding="utf-8"))


class Page(HTMLParser):
    """Fails for elements and attributes that a request has brought along, see MARK."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one of them."""
        assert tag not in {"zq", "script"}
        assert "onzq" not in dict(attrs)


def ask(served: Served, asked: list[Request]) -> None:
    """Send requests on one connection, and check the answers."""
    start = time.monotonic()
    for request, answer in send(served.application.port, asked):
        try:
            check(request, answer)
            check_urls(request, answer, served.is_proxied)
        except (AssertionError, ValueError) as error:
            error.add_note(f"{request}\n{answer}")
            raise
        assert time.monotonic() - start < LIMIT
        start = time.monotonic()


def check(request: Request, answer: Answer) -> None:
    """Check that an answer is what it says it is."""
    is_ours = "X-Request-ID" in answer.headers  # gunicorn answers by itself what is no HTTP
    assert answer.status < 500 or (answer.status in {501, 505} and not is_ours)
    assert "X-Zq" not in answer.headers
    if request.method == "HEAD" or answer.status in {204, 304}:
        assert answer.body == b""
        return
    kind = answer.headers.get_content_type()
    if kind == "text/html":
        Page().feed(answer.body.decode("utf-8" if is_ours else "latin-1"))
    elif kind == "application/problem+json":
        problem = strict_json(answer.body)
        assert (problem["status"], bool(problem["detail"])) == (answer.status, True)
    elif kind == "application/json":
        assert isinstance(strict_json(answer.body), dict)
    else:
        assert kind == "text/css" or answer.body == b""


def check_urls(request: Request, answer: Answer, is_proxied: bool) -> None:
    """Check that the URLs in an answer begin where the application does, where a proxy it believes says."""
    prefixes = re.findall(rb"X-Forwarded-Prefix: ([^\r]*)", request.head) if is_proxied else []
    if prefixes in ([], [b"/app"]) and answer.status in {200, 201, 303}:
        start = b"".join(prefixes).decode() + "/"
        links = re.findall(r'(?:href|action)="([^"]*)"', answer.body.decode())
        links += [answer.headers.get("Location", start), answer.headers.get("Link", start).strip("<")]
        for link in links:
            assert link == "data:," or (link.startswith(start) and not link.startswith("//"))


def strict_json(body: bytes) -> Any:
    """Return what JSON says; raise ValueError for NaN, which is none."""
    return json.loads(body.decode("utf-8"), parse_constant=int)


def examples(*requests: Request) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Have hypothesis send these requests first, in their order, in which it takes the outermost decorator first."""
    return lambda test: reduce(lambda one, request: example(asked=[request])(one), reversed(requests), test)


@pytest.mark.parametrize(
    "served", parameters(CASES, "new-sqlite", "existing-postgresql"), indirect=True, scope="module"
)
def test_any_requests(drawing: Drawing, served: Served) -> None:
    @drawing
    @examples(*EXAMPLES)
    @given(asked=st.lists(requests(served.rules, served.columns), min_size=1, max_size=3))
    def search(asked: list[Request]) -> None:
        try:
            ask(served, asked)
        finally:
            complaints = served.complaints()
        assert complaints == []

    search()
    application = served.application
    assert application.ask("GET", "/health").status == 200
    assert application.ask_at_once(2 * THREADS, "GET", "/health") == {200: 2 * THREADS}
    if served.server:
        for _ in range(50):  # the server's own vacuum has locks for a moment too
            if not (left := served.server.transactions("awkward")):
                break
            time.sleep(0.1)
        assert left == [], "each connection is back in its pool"
    assert served.complaints() == []
