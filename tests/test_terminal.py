"""The questions, answered by typing in a real terminal."""

import io
import json
import os
import re
import tomllib
from pathlib import Path

import pexpect
import pytest

from tests.conftest import TEMPLATE, run

TEMPLATE_ANSWERS = json.loads((TEMPLATE / "cookiecutter.json").read_text(encoding="utf-8"))
QUESTIONS = [name for name in TEMPLATE_ANSWERS if not name.startswith("_")]
PROMPTS = TEMPLATE_ANSWERS["__prompts__"]
PASSWORD = f"s3cr3t-{__name__}"  # also looked for in the list of all processes


class Dialogue:
    """The real command in a terminal, in a folder that keeps all it may write: home, temporary folder and project."""

    def __init__(self, folder: Path, *options: str, uv: str = "") -> None:
        for name in ("home", "tmp", "bin"):
            (folder / name).mkdir(exist_ok=True)
        if uv:
            (folder / "bin/uv").write_text(f"#!/bin/sh\n{uv}\n", encoding="utf-8")
            (folder / "bin/uv").chmod(0o755)
        environment = {
            "HOME": str(folder / "home"),
            "TMPDIR": str(folder / "tmp"),
            "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "TERM": "dumb",  # no colours, and lines as long as COLUMNS
            "COLUMNS": "300",
            "LINES": "50",
        }
        self.screen = io.StringIO()
        self.terminal = pexpect.spawn(
            "cookiecutter",
            [str(TEMPLATE), *options],
            cwd=str(folder),
            env=os.environ | environment,
            encoding="utf-8",
            timeout=120,
        )
        self.terminal.logfile_read = self.screen

    def answer(self, *, last: str = "set_up", **answers: str) -> None:
        """Answer the questions up to the last one, with Enter where no answer is given."""
        for number, name in enumerate(QUESTIONS[: QUESTIONS.index(last) + 1], start=1):
            prompt = PROMPTS[name]["__prompt__"] if isinstance(PROMPTS[name], dict) else PROMPTS[name]
            self.terminal.expect_exact(f"[{number}/{len(QUESTIONS)}] {prompt}")
            self.terminal.expect(r"\): $")
            self.terminal.sendline(answers.get(name, ""))

    def end(self) -> str:
        """Wait for the end; return all that stands in the terminal."""
        self.terminal.expect(pexpect.EOF)
        self.terminal.close()
        return self.screen.getvalue().replace("\r\n", "\n")


def files_with(text: str, folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


@pytest.mark.parametrize(
    ("description", "author"),
    [
        ("""It's "quoted" \\ at 100 % # or {{ 7 * 7 }} 🎉""", "Zoë O'Neil"),
        ("{% raw %} {# no #} ${HOME} \\n", '''"""{{ cookiecutter.author }}\\'''),
    ],
)
def test_answers_are_taken_as_typed(description: str, author: str, tmp_path: Path) -> None:
    dialogue = Dialogue(tmp_path)
    dialogue.answer(project_name=description, project_slug="a-shop", description=description, author=author, set_up="n")
    screen = dialogue.end()
    assert dialogue.terminal.exitstatus == 0, screen
    for question in ("models", "app_setup"):
        assert all(f"- {text}\n" in screen for text in list(PROMPTS[question].values())[1:])
    assert screen.endswith("a-shop && python3 set_up.py\n")
    project = tomllib.loads((tmp_path / "a-shop/pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["description"] == description
    assert project["authors"] == [{"name": author}]
    assert (tmp_path / "a-shop/README.md").read_text(encoding="utf-8").startswith(f"# {description}\n")
    assert not list((tmp_path / "tmp").iterdir())


def test_set_up_ends_with_the_next_commands(tmp_path: Path) -> None:
    dialogue = Dialogue(tmp_path)
    dialogue.answer(project_name="Shop", models="2", app_setup="2")
    screen = dialogue.end()
    assert dialogue.terminal.exitstatus == 0, screen
    steps, ready, summary = screen.partition(f"shop is ready in {tmp_path}/shop\n")
    assert "Installing into .venv" in steps
    assert "Initialising the database" in steps
    assert ready
    assert f"Database: The database {tmp_path}/shop/shop.db is new.\n" in summary.replace("\r\n", "\n")
    assert f"sqlite:///{tmp_path}/shop/shop.db now has the tables: message." in summary
    assert f"cd {tmp_path}/shop && .venv/bin/flask run" in summary
    assert ".venv/bin/pytest" in summary
    assert len(summary.splitlines()) < 7


@pytest.mark.parametrize(
    ("question", "answer", "sentence"),
    [
        ("project_slug", "flask", "project_slug: flask would hide something that the project itself needs"),
        ("project_slug", "2 much", "project_slug: '2 much' is no valid name"),
        ("database_url", f"postgres://me:{PASSWORD}@host/db", "database_url starts with postgres://"),
        ("database_url", "sqlite://", "database_url names a database in memory"),
    ],
)
def test_a_bad_answer_stops_right_after_its_question(question: str, answer: str, sentence: str, tmp_path: Path) -> None:
    dialogue = Dialogue(tmp_path, "-o", "out")
    dialogue.answer(last=question, **{question: answer})
    after = dialogue.end().partition(f": {answer}\n")[2].strip()
    assert dialogue.terminal.exitstatus == 1
    assert after.startswith(f"Error: {sentence}")
    assert len(after.splitlines()) == 1
    assert PASSWORD not in after
    assert not files_with("", tmp_path)  # no file at all
    assert not (tmp_path / "out").exists()


def test_a_folder_that_exists_is_refused_right_after_its_name(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    dialogue = Dialogue(tmp_path)
    dialogue.answer(last="project_slug", project_name="Shop")
    (sentence,) = re.findall("^Error: .*", dialogue.end(), re.MULTILINE)
    assert f"{tmp_path}/shop exists already" in sentence
    assert not list((tmp_path / "shop").iterdir())


def test_a_typed_password_is_in_env_and_nowhere_else(tmp_path: Path) -> None:
    url = f"postgresql+psycopg://me:{PASSWORD}@127.0.0.1:1/db"
    dialogue = Dialogue(tmp_path, uv="env; ps axww; exit 1")  # shows what other users and processes could see
    dialogue.answer(database_url=url)
    after = dialogue.end().partition(url)[2]
    assert dialogue.terminal.exitstatus == 0, after
    assert "The password that you typed is kept in .env only" in after
    assert "The project is complete, its set-up is not." in after
    assert PASSWORD not in after
    env_file = tmp_path / "my_flask_app/.env"
    assert files_with(PASSWORD, tmp_path) == [env_file]
    assert f"DATABASE_URL='{url}'\n" in env_file.read_text(encoding="utf-8")
    assert env_file.stat().st_mode & 0o777 == 0o600
    replay_file = tmp_path / f"home/.cookiecutter_replay/{TEMPLATE.name}.json"
    assert '"postgresql+psycopg://me@127.0.0.1:1/db"' in replay_file.read_text(encoding="utf-8")


def test_a_missing_password_is_asked_for_hidden(tmp_path: Path) -> None:
    dialogue = Dialogue(tmp_path, uv="exit 1")
    dialogue.answer(database_url="postgresql+psycopg://me@127.0.0.1:1/db")
    dialogue.terminal.expect_exact("Password of me at 127.0.0.1:1 (hidden; empty for none): ")
    dialogue.terminal.sendline(f"{PASSWORD}@/'")
    assert PASSWORD not in dialogue.end()
    env_file = tmp_path / "my_flask_app/.env"
    assert f"//me:{PASSWORD}%40%2F%27@127.0.0.1:1/db'" in env_file.read_text(encoding="utf-8")
    assert files_with(PASSWORD, tmp_path) == [env_file]


def test_no_input_asks_for_nothing(tmp_path: Path) -> None:
    dialogue = Dialogue(tmp_path, "--no-input", "database_url=postgresql+psycopg://me@127.0.0.1:1/db", uv="exit 1")
    screen = dialogue.end()
    assert dialogue.terminal.exitstatus == 0, screen
    assert "Password" not in screen
    assert "The project is complete, its set-up is not." in screen
    assert "//me@127.0.0.1:1/db'" in (tmp_path / "my_flask_app/.env").read_text(encoding="utf-8")


def test_an_interrupted_set_up_can_be_finished(tmp_path: Path) -> None:
    dialogue = Dialogue(tmp_path, uv="echo slowly; exec sleep 30")
    dialogue.answer()
    dialogue.terminal.expect("slowly\r\n")
    dialogue.terminal.sendintr()
    screen = dialogue.end()
    assert "Traceback" not in screen
    command = re.search(r"then:\n +(cd .*)", screen)
    assert command, screen
    assert "my_flask_app is ready" in run("sh", "-c", command[1]).stdout
