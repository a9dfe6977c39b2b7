"""The schemes that no server is at hand for: their drivers, and the SQL that they would send."""

import json
import re
from pathlib import Path

import pytest
from pytest_cookies.plugin import Cookies

from tests.conftest import cookiecutter, run
from tests.test_render import SCHEMES, bake, url_of

OTHERS = [scheme for scheme in SCHEMES if not scheme.startswith("sqlite")]
# Their drivers are compiled with, or load, a library of the system.
WITH_LIBRARY = {scheme for scheme in OTHERS if SCHEMES[scheme][0].startswith(("mysqlclient", "mariadb", "pyodbc"))}
# sqlglot's names, where they are not SQLAlchemy's.
SQLGLOT = {"postgresql": "postgres", "mariadb": "mysql", "cockroachdb": "postgres", "mssql": "tsql"}

COMPILE = """
import sys

from alembic.migration import MigrationContext
from alembic.operations import Operations
from my_flask_app.messages import newest
from sqlalchemy import make_url

sys.path.insert(0, "migrations/versions")
migration = __import__("0001_baseline")
dialect = make_url(sys.argv[1]).get_dialect()(paramstyle="named")
with Operations.context(MigrationContext.configure(dialect=dialect, opts={"as_sql": True})):
    migration.upgrade()
print(newest().compile(dialect=dialect), end=";")
"""
READ = """
import sys
from my_flask_app.schema import script_of, statements
from sqlalchemy import make_url

for statement in statements(script_of(make_url(sys.argv[1]).get_backend_name()).read_text()):
    print(statement, end=";")
"""
CREATE = """
import sys
from my_flask_app.engine import create_engine

print(create_engine(sys.argv[1]).dialect.dbapi.__name__)
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project's environment with the drivers that install without a library of the system."""
    folder = tmp_path_factory.mktemp("drivers")
    cookiecutter(folder)
    path = folder / "my_flask_app/.venv/bin/python"
    requirements = sorted({name for scheme in OTHERS if scheme not in WITH_LIBRARY for name in SCHEMES[scheme]})
    run(
        "uv",
        "pip",
        "install",
        "-q",
        "--only-binary=:all:",
        "--python",
        path,
        *requirements,
        "sqlalchemy>=2.1",
        "sqlglot",
    )
    return path


def run_in(project: Path, python: Path, code: str, url: str) -> str:
    """Run code with a project's modules."""
    return run(
        "env", f"PYTHONPATH={project}", f"DATABASE_URL={url}", "SECRET_KEY=k", python, "-c", code, url, cwd=project
    ).stdout


def parse(python: Path, sql: str, scheme: str) -> list[str]:
    """Parse statements in a dialect; return the words that each begins with."""
    dialect = re.split(r"\+|$", scheme)[0]
    code = "import json, sys, sqlglot; print(json.dumps([s.key for s in sqlglot.parse(*sys.argv[1:]) if s]))"
    return list(json.loads(run(python, "-c", code, sql, SQLGLOT.get(dialect, dialect)).stdout))


@pytest.mark.parametrize("scheme", [scheme for scheme in OTHERS if scheme not in WITH_LIBRARY])
def test_the_engine_is_made_by_its_driver(cookies: Cookies, python: Path, scheme: str) -> None:
    path = bake(cookies, database_url=url_of(scheme))
    driver = SCHEMES[scheme][-1].partition("[")[0].partition(">")[0].removesuffix("-binary")
    assert run_in(path, python, CREATE, url_of(scheme)).strip() == driver


@pytest.mark.parametrize("scheme", OTHERS)
def test_the_first_migration_and_the_example_compile(cookies: Cookies, python: Path, scheme: str) -> None:
    path = bake(cookies, database_url=url_of(scheme))
    # The driver is not needed, and the module that asks for it is not the one under test.
    (path / "my_flask_app/db.py").write_text("db_session = None\n")
    sql = re.sub("^(GO|/)$", ";", run_in(path, python, COMPILE, url_of(scheme)), flags=re.MULTILINE)  # ends of batches
    assert parse(python, sql, scheme) == ["create", "select"]


@pytest.mark.parametrize("scheme", OTHERS)
def test_schema_sql_is_in_its_dialect(cookies: Cookies, python: Path, scheme: str) -> None:
    path = bake(cookies, database_url=url_of(scheme), models="reflection")
    sql = run_in(path, python, READ, url_of(scheme))
    assert parse(python, sql, scheme) == (["ifblock"] if scheme.startswith("mssql") else ["create"])
