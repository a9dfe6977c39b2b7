"""The deployment files: linted for every database, and the commands in them run as processes, without Docker."""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import sqlite3
import string
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
import yaml
from pytest_cookies.plugin import Cookies

from local_extensions_2.database_url import parse
from tests.conftest import BIN, COMBINATIONS, TEMPLATE, run
from tests.test_render import SCHEMES, bake, url_of

SERVERS = {
    "postgresql": ("postgres:18", "POSTGRES", "/var/lib/postgresql"),
    "mariadb": ("mariadb:11.8", "MARIADB", "/var/lib/mysql"),
    "mysql": ("mysql:8.4", "MYSQL", "/var/lib/mysql"),
}
SECRETS = [".env", ".env.production", ".git/config", ".venv/lib/old.py", "my_flask_app.db", "my_flask_app.db-wal"]
CACHES = [".mypy_cache/x.json", "my_flask_app/__pycache__/x.pyc", "my_flask_app/templates/__pycache__/x", "tests/x.py"]


@pytest.fixture(scope="module")
def projects(cookies_session: Cookies) -> dict[str, Path]:
    """Render a project for each scheme, the combinations in turn."""
    cases = zip(SCHEMES, cycle(COMBINATIONS), strict=False)
    return {scheme: bake(cookies_session, **answers, database_url=url_of(scheme)) for scheme, answers in cases}


def load(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


# As linters and schemas see them


def test_the_linter_of_dockerfiles_is_content(projects: dict[str, Path]) -> None:
    run(BIN / "hadolint", *(path / "Dockerfile" for path in projects.values()))


def test_compose_files_fit_their_schema(projects: dict[str, Path]) -> None:
    files = [path / "compose.yaml" for path in projects.values()]
    run(BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", *files)


def test_workflows_fit_their_schema_and_are_safe(projects: dict[str, Path]) -> None:
    files = [*TEMPLATE.glob(".github/workflows/*"), *(path / ".github/workflows/ci.yml" for path in projects.values())]
    run(BIN / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files)
    run(BIN / "zizmor", "--offline", "--quiet", *files)


# What the files say of the database


@pytest.mark.parametrize("scheme", SCHEMES)
def test_compose_and_ci_start_the_server_of_the_url(projects: dict[str, Path], scheme: str) -> None:
    services = load(projects[scheme] / "compose.yaml")["services"]
    (job,) = load(projects[scheme] / ".github/workflows/ci.yml")["jobs"].values()
    dialect = scheme.partition("+")[0]
    assert services["app"]["ports"] == ["127.0.0.1:8000:8000"]
    assert services["app"]["env_file"] == ".env"
    assert ({"run": "uv run pytest"} in job["steps"]) == (dialect in SERVERS or dialect == "sqlite")
    if dialect not in SERVERS:
        assert services.keys() == {"app"}
        assert services["app"].get("volumes") == (["data:/data"] if dialect == "sqlite" else None)
        wanted_url = {"DATABASE_URL": "sqlite:////data/my_flask_app.db"}
        assert services["app"].get("environment") == (wanted_url if dialect == "sqlite" else None)
        assert "services" not in job
        return

    image, prefix, folder = SERVERS[dialect]
    database = services["database"]
    assert database["image"] == job["services"]["database"]["image"] == image
    assert database["volumes"] == [f"database:{folder}"]
    assert "ports" not in database
    assert services["app"]["depends_on"] == {"database": {"condition": "service_healthy"}}

    example = (projects[scheme] / ".env.example").read_text()
    assert f"\n{prefix}_PASSWORD='replace me'\n" in example
    environment = database["environment"]
    assert environment[f"{prefix}_PASSWORD"] == f"${{{prefix}_PASSWORD}}"
    wanted = re.compile(rf"\${{{prefix}_PASSWORD:\?[^}}]+}}")
    url = parse(wanted.sub("token", services["app"]["environment"]["DATABASE_URL"]))
    assert url
    assert (url.scheme, url.password, url.host) == (scheme, "token", "database")
    assert url.username == environment[f"{prefix}_USER"]
    assert url.database == environment.get(f"{prefix}_DATABASE", url.username)

    url = parse(job["env"]["DATABASE_URL"])
    assert url
    assert (url.scheme, url.password, url.host) == (scheme, "", "127.0.0.1")
    assert any(name.endswith(("_DATABASE", "_DB")) for name in job["services"]["database"]["env"])


def test_a_user_of_mysql_is_not_too_long(cookies: Cookies) -> None:
    path = bake(cookies, project_slug="a" * 40, database_url=url_of("mysql"))
    services = load(path / "compose.yaml")["services"]
    assert services["database"]["environment"]["MYSQL_USER"] == "a" * 32
    assert f"mysql://{'a' * 32}:$" in services["app"]["environment"]["DATABASE_URL"]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_driver_that_is_compiled_gets_its_library(projects: dict[str, Path], scheme: str) -> None:
    stages = (projects[scheme] / "Dockerfile").read_text().split("\nFROM ")
    compiled = SCHEMES[scheme] and SCHEMES[scheme][0].startswith(("mysqlclient", "mariadb"))
    assert ["libmariadb" in stage for stage in stages] == [compiled, compiled] or not compiled
    assert any("apt-get" in stage for stage in stages) == bool(compiled or scheme == "mssql+pyodbc")
    assert ("libmariadb" in (projects[scheme] / ".github/workflows/ci.yml").read_text()) == bool(compiled)


# As processes, on SQLite


@dataclass(frozen=True)
class Image:
    """What a Dockerfile makes, with a folder for its /app."""

    app: Path
    environment: dict[str, str]
    command: list[str]
    healthcheck: list[str]


def build_context(project: Path) -> Iterator[Path]:
    """Give the files that .dockerignore lets through, the last rule that matches a file or its folder deciding."""
    rules = [line for line in (project / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    for file in filter(Path.is_file, project.rglob("*")):
        path = file.relative_to(project)
        names = [str(path), *map(str, path.parents)][:-1]
        matching = [rule for rule in rules if any(fnmatch(name, rule.removeprefix("!")) for name in names)]
        if not matching or matching[-1].startswith("!"):
            yield path


def copy(project: Path, app: Path, *patterns: str) -> None:
    """Do as COPY: a pattern is a file of the build context, or `.` for all of them."""
    for file in build_context(project):
        if any(pattern == "." or fnmatch(str(file), pattern) for pattern in patterns):
            (app / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(project / file, app / file)


def build(project: Path, app: Path) -> Image:
    """Do what the Dockerfile says, but for what is a machine's (apt-get, useradd, uv, another stage)."""
    app.mkdir()
    text = re.sub(r"^#.*\n", "", (project / "Dockerfile").read_text(), flags=re.MULTILINE).replace("\\\n", "")
    environment: dict[str, str] = {}
    last: dict[str, str] = {}
    for instruction in text.replace("/app", str(app)).splitlines():
        word, _, rest = instruction.partition(" ")
        last[word] = rest
        if word == "FROM":
            environment = dict(os.environ)
        elif word == "ENV":
            for name, _, value in (assignment.partition("=") for assignment in shlex.split(rest)):
                environment[name] = string.Template(value).substitute(environment)
        elif word == "COPY" and not rest.startswith("--from"):
            copy(project, app, *rest.split()[:-1])
        elif word == "RUN" and rest.startswith("uv "):
            subprocess.run(["sh", "-c", rest], cwd=app, env=environment, check=True, capture_output=True, text=True)
    healthcheck = json.loads(last["HEALTHCHECK"].partition(" CMD ")[2])
    return Image(app, environment, json.loads(last["CMD"]), healthcheck)


@pytest.fixture(
    scope="module", params=[COMBINATIONS[0], COMBINATIONS[3]], ids=lambda answers: "-".join(answers.values())
)
def image(request: pytest.FixtureRequest, cookies_session: Cookies, tmp_path_factory: pytest.TempPathFactory) -> Image:
    """Build from a project in which there is what must not get into an image."""
    project = bake(cookies_session, **request.param)
    for name in [*SECRETS, *CACHES]:
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text("s3cr3t")
    return build(project, tmp_path_factory.mktemp("image") / "app")


class Container:
    """An image's command as a process, with a free port."""

    def __init__(self, image: Image, database: Path, log: Path) -> None:
        self.image, self.log = image, log
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        settings = {"PORT": str(self.port), "DATABASE_URL": f"sqlite:///{database}", "SECRET_KEY": "for the tests only"}
        self.environment = {**image.environment, **settings}

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run it, and kill it with its workers in the end."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                self.image.command,
                cwd=self.image.app,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):  # all have ended
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)

    def status(self) -> int:
        """Return the status of /health, waiting for an answer."""
        for _ in range(200):
            try:
                with urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5) as response:
                    return int(response.status)
            except HTTPError as error:
                return error.code
            except OSError:
                time.sleep(0.1)
        raise TimeoutError(self.log.read_text())

    def is_healthy(self) -> bool:
        """Run the HEALTHCHECK."""
        done = subprocess.run(
            self.image.healthcheck, cwd=self.image.app, env=self.environment, capture_output=True, check=False
        )
        return done.returncode == 0


def test_only_what_runs_gets_into_the_image(image: Image) -> None:
    assert not [path for path in image.app.rglob("*") if path.is_file() and path.read_bytes() == b"s3cr3t"]
    assert not (image.app / "tests").exists()
    assert not list(image.app.glob(".venv/lib/*/site-packages/pytest")), "the tools of the group dev"
    for package in ("flask", "my_flask_app"):
        folder = next(image.app.glob(f".venv/lib/*/site-packages/{package}"), image.app / package)
        assert len(list(folder.glob("*.py"))) == len(list(folder.glob("__pycache__/*.pyc"))) > 0, "byte-compiled"


def test_it_starts_tells_its_health_and_stops(image: Image, tmp_path: Path) -> None:
    database = tmp_path / "app.db"
    container = Container(image, database, tmp_path / "log")
    container.environment["THREADS"] = "1"  # with which gunicorn itself would choose the worker class sync
    assert not container.is_healthy()
    with container.running() as process:
        assert container.status() == 200
        assert container.is_healthy()
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("DROP TABLE message")
        assert container.status() == 503
        assert not container.is_healthy()
        process.terminate()  # as Docker does, to the first process alone
        assert process.wait(20) == 0
    assert not container.is_healthy()
    log = container.log.read_text()
    assert log.count("Booting worker") == 2
    assert "Using worker: gthread" in log
    assert not list(Path.home().glob(".gunicorn")), "no control socket, of which there is one for each user"


def test_two_at_once_on_a_new_database(image: Image, tmp_path: Path) -> None:
    both = [Container(image, tmp_path / "new.db", tmp_path / name) for name in ("log 1", "log 2")]
    with both[0].running(), both[1].running():
        assert [container.status() for container in both] == [200, 200]


def test_the_user_s_lock_file_decides(cookies: Cookies, tmp_path: Path) -> None:
    path = bake(cookies)
    (path / "uv.lock").write_text("broken")
    with pytest.raises(subprocess.CalledProcessError) as failed:
        build(path, tmp_path / "app")
    assert "uv.lock" in failed.value.stderr
    assert "--no-install-project" in failed.value.cmd[-1], "in the layer of the dependencies"


def test_the_commands_of_ci_pass(cookies: Cookies, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only")  # test_projects.py runs them
    path = bake(cookies)
    (job,) = load(path / ".github/workflows/ci.yml")["jobs"].values()
    commands = [step["run"] for step in job["steps"] if "run" in step]
    assert commands[0] == "uv sync"
    for command in commands:
        run("sh", "-c", command, cwd=path)
    assert {word for command in commands for word in command.split()} >= {"check", "format", "mypy", "pytest"}


@pytest.mark.all
def test_the_tests_that_run_elsewhere_find_all_they_import(tmp_path: Path) -> None:
    """What CI runs on macOS and Windows, with the tools that it installs there."""
    job = load(TEMPLATE / ".github/workflows/ci.yml")["jobs"]["elsewhere"]
    commands = [step["run"] for step in job["steps"] if "run" in step]
    assert "python -m pip install --group portable" in commands
    python = tmp_path / "venv/bin/python"
    run("uv", "venv", "-q", "--python", BIN / "python", tmp_path / "venv")
    run("uv", "pip", "install", "-q", "--python", python, "--group", "portable", cwd=TEMPLATE)
    arguments = commands[-1].removeprefix("python").split()
    assert " tests collected" in run(python, *arguments, "--collect-only", "-q", cwd=TEMPLATE).stdout
