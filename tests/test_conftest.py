"""The fixtures of a rendered project, as its user's own tests meet them; on servers in test_databases.py."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import COMBINATIONS, INSIDE, Project, parameters, run

pytestmark = pytest.mark.parametrize(
    "project", parameters(COMBINATIONS, "declarative-factory"), indirect=True, scope="session"
)

LEFT_OPEN = """
import pytest
from my_flask_app.db import db_session
from my_flask_app.models import Message
from sqlalchemy import select

@pytest.mark.parametrize("context", ["app_context", "test_request_context"])
def test_one_is_left_open(app, context):
    getattr(app, context)().push()
    assert db_session.scalars(select(Message)).all() == []
    db_session.add(Message(text="mine"))
    db_session.commit()
"""


@pytest.fixture(scope="session")
def copied(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project with another test file, and with pytest-xdist."""
    copy = tmp_path_factory.mktemp("copied") / "my_flask_app"
    shutil.copytree(project.path, copy, ignore=shutil.ignore_patterns(".*_cache", "__pycache__"), symlinks=True)
    shutil.copy(INSIDE / "isolation.py", copy / "tests/test_isolation.py")
    (copy / "tests/test_left_open.py").write_text(LEFT_OPEN)
    run("uv", "pip", "install", "-q", "--python", copy / ".venv/bin/python", "pytest-xdist", "pymysql")
    return Project(copy, project.answers, "")


def pytest_of(project: Project, environment: dict[str, str], *arguments: str, check: bool = True) -> str:
    """Run the project's tests; its environment may be the original's, which would import that one's package."""
    variables = [f"{name}={value}" for name, value in {**environment, "PYTHONPATH": project.path}.items()]
    command: list[str | Path] = [*variables, project.bin / "python", "-m", "pytest", "-q"]
    return run("env", *command, *arguments, cwd=project.path, check=check).stdout


def test_what_a_test_commits_is_its_own(copied: Project) -> None:
    assert "\n5 passed" in pytest_of(copied, {}, "tests/test_isolation.py")


def test_a_context_that_is_left_open_is_a_sentence(copied: Project) -> None:
    output = pytest_of(copied, {}, "tests/test_left_open.py", "tests/test_isolation.py", check=False)
    assert "7 passed, 2 errors" in output
    assert output.count("\nThis test has left a context open") == 2
    assert "Traceback" not in output


def test_each_worker_has_a_database_that_goes_with_it(copied: Project, tmp_path: Path) -> None:
    folder = tmp_path / ("longer than any name on a server" * 2)
    folder.mkdir()
    named, given = (f"sqlite:///{folder}/{name}.db" for name in ("named", "given"))
    environment = {"DATABASE_URL": named, "TEST_DATABASE_URL": given, "TMPDIR": str(folder)}
    files = [f"tests/test_{name}.py" for name in ("isolation", "messages", "log_records")]
    for workers in ("0", "2"):
        assert " passed" in pytest_of(copied, environment, "-n", workers, *files)
    assert [path.name for path in folder.iterdir() if not path.name.startswith("pytest-of-")] == []


def test_without_a_database_workers_say_why(copied: Project) -> None:
    away = {"DATABASE_URL": "mariadb+pymysql://me@127.0.0.1:1/db"}
    output = pytest_of(copied, away, "-n", "2", "tests/test_db.py", check=False)
    assert "No database for the tests: " in output
    assert "INTERNALERROR" not in output
