"""`flask reflect-models` on databases that exist: real ones and awkward ones, on SQLite, PostgreSQL and MariaDB."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import count, product
from pathlib import Path
from typing import Any

import pytest

from lint import render
from tests.conftest import DATA, INSIDE, Project, cookiecutter, parameters, run
from tests.helpers.application import serve
from tests.helpers.servers import KINDS as SERVERS
from tests.helpers.servers import DatabaseServer, PostgreSQL, private

KINDS = ["sqlite", *SERVERS]
FOLDERS = {"chinook": "chinook", "awkward": "reflect_models"}
NUMBERS = count(1)
EXISTING: Any = {"models": "reflection", "database": "existing"}


# The tables whose rows the project's own tests read.
SAMPLES = """
import importlib, json, os
from my_flask_app.app import create_app
from tests import test_browse
client = create_app({"DEBUG": True}).test_client()
samples = []
for most, seed in (("4", "1"), ("4", "1"), ("4", "2"), ("1000000", "1")):
    os.environ |= {"TEST_TABLES": most, "TEST_SEED": seed}
    samples.append([table["name"] for table in importlib.reload(test_browse).some_tables(client)])
print(json.dumps(samples))
"""


@pytest.fixture(scope="session")
def server_of() -> Iterator[Callable[[str], DatabaseServer]]:
    """Give the server of a kind: one that TEST_POSTGRESQL_URL or TEST_MARIADB_URL names, or our own."""
    started: dict[str, DatabaseServer] = {}
    with ExitStack() as stack:

        def server(kind: str) -> DatabaseServer:
            if kind not in started:
                named = os.environ.get(f"TEST_{kind.upper()}_URL")
                started[kind] = SERVERS[kind](named) if named else private(kind, stack)
            return started[kind]

        yield server


@dataclass(frozen=True)
class Database:
    """A database that exists before its project."""

    kind: str
    name: str  # of the database or the file
    server: DatabaseServer | None

    @property
    def url(self) -> str:
        """The URL, with the password."""
        return self.server.url(self.name, self.server.password) if self.server else f"sqlite:///{self.name}"

    def sql(self, script: str) -> None:
        """Run statements, each of which ends with a semicolon at the end of a line."""
        if isinstance(self.server, PostgreSQL):
            self.server.sql(script, self.name)
        elif self.server:
            for statement in filter(str.strip, script.split(";\n")):
                self.server.sql(statement, self.name)
        else:
            with closing(sqlite3.connect(self.name)) as connection, connection:
                connection.executescript(script)


@dataclass(frozen=True)
class Existing:
    """A project that is rendered for a database, and runs in the environment of ``tools``."""

    path: Path
    database: Database
    tools: Project

    @property
    def package(self) -> Path:
        """The folder of the package, which has the project's name."""
        return self.path / self.path.name

    def run(self, *command: str | Path, check: bool = True, url: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command of the environment in the project's folder, on another URL if one is given."""
        environment = {"DATABASE_URL": url or self.database.url, "PYTHONPATH": str(self.path)}
        environment["SECRET_KEY"] = "for the tests only"
        settings = [f"{name}={value}" for name, value in environment.items()]
        return run("env", *settings, self.tools.bin / command[0], *command[1:], cwd=self.path, check=check)

    def reflect(self, *options: str, check: bool = True, url: str = "") -> subprocess.CompletedProcess[str]:
        """Run `flask reflect-models`."""
        return self.run("flask", "reflect-models", *options, check=check, url=url)

    def exercise(self, url: str = "") -> Any:
        """Use every class; see exercise.py."""
        return json.loads(self.run("python", INSIDE / "exercise.py", self.path.name, url=url).stdout)

    def python(self, code: str, *, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run code with the models ready, and a session on the database."""
        return self.run("python", "-c", USE.replace("PACKAGE", self.path.name) + code, check=check)

    def mypy(self, *paths: str) -> list[str]:
        """Return mypy's errors."""
        done = self.run("mypy", "--strict", "--no-error-summary", *paths, check=False)
        return [line for line in done.stdout.splitlines() if ": error: " in line]

    def type_errors(self, code: str) -> list[int]:
        """Return the lines of a file that mypy, and on PostgreSQL also pyright, refuses; they must be the same."""
        file = self.path / "typed.py"
        file.write_text(code)
        errors = sorted({int(line.split(":")[1]) for line in self.mypy(file.name)})
        if self.database.kind == "postgresql":
            (self.path / "pyrightconfig.json").write_text('{"typeCheckingMode": "standard"}')
            python = f"--pythonpath={self.tools.bin}/python"
            done = self.run("basedpyright", "--outputjson", "--level=error", python, file.name, check=False)
            found = json.loads(done.stdout)["generalDiagnostics"]
            assert sorted({each["range"]["start"]["line"] + 1 for each in found}) == errors, done.stdout
        file.unlink()
        return errors

    def copy(self) -> "Existing":
        """Return the project as another one, to be changed, of the same database."""
        path = self.path.parent / "copy" / self.path.name
        shutil.copytree(self.path, path)
        return Existing(path, self.database, self.tools)

    def generated_tables(self) -> str:
        """Return the generated part."""
        return self.generated()["tables.py"]

    def generated(self) -> dict[str, str]:
        """Return what the command writes."""
        files = [self.package / name for name in ("tables.py", "tables.pyi", "models.py")]
        return {file.name: file.read_text("utf-8") for file in files if file.exists()}


@pytest.fixture(scope="session")
def chinook_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Chinook as a file of SQLite, with a table that is left out."""
    path = tmp_path_factory.mktemp("chinook") / "chinook.db"
    chinook = Database("sqlite", str(path), None)
    chinook.sql((DATA / "chinook/sqlite.sql").read_text("utf-8"))
    chinook.sql("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)")
    return path


@pytest.fixture(scope="session")
def tools(tmp_path_factory: pytest.TempPathFactory, chinook_file: Path) -> Project:
    """A project that the real command has set up for Chinook; its environment has the drivers and pyright too."""
    folder = tmp_path_factory.mktemp("tools")
    output = cookiecutter(folder, database_url=f"sqlite:///{chinook_file}", **EXISTING).stdout
    project = Project(folder / "my_flask_app", EXISTING, output)
    packages = ["psycopg[binary]", "pymysql", "basedpyright"]  # which is pyright, with its own Node.js
    run("uv", "pip", "install", "-q", "--python", project.bin / "python", *packages)
    # The other projects are imported from their own folders, not this one from any.
    run("uv", "pip", "uninstall", "-q", "--python", project.bin / "python", "my_flask_app")
    return project


@pytest.fixture(scope="session")
def create_project(
    tools: Project, server_of: Callable[[str], DatabaseServer], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Existing]:
    """Give a function that renders a project for a new database, which a script has filled."""

    def create(kind: str, script: str, app_setup: str = "factory") -> Existing:
        name = f"{kind}_{next(NUMBERS)}"
        folder = tmp_path_factory.mktemp(name)
        if kind == "sqlite":
            database = Database(kind, str(folder / "existing.db"), None)
        else:
            server = server_of(kind)
            server.sql(f"CREATE DATABASE {name}{' CHARACTER SET utf8mb4' if kind == 'mariadb' else ''}")
            database = Database(kind, name, server)
        database.sql(script)
        url = database.server.url(name) if database.server else database.url
        render(folder, project_slug=name, database_url=url, app_setup=app_setup, **EXISTING)
        return Existing(folder / name, database, tools)

    return create


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Each database."""
    return str(request.param)


AWKWARD = [(kind, "awkward") for kind in KINDS]
# test_chinook.py has Chinook on the servers too.
CATALOGUES = parameters(
    product(KINDS, ["chinook", "awkward"]), "sqlite-awkward", "postgresql-awkward", "mariadb-awkward"
)


@pytest.fixture(scope="module", params=CATALOGUES)
def existing(request: pytest.FixtureRequest, create_project: Callable[..., Existing]) -> Existing:
    """A catalogue on a database, reflected; not to be changed."""
    kind, name = request.param
    project = create_project(kind, catalogue(name, kind))
    project.reflect()
    return project


@pytest.fixture(scope="module")
def classes(existing: Existing) -> dict[str, Any]:
    """What exercise.py has done with each class."""
    return dict(existing.exercise()["classes"])


def catalogue(name: str, kind: str) -> str:
    """Return a script that creates a database's tables."""
    return (DATA / FOLDERS[name] / f"{kind}.sql").read_text("utf-8")


# What is generated


def test_the_set_up_fits_the_classes(tools: Project, chinook_file: Path) -> None:
    assert "my_flask_app is ready" in tools.output
    assert f"Database: sqlite:///{chinook_file}: 11 tables with a key, 0 tables or views without." in tools.output
    assert "Left out, bookkeeping of Alembic: alembic_version\n" in tools.output
    assert (
        "class PlaylistTrack(tables.PlaylistTrack, Reflected):" in (tools.path / "my_flask_app/models.py").read_text()
    )


def test_every_class_works(existing: Existing, classes: dict[str, Any]) -> None:
    tables = {each["table"] for each in classes.values()}
    if "PlaylistTrack" in classes:
        assert len(tables) == len(classes) == 11
        assert all(each["rows"] for each in classes.values())
        employees = classes["Employee"]["related"]
        manager = "reports_to_rel" if existing.database.kind == "postgresql" else "ReportsTo_rel"
        assert employees[1][manager] == [[1]]
    else:
        assert len(tables) == len(classes) >= 40
        assert not tables & {"alembic_version", "no_key", "unique_nullable", "grown_up", "indexed"}
    related = [loaded for each in classes.values() for row in each["related"] for loaded in row.values()]
    assert sum(map(bool, related)) > 30


def test_what_is_generated_is_clean(existing: Existing) -> None:
    existing.run("ruff", "check", "--no-cache")
    existing.run("ruff", "format", "--check", "--no-cache")
    assert existing.mypy() == []


def test_the_tests_of_a_project_read_tables_that_a_seed_chooses(tools: Project) -> None:
    first, again, other, every = json.loads(tools.run("python", "-c", SAMPLES).stdout.splitlines()[-1])
    assert first == again
    assert len(set(first)) == len(set(other)) == 4
    assert set(first) != set(other)
    assert len(every) == 11


def test_a_second_time_nothing_changes(existing: Existing) -> None:
    before = existing.generated()
    existing.reflect("--check")
    existing.reflect()
    assert existing.generated() == before


def test_type_checkers_know_every_attribute(existing: Existing, classes: dict[str, Any]) -> None:
    good, bad = [], []
    for name, each in classes.items():
        attributes = [*each["columns"].values(), *(each["related"][0] if each["related"] else [])]
        good += [f"    models.{name}.{attribute}" for attribute in attributes]
        good += [f"    models.{name}().{attribute}" for attribute in attributes]
        bad += [
            f"    models.{name}.nope",
            f"    models.{name}().nope",
            f"    models.{name}().{attributes[0]} = object()",
        ]
    head = [f"from {existing.path.name} import models", "", "", "def use() -> None:"]
    refused = existing.type_errors("\n".join([*head, *good, *bad]))
    assert refused == list(range(len(head) + len(good) + 1, len(head) + len(good) + len(bad) + 1))


@pytest.mark.parametrize("existing", AWKWARD, indirect=True, scope="module")
def test_names_of_an_awkward_catalogue(existing: Existing, classes: dict[str, Any]) -> None:
    columns = {each["table"]: each["columns"] for each in classes.values()}
    tables = {each["table"]: name for name, each in classes.items()}
    of_the_same_name = ["OrderItem2", "order item", "order-item", "order_item"]
    assert [tables[name] for name in of_the_same_name] == ["OrderItem2", "OrderItem", "OrderItem3", "OrderItem4"]
    assert tables["base"] == "BaseTable"
    assert tables["3d_model"] == "Table3dModel"
    assert tables["注文"] == "Table注文"
    assert columns["order item"] == {"id": "id", "my col": "my_col_2", "my_col": "my_col", "unit-price": "unit_price"}
    assert columns["reserved"]["metadata"] == "metadata_"
    assert columns["reserved"]["prepare"] == "prepare_"
    assert columns["reserved"]["class"] == "class_"
    assert columns["reserved"]["__secret"] == "secret"
    related = {name: each["related"][0] for name, each in classes.items() if each["related"]}
    assert related["Airport"] == {"flight_by_origin": [[1]], "flight_by_destination_code": []}
    assert related["Category"] == {"parent_rel": [], "category_list_rel": [[2]]}
    assert related["Node"] == {"node": [], "node_list": [[1, 2]]}
    assert related["BoardingPass"] == {"flight": [[1]], "seat": [[1, "12A"]]}
    assert related["Person"]["passport"] == [[1]]
    assert related["OfUniqueKey"] == {"code_rel": [["a"]]}
    assert related["Course"]["class_"] == [[1]]
    if existing.database.kind == "postgresql":
        assert tables["sales.person"] == "SalesPerson2"
        assert related["SalesPerson2"] == {"person": [[1]], "sales_person_list": [[1]]}
        assert related["SalesPerson"] == {"person": [[1]]}
        assert related["Person"]["sales_person_list"] == [[1]]
        assert {"measured"} == {table for table in tables if table.startswith("measured")}


# What changes


HARDEST = pytest.mark.parametrize("kind", parameters(KINDS, "postgresql"), indirect=True, scope="module")


def schema(kind: str, script: str) -> str:
    """Spell quoted names as a database does."""
    return script.replace('"', "`") if kind == "mariadb" else script


FIRST = """
CREATE TABLE album (id INTEGER NOT NULL PRIMARY KEY, title VARCHAR(50) NOT NULL, year INTEGER, note VARCHAR(9));
INSERT INTO album VALUES (1, 'One', 1999, 'x');
CREATE TABLE track (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(50) NOT NULL, "my col" INTEGER, album_id INTEGER,
  FOREIGN KEY (album_id) REFERENCES album (id));
INSERT INTO track VALUES (1, 'First', 2, 1);
CREATE TABLE b_side (id INTEGER NOT NULL PRIMARY KEY);
CREATE TABLE unwanted (id INTEGER NOT NULL PRIMARY KEY, track_id INTEGER REFERENCES track (id));
CREATE TABLE left_alone (id INTEGER NOT NULL PRIMARY KEY);
CREATE TABLE dropped (id INTEGER NOT NULL PRIMARY KEY);
"""
SECOND = """
CREATE TABLE "b-side" (id INTEGER NOT NULL PRIMARY KEY);
ALTER TABLE track ADD my_col INTEGER;
ALTER TABLE track ADD album INTEGER;
ALTER TABLE track ADD other_album_id INTEGER REFERENCES album (id);
ALTER TABLE album DROP COLUMN year;
ALTER TABLE album ADD year VARCHAR(4);
ALTER TABLE album DROP COLUMN note;
DROP TABLE left_alone;
DROP TABLE dropped;
"""
REPORT = """
left_alone is gone; delete the class LeftAlone
dropped is gone
b-side is new: class BSide2
Album.year is str | None, was int | None
Album.note is gone
Album.track_by_other_album is new: list[models.Song]
Song.my_col_2 is new: int | None
Song.album_2 is new: int | None
Song.other_album_id is new: int | None
Song.other_album is new: models.Album | None
"""
USE = """
from PACKAGE import mapping, models
from PACKAGE.databases import database_of
import os
from sqlalchemy import select
from sqlalchemy.orm import Session
engine = database_of(os.environ["DATABASE_URL"]).create_engine()
mapping.prepare(engine)
session = Session(engine)
"""


LOSE = """
def assign():
    models.Album().note = "x"

for use in (lambda: models.Album.note, lambda: models.Album().note, lambda: models.Album(note="x"), assign):
    try:
        use()
    except mapping.LostColumnError as error:
        assert str(error).startswith("Album.note: the table album has no column note any more"), error
    else:
        raise AssertionError(use)
"""


@HARDEST
def test_a_changed_schema(kind: str, create_project: Callable[..., Existing]) -> None:
    project = create_project(kind, schema(kind, FIRST))
    project.reflect()
    models = project.package / "models.py"
    text = models.read_text()
    text = re.sub(r"\n\nclass (Unwanted|Dropped)\(.*\n.*\n", "", text)
    text = (
        text.replace("class Track(", "class Song(")
        + "\n    @property\n    def loud(self) -> str:\n        return self.name.upper()\n"
    )
    text = move_to_end(text, "Song")
    models.write_text(text)
    assert project.reflect("--check", check=False).returncode == 1
    project.reflect()  # without the class that the user has deleted, and with the name that he has chosen
    assert "unwanted_list" not in project.generated()["tables.py"]
    project.python(
        "song = session.scalars(select(models.Song)).one(); assert song.loud == 'FIRST'; assert song.album.title"
    )

    before = project.generated()
    assert before["models.py"] == text
    project.database.sql(schema(kind, SECOND))
    checked = project.reflect("--check", check=False)
    assert checked.returncode == 1
    assert project.generated() == before
    done = project.reflect()
    assert sorted(REPORT.split("\n")[1:-1]) == sorted(done.stdout.splitlines()[:-1])
    assert checked.stdout.splitlines()[:-1] == done.stdout.splitlines()[:-1]
    project.reflect("--check")

    after = project.generated()
    assert after["models.py"] == text + '\n\nclass BSide2(tables.BSide2, Reflected):\n    """A table."""\n'.replace(
        "A table.", "The table BSide2."
    )
    project.python(
        "song = session.scalars(select(models.Song)).one(); assert song.loud and song.album.track_list == [song]"
    )
    project.python("assert models.LeftAlone.__abstract__; assert not hasattr(models.LeftAlone, '__mapper__')")
    assert project.mypy() == []
    assert len(project.type_errors(f"from {project.path.name} import models\n\nmodels.LeftAlone.id\n")) == 1


def move_to_end(text: str, name: str) -> str:
    """Put a class behind the others."""
    found = re.search(rf"\n\nclass {name}\(.*\n.*\n", text)
    assert found
    loud = text.index("\n    @property")
    return text[: found.start()] + text[found.end() : loud] + found[0] + text[loud:]


def test_a_lost_column_is_named(kind: str, create_project: Callable[..., Existing]) -> None:
    project = create_project(kind, schema(kind, FIRST))
    project.reflect()
    project.database.sql("ALTER TABLE album DROP COLUMN note;\n")
    project.python("assert session.scalars(select(models.Album)).one().title == 'One'")
    project.python(LOSE)
    if kind == "postgresql":  # the others want the foreign key dropped first
        project.database.sql("ALTER TABLE track DROP COLUMN album_id;\n")
        done = project.python("", check=False)
        assert "Album.note: the table album has no column note" in done.stdout
        assert "Track.album_id: the table track has no column album_id any more" in done.stdout
        project.reflect()
        project.python("assert session.scalars(select(models.Track)).one().name == 'First'")


def test_the_database_may_come_later(kind: str, create_project: Callable[..., Existing]) -> None:
    project = create_project(kind, schema(kind, FIRST))
    project.reflect()
    (project.path / ".venv").symlink_to(project.tools.path / ".venv")
    later = Database(kind, f"{project.database.name}_later", project.database.server)
    environment = {"DATABASE_URL": later.url, "SECRET_KEY": "for the tests only", "PYTHONPATH": str(project.path)}
    with serve(Project(project.path, {}, ""), "flask", "run", environment=environment) as application:
        for _ in range(2):
            answer = application.ask("GET", "/health")
            assert answer.status == 503
            assert int(answer.headers["Retry-After"]) > 0
        if later.server:
            later.server.sql(f"CREATE DATABASE {later.name}")
        else:
            assert not Path(later.name).exists()
            Path(later.name).touch()
        assert application.ask("GET", "/health").status == 503, "without its tables too"
        later.sql(schema(kind, FIRST))
        assert application.ask("GET", "/health").status == 200


def test_a_parameter_that_the_driver_refuses(create_project: Callable[..., Existing]) -> None:
    project = create_project("sqlite", schema("sqlite", FIRST))
    project.reflect()
    (project.path / ".venv").symlink_to(project.tools.path / ".venv")
    url = "mariadb+pymysql://me:s3cret@127.0.0.1:1/shop?sslmode=require"
    environment = {"DATABASE_URL": url, "SECRET_KEY": "for the tests only", "PYTHONPATH": str(project.path)}
    with serve(Project(project.path, {}, ""), "flask", "run", environment=environment) as application:
        for _ in range(2):
            assert application.ask("GET", "/health").status == 503
    mistyped = project.reflect(check=False, url=url)
    assert mistyped.returncode == 1
    assert "DATABASE_URL cannot be used: " in mistyped.stdout
    assert "'sslmode'" in mistyped.stdout
    assert "Traceback" not in mistyped.stdout
    assert "s3cret" not in mistyped.stdout


# What it asks for


def test_who_may_only_select_can_do_all(existing: Existing, classes: dict[str, Any]) -> None:
    database = existing.database
    if not database.server:
        before = Path(database.name).read_bytes()
        assert before[18] == 1, "nobody has turned the write-ahead log on"
        url = f"sqlite:///file:{database.name}?mode=ro&uri=true"
    else:
        user = f"reader_{next(NUMBERS)}"
        url = database.server.url(database.name, "r", user)
        if isinstance(database.server, PostgreSQL):
            database.sql(
                f"CREATE ROLE {user} LOGIN PASSWORD 'r';\nGRANT SELECT ON ALL TABLES IN SCHEMA public TO {user};\n"
            )
            if "Secret" in classes:
                database.sql(
                    f"GRANT USAGE ON SCHEMA sales TO {user};\nGRANT SELECT ON ALL TABLES IN SCHEMA sales TO {user};\n"
                )
                database.sql(f"REVOKE SELECT ON secret FROM {user};\n")
        else:
            database.sql(f"CREATE USER {user} IDENTIFIED BY 'r';\nGRANT SELECT ON {database.name}.* TO {user};\n")
    fresh = existing.copy()
    changes = fresh.reflect(url=url).stdout
    if "Secret" in classes:
        assert "Left out, not readable: secret, closed.hidden" in changes
        assert "Left out, partitions: measured_2026" in changes
        fresh.package.joinpath("models.py").write_text(
            re.sub(r"\n\nclass (Secret|ClosedHidden)\(.*\n.*\n", "", fresh.generated()["models.py"])
        )
    fresh.reflect("--check", url=url, check="Secret" not in classes)
    assert set(fresh.exercise(url=url)["classes"]) == set(classes) - {"Secret", "ClosedHidden"}
    if not database.server:
        assert Path(database.name).read_bytes() == before
        assert [path.name for path in Path(database.name).parent.glob("existing.db*")] == ["existing.db"]


def test_what_cannot_be_read_is_left_out(create_project: Callable[..., Existing]) -> None:
    project = create_project("mariadb", schema("mariadb", FIRST))
    assert project.database.server
    user = f"reader_{next(NUMBERS)}"
    name = project.database.name
    project.database.sql(
        f"CREATE USER {user} IDENTIFIED BY 'r';\nGRANT SELECT ON {name}.album TO {user};\n"
        f"GRANT SELECT (id) ON {name}.track TO {user};\n"
    )
    output = project.reflect(url=project.database.server.url(name, "r", user)).stdout
    assert "Left out, not readable" in output
    assert re.findall(r"^class (\w+)", project.generated()["tables.py"], re.MULTILINE) == ["Album"]


def test_the_statements_do_not_grow_with_the_schema(create_project: Callable[..., Existing]) -> None:
    def tables(first: int, last: int) -> str:
        return "".join(
            f"CREATE TABLE b{number} (id INTEGER PRIMARY KEY);\n"
            f"CREATE TABLE a{number} (id INTEGER PRIMARY KEY, b_id INTEGER REFERENCES b{number} (id));\n"
            f"CREATE TABLE t{number} (id INTEGER PRIMARY KEY, a_id INTEGER REFERENCES a{number} (id));\n"
            for number in range(first, last)
        )

    project = create_project("postgresql", tables(0, 20))
    project.reflect()
    mapped_all = project.exercise()["statements"]
    models = project.package / "models.py"
    models.write_text(re.sub(r"\n\nclass [AB]\d+\(.*\n.*\n", "", models.read_text()))
    project.reflect()
    mapped_20 = project.exercise()["statements"]
    project.database.sql(tables(20, 100))
    assert project.exercise()["statements"] == mapped_20, "not with the schema"
    assert mapped_all < 20
    assert mapped_20 < 4 * mapped_all, "the targets of the foreign keys are read together, in two rounds"


@HARDEST
def test_targets_without_a_class_are_read_in_rounds(kind: str, create_project: Callable[..., Existing]) -> None:
    chain = "".join(
        f"CREATE TABLE t{number} (id INTEGER NOT NULL PRIMARY KEY, up INTEGER REFERENCES t{max(number - 1, 0)} (id));\n"
        for number in range(5)
    )
    project = create_project(kind, chain)
    project.reflect()
    models = project.package / "models.py"
    models.write_text(re.sub(r"\n\nclass T[0-3]\(.*\n.*\n", "", models.read_text()))
    project.reflect()
    project.python(
        "assert [table.name for table in models.Base.metadata.sorted_tables] == ['t0', 't1', 't2', 't3', 't4']"
    )


# The project as it is rendered


@pytest.mark.parametrize(
    ("kind", "app_setup"),
    [
        pytest.param("sqlite", "module", marks=pytest.mark.all),
        ("postgresql", "module"),
        pytest.param("mariadb", "factory", marks=pytest.mark.all),
    ],
)
def test_rendered_without_set_up_it_is_clean_and_starts(
    kind: str, app_setup: str, create_project: Callable[..., Existing]
) -> None:
    project = create_project(kind, "", app_setup)
    project.run("ruff", "check", "--no-cache")
    project.run("ruff", "format", "--check", "--no-cache")
    assert project.mypy() == []
    assert " passed" in project.run("pytest", "-q").stdout
    empty = project.generated_tables()
    assert ": 0 tables with a key" in project.reflect().stdout
    assert project.generated_tables() == empty, "what is rendered is what is generated from nothing"
