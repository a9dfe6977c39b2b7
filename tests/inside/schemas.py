"""Runs in an environment for existing databases: sets up and checks projects, each in a process forked from this one.

Reads a line of JSON for each: the project's folder, the URLs of the database for its user and for its owner, and that
of one that does not exist yet. Answers with a line: what was printed, and what is wrong.
"""

import contextlib
import io
import json
import os
import re
import subprocess
import sys
import traceback
import warnings
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

# What takes long to import is imported once.
import alembic.autogenerate
import alembic.config
import flask  # noqa: F401
import psycopg  # noqa: F401
import pymysql  # noqa: F401
import pytest
import sqlacodegen.generators  # noqa: F401
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select
from sqlalchemy.exc import SAWarning
from sqlalchemy.orm import Session, configure_mappers

RUFF = str(Path(sys.executable).with_name("ruff"))
REFUSED = "It has no tables for models, and the set-up says why."
# All that has rows, by the server's own word.
EVERYTHING = {
    "sqlite": "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND substr(name, 1, 7) <> 'sqlite_'",
    "postgresql": "SELECT relname FROM pg_class JOIN pg_namespace AS schema ON schema.oid = relnamespace"
    " WHERE relkind NOT IN ('i', 'I', 'S', 't', 'c') AND left(nspname, 3) <> 'pg_' AND nspname <> 'information_schema'",
    "mariadb": "SELECT table_name FROM information_schema.tables WHERE table_schema = database()"
    " AND table_type <> 'SEQUENCE'",
}
OWN = """
from alembic import op
from sqlalchemy import Column, Integer

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table("a table of its own", Column("id", Integer, primary_key=True))
"""


def set_up(_request: dict[str, Any]) -> None:
    """Do what set_up.py does."""
    if Path("from_database").is_dir():
        main = import_module("from_database.__main__")
        main.install_sqlacodegen = lambda _folder: None
        main.main()
    else:
        application = import_module("my_flask_app.app").create_app()
        result = application.test_cli_runner().invoke(args=["reflect-models"])
        print(result.output)
        if result.exception:
            raise result.exception


def check_declarative(url: str, other: str) -> None:
    """Compare the models with the database, build another one by the baseline and compare them with that."""
    autogenerate, schema = import_module("migrations.autogenerate"), import_module("my_flask_app.schema")
    metadata = import_module("my_flask_app.models").Base.metadata
    own = import_module("my_flask_app.databases").database_of(other)
    own.create()
    os.environ["DATABASE_URL"] = other
    print(schema.init_db(own))
    os.environ["DATABASE_URL"] = url
    for each in (url, other):
        engine = import_module("my_flask_app.databases").database_of(each).create_engine()
        with engine.connect() as connection, import_module("my_flask_app.dialects").quietly():
            context = MigrationContext.configure(connection, opts=autogenerate.options(metadata))
            # A warning names who compares: here this file, else env.py, for which migrations/__init__.py hides it.
            assert not (found := alembic.autogenerate.compare_metadata(context, metadata)), f"not equal: {found}"


def check_stamp(owner: str) -> None:
    """Stamp the database, and migrate it by what touches none of its tables: nothing from before is in the way."""
    os.environ["DATABASE_URL"] = owner
    alembic.config.main(argv=["stamp", "head"])
    Path("migrations/versions/0002_own.py").write_text(OWN)
    said = import_module("my_flask_app.schema").init_db(import_module("my_flask_app.databases").database_of(owner))
    assert said.endswith("is now at revision 0002, before: 0001."), said


def check_start(_request: dict[str, Any]) -> None:
    """Import the models where nothing hides a warning, as each start does."""
    warnings.simplefilter("error", SAWarning)
    import_module("my_flask_app.models")
    configure_mappers()


def check_reflection(url: str) -> None:
    """Load an object of each class, and whatever it is related to."""
    mapping = import_module("my_flask_app.mapping")
    engine = import_module("my_flask_app.databases").database_of(url).create_engine()
    mapping.prepare(engine)
    unloadable = import_module("my_flask_app.dialects").unloadable
    with Session(engine) as session:
        for model in mapping.subclasses():
            if unloadable(session.connection(), model.__table__):  # which is said
                continue
            for row in session.scalars(select(model).limit(3)):
                for key in model.__mapper__.relationships.keys():  # noqa: SIM118 - not a dict
                    getattr(row, key)


def check_refusals(output: str) -> None:
    """Ask for each table, and its rows: those that the database refuses are those that the set-up has named, once."""
    client = import_module("my_flask_app.app").create_app({"DEBUG": True, "BROWSE_TABLES": ""}).test_client()
    shown, url = 0, "/"
    while url:
        page = client.get(url).text
        shown += page.count("<section ")
        url = "".join(re.findall('href="([^"]*)" rel="next"', page))
    assert shown == len(import_module("my_flask_app.models").Base.metadata.tables)
    url = "/tables"
    while url:
        page = client.get(url).json
        for table in page["tables"]:
            status = client.get(table["rows"]).status_code
            said = f"{table['name']} cannot be read: "
            lines = [line for line in output.splitlines() if line.removeprefix("  ").startswith(said)]
            assert len(lines) == {200: 0, 409: 1}[status], f"{table['name']}: {status}, {lines}"
        url = page["next"]


def check_counts(url: str, output: str) -> None:
    """Ask the server for all that has rows: what is neither among the tables nor named by the set-up is missing."""
    known = {table.name for table in import_module("my_flask_app.models").Base.metadata.tables.values()}
    with import_module("my_flask_app.databases").database_of(url).create_engine().connect() as connection:
        names = [row[0] for row in connection.exec_driver_sql(EVERYTHING[connection.dialect.name])]
    assert not (missing := [name for name in names if name not in known and name not in output]), f"missing: {missing}"


def check_guesses() -> None:
    """Look for what a library would guess: a number for a type that it does not know, equality for a period.

    These are the columns "shape" and "during" of the examples.
    """
    base, raw = import_module("my_flask_app.models").Base, import_module("my_flask_app.dialects").Raw
    for table in base.metadata.tables.values():
        assert not [column for column in table.columns if column.name == "shape" and not isinstance(column.type, raw)]
    for mapper in base.registry.mappers:
        for relationship in mapper.relationships:
            assert "during" not in {column.name for column in relationship.local_columns}, relationship


def clean(files: list[str]) -> None:
    """Have ruff look at what was written."""
    for arguments in (["check"], ["format", "--check"]):
        command = [RUFF, *arguments, "--no-cache", "--quiet", *files]
        done = subprocess.run(command, capture_output=True, check=False, text=True)
        assert not done.returncode, done.stdout + done.stderr


def check(request: dict[str, Any]) -> None:
    """Check what the set-up has made, by modules of which it has imported none before it wrote them."""
    clean([str(path) for path in Path("my_flask_app").glob("[mt]*.py*") if path.stem in {"models", "tables"}])
    if Path("from_database").is_dir():
        check_declarative(request["url"], request["other"])
    else:
        check_reflection(request["url"])
    check_refusals(request["output"])
    check_counts(request["url"], request["output"])
    check_guesses()
    with contextlib.redirect_stdout(output := io.StringIO()):
        failed = pytest.main(["-q", "-x", "-p", "no:cacheprovider", "-p", "no:logging", "tests/test_browse.py"])
    assert not failed, output.getvalue()[-3000:]
    assert "SAWarning" not in output.getvalue(), output.getvalue()[-3000:]
    if Path("from_database").is_dir():
        check_stamp(request["owner"])


def attempt(step: Callable[[dict[str, Any]], None], request: dict[str, Any]) -> str:
    """Do a step in the project; return what is wrong."""
    os.chdir(request["project"])
    sys.path.insert(0, request["project"])
    os.environ |= {"DATABASE_URL": request["url"], "SECRET_KEY": "for the tests only"}
    try:
        step(request)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it is, it is the answer
        if "no tables for models" in str(error) and "(not in the models:" in str(error):
            return REFUSED
        return traceback.format_exc()[-4000:]
    return ""


def forked(step: Callable[[dict[str, Any]], None], request: dict[str, Any]) -> dict[str, str]:
    """Do it in a process of its own, whose imports end with it; return what was printed, and what is wrong."""
    reading, writing = os.pipe()
    if not (process := os.fork()):
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            wrong = attempt(step, request)
        os.write(writing, json.dumps({"output": output.getvalue()[-20_000:], "wrong": wrong}).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    os.waitpid(process, 0)
    return dict(json.loads(text))


def answer(request: dict[str, Any]) -> dict[str, str]:
    """Set a project up and check it."""
    made = forked(set_up, request)
    if made["wrong"]:
        return made | {"wrong": ""} if made["wrong"] == REFUSED else made
    for step in (check_start, check):
        done = forked(step, request | made)
        made = {"output": made["output"] + done["output"], "wrong": made["wrong"] or done["wrong"]}
    return made


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
