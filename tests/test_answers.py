"""Any answers: what is rendered reads back equal in each language, or a sentence refuses them; never a traceback.

`--examples=5000` draws more than `make test`.
"""

import html
import io
import re
import runpy
import shlex
import string
import subprocess
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml
from cookiecutter.generate import generate_context
from cookiecutter.prompt import prompt_for_config
from cookiecutter.utils import create_env_with_context
from dotenv import dotenv_values
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader
from markdown_it import MarkdownIt
from sqlalchemy import make_url

from local_extensions_2.database_url import parse, password
from local_extensions_2.filters import BadAnswers
from local_extensions_2.layout import PROJECT, VARIANTS
from local_extensions_2.questions import text_problem
from tests.conftest import TEMPLATE, Drawing, run

DRIVERS = list(generate_context(str(TEMPLATE / "cookiecutter.json"))["cookiecutter"]["_drivers"])
PIECES = [
    "{{ 7 * 7 }}",
    "{% raw %}",
    "{#",
    "#",
    "'",
    '"""',
    "\\",
    "$HOME",
    "`id`",
    "<!--",
    "<script>",
    "```",
    "~~~",
    "- ",
    "1. ",
]
PIECES += [
    "[x]: y",
    "| a |",
    "===",
    "---",
    "    ",
    "&amp;",
    "%(here)s",
    "\n",
    "\r",
    "\0",
    "\x7f",
    "\ud83d",
    "\u2028",
    "\N{BOM}",
    "é",
]
texts = st.one_of(
    st.text(), st.lists(st.sampled_from(PIECES) | st.text(string.printable, max_size=3), max_size=5).map("".join)
)
good_texts = texts.filter(lambda text: not text_problem(text)) | texts
slugs = st.text("ab-_1", max_size=8) | texts
# URLs of a grammar, of which most parts are right
words = st.text(string.ascii_letters + string.digits + "_-.", min_size=1, max_size=8)
odd = st.lists(
    words
    | st.sampled_from(
        [
            "%40",
            "%27",
            "%00",
            "%",
            "$",
            "'",
            " ",
            "é",
            "\\",
            "#",
            "*",
            "?",
            "`",
            '"',
            "%0A",
            "%ff",
            "\udcff",
            "\ud83d",
            "{{ 1 }}",
        ]
    ),
    max_size=4,
)
parts = words | odd.map("".join)
hosts = words | st.sampled_from(["", "[::1]", "::1", "h1,h2", "127.0.0.1"])
ports = st.sampled_from(["", "", ":5432", ":0", ":port", ":99999"])
queries = st.sampled_from(
    ["", "", "?host=/run/pg", "?charset=utf8mb4", "?password=x", "?sslmode=require&x=%27", "?uri=true"]
)
users = st.one_of(st.just(""), st.builds("{}@".format, parts), st.builds("{}:{}@".format, parts, parts))
servers = st.builds(
    "{}://{}{}{}/{}{}".format, st.sampled_from([*DRIVERS, "postgres", "x"]), users, hosts, ports, parts, queries
)
folders = st.sampled_from(["", "/", "/", "//", "/file:", "/./", "/../", "/a/", "/a//", "/a/../", "/x/./"])
files = st.builds("sqlite://{}{}{}".format, folders, parts | st.sampled_from([".", "..", "README.md"]), queries)
passwords = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]) | st.just("\udcff"), min_size=1)
urls = st.one_of(servers, files, texts)


def rendered(*names: str, **answers: Any) -> list[str] | str:
    """Render files of a project of these answers, or return the sentence that refuses them."""
    context = generate_context(str(TEMPLATE / "cookiecutter.json"), extra_context=answers)
    try:
        context["cookiecutter"] = prompt_for_config(context, no_input=True)
    except BadAnswers as refused:
        return str(refused)
    environment = create_env_with_context(context)
    environment.loader = FileSystemLoader([PROJECT, VARIANTS])
    return [environment.get_template(name).render(**context) for name in names]


def assert_sentences(refusal: str, *questions: str) -> None:
    """Check that what refuses answers says for each of these questions what to write."""
    for line in refusal.split("\n"):
        assert re.fullmatch(rf"Error: ({'|'.join(questions)}):? .*(write|take it out|such as|wants).*", line), refusal
        assert line.isprintable()


def test_any_text(drawing: Drawing) -> None:
    untouched = [(token.type, token.content) for token in blocks("# name\n\ndescription\n\n© author\n")]

    @drawing
    @example(project_name="C #", description="```", author="<!--")
    @example(project_name="- x", description="<!-- x", author="~~~")
    @example(project_name="1. x", description="12) x", author="1. x")
    @example(project_name="# x ##", description="[x]: y", author="[x]: y")
    @example(project_name="===", description="    ---", author="| a |")
    @given(project_name=good_texts, description=good_texts, author=good_texts)
    def check(**answers: str) -> None:
        written = rendered("pyproject.toml", "README.md", "./my_flask_app/templates/index.html", **answers)
        if isinstance(written, str):
            assert_sentences(written, *answers)
            return
        pyproject, readme, page = written
        project = tomllib.loads(pyproject)["project"]
        assert (project["description"], project["authors"]) == (answers["description"], [{"name": answers["author"]}])
        lines = readme.splitlines()
        shown = blocks("\n".join([*lines[:4], lines[-1]]))
        assert [token.type for token in shown] == [kind for kind, _ in untouched], readme
        for token, text in zip([token for token in shown if token.type == "inline"], answers.values(), strict=True):
            assert token.content.replace("\\", "").endswith(text.strip().replace("\\", ""))
        (title,) = re.findall("<title>(.*)</title>", page)
        assert html.unescape(Environment(autoescape=True).from_string(title).render()) == answers["project_name"]
        assert "<" not in title

    check()


def blocks(text: str) -> list[Any]:
    """Return the blocks of a page of Markdown as GitHub reads it."""
    return MarkdownIt("commonmark").enable("table").parse(text)


def test_any_slug(drawing: Drawing) -> None:
    @drawing
    @given(slug=slugs)
    def check(slug: str) -> None:
        written = rendered("pyproject.toml", ".flaskenv", project_slug=slug)
        if isinstance(written, str):
            assert_sentences(written, "project_slug", "database_url")
            return
        project = tomllib.loads(written[0])
        package = slug.replace("-", "_")
        assert (project["project"]["name"], project["tool"]["flit"]["module"]["name"]) == (slug, package)
        assert package.isidentifier()
        assert package.isascii()
        assert dotenv_values(stream=io.StringIO(written[1])) == {"FLASK_APP": f"{package}.app"}

    check()


def test_any_url(drawing: Drawing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up = runpy.run_path(str(PROJECT / "set_up.py"))
    monkeypatch.setitem(set_up["write_env_file"].__globals__, "PROJECT", tmp_path)
    run("git", "init", cwd=tmp_path)

    @drawing
    @example(url="postgresql://me@host/db", later="\udcff")
    @example(url="postgresql://me:%00@host/db", later="x")
    @example(url="x://0:mysq@0/0", later="x")
    @example(url="sqlite:///.", later="x")
    @example(url="sqlite:///./app.db", later="x")
    @example(url="sqlite:///../app.db", later="x")
    @given(url=urls, later=passwords)
    def check(url: str, later: str) -> None:
        written = rendered(".env.example", "compose.yaml", ".gitignore", database_url=url)
        if isinstance(written, str):
            assert_sentences(written, "database_url")
            said = written.replace(", ".join(DRIVERS), "")  # where a password may be a part of a name
            assert len(password(url)) < 4 or password(url) not in said
            return
        example, compose, ignored = written
        without = dotenv_values(stream=io.StringIO(example))["DATABASE_URL"] or ""
        assert without == (url.replace(f":{parts_of(url).password}@", "@", 1) if password(url) else url)
        services = yaml.safe_load(compose)["services"]
        assert set(services) <= {"app", "database"}
        file = unquote(parts_of(url).database) if parts_of(url).is_sqlite else "/"
        if not file.startswith(("/", "file:", "../")):
            (tmp_path / ".gitignore").write_text(ignored, encoding="utf-8")
            run("git", "check-ignore", "--no-index", "--quiet", "--", file, cwd=tmp_path)
        (tmp_path / ".env.example").write_text(example, encoding="utf-8")
        (tmp_path / ".env").unlink(missing_ok=True)
        monkeypatch.setenv("DATABASE_PASSWORD", later)
        set_up["write_env_file"]()
        text = (tmp_path / ".env").read_text(encoding="utf-8")
        read = dotenv_values(stream=io.StringIO(text))["DATABASE_URL"] or ""
        in_shell = subprocess.run(
            ["sh", "-c", f'. {shlex.quote(str(tmp_path / ".env"))}; printf %s "$DATABASE_URL"'],
            check=True,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert (in_shell.stdout, in_shell.stderr) == (read, "")
        parsed, expected = make_url(read), make_url(without)
        assert parsed == expected.set(password=parsed.password)
        asked = expected.username and expected.password is None  # me:@host says that there is none
        later = later.replace("\udcff", "\N{REPLACEMENT CHARACTER}")  # what SQLAlchemy makes of a byte that is no UTF-8
        assert parsed.password == (later if asked else expected.password)

    check()


def parts_of(url: str) -> Any:
    """Return the parts of a URL that was not refused."""
    found = parse(url)
    assert found
    return found
