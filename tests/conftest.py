"""A home folder and an environment of the tests' own, rendering, and one set-up project per combination of answers."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from cookiecutter.environment import StrictEnvironment
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

TEMPLATE = Path(__file__).resolve().parent.parent
DATA = TEMPLATE / "tests/data"
INSIDE = TEMPLATE / "tests/inside"  # what runs inside a rendered project
BIN = Path(sys.executable).parent
SCRIPTS = Path(".venv", "Scripts" if os.name == "nt" else "bin")  # of a rendered project's environment
SCREENSHOTS = TEMPLATE / "build/screenshots"
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
CHROMIUM += ["--disable-component-update", "--disable-sync"]
COMBINATIONS = [
    {"models": models, "app_setup": app_setup}
    for models, app_setup in product(("declarative", "reflection"), ("factory", "module"))
]


def name_of(case: Any) -> str:
    """Name a case by all that it consists of."""
    return case if isinstance(case, str) else "-".join(map(name_of, case.values() if isinstance(case, dict) else case))


def parameters(cases: Iterable[Any], *hardest: str) -> list[Any]:
    """Make parameters of cases; `make all` runs all of them, `make test` those that are named after them."""
    named = {name_of(case): case for case in cases}
    assert named.keys() >= set(hardest)
    return [
        pytest.param(case, id=name, marks=() if name in hardest else pytest.mark.all) for name, case in named.items()
    ]


# Two combinations that differ in both answers meet each answer; what needs all four says so.
OPPOSITES = parameters(COMBINATIONS, "declarative-factory", "reflection-module")
# A project's own tests but for those that wait for processes, for seconds; test_projects.py runs all.
OWN_TESTS = ["pytest", "-q", "--deselect=tests/test_schema.py::test_two_at_once"]
OWN_TESTS += ["--deselect=tests/test_schema.py::test_a_database_out_of_reach_is_one_sentence"]
EACH_COMBINATION = pytest.mark.parametrize("project", COMBINATIONS, ids=name_of, indirect=True, scope="session")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let as many answers, requests and schemas be drawn as one likes."""
    parser.addoption("--examples", type=int, default=0, help="answers, requests or schemas that a test draws anew")
    parser.addoption("--minutes", type=float, default=0, help="how long the tests of a file that draw go on, together")


def pytest_xdist_auto_num_workers() -> int:
    """Start a worker more than there are processors: tests wait for a fifth of their time."""
    return (os.cpu_count() or 1) + 1


Drawing = Callable[..., Callable[[], None]]
MANY = 150  # examples


@pytest.fixture
def drawing(request: pytest.FixtureRequest) -> Drawing:
    """Make a test of hypothesis draw so many examples, the same each time, or others as the options say."""
    number, minutes = request.config.getoption("--examples"), request.config.getoption("--minutes")
    of_file = [
        each
        for each in request.session.items
        if each.path == request.path and isinstance(each, pytest.Function) and "drawing" in each.fixturenames
    ]

    def decorate(test: Callable[[], None], usual: int = MANY) -> Callable[[], None]:
        check = settings(
            max_examples=number or (MANY if minutes else usual),
            derandomize=not (number or minutes),
            database=None,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
        )(test)

        def repeat() -> None:
            end = time.monotonic() + minutes * 60 / len(of_file)
            check()
            while time.monotonic() < end:
                check()

        return repeat

    return decorate


@pytest.fixture(scope="session", autouse=True)
def _own_environment(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Start every process of the tests in an empty home, with this checkout's uv and cookiecutter first on the PATH."""
    foreign = re.compile(
        "DATABASE_.*|SECRET_KEY|FLASK_.*|VIRTUAL_ENV|COOKIECUTTER_.*|PYTEST_XDIST_.*|PYTHON(PATH|DONTWRITEBYTECODE)"
    )
    for name in filter(foreign.fullmatch, list(os.environ)):
        del os.environ[name]
    os.environ["HOME"] = str(tmp_path_factory.mktemp("home"))
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    os.environ["UV_CACHE_DIR"] = str(TEMPLATE / "build/uv-cache")
    of_mypy = tmp_path_factory.getbasetemp() / "mypy"  # projects have the same libraries, and `make lint` has read them
    os.environ["MYPY_CACHE_DIR"] = str(of_mypy)
    if (TEMPLATE / "build/mypy").exists():
        shutil.copytree(TEMPLATE / "build/mypy", of_mypy)
    os.environ["PIP_COMPILE"] = "0"  # it takes as long as all the rest, for files most of which no test imports
    for key, value in {"user.name": "Tests", "user.email": "tests@example.org", "init.defaultBranch": "main"}.items():
        run("git", "config", "--global", key, value)


@pytest.fixture(scope="session", autouse=True)
def _each_file_is_compiled_once() -> Iterator[None]:
    """Keep what Jinja compiles: hundreds of projects are rendered in this process, of the same files."""
    compiled: dict[tuple[str, ...], CodeType] = {}
    compile_source = StrictEnvironment.compile

    def compile_once(environment: StrictEnvironment, source: str, name: str | None = None, *args: Any) -> CodeType:
        key = (environment.preprocess(source, name, args[0] if args else None), str(name), *map(str, args))
        if key not in compiled:
            compiled[key] = compile_source(environment, source, name, *args)
        return compiled[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StrictEnvironment, "compile", compile_once)
        yield


def run(*command: str | Path, cwd: Path | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a command without a terminal; what it prints, errors included, is in ``stdout``."""
    done = subprocess.run(
        command,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert not check or done.returncode == 0, done.stdout
    return done


def cookiecutter(
    output_dir: Path, *options: str, template: str | Path = TEMPLATE, check: bool = True, **answers: object
) -> subprocess.CompletedProcess[str]:
    """Run the real command with ``--no-input`` and some answers."""
    given = [f"{name}={value}" for name, value in answers.items()]
    command = ["cookiecutter", str(template), "--no-input", "-o", str(output_dir), *options, *given]
    return run(*command, check=check)


@dataclass(frozen=True)
class Project:
    """A rendered project that the hook has set up."""

    path: Path
    answers: dict[str, str]
    output: str  # of cookiecutter and the hook

    @property
    def bin(self) -> Path:
        """The folder of its environment's commands."""
        return self.path / SCRIPTS

    def run(self, command: str, *arguments: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command of its environment in its folder."""
        return run(self.bin / command, *arguments, cwd=self.path, check=check)


def set_up(folder: Path, **answers: Any) -> Project:
    """Render a project and set it up, by the real command."""
    return Project(folder / "my_flask_app", answers, cookiecutter(folder, **answers).stdout)


@pytest.fixture(scope="session")
def combination(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Project]:
    """Give a function that returns a combination, set up once; not to be changed."""

    @cache
    def give(models: str, app_setup: str) -> Project:
        return set_up(tmp_path_factory.mktemp(f"{models}-{app_setup}"), models=models, app_setup=app_setup)

    return give


@pytest.fixture(scope="session", params=OPPOSITES)
def project(request: pytest.FixtureRequest, combination: Callable[..., Project]) -> Project:
    """A combination; not to be changed."""
    return combination(**request.param)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; without it skip the tests, but never in CI."""
    program = shutil.which("chromium")
    if not program:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("there is no chromium (Debian's package of that name)")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=program, args=CHROMIUM) as browser:
        yield browser
