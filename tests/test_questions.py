"""Answers that cannot be used are refused with a sentence each, and nothing is left behind."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_cookies.plugin import Cookies

from local_extensions_2.filters import BadAnswers
from local_extensions_2.questions import default_slug, problems, slug_problem
from tests.conftest import TEMPLATE, cookiecutter
from tests.helpers.texts import AWKWARD

URL = "database_url"
SLUG = "project_slug"

BAD_ANSWERS = [
    # question, answer, words of the sentence: what is wrong, what to write instead
    (SLUG, "", "no valid name"),
    (SLUG, "My App", "such as my_app"),
    (SLUG, "MyApp", "such as myapp"),
    (SLUG, "2048", "such as app_2048"),
    (SLUG, "-app", "such as app_"),
    (SLUG, "app-", "no valid name"),
    (SLUG, "my__app", "such as my_app"),
    (SLUG, "café", "such as cafe"),
    (SLUG, "../app", "no valid name"),
    (SLUG, "a/b", "such as a_b"),
    (SLUG, "app.py", "such as app_py"),
    (SLUG, "a" * 41, "at most 40"),
    (SLUG, "class", "word of the Python language; write for example class_app"),
    (SLUG, "match", "word of the Python language"),
    (SLUG, "email", "hide Python's own module"),
    (SLUG, "test", "write for example test_app"),
    (SLUG, "sqlite3", "hide Python's own module"),
    (SLUG, "flask", "hide something that the project itself needs"),
    (SLUG, "sqlalchemy", "write for example sqlalchemy_app"),
    (SLUG, "python-dotenv", "hide something"),
    (SLUG, "psycopg", "hide something"),
    (SLUG, "from-database", "hide something"),
    ("project_name", "", "is empty"),
    ("project_name", "two\nlines", "U+000A"),
    ("description", "bell \a", "U+0007"),
    ("description", "half a pair \ud83d", "U+D83D"),
    ("author", "   ", "is empty"),
    ("author", "delete \x7f", "U+007F"),
    (URL, "", "is not a database URL"),
    (URL, "my.db", "or sqlite:///file.db"),
    (URL, "postgresql:/me@host/db", "is not a database URL"),
    (URL, "postgresql://me:p@ss@host/db", "@ is written %40"),
    (URL, "postgres://me@host/db", "write postgresql+psycopg://"),
    (URL, "postgresql+psycop://me@host/db", "write postgresql+psycopg://"),
    (URL, "mongodb://host/db", "write one of sqlite"),
    (URL, "mssql://me@host/db", "write mssql+pyodbc://"),
    (URL, "sqlite+aiosqlite:///app.db", "asynchronous driver, but Flask is synchronous; write sqlite:///file.db"),
    (URL, "postgresql+asyncpg://me@host/db", "write postgresql+psycopg://"),
    (URL, "mysql+aiomysql://me@host/db", "write mysql+pymysql://"),
    (URL, "sqlite://", "each process and each connection would get its own"),
    (URL, "sqlite:///:memory:", "each process and each connection would get its own"),
    (URL, "sqlite:///file:x?mode=memory&uri=true", "each process and each connection would get its own"),
    (URL, "sqlite://app.db", "one slash too few"),
    (URL, "sqlite:///data/", "names a folder"),
    (URL, "sqlite:///.", "names a folder"),
    (URL, "sqlite:///data/../README.md", "a path that the project needs"),
    (URL, "sqlite:///file:app.db?uri=true", "absolute file:/ path"),
    (URL, "sqlite:///it's.db", "%27"),
    (URL, "sqlite:///a\\b.db", "git reads as a pattern"),
    (URL, "sqlite:///a*.db", "git reads as a pattern"),
    (URL, "sqlite:///x%00.db", "no line of text can show"),
    (URL, "sqlite:///x%0Ay.db", "no line of text can show"),
    (URL, "sqlite:///schema/shop.db", "the project needs"),
    (URL, "sqlite:///my_flask_app", "the folder of the package"),
    (URL, "postgresql://m$e@host/db", "%24"),
    (URL, "postgresql://me@host/half-a-pair-\ud83d", "take it out"),
    (URL, "postgresql://:s3cret@host/db", "a password but no user"),
    (URL, "postgresql://me:s3cret%00@host/db", "write the URL without it"),
    (URL, "postgresql://me:s3cret\ud83d@host/db", "write the URL without it"),
    (URL, "'postgresql://me@host/db'", "is in quotes"),
    (URL, "postgresql://me:s3cret@host/db ", "has a blank"),
    (URL, "postgresql://me@h1:5432,h2:5432/db", "write user@/database?host=h1:5432&host=h2:5432"),
    (URL, "postgresql://me@/db?host=[::1]:5432&host=h2", "write ?host=::1,::2&port=5432,5432"),
    (URL, "postgresql://me@::1/db", "write user@[::1]:5432/database"),
    (URL, "postgresql://me@%2Frun%2Fpostgresql/db", "write user@/database?host=/run/postgresql"),
    (URL, "postgresql://me@host:port/db", "from 1 to 65535"),
    (URL, "postgresql://me@host:70000/db", "from 1 to 65535"),
    (URL, "mysql+pymysql://me@host", "names no database"),
    (URL, f"postgresql://me@host/{'d' * 59}", "more than 58 bytes"),
    (URL, "mysql+pymysql://me@host/db?charset=utf8", "write charset=utf8mb4"),
    (URL, "mysql+pymysql://me@host/db?x=1&charset=latin1&y=2", "write charset=utf8mb4"),
    (URL, "postgresql://host/db?user=me&password=s3cret", "the set-up asks for it"),
    (URL, "mssql+pyodbc://?odbc_connect=UID%3Dme%3BPWD%3Ds3cret", "the set-up asks for it"),
]


@pytest.mark.parametrize(("question", "answer", "words"), BAD_ANSWERS)
def test_a_bad_answer_is_refused(cookies: Cookies, tmp_path: Path, question: str, answer: str, words: str) -> None:
    result = cookies.bake(extra_context={question: answer})
    assert isinstance(result.exception, BadAnswers)
    sentence = str(result.exception).removeprefix("Error: ")
    assert sentence.startswith(question)
    assert words in sentence
    assert "s3cret" not in sentence
    assert "\n" not in sentence
    assert not any(tmp_path.rglob("bake*/*"))


@pytest.mark.parametrize("url", ["sqlite:///it%27s.db", "sqlite:////tmp/a b.db", "postgresql://me:p$s'w@host/db"])
def test_the_advice_is_good(cookies: Cookies, url: str) -> None:
    assert cookies.bake(extra_context={"database_url": url, "set_up": False}).exception is None


@pytest.mark.parametrize("options", [(), ("--accept-hooks", "no")])
def test_all_bad_answers_are_told_together(tmp_path: Path, options: tuple[str, ...]) -> None:
    bad = {"project_slug": "flask", "author": "", "database_url": "postgres://me:s3cret@host/db"}
    done = cookiecutter(tmp_path / "out", *options, check=False, **bad)
    assert done.returncode == 1
    assert "Traceback" not in done.stdout
    assert "s3cret" not in done.stdout
    assert [line.split()[0] for line in done.stdout.replace("Error: ", "").splitlines()] == [
        "author",
        "project_slug:",
        "database_url",
    ]
    assert not (tmp_path / "out").exists()


KILLED = """
import os, signal, sys
from cookiecutter import cli, generate
write, written = generate.generate_file, []
def write_some(*arguments, **options):
    written.append(write(*arguments, **options))
    if len(written) == 30:
        os.kill(os.getpid(), signal.SIGKILL)
generate.generate_file = write_some
cli.main()
"""


def test_bad_answers_leave_an_existing_folder_as_it_is(tmp_path: Path) -> None:
    mine = tmp_path / "flask/mine.txt"
    mine.parent.mkdir()
    mine.write_text("mine")
    done = cookiecutter(tmp_path, "--overwrite-if-exists", check=False, project_slug="flask")
    assert done.returncode == 1
    assert [path.name for path in tmp_path.rglob("*")] == ["flask", "mine.txt"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_folder_that_exists_is_refused_with_the_way_on(tmp_path: Path) -> None:
    cookiecutter(tmp_path / "complete", set_up="no")
    killed = [sys.executable, "-c", KILLED, str(TEMPLATE), "--no-input", "-o", str(tmp_path), "set_up=no"]
    assert subprocess.run(killed, check=False, stdin=subprocess.DEVNULL).returncode == -signal.SIGKILL
    project = tmp_path / "my_flask_app"
    (project / "mine.txt").write_text("mine")
    before = texts(project)
    assert 10 < len(before) < len(texts(tmp_path / "complete/my_flask_app"))
    refused = cookiecutter(tmp_path, check=False, set_up="no")
    assert refused.returncode == 1
    (sentence,) = refused.stdout.splitlines()
    assert sentence.startswith(f"Error: project_slug: {project} exists already.")
    assert "the same command with --overwrite-if-exists completes it" in sentence
    assert texts(project) == before
    cookiecutter(tmp_path, "--overwrite-if-exists", set_up="no")
    assert texts(project) == {**texts(tmp_path / "complete/my_flask_app"), "mine.txt": "mine"}


def texts(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in files}


def test_a_choice_that_does_not_exist_makes_nothing(tmp_path: Path) -> None:
    done = cookiecutter(tmp_path / "out", check=False, models="automap")
    assert done.returncode != 0
    assert "the choices are ['declarative', 'reflection']" in done.stdout
    assert not (tmp_path / "out").exists()


def test_every_question_has_a_text() -> None:
    questions = json.loads((TEMPLATE / "cookiecutter.json").read_text(encoding="utf-8"))
    asked = {name for name in questions if not name.startswith("_")}
    assert asked == set(questions["__prompts__"])


def test_delete_cannot_be_carried_and_is_refused() -> None:
    assert list(problems({"author": "delete \x7f"})) == [
        "author has the character U+007F, which cannot stand in one line of text; take it out."
    ]


NAMES = [
    "",
    " ",
    "My Flask App",
    "2048",
    "flask",
    "Test",
    "class",
    "Type",
    "123 go",
    "_",
    "-",
    "🙂",
    "漢字",
    "../..",
    "app",
]


@pytest.mark.parametrize("name", [*NAMES, *AWKWARD, "a" * 99, "word " * 30, *sorted(sys.stdlib_module_names)[::9]])
def test_every_name_has_a_good_slug(name: str) -> None:
    assert not slug_problem(default_slug(name))
