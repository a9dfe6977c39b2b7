"""The functions of the hooks and of the local extension, and what becomes of the hooks' rendered copies."""

import html as html_module
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader

from local_extensions_2 import Answers
from local_extensions_2.database_url import parse, password, without_password
from local_extensions_2.filters import TYPED_PASSWORD, html, toml, withhold_password
from local_extensions_2.layout import literal
from local_extensions_2.questions import default_slug, problems, slug_problem
from tests.conftest import TEMPLATE, cookiecutter

AWKWARD = [
    "plain",
    """quotes ' " ''' \"\"\"""",
    "back\\slash \\n \\u0041 \\",
    "{{ 7 * 7 }} {% if %} {# no #} {{ '{' }} }} { {{",
    "delete \x7f",
    "ü 漢字 🙂 \N{ZERO WIDTH JOINER}",
    "<b>&amp;</b> 100% #1 ${HOME} $(id) `id`",
    "".join(map(chr, range(32, 0x3000))).replace("\x7f", ""),
]


def hook(name: str, context: Any) -> ModuleType:
    """Import a hook, its one Jinja expression replaced by data."""
    source = (TEMPLATE / f"hooks/{name}.py").read_text(encoding="utf-8")
    rendered, count = re.subn(r"\{\{.*?\}\}", lambda _: json.dumps(context), source)
    assert count == 1
    module = ModuleType(name)
    module.__file__ = str(TEMPLATE / f"hooks/{name}.py")
    exec(compile(rendered, name, "exec"), module.__dict__)
    return module


def context(**answers: object) -> dict[str, object]:
    return {"project_slug": "my_app", "database_url": "postgresql://me@host/db", "set_up": True, **answers}


@pytest.fixture
def post_gen() -> ModuleType:
    return hook("post_gen_project", context(_output_dir="/out"))


# pre_gen


@pytest.mark.parametrize(
    "found", [[], ["author is empty."], ["author is empty.", "project_slug: 'quote' {{ 7*7 }} 🙂"]]
)
def test_pre_gen_prints_every_problem(capsys: pytest.CaptureFixture[str], found: list[str]) -> None:
    assert hook("pre_gen_project", found).main() == bool(found)
    assert capsys.readouterr().err.splitlines() == [f"Error: {sentence}" for sentence in found]


# post_gen


def test_empty_folders_are_removed_and_others_kept(post_gen: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "migrations/versions").mkdir(parents=True)
    (tmp_path / "src/browse/templates/browse").mkdir(parents=True)
    post_gen.remove_empty_folders(tmp_path)
    assert list(tmp_path.rglob("*")) == [tmp_path / "src"]
    (tmp_path / "migrations/versions").mkdir(parents=True)
    (tmp_path / "migrations/versions/0001.py").touch()
    post_gen.remove_empty_folders(tmp_path)
    assert (tmp_path / "migrations/versions/0001.py").exists()


def test_only_the_replay_file_of_these_answers_is_masked(post_gen: ModuleType, tmp_path: Path) -> None:
    typed = {"database_url": "postgresql://me:s3cret@host/db"}
    theirs = json.dumps({"cookiecutter": context(project_slug="other"), "_cookiecutter": typed})
    (tmp_path / "theirs.json").write_text(theirs)
    assert not post_gen.mask_replay_file(tmp_path, context())
    (tmp_path / "ours.json").write_text(json.dumps({"cookiecutter": context(), "_cookiecutter": typed}))
    assert post_gen.mask_replay_file(tmp_path, context())
    ours = json.loads((tmp_path / "ours.json").read_text())
    assert ours == {"cookiecutter": context(), "_cookiecutter": {"database_url": context()["database_url"]}}
    assert (tmp_path / "theirs.json").read_text() == theirs


def test_without_its_replay_file_nothing_is_masked(post_gen: ModuleType, tmp_path: Path) -> None:
    assert not post_gen.mask_replay_file(tmp_path, context())
    assert not post_gen.mask_replay_file(tmp_path / "absent", context())


@pytest.mark.parametrize("note", ["", "{", "[]", "null", '"text"', "\ud83d"])
def test_a_broken_replay_file_does_not_matter(post_gen: ModuleType, tmp_path: Path, note: str) -> None:
    (tmp_path / "broken.json").write_bytes(note.encode("utf-8", "surrogatepass"))
    assert not post_gen.mask_replay_file(tmp_path, context())


@pytest.mark.parametrize(("set_up", "place"), [(True, "in .env only"), (False, "nowhere: the set-up asks for it")])
def test_the_place_of_a_typed_password_is_told(
    post_gen: ModuleType, capsys: pytest.CaptureFixture[str], tmp_path: Path, set_up: bool, place: str
) -> None:
    post_gen.keep_secret(context(set_up=set_up), tmp_path)
    printed = capsys.readouterr().out
    assert place in printed
    assert "by hand" in printed  # no such answers are in the replay folder


@pytest.mark.parametrize("cruft", [True, False])
def test_under_cruft_post_gen_only_tidies_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cruft: bool) -> None:
    started: list[tuple[list[str], dict[str, Any]]] = []
    monkeypatch.setattr(subprocess, "run", lambda command, **options: started.append((command, options)))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(TYPED_PASSWORD, "s3cret")
    (tmp_path / "migrations").mkdir()
    module = hook("post_gen_project", context() if cruft else context(_output_dir="/out"))
    monkeypatch.setattr("signal.signal", lambda *_: None)
    module.main()
    assert not (tmp_path / "migrations").exists()
    assert TYPED_PASSWORD not in os.environ
    assert len(started) == (0 if cruft else 1)
    for command, options in started:
        assert command == [sys.executable, "set_up.py"]
        assert options["env"]["DATABASE_PASSWORD"] == "s3cret"
        assert options["stdin"] == subprocess.DEVNULL


@pytest.mark.parametrize(("answers", "code"), [({}, 0), ({"author": " "}, 1)])
def test_no_rendered_hook_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: dict[str, str], code: int
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    done = cookiecutter(tmp_path / "out", check=False, set_up="no", **answers)
    assert done.returncode == code
    assert not list((tmp_path / "temporary").rglob("*.py"))


def test_no_rendered_hook_stays_after_pre_gen_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "temporary").mkdir()
    cookiecutter(tmp_path / "good", set_up="no")
    (replay,) = (Path(os.environ["HOME"]) / ".cookiecutter_replay").glob(f"{TEMPLATE.name}.json")
    answers = json.loads(replay.read_text())
    answers["cookiecutter"]["author"] = ""
    (tmp_path / "bad.json").write_text(json.dumps(answers))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    command = ["cookiecutter", str(TEMPLATE), "-o", str(tmp_path / "out"), "--replay-file", str(tmp_path / "bad.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "Error: author is empty; write a few words.\n" in done.stderr
    assert not list((tmp_path / "temporary").rglob("*.py"))
    assert not list((tmp_path / "out").glob("*"))


# local_extensions_2


@pytest.mark.parametrize("text", AWKWARD)
def test_text_survives(text: str) -> None:
    # U+007F is refused as an answer, for TOML has no such character.
    carried = text.replace("\x7f", "")
    assert tomllib.loads(f'text = "{toml(carried)}"') == {"text": carried}
    assert eval(f'"{toml(carried)}"') == carried
    assert html_module.unescape(Environment(autoescape=True).from_string(html(text)).render()) == text
    assert Environment(autoescape=False).from_string(literal(text)).render() == text


def test_delete_cannot_be_carried_and_is_refused() -> None:
    assert list(problems({"author": "delete \x7f"})) == [
        "author has the character U+007F, which cannot stand in one line of text; take it out."
    ]


@pytest.mark.parametrize("text", AWKWARD)
def test_an_answer_is_text_to_jinja(text: str) -> None:
    assert Environment(extensions=[Answers], autoescape=False).from_string(text).render() == text


def test_the_template_own_sources_are_rendered() -> None:
    environment = Environment(extensions=[Answers], autoescape=False)
    default = json.loads((TEMPLATE / "cookiecutter.json").read_text(encoding="utf-8"))["database_url"]
    answers = {"project_slug": "{{ 7 * 7 }}"}
    assert environment.from_string(default).render(cookiecutter=answers) == "sqlite:///{{ 7 * 7 }}.db"
    environment.loader = FileSystemLoader(".")  # as cookiecutter has it while it renders names and files
    folder = f"{os.sep}{{{{ 7 * 7 }}}}{os.sep}my_flask_app{os.sep}.{os.sep}my_flask_app"  # -o stands before the name
    rendered = environment.from_string(folder).render(cookiecutter={"__package": "shop"})
    assert rendered == folder.removesuffix("my_flask_app") + "shop"


@pytest.mark.parametrize(
    ("url", "without", "secret"),
    [
        ("postgresql://me:s3cret@host:5432/db?x=1", "postgresql://me@host:5432/db?x=1", "s3cret"),
        ("postgresql://me:p%40ss%2F%25@[::1]/db", "postgresql://me@[::1]/db", "p@ss/%"),
        ("mysql+pymysql://me:a:b/c?d@host/db", "mysql+pymysql://me@host/db", "a:b/c?d"),
        ("postgresql://me:me@me/me", "postgresql://me@me/me", "me"),
        ("postgresql://me:@host/db", "postgresql://me:@host/db", ""),
        ("postgresql://me@host/db", "postgresql://me@host/db", ""),
        ("sqlite:///me:not-one@file.db", "sqlite:///me:not-one@file.db", ""),
        ("no url:at@all", "no url:at@all", ""),
    ],
)
def test_a_password_is_taken_out_of_a_url(monkeypatch: pytest.MonkeyPatch, url: str, without: str, secret: str) -> None:
    assert (without_password(url), password(url)) == (without, secret)
    monkeypatch.setenv(TYPED_PASSWORD, "from before")
    monkeypatch.setenv("TEMPLATE_QUESTIONS_ASKED", "from before")
    answers = {"database_url": url}
    assert not withhold_password(answers)
    assert answers == {"database_url": without}
    assert (os.environ[TYPED_PASSWORD], os.environ["TEMPLATE_QUESTIONS_ASKED"]) == (secret, "")


def test_a_url_is_parsed() -> None:
    parts = parse("mysql+pymysql://m%20e:pw@[::1]:33/my/db?charset=utf8")
    assert parts
    assert list(vars(parts).values()) == ["mysql+pymysql", "m%20e", "pw", "[::1]", "33", "my/db", "charset=utf8"]
    assert not parts.is_sqlite
    assert parse("sqlite:x.db") is None


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


def test_the_project_stays_where_nobody_reads_the_output(tmp_path: Path) -> None:
    command = f"{sys.executable} -m cookiecutter '{TEMPLATE}' --no-input -o '{tmp_path}' set_up=no | true"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (tmp_path / "my_flask_app/set_up.py").exists(), done.stderr
    assert not done.stderr
