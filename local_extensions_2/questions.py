"""What is wrong with the answers, in one sentence each."""

import json
import keyword
import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from slugify import slugify

from . import database_url
from .layout import TEMPLATE

_SLUG = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
_LONGEST_SLUG = 40
# Import and distribution names that the project needs for others: its dependencies', and those of its own folders.
_TAKEN = frozenset(
    """
    alembic ast_serialize blinker click dotenv flask flit_core greenlet gunicorn iniconfig itsdangerous jinja2 librt
    mako markupsafe mypy mypy_extensions mypyc packaging pathspec pip pluggy py pygments pytest python_dotenv
    python_json_logger pythonjsonlogger ruff setuptools sqlalchemy tenacity typing_extensions uv werkzeug wheel
    cryptography mariadb mysql mysqlclient mysqldb oracledb pg8000 psycopg psycopg2 psycopg2_binary psycopg_binary
    psycopg_c pymysql pyodbc sqlalchemy_cockroachdb
    app conftest from_database main migrations root schema set_up set_up_database setup src test tests wsgi
    aux con nul prn
    """.split()  # noqa: SIM905
)

_QUESTIONS = json.loads((TEMPLATE / "cookiecutter.json").read_text(encoding="utf-8"))
_CHOICES = {name: each for name, each in _QUESTIONS.items() if isinstance(each, list) and not name.startswith("_")}
READ = ("sqlite", "postgresql", "mysql", "mariadb")  # the databases whose schema a rendered project can write down


def slug_problem(slug: str) -> str:
    """Say in a sentence why a slug cannot be used; empty where it can."""
    package = slug.replace("-", "_")
    if not _SLUG.fullmatch(slug) or len(slug) > _LONGEST_SLUG:
        return (
            f"{slug!r} is no valid name; write at most {_LONGEST_SLUG} lower-case letters and digits,"
            f" with single - or _ between them, such as {default_slug(slug)}"
        )
    if keyword.iskeyword(package) or keyword.issoftkeyword(package):
        return f"{slug} is a word of the Python language; write for example {slug}_app"
    if package in sys.stdlib_module_names:
        return f"{slug} would hide Python's own module of that name; write for example {slug}_app"
    if package in _TAKEN:
        return f"{slug} would hide something that the project itself needs; write for example {slug}_app"
    return ""


def default_slug(name: str) -> str:
    """Make a slug that can be used of any text: ``My Flask App`` gives ``my_flask_app``."""
    slug = slugify(name, separator="_", max_length=_LONGEST_SLUG - 4)
    if not re.match("[a-z]", slug):
        slug = f"app_{slug}".rstrip("_") if slug else "my_app"
    return slug if _SLUG.fullmatch(slug) and not slug_problem(slug) else f"{slug}_app"


def text_problem(text: str) -> str:
    """Say in a sentence why free text cannot be used; empty where it can."""
    if not text.strip():
        return "is empty; write a few words"
    for char in text:
        # Line ends, other control characters and lone surrogates, which no TOML or Markdown line carries.
        if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}:
            return f"has the character U+{ord(char):04X}, which cannot stand in one line of text; take it out"
    return ""


def _needs_reading(answers: Mapping[str, Any]) -> bool:
    return answers.get("database") == "existing" and answers.get("models") == "declarative"


def _choice_problems(answers: Mapping[str, Any]) -> Iterator[str]:
    for name, choices in _CHOICES.items():  # cookiecutter does not look at those that it replays
        if answers.get(name, choices[0]) not in choices:
            yield f"{name} is {answers[name]!r}; write {' or '.join(choices)}."


def problems(answers: Mapping[str, Any]) -> Iterator[str]:
    """Give a sentence for each answer so far that cannot be used, the name of its question first."""
    for name in ("project_name", "description", "author"):
        if sentence := text_problem(str(answers.get(name, name))):
            yield f"{name} {sentence}."
    yield from _choice_problems(answers)
    if sentence := slug_problem(str(answers.get("project_slug", "my_app"))):
        yield f"project_slug: {sentence}."
    if "database_url" in answers:
        url = str(answers["database_url"])
        if sentence := database_url.problem(url, list(answers["_drivers"])):
            yield f"database_url {sentence}."
        elif database_url.sqlite_file(url).split("/")[0] == str(answers.get("project_slug")).replace("-", "_"):
            yield "database_url names the folder of the package; write for example sqlite:///app.db."
        elif _needs_reading(answers) and not url.startswith(READ):
            yield "models: declarative classes are written from SQLite, PostgreSQL, MariaDB or MySQL; write reflection."
        elif "models" in answers and database_url.password(url):
            # It was taken out after the question, so these answers were written by hand for --replay.
            yield "database_url holds a password, and cookiecutter keeps the answers readable; take it out."
