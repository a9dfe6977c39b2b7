"""What `flask init-db` promises, as a command on a database that is still empty."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/empty.db"}


def init_db(environment: dict[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "flask", "--app", "{{ cookiecutter.__package }}.app", "init-db"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_the_second_time_nothing_is_left_to_do(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["init-db"])
    assert result.exit_code == 0
    assert result.output.endswith(" already.\n")


def test_eight_at_once(environment: dict[str, str]) -> None:
    processes = [init_db(environment) for _ in range(8)]
    outputs = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * 8, outputs
    assert sum(" now " in output for output in outputs) == 1


def test_a_database_out_of_reach_is_one_sentence(environment: dict[str, str], tmp_path: Path) -> None:
    environment["DATABASE_URL"] = f"sqlite:///{tmp_path}/no/such/folder/x.db"
    process = init_db(environment)
    output = process.communicate()[0]
    assert process.returncode == 1
    assert "cannot be initialised" in output
    assert len(output.splitlines()) == 1
