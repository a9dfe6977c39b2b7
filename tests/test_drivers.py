"""The schemes that no server is at hand for: their drivers, and the SQL that they would send."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlglot
from pytest_cookies.plugin import Cookies

from tests.conftest import cookiecutter, run
from tests.test_render import SCHEMES, bake, url_of

OTHERS = [scheme for scheme in SCHEMES if not scheme.startswith("sqlite")]
# Their drivers are compiled with, or load, a library of the system.
WITH_LIBRARY = {scheme for scheme in OTHERS if SCHEMES[scheme][0].startswith(("mysqlclient", "mariadb", "pyodbc"))}
WITHOUT_LIBRARY = [scheme for scheme in OTHERS if scheme not in WITH_LIBRARY]
# sqlglot's names, where they are not SQLAlchemy's.
SQLGLOT = {"postgresql": "postgres", "mariadb": "mysql", "cockroachdb": "postgres", "mssql": "tsql"}

COMPILE = """
import json
import sys
from io import StringIO

from alembic.migration import MigrationContext
from alembic.operations import Operations
from my_flask_app.messages import newest
from sqlalchemy import make_url

sys.path.insert(0, "migrations/versions")
migration = __import__("0001_baseline")
for url in sys.argv[1:]:
    dialect = make_url(url).get_dialect()(paramstyle="named")
    sql = StringIO()
    with Operations.context(MigrationContext.configure(dialect=dialect, opts={"as_sql": True, "output_buffer": sql})):
        migration.upgrade()
    print(json.dumps(f"{sql.getvalue()}{newest().compile(dialect=dialect)};"))
"""
READ = """
import json
import sys
from my_flask_app.schema import script_of, statements
from sqlalchemy import make_url

for url in sys.argv[1:]:
    print(json.dumps(";".join(statements(script_of(make_url(url).get_backend_name(), "DATABASE_URL").read_text()))))
"""
CREATE = """
import json
import sys
from my_flask_app.databases import database_of

for url in sys.argv[1:]:
    print(json.dumps(database_of(url).create_engine().dialect.dbapi.__name__))
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project's environment with the drivers that install without a library of the system."""
    folder = tmp_path_factory.mktemp("drivers")
    cookiecutter(folder)
    path = folder / "my_flask_app/.venv/bin/python"
    requirements = sorted({name for scheme in WITHOUT_LIBRARY for name in SCHEMES[scheme]})
    run("uv", "pip", "install", "-q", "--only-binary=:all:", "--python", path, *requirements, "sqlalchemy>=2.1")
    return path


def code_of(project: Path, *patterns: str) -> str:
    """Return what is the same for projects whose files of some kinds are the same."""
    files = sorted(file for pattern in patterns for file in project.rglob(pattern))
    return "".join(f"{file.relative_to(project)}\n{file.read_text(encoding='utf-8')}" for file in files)


@pytest.fixture(scope="module")
def outputs(cookies_session: Cookies, python: Path) -> Callable[..., dict[str, str]]:
    """Give a function that runs code for schemes, in each of the projects that differ, and returns what it said."""

    def of(code: str, schemes: list[str], **answers: str) -> dict[str, str]:
        same: dict[str, list[str]] = {}
        for scheme in schemes:
            path = bake(cookies_session, **answers, database_url=url_of(scheme))
            same.setdefault(code_of(path, "*.py", "*.sql"), [str(path)]).append(scheme)
        found: dict[str, str] = {}
        for project, *alike in same.values():
            if code == COMPILE:
                # The driver is not needed, and the module that asks for it is not the one under test.
                Path(project, "my_flask_app/db.py").write_text("db_session = None\n")
            urls = [url_of(scheme) for scheme in alike]
            settings = (f"PYTHONPATH={project}", f"DATABASE_URL={urls[0]}", "SECRET_KEY=for the tests only")
            output = run("env", *settings, python, "-c", code, *urls, cwd=Path(project)).stdout
            found |= zip(alike, map(json.loads, output.splitlines()), strict=True)
        return found

    return of


def words(sql: str, scheme: str) -> list[str]:
    """Parse statements in a dialect; return the words that each begins with."""
    dialect = scheme.partition("+")[0]
    return [statement.key for statement in sqlglot.parse(sql, SQLGLOT.get(dialect, dialect)) if statement]


@pytest.fixture(scope="module")
def engines(outputs: Callable[..., dict[str, str]]) -> dict[str, str]:
    """Return the module of each driver that is installed."""
    return outputs(CREATE, WITHOUT_LIBRARY)


@pytest.fixture(scope="module")
def migrations(outputs: Callable[..., dict[str, str]]) -> dict[str, str]:
    """Return the SQL of the first migration and of a statement of the example."""
    return outputs(COMPILE, OTHERS)


@pytest.fixture(scope="module")
def schemas(outputs: Callable[..., dict[str, str]]) -> dict[str, str]:
    """Return the statements of the SQL script of each."""
    return outputs(READ, OTHERS, models="reflection")


@pytest.mark.parametrize("scheme", WITHOUT_LIBRARY)
def test_the_engine_is_made_by_its_driver(engines: dict[str, str], scheme: str) -> None:
    driver = SCHEMES[scheme][-1].partition("[")[0].partition(">")[0].removesuffix("-binary")
    assert engines[scheme] == driver


@pytest.mark.parametrize("scheme", OTHERS)
def test_the_first_migration_and_the_example_compile(migrations: dict[str, str], scheme: str) -> None:
    sql = re.sub("^(GO|/)$", ";", migrations[scheme], flags=re.MULTILINE)  # ends of batches
    assert words(sql, scheme) == ["create", "select"]


@pytest.mark.parametrize("scheme", OTHERS)
def test_schema_sql_is_in_its_dialect(schemas: dict[str, str], scheme: str) -> None:
    assert words(schemas[scheme], scheme) == (["ifblock"] if scheme.startswith("mssql") else ["create"])
