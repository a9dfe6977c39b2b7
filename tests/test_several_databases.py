"""The recipe of several databases, beyond what its page can say of one project: servers lost, two phases, a move."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import INSIDE, TEMPLATE, Project, run
from tests.helpers.application import serve
from tests.helpers.recipes import carry_out, render
from tests.helpers.servers import DatabaseServer, private

CASE = {"models": "declarative", "app_setup": "factory", "DATABASE_URL": "postgresql", "AUDIT_DATABASE_URL": "mariadb"}


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, DatabaseServer]]:
    """Give a PostgreSQL that can commit in two phases, and a MariaDB, which always can."""
    with ExitStack() as stack:
        servers = {kind: private(kind, stack) for kind in ("postgresql", "mariadb")}
        postgresql = servers["postgresql"]
        postgresql.sql("ALTER SYSTEM SET max_prepared_transactions = 10")
        assert postgresql.process
        postgresql.process.stop()
        postgresql.start()
        yield servers


@pytest.fixture(scope="module")
def project(servers: dict[str, DatabaseServer], tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with the recipe, on both servers."""
    project = render(tmp_path_factory.mktemp("several"), CASE, servers.__getitem__)
    carry_out(TEMPLATE / "docs/recipes/several-databases.md", project, CASE)
    return project


def test_without_the_second_database_the_first_is_served(project: Project, servers: dict[str, DatabaseServer]) -> None:
    away = servers["mariadb"].url("nowhere", servers["mariadb"].password)
    with serve(project, "gunicorn", environment={"AUDIT_DATABASE_URL": away}) as application:
        assert [application.ask("GET", path).status for path in ("/health", "/messages")] == [503, 200]
        assert application.ask("POST", "/messages", {"text": "Hello"}).status == 201


def test_two_phases(project: Project, servers: dict[str, DatabaseServer]) -> None:
    postgresql, mariadb = servers.values()
    prepared = ((postgresql, "SELECT gid FROM pg_prepared_xacts"), (mariadb, "XA RECOVER FORMAT='SQL'"))
    project.run("python", INSIDE / "two_phase.py", "commit")
    assert [server.sql(query) for server, query in prepared] == [[], []]

    project.run("python", INSIDE / "two_phase.py", "crash", check=False)
    left = [server.sql(query)[0][-1] for server, query in prepared]
    assert f"'{left[0]}'" != left[1], "the page says that nothing tells which two belong together"
    postgresql.sql(f"COMMIT PREPARED '{left[0]}'", database_of(project, "DATABASE_URL"))
    mariadb.sql(f"XA COMMIT {left[1]}")
    count = "SELECT count(*) FROM {} WHERE {} = 'two phases'"
    assert postgresql.sql(count.format("message", "text"), database_of(project, "DATABASE_URL")) == [(2,)]
    assert mariadb.sql(count.format("event", "what"), database_of(project, "AUDIT_DATABASE_URL")) == [(2,)]


def test_an_application_with_two_binds_of_flask_sqlalchemy_moves(project: Project, tmp_path: Path) -> None:
    def before(*request: str) -> Any:
        answer = run(sys.executable, INSIDE / "two_binds/before.py", tmp_path, *request)
        return json.loads(answer.stdout.splitlines()[-1])

    def after(*request: str) -> Any:
        answer = project.run("python", INSIDE / "two_binds/after.py", tmp_path, *request)
        return json.loads(answer.stdout.splitlines()[-1])

    before("POST", "/logins/ann")
    assert before("DELETE", "/logins/bob") == after("GET", "/logins") == [200, {"count": 1, "names": ["ann"]}]
    assert after("POST", "/logins/ann") == before("GET", "/logins") == [200, {"count": 2, "names": ["ann", "ann"]}]
    assert after("POST", "/logins/bob") == before("POST", "/logins/bob") == [403, {"error": "blocked"}]


def database_of(project: Project, setting: str) -> str:
    """Return the name of the database that a setting in .env names."""
    return (project.path / ".env").read_text().split(f"{setting}=")[1].splitlines()[0].strip("'").rpartition("/")[2]
