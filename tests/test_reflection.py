"""Reflected models of a new database, with what declarative ones have, and its schema/<dialect>.sql with routines."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from secrets import token_hex

import pytest

from tests.conftest import INSIDE, Project, cookiecutter, parameters, run
from tests.helpers.servers import private
from tests.test_databases import on

REFLECTED = INSIDE / "reflected"


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
    assert " passed" in on(url, reflected, "pytest", "-q")
