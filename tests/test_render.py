"""What is rendered, for every combination of answers and every URL scheme: clean, small and free of surprises."""

import json
import re
import tomllib
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from pytest_cookies.plugin import Cookies

from tests.conftest import BIN, COMBINATIONS, OPPOSITES, TEMPLATE, name_of, parameters, run

SCHEMES: dict[str, list[str]] = json.loads((TEMPLATE / "cookiecutter.json").read_text(encoding="utf-8"))["_drivers"]
AWKWARD = """Q"uo'te \\back {{ 7*7 }} {% raw %} {# no #} ${x} 100% #1 <b>&amp; [x](y) 'r''' \"\"\" ü 🙂"""


def url_of(scheme: str) -> str:
    """Return a good URL of that scheme."""
    return f"{scheme}:///my_flask_app.db" if scheme.startswith("sqlite") else f"{scheme}://me@db.example.org/shop"


def bake(cookies: Cookies, **answers: Any) -> Path:
    """Render in this process, without set-up."""
    result = cookies.bake(extra_context={"set_up": False, **answers})
    if result.exception:
        raise result.exception
    assert isinstance(result.project_path, Path)
    return result.project_path


def assert_linted(projects: Iterable[Path]) -> None:
    """Check with the rules of each project; its types `make lint` checks."""
    run(BIN / "ruff", "check", "--no-cache", *projects)
    run(BIN / "ruff", "format", "--check", "--no-cache", *projects)


def assert_tidy(project: Path) -> None:
    """Check what no linter sees."""
    for file in filter(Path.is_file, project.rglob("*")):
        text = file.read_text(encoding="utf-8")
        assert text.endswith("\n"), file
        assert not re.search(r"\n\n\n\n|\n\n\Z|\A\n|[ \t]\n", text), f"blank-line litter in {file}"
        assert not re.search(r"cookiecutter\.|\{% *(if|endif|raw)[^>]*?cookiecutter", text), file


@pytest.mark.parametrize("combination", OPPOSITES)
def test_clean_as_rendered(cookies: Cookies, combination: dict[str, str]) -> None:
    projects = {scheme: bake(cookies, **combination, database_url=url_of(scheme)) for scheme in SCHEMES}
    assert_linted(projects.values())
    for scheme, path in projects.items():
        dependencies = tomllib.loads((path / "pyproject.toml").read_text())["project"]["dependencies"]
        assert set(SCHEMES[scheme]) <= set(dependencies)
        lines = {str(file): len(file.read_text().splitlines()) for file in path.glob("my_flask_app/**/*.py")}
        assert lines[str(path / "my_flask_app/db.py")] <= 50
        assert max(lines.values()) <= 150
        assert combination["models"] == "reflection" or sum(lines.values()) <= 1000
        assert len((path / "README.md").read_text().splitlines()) <= 107
        assert (path / "migrations").exists() == (combination["models"] == "declarative")
        assert (path / "schema/postgresql.sql").exists() == (combination["models"] == "reflection")
        assert_tidy(path)


@pytest.mark.parametrize("app_setup", parameters(["factory", "module"], "factory"))
def test_clean_for_an_existing_database(cookies: Cookies, app_setup: str) -> None:
    """Those whose models the set-up writes are checked in test_from_database.py, once it has."""
    answers = {"database": "existing", "models": "reflection", "app_setup": app_setup}
    projects = [bake(cookies, **answers, database_url=url_of(scheme)) for scheme in SCHEMES]
    assert_linted(projects)
    for path in projects:
        assert len((path / "README.md").read_text().splitlines()) <= 107
        assert not (path / "schema").exists()
        assert "services" not in (path / ".github/workflows/ci.yml").read_text()


class _Title(HTMLParser):
    text = ""

    def handle_data(self, data: str) -> None:
        """Keep what a browser would show of the title."""
        if self.lasttag == "title" and not self.text:
            self.text = data


@pytest.mark.parametrize("combination", COMBINATIONS, ids=name_of)
def test_free_text_survives_as_typed(cookies: Cookies, combination: dict[str, str]) -> None:
    answers = {"project_name": f"N {AWKWARD}", "description": f"D {AWKWARD}", "author": f"A {AWKWARD}"}
    path = bake(cookies, project_slug="shop", **answers, **combination)

    project = tomllib.loads((path / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["description"] == answers["description"]
    assert project["authors"] == [{"name": answers["author"]}]
    readme = (path / "README.md").read_text(encoding="utf-8")
    assert all(text in readme for text in answers.values())
    show = (
        "import flask, sys; flask.Flask.__init__; from jinja2 import Environment, FileSystemLoader;"
        "print(Environment(loader=FileSystemLoader('shop/templates'), autoescape=True)"
        ".get_template('index.html').render(messages=[], url_for=lambda name, **_: name))"
    )
    title = _Title()
    title.feed(run(BIN / "python", "-c", show, cwd=path).stdout)
    assert title.text == answers["project_name"]
    run(BIN / "ruff", "check", "--no-cache", cwd=path)


@pytest.mark.parametrize(
    "code", ["{{ ''.__class__ }}", "{{ cookiecutter.update(author='x') }}{{cookiecutter.project_slug}}"]
)
def test_an_answer_is_never_run(cookies: Cookies, code: str) -> None:
    path = bake(cookies, description=f"{code} {{% now 'utc' %}}")
    project = tomllib.loads((path / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["description"].startswith(code.removesuffix("{{cookiecutter.project_slug}}"))
    assert project["authors"] == [{"name": "Your Name"}]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("My Flask App", "my_flask_app"),
        ("Flask", "flask_app"),
        ("2048", "app_2048"),
        ("🙂", "my_app"),
        ("Überall", "uberall"),
    ],
)
def test_the_default_slug_is_always_good(cookies: Cookies, name: str, slug: str) -> None:
    assert bake(cookies, project_name=name).name == slug


def test_a_slug_with_hyphens(cookies: Cookies) -> None:
    path = bake(cookies, project_slug="my-shop")
    assert path.name == "my-shop"
    assert (path / "my_shop/app.py").exists()
    assert tomllib.loads((path / "pyproject.toml").read_text())["project"]["name"] == "my-shop"


def test_the_longest_slug_is_clean_too(cookies: Cookies) -> None:
    assert_linted([bake(cookies, project_slug="a" * 40, **combination) for combination in COMBINATIONS])
