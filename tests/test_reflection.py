"""Reflected models, with what declarative ones have, and schema/<dialect>.sql with routines."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from secrets import token_hex

import pytest

from tests.conftest import INSIDE, OWN_TESTS, Project, cookiecutter, parameters, run
from tests.helpers.servers import private
from tests.test_databases import on

REFLECTED = INSIDE / "reflected"
NAMED = '''class Named(Reflected):
    """A base without a table."""

    __abstract__ = True


'''
HIRE = """
from my_flask_app.app import create_app
from my_flask_app.db import db_session
from my_flask_app.models import Employee, Manager
with create_app().app_context():
    db_session.add_all([Employee(name="Ann"), Manager(name="Bob", budget=7)])
    db_session.flush()
    print([each.budget for each in db_session.query(Employee) if isinstance(each, Manager)])
"""


@pytest.fixture(scope="module")
def reflected(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with more models, and their tables in each file of schema/."""
    folder = tmp_path_factory.mktemp("reflected")
    project = Project(folder / "my_flask_app", {}, cookiecutter(folder, models="reflection").stdout)
    run("uv", "pip", "install", "-q", "--python", project.bin / "python", "psycopg[binary]", "pymysql[rsa]")
    shutil.copy(REFLECTED / "people.py", project.path / "my_flask_app")
    with (project.path / "my_flask_app/models.py").open("a") as models:
        models.write("\n\nfrom . import people\n")
    for file in REFLECTED.glob("*.sql"):
        with (project.path / "schema" / file.name).open("a") as script:
            script.write(file.read_text())
    return project


@pytest.fixture(params=parameters(["sqlite", "postgresql", "mariadb"], "postgresql"))
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a database that is not there yet."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            yield f"sqlite:///{tmp_path}/app.db"
        else:
            server = private(request.param, stack)
            yield server.url(f"tests_{token_hex(6)}", server.password)


def test_what_declarative_models_can_do(reflected: Project, url: str) -> None:
    assert on(url, reflected, "python", INSIDE / "reflected_models.py").endswith("all good\n")
    assert " passed" in on(url, reflected, *OWN_TESTS)


def test_a_database_without_a_file_in_schema_is_a_sentence(tmp_path: Path) -> None:
    cookiecutter(tmp_path, models="reflection")
    project = Project(tmp_path / "my_flask_app", {}, "")
    script = project.path / "schema/sqlite.sql"
    script.unlink()
    assert project.run("flask", "init-db").stdout.endswith(" has all its tables already.\n")
    (project.path / "my_flask_app.db").unlink()
    done = project.run("flask", "init-db", check=False)
    how = f"there is no {script}: write the statements that create its tables into that file"
    assert (done.returncode, done.stdout.splitlines()[-1].partition(" cannot be initialised: ")[2]) == (1, how)


def test_so_can_those_of_an_existing_database(tmp_path: Path) -> None:
    database = tmp_path / "app.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript((REFLECTED / "sqlite.sql").read_text())
    output = cookiecutter(
        tmp_path, database="existing", models="reflection", database_url=f"sqlite:///{database}"
    ).stdout
    project = Project(tmp_path / "my_flask_app", {}, output)
    models = project.path / "my_flask_app/models.py"
    text = models.read_text()
    for old, new in {
        "class Employee(tables.Employee, Reflected):": f"{NAMED}class Employee(tables.Employee, Named):",
        "class Manager(tables.Manager, Reflected):": "class Manager(tables.Manager, Employee):",
        '"""The table employee."""': '__mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "employee"}',
        '"""The table manager."""': '__mapper_args__ = {"polymorphic_identity": "manager"}',
    }.items():
        assert old in text
        text = text.replace(old, new)
    models.write_text(text)
    assert "3 tables with a key" in project.run("flask", "reflect-models", "--check").stdout
    assert " passed" in project.run("pytest", "-q").stdout
    assert project.run("python", "-c", HIRE).stdout == "[7]\n"
