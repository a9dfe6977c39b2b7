"""Declarative projects for databases that exist already: three proofs on each server, and nothing written to them."""

import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.conftest import BIN, DATA, Project, cookiecutter, parameters, run
from tests.helpers.application import serve
from tests.helpers.servers import READER, READER_PASSWORD, DatabaseServer, private

FOLDERS = {"chinook": "chinook", "awkward": "from_database"}
INVALID = (
    "View 'awkward.of_nothing' references invalid table(s) or column(s) or function(s) or definer/invoker of view lack"
    " rights to use them"
)
BLANK = "Column must be constructed with a non-blank name or assign a non-blank .name before adding to a Table."
# What cannot be carried over, and is named.
LEFT_OUT = {
    ("postgresql", "awkward"): [
        "table to_dotted (not in the models: a foreign key of it refers to a name with a dot)",
        "aggregate public.biggest(integer) (not in the baseline)",
        "biggest_store, which needs aggregate public.biggest(integer) (not in the baseline)",
        "policy mine on public.person (not in the baseline)",
        "publication feed (not in the baseline)",
        "row security of public.person (not in the baseline)",
        "storage, statistics, clustering or replica identity of public.stored (not in the baseline)",
    ],
    ("mariadb", "awkward"): [
        f"view of_nothing (not in the models: {INVALID})",
        "table dot.ted (not in the models: a foreign key of it refers to a name with a dot)",
        f"view of_nothing: {INVALID} (not in the baseline)",
        "event nightly (not in the baseline)",
    ],
    ("sqlite", "awkward"): [
        f"table blank (not in the models: {BLANK})",
        "foreign key of dangling on gone (not in the models: what it refers to is not among them)",
    ],
}
# The same in the words of the server's dump.
MISSING = {
    ("postgresql", "awkward"): [
        "Name: biggest(integer); Type: AGGREGATE",
        "Name: biggest_store; Type: VIEW",
        "Name: stored; Type: TABLE",
        "Name: person mine; Type: POLICY",
        "Name: person; Type: ROW SECURITY",
        "Name: feed; Type: PUBLICATION",
        "Name: feed person; Type: PUBLICATION TABLE",
    ],
    ("mariadb", "awkward"): ["CREATE ALGORITHM=UNDEFINED", "event nightly"],
}
# What is there, but made otherwise.
OTHERWISE = {("postgresql", "awkward"): ["Name: stored; Type: TABLE"]}
# The project's own models against a database, compared in a transaction that may only read.
COMPARE = """
import warnings
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from migrations import autogenerate
from my_flask_app.config import setting
from my_flask_app.databases import database_of
from my_flask_app.models import Base
warnings.simplefilter("ignore")
with database_of(setting("DATABASE_URL")).create_engine().connect() as connection:
    context = MigrationContext.configure(connection, opts=autogenerate.options(Base.metadata))
    print(compare_metadata(context, Base.metadata), len(Base.metadata.tables))
"""


class Old(NamedTuple):
    """A database that was there before, and the project that was set up for it by a user who may only read."""

    kind: str
    name: str
    server: DatabaseServer | None
    folder: Path
    project: Project
    before: list[str]

    def url(self, database: str) -> str:
        """Return the URL of a database for a user who may do everything."""
        if self.server:
            return self.server.url(database, self.server.password)
        return f"sqlite:///{self.folder / database}.db"

    def dump(self, database: str, rows: bool = False) -> list[str]:
        """Return what the server itself says of a database."""
        if not self.server:
            return dump_sqlite(self.folder / f"{database}.db", rows)
        return self.server.dump(database, rows)

    def create(self, database: str) -> None:
        """Create an empty database."""
        if self.server:
            self.server.create(database)

    def run(self, database: str, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command of the project for a database."""
        url = f"DATABASE_URL={self.url(database)}"
        return run("env", url, self.project.bin / command[0], *command[1:], cwd=self.project.path, check=check)


def dump_sqlite(path: Path, rows: bool) -> list[str]:
    if rows:
        return [path.read_bytes().hex()]
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT type, name, sql FROM sqlite_schema WHERE tbl_name <> 'alembic_version' ORDER BY type, name"
        return list(map(str, connection.execute(query)))


@pytest.fixture(scope="session")
def own_servers() -> Iterator[Callable[[str], DatabaseServer | None]]:
    """Give a server of a kind, with a user who may only read; none for SQLite."""
    started: dict[str, DatabaseServer | None] = {"sqlite": None}
    with ExitStack() as stack:

        def server(kind: str) -> DatabaseServer | None:
            if kind not in started:
                started[kind] = new = private(kind, stack)
                new.create_reader()
            return started[kind]

        yield server


def fill(server: DatabaseServer | None, kind: str, name: str, folder: Path) -> None:
    """Create the database and let the reader read it."""
    script = (DATA / FOLDERS[name] / f"{kind}.sql").read_text(encoding="utf-8")
    if not server:
        with closing(sqlite3.connect(folder / f"{name}.db")) as connection:
            connection.executescript(script)
        return
    server.create(name)
    if kind == "postgresql":
        server.sql(script, name)
    else:
        for statement in script.split(";\n")[:-1]:
            server.sql(statement, name)
        if name == "awkward":  # what it takes to see how they are made
            server.sql(f"GRANT SHOW VIEW, TRIGGER, EVENT, EXECUTE ON {name}.* TO {READER}")
            server.sql(f"GRANT SELECT ON mysql.proc TO {READER}")
    server.let_read(name)


# test_chinook.py has Chinook on the servers too.
CASES = [*product(("sqlite", "postgresql", "mariadb"), ("chinook", "awkward"))]


@pytest.fixture(scope="session", params=parameters(CASES, "sqlite-awkward", "postgresql-awkward", "mariadb-awkward"))
def old(request: pytest.FixtureRequest, own_servers: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Old]:
    """Each database on each server, and the project that the real command made for it."""
    kind, name = request.param
    server = own_servers(kind)
    folder = tmp_path_factory.mktemp(f"{kind}-{name}")
    fill(server, kind, name, folder)
    url = server.url(name, user=READER) if server else f"sqlite:///{folder / name}.db"
    project = Project(folder / "my_flask_app", {}, "")
    before = Old(kind, name, server, folder, project, []).dump(name, rows=True)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DATABASE_PASSWORD", READER_PASSWORD)
        output = cookiecutter(folder, database_url=url, database="existing").stdout
    yield Old(kind, name, server, folder, Project(project.path, {}, output), before)
    if server:
        server.drop(name)


def test_what_is_not_carried_over_is_named(old: Old) -> None:
    assert "my_flask_app is ready" in old.project.output, old.project.output
    assert "Warning" not in old.project.output
    # The reader may not create a database to try it in.
    assert ("Whether the baseline builds was not tried" in old.project.output) == bool(old.server)
    names = LEFT_OUT.get((old.kind, old.name), ["nothing"])
    printed = re.search("Not carried over from the database:\n((?:  .*\n)+)", old.project.output)
    assert printed
    assert [line.strip() for line in printed[1].splitlines()] == names
    readme = (old.project.path / "README.md").read_text()
    assert "".join(f"* {name}\n" for name in names) in readme
    assert "<!--" not in readme


def test_the_models_fit_the_old_database(old: Old) -> None:
    found = old.run(old.name, "python", "-W", "ignore", "-c", COMPARE).stdout
    assert re.fullmatch(r"\[\] [1-9]\d*\n", found), found


def test_the_baseline_builds_the_same_database(old: Old) -> None:
    old.create("copy")
    try:
        assert "before: empty" in old.run("copy", "flask", "init-db").stdout
        check = old.run("copy", "alembic", "check", check=False).stdout
        assert "No new upgrade operations detected" in check, check
        was, now = (old.dump(database) for database in (old.name, "copy"))
        assert len(was) > 10
        missing, other = (
            [re.split("; Schema|: [(]| DEFINER", item)[0] for item in sorted(set(one) - set(two), key=one.index)]
            for one, two in ((was, now), (now, was))
        )
        assert missing == MISSING.get((old.kind, old.name), [])
        assert other == OTHERWISE.get((old.kind, old.name), [])
    finally:
        if old.server:
            old.server.drop("copy")
        else:
            (old.folder / "copy.db").unlink()


def test_the_project_is_clean_and_passes_its_tests(old: Old) -> None:
    old.project.run("ruff", "check")
    old.project.run("ruff", "format", "--check")
    old.project.run("mypy")
    assert " passed" in old.run(old.name, "pytest", "-q").stdout
    with serve(old.project, "flask", "run", environment={}) as application:
        assert application.ask("GET", "/health").status == 200


def test_the_generator_leaves_nothing_behind(old: Old) -> None:
    assert not (old.project.path / "from_database").exists()
    assert not list(old.project.path.glob("*/new_*"))
    for name in ("pyproject.toml", "uv.lock"):
        assert "sqlacodegen" not in (old.project.path / name).read_text()
    assert old.project.run("python", "-c", "import sqlacodegen", check=False).returncode
    if old.server:
        assert READER_PASSWORD not in old.project.output
        files = [path for path in old.project.path.rglob("*") if path.is_file() and ".venv" not in path.parts]
        secrets = (READER_PASSWORD.encode(), b"r3ad%2Fonly")
        assert [path.name for path in files if any(secret in path.read_bytes() for secret in secrets)] == [".env"]


def test_set_up_again_keeps_what_is_edited(old: Old) -> None:
    models = old.project.path / "my_flask_app/models.py"
    with models.open("a") as file:
        file.write("# mine\n")
    again = run("python3", "set_up.py", cwd=old.project.path).stdout
    assert "is ready" in again
    assert "Writing" not in again
    assert models.read_text().endswith("# mine\n")


def test_nothing_was_written_to_the_old_database(old: Old) -> None:
    """Runs after the others, whose commands may have written."""
    assert old.dump(old.name, rows=True) == old.before


@pytest.mark.parametrize("old", parameters(CASES, "postgresql-awkward"), indirect=True, scope="session")
def test_every_migration_asks_for_the_stamp(old: Old) -> None:
    refused = old.run(old.name, "flask", "init-db", check=False)
    assert refused.returncode == 1
    assert ".venv/bin/alembic stamp head" in refused.stdout
    assert len(refused.stdout.splitlines()) == 1
    for arguments in (["upgrade", "head"], ["check"], ["revision", "--autogenerate", "--message=more"]):
        refused = old.run(old.name, "alembic", *arguments, check=False)
        assert refused.returncode
        assert ".venv/bin/alembic stamp head" in refused.stdout
        assert len(refused.stdout.splitlines()) == 1
    old.run(old.name, "alembic", "current")
    assert old.dump(old.name, rows=True) == old.before
    old.run(old.name, "alembic", "stamp", "head")
    assert "is at revision 0001 already" in old.run(old.name, "flask", "init-db").stdout
    assert "No new upgrade" in old.run(old.name, "alembic", "check").stdout


# Set-up that cannot finish


def test_a_database_that_is_away(tmp_path: Path) -> None:
    output = cookiecutter(tmp_path, database="existing", database_url=f"sqlite:///{tmp_path}/shop.db").stdout
    project = tmp_path / "my_flask_app"
    assert "Error: the database cannot be read: unable to open database file" in output
    assert "Traceback" not in output
    assert output.rstrip().endswith("python3 set_up.py")
    assert not (tmp_path / "shop.db").exists(), "an empty one would look like the right one"
    assert (project / "from_database").exists()
    mistyped = "DATABASE_URL=mariadb+pymysql://me:s3cret@127.0.0.1:1/shop?sslmode=require"
    done = run("env", mistyped, BIN / "python", "-m", "from_database", cwd=project, check=False)
    assert done.returncode == 1
    assert re.fullmatch("DATABASE_URL cannot be used: .*'sslmode'.*\n", done.stdout)
    assert "s3cret" not in done.stdout
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
        connection.execute("CREATE TABLE thing (id INTEGER PRIMARY KEY)")
    assert "is ready" in run("python3", "set_up.py", cwd=project).stdout
    assert "class Thing(Base)" in (project / "my_flask_app/models.py").read_text()


@pytest.mark.parametrize("old", [("sqlite", "awkward")], indirect=True, scope="session")
def test_a_colleague_has_nothing_to_generate(tmp_path: Path, old: Old) -> None:
    clone = tmp_path / "clone"
    shutil.copytree(old.project.path, clone, ignore=shutil.ignore_patterns(".venv", ".env", ".*_cache"))
    output = run("python3", "set_up.py", cwd=clone).stdout
    assert "is ready" in output
    assert "Writing" not in output
    own = f"DATABASE_URL=sqlite:///{tmp_path}/own.db"
    assert "before: empty" in run("env", own, clone / ".venv/bin/flask", "init-db", cwd=clone).stdout


def test_a_database_whose_schema_cannot_be_written_down_is_refused(tmp_path: Path) -> None:
    done = cookiecutter(tmp_path, database="existing", database_url="mssql+pyodbc://me@host/shop", check=False)
    assert done.returncode
    assert "write reflection" in done.stdout
    assert not list(tmp_path.iterdir())


def test_what_sqlite_alone_would_keep_is_named(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
        connection.executescript(
            "CREATE TABLE thing (id INTEGER PRIMARY KEY, other INTEGER REFERENCES thing (nowhere));"
            "PRAGMA writable_schema = ON;"
            "INSERT INTO sqlite_schema VALUES ('table', 'map', 'map', 0, 'CREATE VIRTUAL TABLE map USING absent(a)');"
        )
    output = cookiecutter(tmp_path, database="existing", database_url=f"sqlite:///{tmp_path}/shop.db").stdout
    assert "is ready" in output
    assert "table map (not in the models: no such module: absent)" in output
    assert "table map: no such module: absent (not in the baseline)" in output
    assert "foreign key of thing on other (not in the models" in output
    assert "  in the models: " not in output
