"""How people get the template and its next version: from a clone, from answers given before, and with cruft."""

import json
import re
import shutil
import sqlite3
import tomllib
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import TEMPLATE, cookiecutter, run

FREE_TEXT: dict[str, Any] = {
    "project_name": "It's \"my\" {{ 'shop' }} 🎉",
    "project_slug": "shop",
    "description": "{% raw %} \\ 100 % # {{ 7 * 7 }} \"'",
    "author": "Zoë {{ cookiecutter.author }}",
}
POST = "from shop.app import create_app as c; print(c().test_client().post('/messages', json={'text': 'kept'}).status)"
PASSWORD = f"s3cr3t-{__name__}"  # which stands in no file


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(Path.home() / ".gitconfig"))
    for variable, name in (("HOME", "home"), ("TMPDIR", "tmp")):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(variable, str(tmp_path / name))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository with one commit: the working tree as it is now."""
    copy = tmp_path / "template.git"  # from the name cookiecutter knows what it is
    for name in run("git", "ls-files", "-coz", "--exclude-standard", cwd=TEMPLATE).stdout.split("\0"):
        if name and (TEMPLATE / name).exists():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(TEMPLATE / name, copy / name)
    run("git", "init", cwd=copy)
    commit(copy)
    return copy


def commit(folder: Path) -> None:
    run("git", "add", "--all", cwd=folder)
    run("git", "commit", "-m", "All of it", cwd=folder)


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def texts(project: Path) -> dict[str, str]:
    """What is in each file that was rendered into a project."""
    files = (path for path in project.rglob("*") if path.is_file())
    return {str(path.relative_to(project)): path.read_text(encoding="utf-8") for path in files}


def files_with(text: str, folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


def assert_carries_free_text(project: Path) -> None:
    metadata = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert metadata["description"] == FREE_TEXT["description"]
    assert metadata["authors"] == [{"name": FREE_TEXT["author"]}]
    assert (project / "README.md").read_text(encoding="utf-8").startswith(f"# {FREE_TEXT['project_name']}\n")


def refusals(*command: str | Path, cwd: Path | None = None) -> list[str]:
    """Return the sentences with which a command ends; it must print nothing else."""
    refused = run(*command, cwd=cwd, check=False)
    lines = refused.stdout.splitlines()
    assert refused.returncode == 1
    assert lines, refused.stdout
    assert all(line.startswith("Error: ") for line in lines), refused.stdout
    return [line.removeprefix("Error: ") for line in lines]


def use(project: Path) -> tuple[bytes, bytes]:
    """Set a project up and post a message; return its state."""
    assert "is ready" in run("python3", "set_up.py", cwd=project).stdout
    assert "201 CREATED" in run(project / ".venv/bin/python", "-c", POST, cwd=project).stdout
    return state(project)


def state(project: Path) -> tuple[bytes, bytes]:
    """Return what no later rendering may touch: .env, and the database with the message in it."""
    with closing(sqlite3.connect(project / "shop.db")) as database:  # the last one to close it empties its -wal file
        assert database.execute("SELECT text FROM message").fetchall() == [("kept",)]
    return (project / ".env").read_bytes(), (project / "shop.db").read_bytes()


def test_from_a_clone_and_again_from_the_same_answers(repository: Path, tmp_path: Path) -> None:
    cookiecutter(tmp_path / "first", template=repository.as_uri(), set_up=False, **FREE_TEXT)
    run("cookiecutter", "template", "--replay", "-o", tmp_path / "second/folder", cwd=tmp_path)
    assert_carries_free_text(tmp_path / "first/shop")
    assert texts(tmp_path / "first/shop") == texts(tmp_path / "second/folder/shop")
    assert not list((tmp_path / "tmp").iterdir())


def test_from_a_zip_and_from_folders_that_look_like_the_template(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookiecutter(tmp_path / "plain", template=repository, set_up=False, **FREE_TEXT)
    archive = tmp_path / "template.zip"
    run("git", "archive", "--prefix=template/", "-o", archive, "HEAD", cwd=repository)
    cookiecutter(tmp_path / "zip", template=archive, set_up=False, **FREE_TEXT)
    awkward = tmp_path / "my_flask_app {{ 7 * 7 }} {% if x %}"
    monkeypatch.setenv("HOME", str(awkward / "home"))
    run("git", "clone", "-c", "core.autocrlf=true", repository, awkward / "my_flask_app/template")  # Windows' default
    cookiecutter(awkward / "out", template=awkward / "my_flask_app/template", set_up=False, **FREE_TEXT)
    for project in (tmp_path / "zip/shop", awkward / "out/shop"):
        assert texts(project) == texts(tmp_path / "plain/shop")
        assert not files_with("\r", project)


def test_without_hooks_then_again_over_a_project_in_use(tmp_path: Path) -> None:
    cookiecutter(tmp_path, "--accept-hooks", "no", **FREE_TEXT)
    before = use(tmp_path / "shop")
    (tmp_path / "shop/README.md").unlink()
    assert "shop is ready" in cookiecutter(tmp_path, "--overwrite-if-exists", **FREE_TEXT).stdout
    assert_carries_free_text(tmp_path / "shop")
    assert state(tmp_path / "shop") == before


def test_bad_answers_edited_into_a_replay_file_are_refused_together(tmp_path: Path) -> None:
    cookiecutter(tmp_path / "good", set_up=False)
    replay_file = tmp_path / f"home/.cookiecutter_replay/{TEMPLATE.name}.json"
    context = json.loads(replay_file.read_text(encoding="utf-8"))
    bad = {
        "models": "automap",
        "project_name": " ",
        "project_slug": "flask",
        "description": "two\nlines",
        "database_url": f"postgresql+psycopg://me:{PASSWORD}@host/db",
    }
    context["cookiecutter"] |= bad
    edited = tmp_path / "edited.json"
    edited.write_text(json.dumps(context), encoding="utf-8")
    existing = tmp_path / "existing/flask/mine.txt"
    existing.parent.mkdir(parents=True)
    existing.write_text("mine", encoding="utf-8")
    for folder, hooks in (("out", "yes"), ("out", "no"), ("existing", "yes")):
        options = ("--replay-file", edited, "--overwrite-if-exists", "--accept-hooks", hooks, "-o", tmp_path / folder)
        sentences = refusals("cookiecutter", TEMPLATE, *options)
        assert sorted(sentence.split()[0].strip(":") for sentence in sentences) == sorted(bad)
        assert PASSWORD not in str(sentences)
    assert not (tmp_path / "out/flask").exists()
    assert texts(tmp_path / "existing") == {"flask/mine.txt": "mine"}
    assert not list((tmp_path / "tmp").iterdir())


def test_an_update_with_cruft_leaves_env_database_and_the_users_changes_alone(repository: Path, tmp_path: Path) -> None:
    project = tmp_path / "shop"
    answers = json.dumps(FREE_TEXT)
    created = run("cruft", "create", repository.as_uri(), "-y", "--extra-context", answers, cwd=tmp_path)
    assert "Installing" not in created.stdout
    assert not (project / ".env").exists()
    assert_carries_free_text(project)
    before = use(project)
    edit(project / "shop/app.py", "    return app\n", "    app.json.sort_keys = False\n    return app\n")
    edit(project / "pyproject.toml", "line-length = 120", "line-length = 100")
    run("git", "init", cwd=project)
    commit(project)

    template = repository / "{{cookiecutter.project_slug}}"
    edit(template / "my_flask_app/app.py", "The application, for", "The second version, for")
    edit(template / "pyproject.toml", 'readme = "README.md"', 'readme = "README.md"  # the second version')
    with (template / ".flaskenv").open("a", encoding="utf-8") as flaskenv:
        flaskenv.write("FLASK_RUN_PORT=5001\n")
    with (repository / "hooks/post_gen_project.py").open("a", encoding="utf-8") as hook:
        hook.write("# The second version.\n")
    commit(repository)
    updated = run("cruft", "update", "-y", cwd=project)

    assert "Installing" not in updated.stdout
    changes = run("git", "status", "--short", cwd=project).stdout.split()
    assert changes[1::2] == [".cruft.json", ".flaskenv", "pyproject.toml", "shop/app.py"], updated.stdout
    for name, own in (("pyproject.toml", "line-length = 100"), ("shop/app.py", "sort_keys = False")):
        text = (project / name).read_text(encoding="utf-8")
        assert own in text
        assert "second version" in text
    assert (project / ".flaskenv").read_text(encoding="utf-8") == "FLASK_APP=shop.app\nFLASK_RUN_PORT=5001\n"
    assert_carries_free_text(project)
    assert state(project) == before
    secret_key = before[0].decode().split("SECRET_KEY='")[1].split("'")[0]
    assert files_with(secret_key, tmp_path) == [project / ".env"]
    commit(project)
    difference = re.findall("(?m)^[-+](?![-+]).+", run("cruft", "diff", cwd=project).stdout)
    assert difference == ["-line-length = 100", "+line-length = 120", "-    app.json.sort_keys = False"]
    run("cruft", "check", cwd=project)


def test_an_update_does_not_bring_back_what_only_the_set_up_needs(repository: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as database:
        database.execute("CREATE TABLE thing (id INTEGER PRIMARY KEY)")
    answers = json.dumps({**FREE_TEXT, "database": "existing", "database_url": f"sqlite:///{tmp_path}/shop.db"})
    run("cruft", "create", repository.as_uri(), "-y", "--extra-context", answers, cwd=tmp_path)
    project = tmp_path / "shop"
    assert "is ready" in run("python3", "set_up.py", cwd=project).stdout
    run("git", "init", cwd=project)
    commit(project)
    for path in repository.glob("{{cookiecutter.project_slug}}/from_database/*"):
        path.write_text(path.read_text(encoding="utf-8") + "# The second version.\n", encoding="utf-8")
    commit(repository)
    updated = run("cruft", "update", "-y", cwd=project)
    assert run("git", "status", "--short", cwd=project).stdout.split()[1::2] == [".cruft.json"], updated.stdout


def test_a_password_given_to_cruft_is_kept_nowhere(repository: Path, tmp_path: Path) -> None:
    answers = json.dumps({"database_url": f"postgresql+psycopg://me:{PASSWORD}@host/db", **FREE_TEXT})
    created = run("cruft", "create", repository.as_uri(), "-y", "--extra-context", answers, cwd=tmp_path)
    assert "password" in created.stdout
    assert PASSWORD not in created.stdout
    assert not files_with(PASSWORD, tmp_path)


def test_bad_answers_are_refused_by_cruft_too_with_nothing_but_a_sentence(repository: Path, tmp_path: Path) -> None:
    create = ("cruft", "create", repository.as_uri(), "-y", "--output-dir", tmp_path / "out", "--extra-context")
    expected = ["author is empty; write a few words."]
    assert refusals(*create, json.dumps({"author": " "})) == expected
    assert not (tmp_path / "out").exists()
    run(*create, "{}")
    (again,) = refusals(*create, "{}")
    assert again.startswith(f"project_slug: {tmp_path}/out/my_flask_app exists already.")
    run(*create, "{}", "--overwrite-if-exists")
    project = tmp_path / "out/my_flask_app"
    run("git", "init", cwd=project)
    edited = (project / ".cruft.json").read_text(encoding="utf-8").replace('"Your Name"', '" "')
    (project / ".cruft.json").write_text(edited, encoding="utf-8")
    commit(project)
    (repository / "LICENSE").unlink()
    commit(repository)
    assert refusals("cruft", "update", "-y", cwd=project) == expected
    assert not run("git", "status", "--short", cwd=project).stdout
