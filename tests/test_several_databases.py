"""The recipe of several databases, beyond what its page can say of one project: servers lost, two phases, a move."""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import INSIDE, TEMPLATE, Project, run
from tests.helpers.application import serve
from tests.helpers.recipes import assert_clean_and_served, blocks, carry_out, own_case, render
from tests.helpers.servers import DatabaseServer, private

RECIPES = TEMPLATE / "docs/recipes"
PAGE = RECIPES / "several-databases.md"
# Prints the rows of both databases, and the ids that come next.
SHOW = """
from my_flask_app.app import create_app
from my_flask_app.audit import Event
from my_flask_app.db import db_session
from my_flask_app.models import Message
from sqlalchemy import select

with create_app().app_context():
    for model in (Message, Event):
        print(*db_session.execute(select(model.__table__).order_by(model.id)), sep="\\n")
        db_session.add(later := model(**{"text" if model is Message else "what": "later"}))
        db_session.flush()
        print(later.id)
"""
LATE = """
from my_flask_app.app import create_app
from my_flask_app.audit import AuditBase
from sqlalchemy.orm import Mapped, mapped_column

class Late(AuditBase):
    __tablename__ = "message"  # as a table of the other database
    id: Mapped[int] = mapped_column(primary_key=True)

print(create_app().test_cli_runner().invoke(args=["init-db"]).output)
"""


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, DatabaseServer]]:
    """Give a PostgreSQL that can commit in two phases, and a MariaDB, which always can."""
    with ExitStack() as stack:
        postgresql = private("postgresql", stack, max_prepared_transactions=10)
        yield {"postgresql": postgresql, "mariadb": private("mariadb", stack)}


@pytest.fixture(scope="module")
def project(servers: dict[str, DatabaseServer], tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with the recipe, on both servers."""
    case = own_case(PAGE)
    project = render(tmp_path_factory.mktemp("several"), case, servers.__getitem__)
    carry_out(PAGE, project, case)
    return project


def test_the_page_makes_a_clean_project(project: Project) -> None:
    assert_clean_and_served(project)


def test_without_the_second_database_the_first_is_served(project: Project, servers: dict[str, DatabaseServer]) -> None:
    away = servers["mariadb"].url("nowhere", servers["mariadb"].password)
    with serve(project, "gunicorn", environment={"AUDIT_DATABASE_URL": away}) as application:
        answers = [application.ask("GET", path) for path in ("/health", "/messages")]
        assert [answer.status for answer in answers] == [503, 200]
        assert answers[0].body["detail"].endswith("If it is new, run: flask init-db")
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


def test_a_model_that_its_migrations_do_not_see_is_named(project: Project) -> None:
    *_, first, second = project.run("python", "-c", LATE).stdout.strip().splitlines()
    assert first.endswith(" already.")
    assert "migrations do not see the table message, which my_flask_app.models does not import." in second


def test_without_its_own_migrations_a_database_gets_none(project: Project) -> None:
    ini = project.path / "migrations/AUDIT_DATABASE_URL.ini"
    ini.rename(project.path / "away.ini")
    output = project.run("flask", "init-db", check=False).stdout
    (project.path / "away.ini").rename(ini)
    assert "cannot be initialised: migrations/AUDIT_DATABASE_URL.ini is not there" in output.splitlines()[-1]


def test_the_rows_of_each_database_move(project: Project, servers: dict[str, DatabaseServer]) -> None:
    """From PostgreSQL to MariaDB, and from MariaDB to PostgreSQL."""

    def run_on(settings: dict[str, str], *command: str) -> str:
        pairs = [f"{name}={value}" for name, value in settings.items()]
        return run("env", *pairs, project.bin / "python", *command, cwd=project.path).stdout

    for block in blocks(RECIPES / "move-the-rows.md"):
        if block.heading.startswith("`copy_rows"):
            block.write_into(project)
    old = run_on({}, "-c", SHOW).splitlines()
    homes = {"DATABASE_URL": servers["mariadb"], "AUDIT_DATABASE_URL": servers["postgresql"]}
    moved = {name: server.url("moved", server.password) for name, server in homes.items()}
    for name, url in moved.items():
        assert "All rows are copied." in run_on({f"NEW_{name}": url}, "copy_rows.py", name)
    new = run_on(moved, "-c", SHOW).splitlines()
    assert len(old) > 4, "rows, and an id, of each"
    assert new == [str(int(line) + 1) if line.isdigit() else line for line in old]
    tables = "SELECT table_name FROM information_schema.tables WHERE table_schema IN ('public', 'moved') ORDER BY 1"
    assert [server.sql(tables, "moved") for server in homes.values()] == [
        [("alembic_version",), (table,)] for table in ("message", "event")
    ]


@pytest.mark.all  # each of the two pages is met by test_recipes.py
def test_safe_requests_read_from_a_replica_beside_it(project: Project) -> None:
    """The recipe of a read replica, whose page says which line differs."""
    for block in blocks(RECIPES / "read-replica.md"):
        if block.language == "python":
            block.write_into(project)
    db = project.path / "my_flask_app/db.py"
    text = db.read_text().replace("from .binds", "from . import replica\nfrom .binds")
    line = re.search("`(class AppSession.+?)`", (RECIPES / "read-replica.md").read_text())
    assert line
    text = text.replace("class AppSession(BindsSession, Session)", line[1])
    db.write_text(text.replace("    app.teardown", "    replica.init_app(app)\n    app.teardown"))
    for command in (["ruff", "check"], ["mypy", "."], ["pytest", "-q", "tests/test_replica.py", "tests/test_binds.py"]):
        project.run(*command)


def database_of(project: Project, setting: str) -> str:
    """Return the name of the database that a setting in .env names."""
    return (project.path / ".env").read_text().split(f"{setting}=")[1].splitlines()[0].strip("'").rpartition("/")[2]
