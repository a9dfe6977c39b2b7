"""The functions of the hooks, and what becomes of their rendered copies."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from local_extensions_2.filters import TYPED_PASSWORD
from tests.conftest import TEMPLATE, cookiecutter


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


def test_the_project_stays_where_nobody_reads_the_output(tmp_path: Path) -> None:
    command = f"'{sys.executable}' -m cookiecutter '{TEMPLATE}' --no-input -o '{tmp_path}' set_up=no | true"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (tmp_path / "my_flask_app/set_up.py").exists(), done.stderr
    assert not done.stderr
