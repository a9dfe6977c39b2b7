"""Commands in processes that have imported the libraries already, which takes most of the time of a short command."""

import os
import runpy
import sys
from collections.abc import Mapping
from multiprocessing import get_context
from pathlib import Path
from tempfile import NamedTemporaryFile

_CONTEXT = get_context("forkserver")
_LIBRARIES = ["alembic.config", "dotenv", "flask.cli", "psycopg", "pymysql", "pythonjsonlogger.json", "tenacity"]
_CONTEXT.set_forkserver_preload([*_LIBRARIES, "sqlalchemy.dialects.sqlite", "sqlalchemy.orm", __name__])


def run_forked(script: Path, *arguments: str, cwd: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """Run a script such as `alembic`, which imports from ``cwd`` too; return its exit status and what it printed."""
    with NamedTemporaryFile() as output:
        process = _CONTEXT.Process(target=_run, args=(script, arguments, cwd, environment, output.name))
        process.start()
        process.join()
        assert process.exitcode is not None
        return process.exitcode, output.read().decode()


def _run(script: Path, arguments: tuple[str, ...], cwd: Path, environment: Mapping[str, str], output: str) -> None:
    with Path(output).open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.chdir(cwd)
    os.environ.update(environment)
    sys.path.insert(0, str(cwd))
    sys.argv = [str(script), *arguments]
    runpy.run_path(str(script), run_name="__main__")
