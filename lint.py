"""`make lint`, `make quick`: checks the template folder as it stands, and what answers change where it is rendered."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cookiecutter.generate import generate_context
from cookiecutter.main import cookiecutter
from cookiecutter.prompt import prompt_for_config
from jinja2 import Environment
from jinja2.environment import TemplateExpression

from local_extensions_2 import layout
from local_extensions_2.questions import READ

BIN = Path(sys.executable).parent
SCHEMES = ("postgresql+psycopg", "mysql+pymysql", "mysql", "mariadb+pymysql", "cockroachdb+psycopg", "mssql+pyodbc")
URLS = ["sqlite:///app.db", *(f"{each}://me@host/shop" for each in (*SCHEMES, "oracle+oracledb"))]

Answers = tuple[tuple[str, str], ...]
DEFAULTS: Answers = ()
# Stands in for what the set-up writes from an existing database.
MODELS = '''"""The models."""

from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """The base of the models."""
'''


def every_answers() -> Iterator[Answers]:
    """Give all answers that change files, each with each."""
    choices = product(URLS, ("new", "existing"), ("declarative", "reflection"), ("factory", "module"))
    for url, database, models, app_setup in choices:
        if database == "new" or models == "reflection" or url.startswith(READ):
            yield (("database_url", url), ("database", database), ("models", models), ("app_setup", app_setup))


@cache
def values(answers: Answers) -> dict[str, Any]:
    """Return what the templates know as ``cookiecutter``."""
    context = generate_context(str(layout.TEMPLATE / "cookiecutter.json"))["cookiecutter"]
    sys.path.insert(0, str(layout.TEMPLATE))
    try:
        return dict(prompt_for_config({"cookiecutter": {**context, **dict(answers)}}, no_input=True))
    finally:
        sys.path.pop(0)


def fits(words: str, answers: Answers) -> bool:
    """Tell whether a folder of ``templates/``, or a row of ``ONLY``, is for these answers."""
    return bool(expression(words)(cookiecutter=values(answers)))


@cache
def expression(words: str) -> TemplateExpression:
    """Return the condition of a folder or row."""
    return Environment(autoescape=True).compile_expression(layout.condition(words))


def files(folder: Path) -> list[str]:
    """Return the paths below a folder, written with ``/``."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def absent() -> list[str]:
    """Return the files of the template folder that the default project does not have."""
    return [name for name in files(layout.PROJECT) if (row := layout.row(name)) and not fits(row, DEFAULTS)]


def sets_of_variants() -> Iterator[Answers]:
    """Give answers for each set of folders and rows with Python that there is."""
    folders = [each.name for each in layout.VARIANTS.iterdir() if any(each.rglob("*.py"))]
    seen = set()
    for answers in every_answers():
        chosen = frozenset(words for words in {*folders, *layout.ONLY.values()} if fits(words, answers))
        if chosen not in seen:
            seen.add(chosen)
            yield answers


def render(folder: str | Path, **answers: object) -> Path:
    """Render in this process, without hooks, set-up and what the user's own configuration says."""
    project = cookiecutter(
        str(layout.TEMPLATE),
        no_input=True,
        extra_context={**answers, "set_up": False},
        output_dir=str(folder),
        default_config={"replay_dir": str(folder)},
        accept_hooks=False,
    )
    return Path(project)


def run(*command: str | Path, cwd: Path) -> bool:
    """Run a command of this environment; tell whether it failed."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    name, *arguments = command
    return subprocess.run([BIN / name, *arguments], cwd=cwd, env=environment, check=False).returncode != 0


def lint(folder: Path, number: int, left_out: list[str]) -> bool:
    """Check a project with its own configuration; tell whether something is wrong."""
    for file in folder.rglob("*.py"):  # mypy's cache takes a file of the same second and size for the same file
        os.utime(file, (number, number))
    except_for = [f"--extend-exclude={name}" for name in left_out]
    pattern = "|".join(map(re.escape, left_out)) or "^$"
    cache = layout.TEMPLATE / "build/mypy"
    mypy = ("mypy", "--no-error-summary", f"--cache-dir={cache}", f"--exclude=^({pattern})$")
    wrong = [
        run("ruff", "check", "--quiet", "--no-cache", *except_for, cwd=folder),
        run("ruff", "format", "--quiet", "--check", "--no-cache", *except_for, cwd=folder),
        run(*mypy, cwd=folder),
    ]
    return any(wrong)


def lint_all() -> bool:
    """Check the template folder as it stands, and a project for each set of variants."""
    wrong = lint(layout.PROJECT, 1, absent())
    for number, answers in enumerate(sets_of_variants(), 2):
        with TemporaryDirectory() as folder:
            path = render(folder, **dict(answers))
            if not (models := path / "my_flask_app/models.py").exists():
                models.write_text(MODELS)
            if lint(path, number, []):
                print(f"That was: {', '.join(f'{name}={answer}' for name, answer in answers)}", file=sys.stderr)
                wrong = True
    return wrong


def test_in_place() -> bool:
    """Run the default project's own tests in the template folder."""
    ignored = [f"--ignore={name}" for name in absent() if name.startswith("tests/")]
    return run("pytest", "-q", "-p", "no:cacheprovider", *ignored, cwd=layout.PROJECT)


if __name__ == "__main__":
    sys.exit(test_in_place() if sys.argv[1:] == ["--tests"] else lint_all())
