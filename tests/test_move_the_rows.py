"""The recipe of that name: what arrives, who waits, what a crash leaves; and a project that moves behind PgBouncer."""

import os
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import cache
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from dotenv import set_key

from tests.conftest import INSIDE, TEMPLATE, Project, cookiecutter, run
from tests.helpers.application import load, serve
from tests.helpers.recipes import blocks, carry_out, render
from tests.helpers.servers import DatabaseServer, PostgreSQL, private

PAGE = TEMPLATE / "docs/recipes/move-the-rows.md"
ROWS = INSIDE / "rows.py"
THINGS = INSIDE / "things"
# What those are told who write to the old database meanwhile. That a table is locked, a server does not say within the
# two seconds that a statement may take here.
TOLD = {"sqlite": "Another transaction holds what this one needs."}
TOLD["postgresql"] = TOLD["mariadb"] = "The database cannot be reached, or does not answer."
# Each INSERT into the last table takes ten minutes.
STOP = {
    "postgresql": (
        "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(600); RETURN NEW; END'",
        "CREATE TRIGGER stop BEFORE INSERT ON part FOR EACH ROW EXECUTE FUNCTION stop()",
        "DROP TRIGGER stop ON part",
    ),
    "mariadb": ("CREATE TRIGGER stop BEFORE INSERT ON part FOR EACH ROW SET @slept = SLEEP(600)", "DROP TRIGGER stop"),
}


class Databases:
    """A project with the recipe and the tables of things, and databases to move its rows between."""

    def __init__(self, project: Project, server: Callable[[str], DatabaseServer]) -> None:
        self.project = project
        self.server = server
        self.originals: dict[int, str] = {}

    def new(self, kind: str) -> str:
        """Return the URL of a database that is not there yet."""
        name = f"moved_{token_hex(6)}"
        if kind == "sqlite":
            return f"sqlite:///{self.project.path}/{name}.db"
        return self.server(kind).url(name, self.server(kind).password)

    def filled(self, kind: str, count: int) -> str:
        """Return the URL of a new database with so many things and parts, and one message."""
        if count not in self.originals:
            self.originals[count] = self.new("sqlite")
            self.run(self.originals[count], "flask", "init-db")
            self.run(self.originals[count], "python", ROWS, str(count))
        url = self.new(kind)
        if kind == "sqlite":
            self.sql(self.originals[count], f"VACUUM INTO '{url.removeprefix('sqlite:///')}'")
        else:
            self.copy(self.originals[count], url)
        return url

    def run(self, url: str, *command: str | Path, new: str = "", check: bool = True) -> str:
        """Run a command of the project on a database; return what it prints."""
        settings = {"DATABASE_URL": url, "NEW_DATABASE_URL": new, "SECRET_KEY": "for the tests only"}
        pairs = [f"{name}={value}" for name, value in settings.items()]
        program = self.project.bin / command[0]
        return run("env", *pairs, program, *command[1:], cwd=self.project.path, check=check).stdout

    def copy(self, old: str, new: str, check: bool = True) -> str:
        """Run the recipe's script; return what it prints."""
        return self.run(old, "python", "copy_rows.py", new=new, check=check)

    def sql(self, url: str, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement; return its rows."""
        scheme, _, path = url.partition(":///")
        if scheme == "sqlite":
            with closing(sqlite3.connect(path)) as connection, connection:
                return connection.execute(statement).fetchall()
        return self.server(url.partition("+")[0]).sql(statement, url.rpartition("/")[2])


@pytest.fixture(scope="module")
def server() -> Iterator[Callable[[str], DatabaseServer]]:
    """Give a function that returns a server of our own of some kind."""
    with ExitStack() as stack:
        yield cache(lambda kind: private(kind, stack))


@pytest.fixture(scope="module")
def databases_of(
    tmp_path_factory: pytest.TempPathFactory, server: Callable[[str], DatabaseServer]
) -> Callable[[str], Databases]:
    """Give a function that returns the project with declarative models, or with reflected ones, set up once."""

    @cache
    def databases_of(models: str) -> Databases:
        folder = tmp_path_factory.mktemp(models)
        app_setup = "factory" if models == "declarative" else "module"
        output = cookiecutter(folder, models=models, app_setup=app_setup).stdout
        project = Project(folder / "my_flask_app", {"models": models, "app_setup": app_setup}, output)
        run("uv", "add", "-q", "psycopg[binary]", "pymysql", cwd=project.path)
        for block in blocks(PAGE):
            if block.language == "python":
                block.write_into(project)
        (project.path / "my_flask_app/things.py").write_text((THINGS / f"{models}.py").read_text())
        with (project.path / "my_flask_app/models.py").open("a") as file:
            file.write("\n\nfrom . import things\n")
        if models == "declarative":
            project.run("alembic", "revision", "--autogenerate", "-m", "Things")
        else:
            for script in THINGS.glob("*.sql"):
                with (project.path / "schema" / script.name).open("a") as file:
                    file.write(script.read_text())
        return Databases(project, server)

    return databases_of


@pytest.fixture
def databases(databases_of: Callable[[str], Databases]) -> Databases:
    """The project with declarative models."""
    return databases_of("declarative")


@pytest.mark.parametrize("models", ["declarative", pytest.param("reflection", marks=pytest.mark.all)])
@pytest.mark.parametrize(
    "kinds",
    [("postgresql", "mariadb", "sqlite"), pytest.param(("mariadb", "postgresql", "sqlite"), marks=pytest.mark.all)],
    ids="-".join,
)
def test_rows_arrive_equal_and_ids_go_on(
    databases_of: Callable[[str], Databases], models: str, kinds: tuple[str, ...]
) -> None:
    databases = databases_of(models)
    count = 10_000 if models == "reflection" else 2_500  # things, and as many parts; a thousand are copied at a time
    url = databases.filled("sqlite", count)
    digest, message_id, thing_id = databases.run(url, "python", ROWS).split("; ")
    assert digest.endswith(f" of {count}, {(count + 3) // 6} without a document")
    for number, kind in enumerate(kinds, 1):
        old, url = url, databases.new(kind)
        copied = {"message: 1 rows", f"thing: {count} rows", f"part: {count} rows"}
        assert copied < set(databases.copy(old, url).splitlines())
        ids = [int(last) + number for last in (message_id, thing_id)]
        assert databases.run(url, "python", ROWS) == f"{digest}; {ids[0]}; {ids[1]}\n"
        if kind == "postgresql":  # one foreign key of the SQL file is, and has stayed so
            deferrable = "SELECT count(*) FROM pg_constraint WHERE condeferrable"
            assert databases.sql(url, deferrable) == [(int(models == "reflection"),)]


@pytest.mark.parametrize(
    ("old_kind", "new_kind"),
    [
        ("sqlite", "postgresql"),
        pytest.param("postgresql", "mariadb", marks=pytest.mark.all),
        pytest.param("mariadb", "postgresql", marks=pytest.mark.all),
    ],
)
def test_writers_wait_and_a_crash_leaves_nothing(databases: Databases, old_kind: str, new_kind: str) -> None:
    old, new = databases.filled(old_kind, 30), databases.new(new_kind)
    databases.run(new, "flask", "init-db")
    *stop, go_on = STOP[new_kind]
    for statement in stop:
        databases.sql(new, statement)
    target, name = databases.server(new_kind), new.rpartition("/")[2]
    settings = {"DATABASE_URL": old, "SECRET_KEY": "for the tests only", "DATABASE_TIMEOUT": "2"}
    copying = subprocess.Popen(
        [databases.project.bin / "python", Path("copy_rows.py")],
        cwd=databases.project.path,
        env={**os.environ, **settings, "NEW_DATABASE_URL": new, "DATABASE_TIMEOUT": "600"},
    )
    try:
        while not any(word in statement for word in ("INTO part", "SLEEP") for statement in target.statements(name)):
            assert copying.poll() is None
            time.sleep(0.05)
        with serve(databases.project, "gunicorn", environment=settings) as application:
            assert application.ask("GET", "/messages").status == 200
            refused = application.ask("POST", "/messages", {"text": "too late"})
            assert (refused.status, refused.body["detail"]) == (503, TOLD[old_kind])
            copying.kill()
            copying.wait()
            assert application.ask("POST", "/messages", {"text": "in time"}).status == 201
    finally:
        copying.kill()
    for connection in target.transactions(name):
        target.kill(connection)
    while target.transactions(name):
        time.sleep(0.05)
    assert databases.sql(new, "SELECT count(*) FROM thing") == [(0,)]
    databases.sql(new, go_on)
    assert "message: 2 rows\nthing: 30 rows\npart: 30 rows\nAll rows are" in databases.copy(old, new)


@pytest.mark.parametrize(
    ("kind", "in_old", "in_new", "sentence"),
    [
        ("sqlite", "", "INSERT INTO message VALUES (1, 'mine', '2026-01-01')", "has rows already: message."),
        ("sqlite", "UPDATE alembic_version SET version_num = '0001'", "", "schemas differ: revision 0001, revision"),
        ("sqlite", "DELETE FROM thing WHERE id = 7", "", "2 rows refer to rows that are not there"),
        ("postgresql", "UPDATE message SET text = printf('%0501d', 1)", "", "Nothing is copied: value too long for"),
        ("mariadb", "", "ALTER TABLE thing MODIFY at DATETIME NOT NULL", "thing: at would come back changed."),
    ],
    ids=["rows", "revision", "references", "length", "microseconds"],
)
def test_what_cannot_be_copied_is_a_sentence(
    databases: Databases, kind: str, in_old: str, in_new: str, sentence: str
) -> None:
    old, new = databases.filled("sqlite", 30), databases.new(kind)
    if in_old:
        databases.sql(old, in_old)
    if in_new:
        databases.run(new, "flask", "init-db")
        databases.sql(new, in_new)
    printed = databases.copy(old, new, check=False)
    assert sentence in printed.splitlines()[-1]
    assert "Traceback" not in printed
    assert databases.sql(new, "SELECT count(*) FROM message") == [(int(in_new.startswith("INSERT")),)]
    assert databases.sql(new, "SELECT count(*) FROM thing") == [(0,)]


def test_one_database_by_two_names_is_refused(databases: Databases) -> None:
    url = databases.new("sqlite")
    assert databases.copy(url, url, check=False) == "NEW_DATABASE_URL names the database of DATABASE_URL.\n"


def test_a_project_moves_behind_pgbouncer(tmp_path: Path, server: Callable[[str], DatabaseServer]) -> None:
    """The defaults, started on SQLite and filled; moved by the page's steps; the package is what it was."""
    case = {"models": "declarative", "app_setup": "factory"}
    project = render(tmp_path, case, server)
    with (
        serve(project, "gunicorn", environment={}) as application,
        load(application, 4, "POST", "/messages", {"text": "on SQLite"}) as written,
    ):
        time.sleep(1)
    assert {answer.status for answer in written} == {201}
    postgresql = server("postgresql")
    assert isinstance(postgresql, PostgreSQL)
    name = f"moved_{token_hex(6)}"
    postgresql.create(name)
    with ExitStack() as stack:
        set_key(project.path / ".env", "NEW_DATABASE_URL", postgresql.bouncer(name, stack))
        carry_out(PAGE, project, case)
        with serve(project, "gunicorn", environment={}) as application:
            first = application.ask("POST", "/messages", {"text": "on PostgreSQL"}).body
            with (
                load(application, 4, "POST", "/messages", {"text": "on PostgreSQL"}) as posted,
                load(application, 4, "GET", "/messages", None) as read,
            ):
                time.sleep(2)
    assert {answer.status for answer in posted} == {201}
    assert {answer.status for answer in read} == {200}
    assert first["id"] == len(written) + 2  # the page writes one, too
    assert postgresql.sql("SELECT count(*) FROM message", name) == [(len(written) + 2 + len(posted),)]
    assert run("git", "status", "--porcelain", "my_flask_app", cwd=project.path).stdout == ""
