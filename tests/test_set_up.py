"""The set-up as real processes: with uv and without, twice, among another project's settings, and where it fails."""

import ast
import os
import re
import shlex
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote
from urllib.request import urlopen

import pytest

from tests.conftest import BIN, SCRIPTS, TEMPLATE, Project, cookiecutter, parameters, run

SERVER = "postgresql+psycopg://me@127.0.0.1:1/db"
FAILING_UV = "#!/bin/sh\necho no uv today >&2\nexit 1\n"
PIP_OFFLINE = {
    "PIP_INDEX_URL": "http://127.0.0.1:1/simple",
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_FIND_LINKS": "",
    "PIP_RETRIES": "0",
}
AS_ON_WINDOWS = """\
import getpass, os, pathlib, runpy, secrets, shutil, subprocess, sys, types
sys.modules["os"] = types.ModuleType("os")
vars(sys.modules["os"]).update(vars(os), name="nt")
runpy.run_path("set_up.py", run_name="__main__")
"""


@pytest.fixture(scope="module", params=parameters(["declarative", "reflection"], "declarative"))
def ready(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project of these tests' own, in a folder with a space and a quote in its name."""
    folder = tmp_path_factory.mktemp("ready") / "it's a folder"
    answers = {"models": request.param}
    return Project(folder / "my_flask_app", answers, cookiecutter(folder, **answers).stdout)


@pytest.fixture
def failing_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a uv that fails before the real one."""
    uv = write_failing_uv(tmp_path / "failing")
    monkeypatch.setenv("PATH", str(uv.parent), prepend=os.pathsep)
    return uv


def write_failing_uv(folder: Path) -> Path:
    uv = folder / "uv"
    folder.mkdir()
    uv.write_text(FAILING_UV)
    uv.chmod(0o755)
    return uv


@pytest.fixture
def without_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the few commands on the PATH that a machine without uv needs."""
    commands = {"cookiecutter": BIN / "cookiecutter", "python3": Path(sys.executable).resolve()}
    commands |= {name: Path(shutil.which(name) or "") for name in ("bash", "git", "sh")}
    (tmp_path / "commands").mkdir()
    for name, path in commands.items():
        (tmp_path / "commands" / name).symlink_to(path)
    monkeypatch.setenv("PATH", str(tmp_path / "commands"))
    assert not shutil.which("uv")


def paste(command: str, cwd: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    return run("bash", "-c", command, cwd=cwd, check=check)


def finishing_command(output: str) -> str:
    """Return the command that a stopped set-up printed, its only one."""
    assert "Traceback" not in output
    (command,) = re.findall(r"^  (cd .*)$", output, re.MULTILINE)
    assert output.rstrip().endswith(command)
    return str(command)


def assert_works(project: Path) -> None:
    """Check that the schema is there and the application is installed."""
    done = run(project / ".venv/bin/flask", "init-db", cwd=project)
    assert "already" in done.stdout


def dump(project: Path) -> list[str]:
    with sqlite3.connect(project / "my_flask_app.db") as connection:
        rows = list(connection.iterdump())
    connection.close()
    return rows


def files(folder: Path) -> dict[str, bytes]:
    """Return what is rendered: all that set-up does not make."""
    made = re.compile(r"\.env|uv\.lock|(.*/)?(\.venv|__pycache__)/.*|.*\.db(-.*)?")
    found = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if not made.fullmatch(name)}


def assert_complete(project: Path, folder: Path, database_url: str = "sqlite:///my_flask_app.db") -> None:
    """Check that the project has every file, compared with one rendered into the folder without set-up."""
    cookiecutter(folder / "complete", set_up="no", database_url=database_url)
    assert files(project) == files(folder / "complete" / project.name)


def places_of(texts: list[str], *folders: Path) -> list[Path]:
    """List the files in which one of the texts stands."""
    paths = (path for folder in folders for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return [path for path in paths if any(text.encode() in path.read_bytes() for text in texts)]


def secret_key(project: Path) -> str:
    found = re.search("^SECRET_KEY='(.{40,})'$", (project / ".env").read_text(), re.MULTILINE)
    assert found
    return found[1]


# Where it succeeds


def test_a_second_time_changes_nothing(ready: Project) -> None:
    with sqlite3.connect(ready.path / "my_flask_app.db") as connection:
        connection.execute(f"INSERT INTO {table_of(connection)} (text, created_at) VALUES ('kept', '2026-01-01')")
    connection.close()
    before = (ready.path / ".env").read_bytes(), dump(ready.path), files(ready.path)
    output = run(sys.executable, "set_up.py", cwd=ready.path).stdout
    assert "already" in output
    assert before == ((ready.path / ".env").read_bytes(), dump(ready.path), files(ready.path))
    assert any("kept" in line for line in before[1])


def table_of(connection: sqlite3.Connection) -> str:
    (name,) = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'message%'"
    ).fetchone()
    return str(name)


@pytest.mark.usefixtures("failing_uv")
def test_an_env_file_is_never_overwritten(tmp_path: Path) -> None:
    cookiecutter(tmp_path, set_up="no")
    env_file = tmp_path / "my_flask_app/.env"
    env_file.write_text("MINE=1\n")
    paste("python3 set_up.py", env_file.parent, check=False)
    assert env_file.read_text() == "MINE=1\n"


@pytest.mark.usefixtures("failing_uv")
def test_the_env_file_is_secret(ready: Project, tmp_path: Path) -> None:
    cookiecutter(tmp_path)
    assert stat.S_IMODE((ready.path / ".env").stat().st_mode) == 0o600
    assert secret_key(ready.path) != secret_key(tmp_path / "my_flask_app")
    run("git", "init", "-q", cwd=ready.path)
    ignored = [".env", "my_flask_app.db", "my_flask_app.db-wal", ".venv/bin/python"]
    assert run("git", "check-ignore", *ignored, cwd=ready.path).stdout.split() == ignored


@pytest.mark.usefixtures("failing_uv")
def test_the_key_goes_nowhere_else_in_the_env_file(tmp_path: Path) -> None:
    cookiecutter(tmp_path, database_url="sqlite:///replace me.db")
    assert "DATABASE_URL='sqlite:///replace me.db'\n" in (tmp_path / "my_flask_app/.env").read_text()


@pytest.mark.usefixtures("failing_uv")
def test_the_server_of_compose_gets_a_password_of_its_own(tmp_path: Path) -> None:
    cookiecutter(tmp_path, database_url=SERVER)
    text = (tmp_path / "my_flask_app/.env").read_text()
    secrets = re.findall(r"^(SECRET_KEY|POSTGRES_PASSWORD)='([\w-]{43})'$", text, re.MULTILINE)
    assert len(dict(secrets)) == len({secret for _, secret in secrets}) == 2
    assert "replace me" not in text


def test_the_summary_is_short_and_its_commands_work(
    ready: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = ready.output.rpartition(" ...\n")[2].splitlines()
    assert len(summary) <= 7
    database = next(line for line in summary if line.startswith("Database: "))
    assert str(ready.path / "my_flask_app.db") in unquote(database)
    commands = {name: command.strip() for name, _, command in (line.partition(": ") for line in summary)}
    paste(f"cd {shlex.quote(str(ready.path))} && {commands['Test it']} --version", tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("FLASK_RUN_PORT", str(port))
    with running(commands["Run it"], tmp_path):
        assert answer(f"http://127.0.0.1:{port}/health") == 200


@contextmanager
def running(command: str, cwd: Path) -> Iterator[None]:
    """Run a command of the shell, with its children, for as long as the block."""
    with subprocess.Popen(["bash", "-c", command], cwd=cwd, start_new_session=True) as process:
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def answer(url: str) -> int:
    """Return the status of a URL, waiting for the server to start."""
    for _ in range(100):
        try:
            with urlopen(url, timeout=5) as response:
                return int(response.status)
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(url)


def test_a_terminal_that_lacks_a_character_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where Windows prints into a file."""
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    output = cookiecutter(tmp_path / "höme").stdout
    assert "Traceback" not in output
    assert "h\\xf6me" in output
    assert "set_up.py" in cookiecutter(tmp_path / "hörd", set_up="no").stdout
    assert (tmp_path / "hörd/my_flask_app/set_up.py").exists()


@pytest.mark.usefixtures("failing_uv")
def test_without_set_up_the_printed_command_starts_it(tmp_path: Path) -> None:
    output = cookiecutter(tmp_path / "it's a folder", set_up="no").stdout
    command = output.partition("To set it up: ")[2]
    assert "no uv today" in paste(command, Path.cwd(), check=False).stdout  # where cookiecutter ran


def test_settings_of_another_project_do_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "flask.py").write_text("raise SystemExit('the flask of another project')")
    foreign = {
        "DATABASE_URL": f"sqlite:///{other}/other.db",
        "SECRET_KEY": "k" * 40,
        "FLASK_APP": "other.app",
        "PYTHONPATH": str(other),
        "VIRTUAL_ENV": str(other / "venv"),
        "UV_PROJECT_ENVIRONMENT": str(other / "venv"),
    }
    with monkeypatch.context() as shell:
        for name, value in foreign.items():
            shell.setenv(name, value)
        output = cookiecutter(tmp_path).stdout
    assert "DATABASE_URL is set in this shell and wins over .env" in output
    assert len(output.rpartition(" ...\n")[2].splitlines()) <= 8  # that sentence is one more than the summary has
    assert [path.name for path in other.iterdir() if path.name != "__pycache__"] == ["flask.py"]
    assert secret_key(tmp_path / "my_flask_app") != foreign["SECRET_KEY"]
    assert_works(tmp_path / "my_flask_app")


def test_as_on_windows(tmp_path: Path) -> None:
    """Commands are in Scripts, and no process forks; that much of Windows can be had here."""
    cookiecutter(tmp_path, set_up="no")
    project = tmp_path / "my_flask_app"
    run("uv", "venv", ".venv", cwd=project)
    (project / SCRIPTS.with_name("Scripts")).symlink_to(SCRIPTS.name)
    (site_packages,) = project.glob(".venv/lib/python*/site-packages")
    (site_packages / "windows.pth").write_text(
        "import os; [vars(os).pop(it, None) for it in ('fork', 'register_at_fork')]"
    )
    output = run(sys.executable, "-c", AS_ON_WINDOWS, cwd=project).stdout
    assert f"{SCRIPTS.with_name('Scripts')}/flask run --debug" in output
    run(project / ".venv/Scripts/pytest", cwd=project)
    assert (
        "fork" in run(project / ".venv/Scripts/python", "-c", "import os; os.fork()", cwd=project, check=False).stdout
    )


# Where it fails


def test_after_a_failed_step_one_command_finishes(failing_uv: Path, tmp_path: Path) -> None:
    output = cookiecutter(tmp_path).stdout
    project = tmp_path / "my_flask_app"
    assert "no uv today" in output
    assert_complete(project, tmp_path)
    before = (project / ".env").read_bytes()
    failing_uv.unlink()
    paste(finishing_command(output), tmp_path)
    assert_works(project)
    assert (project / ".env").read_bytes() == before


def test_after_a_database_out_of_reach_one_command_finishes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/no such folder/x.db"
    output = cookiecutter(tmp_path, database_url=url).stdout
    project = tmp_path / "my_flask_app"
    assert_complete(project, tmp_path, database_url=url)
    command = finishing_command(output)
    assert paste(command, tmp_path, check=False).returncode == 1
    (tmp_path / "no such folder").mkdir()
    paste(command, tmp_path)
    assert_works(project)


def finished_after_no_network(folder: Path, environment: dict[str, str]) -> str:
    """Set up without a network, as ``environment`` makes it; return what the printed command says once there is one."""
    with pytest.MonkeyPatch.context() as offline:
        for name, value in environment.items():
            offline.setenv(name, value)
        output = cookiecutter(folder).stdout
    assert_complete(folder / "my_flask_app", folder)
    finished = paste(finishing_command(output), folder).stdout
    assert "is ready" in finished
    assert_works(folder / "my_flask_app")
    return finished


def test_after_no_network_one_command_finishes_with_uv(tmp_path: Path) -> None:
    empty = {"UV_CACHE_DIR": str(tmp_path / "empty"), "UV_HTTP_RETRIES": "0", **PIP_OFFLINE}
    assert "with uv ..." in finished_after_no_network(
        tmp_path, {"UV_DEFAULT_INDEX": "http://127.0.0.1:1/simple", **empty}
    )


@pytest.mark.usefixtures("without_uv")
def test_without_uv_and_after_no_network_pip_makes_a_working_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = finished_after_no_network(tmp_path, PIP_OFFLINE)
    assert "with pip ..." in output
    assert "already" in run("python3", "set_up.py", cwd=tmp_path / "my_flask_app").stdout
    run(tmp_path / "my_flask_app/.venv/bin/pytest", "--version")
    (site_packages,) = tmp_path.glob("my_flask_app/.venv/lib/python*/site-packages")
    (site_packages / "older.pth").write_text("import sys; sys.version_info = (3, 10)")  # a .venv of an older Python
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:1/simple")  # no need to go on
    monkeypatch.setenv("PIP_RETRIES", "0")
    output = paste("python3 set_up.py", tmp_path / "my_flask_app", check=False).stdout
    assert "Making .venv" in output
    assert not (site_packages / "older.pth").exists()


@pytest.mark.all
def test_a_killed_set_up_is_finished_by_the_same_command(tmp_path: Path) -> None:
    cookiecutter(tmp_path, set_up="no")
    project = tmp_path / "my_flask_app"
    start = time.monotonic()
    run("python3", "set_up.py", cwd=project)
    whole = time.monotonic() - start
    for part in range(1, 20):
        cookiecutter(tmp_path / str(part), set_up="no")
        project = tmp_path / str(part) / "my_flask_app"
        command = ["python3", "set_up.py"]
        killed = subprocess.Popen(command, cwd=project, stdout=subprocess.DEVNULL, start_new_session=True)
        time.sleep(whole * part / 20)
        os.killpg(killed.pid, signal.SIGKILL)
        killed.wait()
        assert "is ready" in run("python3", "set_up.py", cwd=project).stdout
        assert_works(project)


@pytest.mark.usefixtures("failing_uv")
def test_a_full_disk_leaves_no_half_env_file(tmp_path: Path) -> None:
    cookiecutter(tmp_path, set_up="no")
    project = tmp_path / "my_flask_app"
    full = paste("ulimit -f 0; exec python3 set_up.py", project, check=False)
    assert full.returncode == 1
    assert not (project / ".env").exists()
    assert_complete(project, tmp_path)
    paste(finishing_command(full.stdout), tmp_path, check=False)  # as far as uv, which fails here
    assert secret_key(project)


@pytest.mark.parametrize(
    ("folder", "run_it"),
    [
        ("{{cookiecutter.project_slug}}", "import runpy; runpy.run_path('set_up.py', run_name='__main__')"),
        (".", "import local_extensions_2"),
    ],
    ids=["set_up", "questions"],
)
def test_an_older_python_is_a_sentence(folder: str, run_it: str) -> None:
    older = f"import sys; sys.version_info, sys.version = (3, 8, 18), '3.8.18 (of old)'; {run_it}"
    done = run(sys.executable, "-c", older, cwd=TEMPLATE / folder, check=False)
    assert done.returncode == 1
    assert done.stdout.splitlines()[0].startswith("Python 3.8.18 runs ")
    assert len(done.stdout.splitlines()) == 1
    for path in (TEMPLATE / "{{cookiecutter.project_slug}}/set_up.py", TEMPLATE / "local_extensions_2/__init__.py"):
        ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 8))


def test_cookiecutter_2_6_is_obeyed_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It hands `set_up` on as it was typed."""
    older = tmp_path / "older/bin"
    run("uv", "venv", older.parent)
    run("uv", "pip", "install", "--python", older / "python", "cookiecutter==2.6.0")
    monkeypatch.setenv("PATH", str(write_failing_uv(tmp_path / "failing").parent), prepend=os.pathsep)
    for answer in ("no", "yes"):
        output = run(older / "cookiecutter", TEMPLATE, "--no-input", "-o", tmp_path / answer, f"set_up={answer}").stdout
        assert ("no uv today" in output) == (answer == "yes")


# Passwords


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the processes a temporary folder of their own."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    yield folder
    assert not list(folder.rglob("*.py"))


@pytest.mark.usefixtures("failing_uv", "temporary")
@pytest.mark.parametrize("password", ["s3cr3t-pw", """p@ss:w/rd$'"%#""", "${HOME}\\ %41+ü🙂", "&?=[x] #y"])
def test_a_password_from_the_environment_stands_in_the_env_file_only(
    ready: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", password)
    output = cookiecutter(tmp_path / "out", database_url=SERVER).stdout
    env_file = tmp_path / "out/my_flask_app/.env"
    written = [password, quote(password, safe="")]
    assert places_of(written, tmp_path, Path(os.environ["HOME"])) == [env_file]
    assert not any(text in output for text in written)
    assert f"://me:{written[1]}@127.0.0.1:1/db'" in env_file.read_text()
    script = (
        "import dotenv, sqlalchemy as s; print(s.make_url(dotenv.dotenv_values()['DATABASE_URL']).password, end='')"
    )
    # A file beside .env, for python-dotenv looks from there upwards.
    (env_file.parent / "read.py").write_text(script)
    assert run(ready.bin / "python", env_file.parent / "read.py").stdout == password


@pytest.mark.usefixtures("failing_uv", "temporary")
def test_a_typed_password_is_taken_out_of_the_answers(tmp_path: Path) -> None:
    password = "s3cr3t-pw"
    output = cookiecutter(tmp_path / "out", database_url=SERVER.replace("@", f":{password}@")).stdout
    home = Path(os.environ["HOME"])
    assert places_of([password], tmp_path, home) == [tmp_path / "out/my_flask_app/.env"]
    assert places_of([SERVER], home / ".cookiecutter_replay")
    assert password not in output
    assert "The password that you typed is kept in .env only" in output


@pytest.mark.usefixtures("temporary")
def test_a_typed_password_without_set_up_is_kept_nowhere(tmp_path: Path) -> None:
    password = "s3cr3t-pw"
    output = cookiecutter(tmp_path / "out", set_up="no", database_url=SERVER.replace("@", f":{password}@")).stdout
    assert not places_of([password], tmp_path, Path(os.environ["HOME"]))
    assert "kept nowhere: the set-up asks for it" in output
