"""`flask reflect-models` on databases that exist: real ones and awkward ones, on SQLite, PostgreSQL and MariaDB."""

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Project, cookiecutter, run
from tests.servers import DatabaseServer, PostgreSQL
from tests.test_servers import KINDS as SERVERS
from tests.test_servers import private

HERE = Path(__file__).parent
KINDS = ["sqlite", *SERVERS]
NUMBERS = count(1)
EXISTING = {"models": "reflection", "database": "existing"}


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
        if self.server:
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

    def run(self, *command: str | Path, check: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment in the project's folder."""
        environment = {
            "DATABASE_URL": self.database.url,
            "SECRET_KEY": "x",
            "PYTHONPATH": str(self.path),
            **environment,
        }
        settings = [f"{name}={value}" for name, value in environment.items()]
        return run("env", *settings, self.tools.bin / command[0], *command[1:], cwd=self.path, check=check)

    def reflect(self, *options: str, check: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `flask reflect-models`."""
        return self.run("flask", "reflect-models", *options, check=check, **environment)

    def exercise(self, **environment: str) -> Any:
        """Use every class; see exercise.py."""
        return json.loads(
            self.run("python", "-W", "ignore", HERE / "exercise.py", self.path.name, **environment).stdout
        )

    def generated(self) -> dict[str, str]:
        """Return what the command writes."""
        return {name: (self.package / name).read_text("utf-8") for name in ("tables.py", "tables.pyi", "models.py")}


@pytest.fixture(scope="session")
def chinook_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Chinook as a file of SQLite."""
    path = tmp_path_factory.mktemp("chinook") / "chinook.db"
    Database("sqlite", str(path), None).sql((HERE / "data/chinook/sqlite.sql").read_text("utf-8"))
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

    def create(kind: str, script: str, **answers: str) -> Existing:
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
        cookiecutter(folder, project_slug=name, database_url=url, set_up="no", **EXISTING, **answers)
        return Existing(folder / name, database, tools)

    return create


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Each database."""
    return str(request.param)


@pytest.fixture(scope="module", params=["chinook", "awkward"])
def existing(request: pytest.FixtureRequest, kind: str, create_project: Callable[..., Existing]) -> Existing:
    """Each catalogue on each database, reflected; not to be changed."""
    project = create_project(kind, (HERE / f"data/{request.param}/{kind}.sql").read_text("utf-8"))
    project.reflect()
    return project


def test_every_class_works(existing: Existing) -> None:
    classes = existing.exercise()["classes"]
    Path(f"/tmp/w/reflect-out/{existing.path.name}.json").write_text(json.dumps(classes, indent=1, ensure_ascii=False))
    for n, t in existing.generated().items(): Path(f"/tmp/w/reflect-out/{existing.path.name}.{n}").write_text(t)
    assert classes


def test_what_is_generated_is_clean(existing: Existing) -> None:
    existing.run("ruff", "check", "--no-cache")
    existing.run("ruff", "format", "--check", "--no-cache")
    existing.run("mypy", "--strict", f"--cache-dir={existing.tools.path}/.mypy_cache", ".")
