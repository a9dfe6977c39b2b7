"""What `flask init-db` promises, as a command on a database that is still empty."""

import os
import subprocess
import sys

import pytest
from flask import Flask
from sqlalchemy import Engine, MetaData, make_url

from my_flask_app.models import Base


@pytest.fixture
def empty(engine: Engine) -> None:
    """Drop all tables, of the schemas that models name too."""
    tables = MetaData()
    for schema in {None, *(table.schema for table in Base.metadata.tables.values())}:
        tables.reflect(engine, schema)
    tables.drop_all(engine)


def init_db(**environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "flask", "--app", "my_flask_app.app", "init-db"]
    environment = {**os.environ, **environment}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_the_second_time_nothing_is_left_to_do(application: Flask) -> None:
    result = application.test_cli_runner().invoke(args=["init-db"])
    assert result.exit_code == 0
    assert result.output.endswith(" already.\n")


@pytest.mark.usefixtures("empty")
def test_two_at_once() -> None:
    processes = [init_db(), init_db()]
    outputs = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    assert sum(" now " in output for output in outputs) == 1 or not Base.metadata.tables


def test_a_database_out_of_reach_is_one_sentence() -> None:
    url = make_url(os.environ["DATABASE_URL"]).set(query={})  # which may name a socket, or several hosts
    is_file = url.get_backend_name() == "sqlite"
    url = url.set(database="/no/such/folder/x.db") if is_file else url.set(host="127.0.0.1", port=1)
    process = init_db(DATABASE_URL=url.render_as_string(hide_password=False))
    output = process.communicate()[0]
    assert process.returncode == 1
    assert "cannot be initialised" in output
    assert len(output.splitlines()) == 1
