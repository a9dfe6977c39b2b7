"""What a project can do without: its packages and its example, removed as README says, or loaded where needed."""

import re
import shlex
import shutil
from collections.abc import Callable
from difflib import ndiff
from pathlib import Path

import pytest

from tests.conftest import COMBINATIONS, OWN_TESTS, Project, cookiecutter, parameters, run

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def project_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Project]:
    """Give a function that returns a project for Chinook, set up by the real command once; not to be changed."""
    projects: dict[str, Project] = {}

    def project(models: str, app_setup: str) -> Project:
        if models not in projects:
            folder = tmp_path_factory.mktemp(models)
            shutil.copy(HERE / "data/chinook/chinook.sqlite", folder)
            url = f"sqlite:///{folder}/chinook.sqlite"
            output = cookiecutter(
                folder, database_url=url, database="existing", models=models, app_setup=app_setup
            ).stdout
            projects[models] = Project(folder / "my_flask_app", {"models": models, "app_setup": app_setup}, output)
        return projects[models]

    return project


def remove(project: Path, annex: str) -> None:
    """Do what the README says of a package."""
    readme = (project / "README.md").read_text(encoding="utf-8")
    paragraph = re.search(rf"(?ms)^\* `{annex}` goes with (.+?)(?=^\S|\Z)", readme)
    assert paragraph
    spans = re.findall(r"`([^`]+)`", paragraph[1])
    command, call, *replaced = (span for span in spans if re.search("[ (]", span))
    run(*command.split(), cwd=project)
    module = next((span for span in spans if re.fullmatch(r"\w+", span)), annex)
    app = project / "my_flask_app/app.py"
    text = re.sub(rf"(from \. import .*){module}, ", r"\1", app.read_text(encoding="utf-8"))
    app.write_text(re.sub(rf"(?m)^ *{re.escape(call)}\n", "", text), encoding="utf-8")
    for line in replaced:
        set_up = project / "set_up.py"
        text, count = re.subn(r"(?m)^( +).*reflect-models.*$", rf"\1{line}", set_up.read_text(encoding="utf-8"))
        assert count == 1
        set_up.write_text(text, encoding="utf-8")


def changed_lines(before: Path, after: Path) -> int:
    """Return how many lines were deleted or replaced in the files that are left."""
    return sum(
        line.startswith("- ")
        for name in ("my_flask_app/app.py", "set_up.py")
        for line in ndiff((before / name).read_text().splitlines(), (after / name).read_text().splitlines())
    )


@pytest.mark.parametrize(
    ("models", "app_setup", "annexes"),
    [
        pytest.param("declarative", "module", ["browse"], marks=pytest.mark.all),
        pytest.param("reflection", "factory", ["reflect_models"], marks=pytest.mark.all),
        ("reflection", "factory", ["browse", "reflect_models"]),
    ],
)
def test_what_is_left_is_clean_and_works(
    project_of: Callable[..., Project], tmp_path: Path, models: str, app_setup: str, annexes: list[str]
) -> None:
    original = project_of(models, app_setup)
    left = Project(tmp_path / "my_flask_app", original.answers, "")
    shutil.copytree(original.path, left.path, ignore=shutil.ignore_patterns(".venv", ".*_cache", "__pycache__"))
    for annex in annexes:
        remove(left.path, annex)
        assert not (left.path / "my_flask_app" / annex).exists()
    assert changed_lines(original.path, left.path) <= 3 * len(annexes)
    assert "is ready" in run("python3", "set_up.py", cwd=left.path).stdout  # as a colleague would
    left.run("ruff", "check")
    left.run("ruff", "format", "--check")
    left.run("mypy")
    assert " passed" in left.run(*OWN_TESTS).stdout
    names = [str(file.relative_to(left.path)) for file in left.path.glob("[!.]*/**/*")]
    assert [name for name in names if any(annex in name for annex in annexes)] == []
    package = left.path / "my_flask_app"
    code = {str(file.relative_to(package)): file.read_text(encoding="utf-8") for file in package.rglob("*.py")}
    named = {name for name, text in code.items() if any(re.search(rf"\b{annex}\b", text) for annex in annexes)}
    if "reflect_models" in annexes:  # both were written by it, and say so
        named |= {name for name, text in code.items() if "reflect-models" in text} - {"models.py", "tables.py"}
    assert not named
    routes = left.run("flask", "routes").stdout
    assert ("/tables" in routes) == ("browse" not in annexes)


def remove_the_example(project: Project) -> None:
    """Do what the list of its README says, to the letter."""
    readme = (project.path / "README.md").read_text(encoding="utf-8")
    found = re.search(r"(?m)^The example, .* goes with\n\n((?:\* .*\n)+)", readme)
    assert found
    (project.path / "README.md").write_text(readme.replace(found[0], ""), encoding="utf-8")
    for item in found[1].splitlines():
        file, *spans = re.findall("`([^`]+)`", item)
        if not file.endswith(".py") or " " in file:
            for command in (file, *spans):
                run(*shlex.split(command), cwd=project.path)
            continue
        text = (project.path / file).read_text(encoding="utf-8")
        for what, name in re.findall("(import of|line|class) `([^`]+)`", item):
            patterns = {
                "import of": rf", {name}\b",
                "line": rf"(?m)^ *{re.escape(name)}\n",
                "class": rf"(?m)^class {name}\b.*\n(?:(?: .*)?\n)+",
            }
            text, count = re.subn(patterns[what], "", text)
            assert count == 1
        (project.path / file).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("project", parameters(COMBINATIONS, "declarative-factory"), indirect=True, scope="session")
def test_the_example_goes_as_the_readme_says(project: Project, tmp_path: Path) -> None:
    left = Project(tmp_path / "my_flask_app", project.answers, "")
    shutil.copytree(project.path, left.path, ignore=shutil.ignore_patterns(".venv", ".*_cache", "__pycache__"))
    run("python3", "set_up.py", cwd=left.path)
    remove_the_example(left)
    left.run("ruff", "check")
    left.run("ruff", "format", "--check")
    left.run("mypy")
    assert " passed" in left.run(*OWN_TESTS).stdout
    files = [file for folder in ("my_flask_app", "tests") for file in (left.path / folder).rglob("*.py")]
    code = "".join(file.read_text() for file in files)
    assert not re.search(r"\bMessage\b|/messages|\bmessages\.", code)
    if project.answers["models"] == "declarative":
        assert "No new upgrade operations detected" in left.run("alembic", "check").stdout


def test_what_serves_requests_does_not_import_reflect_models(project_of: Callable[..., Project]) -> None:
    project = project_of("reflection", "factory")
    serve = """
import sys
from my_flask_app.app import create_app
client = create_app({"BROWSE_TABLES": "Album"}).test_client()
for url in ("/health", "/", "/tables"):
    assert client.get(url).status_code == 200
print(*sys.modules)
"""
    for arguments in (["-c", serve], ["-X", "importtime", "-m", "flask", "--help"]):
        imported = project.run("python", *arguments).stdout
        assert "my_flask_app.browse.pages" in imported
        assert "my_flask_app.reflect_models" not in imported
    assert "reflect-models" in imported
    assert "11 tables with a key" in project.run("flask", "reflect-models", "--check").stdout
