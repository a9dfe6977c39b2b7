"""Each combination as its user has it: rendered and set up by the real command, run as processes, asked over HTTP."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from local_extensions_2.questions import slug_problem
from tests.conftest import COMBINATIONS, EACH_COMBINATION, INSIDE, Project, parameters, run
from tests.helpers.application import serve

DECLARATIVE = next(answers for answers in COMBINATIONS if answers["models"] == "declarative")


def on(database: Path) -> dict[str, str]:
    """Return the environment of an application on another database than the project's own."""
    return {"DATABASE_URL": f"sqlite:///{database}"}


def init_db(project: Project, database: Path) -> str:
    """Run `flask init-db` for another database than the project's own."""
    return run("env", f"DATABASE_URL=sqlite:///{database}", project.bin / "flask", "init-db", cwd=project.path).stdout


def in_shell(project: Project, typed: str) -> str:
    """Return what `flask shell` prints."""
    command = [str(project.bin / "flask"), "shell"]
    return subprocess.run(command, cwd=project.path, input=typed, capture_output=True, text=True, check=True).stdout


@EACH_COMBINATION
def test_the_hook_has_set_it_up(project: Project) -> None:
    assert "my_flask_app is ready" in project.output
    assert (project.path / "my_flask_app.db").exists()
    assert "already" in project.run("flask", "init-db").stdout
    typed = """
print("stored:", db_session.scalars(select(Message)).all())
print("new:", row := Message(text="hello"))
db_session.add(row); db_session.flush(); print("numbered:", [row])
"""
    shell = in_shell(project, typed)
    for printed in ("stored: []", "new: <Message without a key>", "numbered: [<Message 1>]"):
        assert printed in shell


def test_the_server_that_readme_names_for_windows_serves(project: Project, tmp_path: Path) -> None:
    found = re.search("`waitress-serve (--.+)`", (project.path / "README.md").read_text(encoding="utf-8"))
    assert found
    run("uv", "pip", "install", "-q", "--python", project.bin / "python", "--target", tmp_path, "waitress")
    command = ["python", "-m", "waitress", "--listen=127.0.0.1:{port}", *found[1].split()]
    with serve(project, *command, environment={"PYTHONPATH": str(tmp_path)}) as application:
        assert application.ask("GET", "/health").body == {"status": "ok"}


def test_no_name_can_hide_what_a_project_needs(project: Project) -> None:
    """The names of distributions and of modules in its environment are taken."""
    (packages,) = project.path.glob(".venv/lib/*/site-packages")
    names = {re.split("[-.]", each.name)[0] for each in packages.iterdir()}
    assert [name for name in names if not slug_problem(name)] == ["my_flask_app"]


@EACH_COMBINATION
def test_its_own_tests_pass(project: Project) -> None:
    before = (project.path / "my_flask_app.db").read_bytes()
    assert " passed" in project.run("pytest", "-q").stdout
    assert (project.path / "my_flask_app.db").read_bytes() == before, "its tests must not touch the database of .env"


@pytest.mark.parametrize("project", parameters(COMBINATIONS, "declarative-factory"), indirect=True, scope="session")
def test_eight_at_once_build_one_schema(project: Project, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        outputs = list(pool.map(lambda _: init_db(project, tmp_path / "new.db"), range(8)))
    assert sum(" now " in output for output in outputs) == 1, outputs


@pytest.mark.parametrize("project", parameters(COMBINATIONS, "declarative-module"), indirect=True, scope="session")
def test_its_linter_and_its_type_check_pass(project: Project) -> None:
    """As its user runs them; `make lint` runs them for each set of files that answers can choose."""
    project.run("ruff", "check")
    project.run("ruff", "format", "--check")
    files = [file for file in project.path.rglob("*.py") if ".venv" not in file.parts]
    assert f"no issues found in {len(files)} source files" in project.run("mypy").stdout
    project.run("mypy", "--strict", INSIDE / "wiring.py")


def test_it_survives_a_kill(project: Project, tmp_path: Path) -> None:
    database = tmp_path / "app.db"
    init_db(project, database)
    with serve(project, "gunicorn", environment=on(database)) as application:
        assert application.ask("GET", "/health").body == {"status": "ok"}
        posted = application.ask("POST", "/messages", {"text": "stays"})
        assert posted.status == 201
        application.end(signal.SIGKILL)
    with serve(project, "flask", "run", environment=on(database)) as application:
        assert application.ask("GET", f"/messages/{posted.body['id']}").body == posted.body
        assert application.ask("GET", "/messages").body == {"messages": [posted.body], "next": None}
        assert "stays" in application.ask("GET", "/").body


def test_it_starts_without_its_tables_and_works_once_they_are_there(project: Project, tmp_path: Path) -> None:
    database = tmp_path / "later.db"
    with serve(project, "gunicorn", environment=on(database)) as application:
        for path in ("/health", "/messages", "/"):
            answer = application.ask("GET", path)
            assert answer.status == 503
            assert "flask init-db" in answer.body["detail"]
        init_db(project, database)
        assert application.ask("GET", "/health").status == 200
        assert application.ask("POST", "/messages", {"text": "now"}).status == 201


@pytest.mark.parametrize("project", [DECLARATIVE], indirect=True, scope="session")
def test_alembic_creates_no_database(project: Project, tmp_path: Path) -> None:
    database = tmp_path / "mistyped.db"
    url = f"DATABASE_URL=sqlite:///{database}"
    done = run("env", url, project.bin / "alembic", "upgrade", "head", cwd=project.path, check=False)
    assert done.returncode != 0
    assert "FAILED: unable to open database file" in done.stdout
    assert "Traceback" not in done.stdout
    assert not database.exists()


def test_importing_it_connects_to_nothing(project: Project, tmp_path: Path) -> None:
    database = tmp_path / "untouched.db"
    code = "import my_flask_app.app, my_flask_app.models"
    run("env", f"DATABASE_URL=sqlite:///{database}", project.bin / "python", "-c", code, cwd=project.path)
    assert not database.exists()


def test_init_db_leaves_other_tables_alone(project: Project, tmp_path: Path) -> None:
    database = tmp_path / "shared.db"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE theirs (id INTEGER PRIMARY KEY)")
        connection.execute("INSERT INTO theirs VALUES (7)")
    for _ in range(2):
        init_db(project, database)
        with closing(sqlite3.connect(database)) as connection, connection:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE name IN ('theirs', 'message')").fetchall()
            assert len(tables) == 2
            assert connection.execute("SELECT * FROM theirs").fetchall() == [(7,)]
            connection.execute("INSERT INTO message (text, created_at) VALUES ('kept', '2026-01-01')")
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT count(*) FROM message").fetchone() == (2,)


def test_a_file_that_is_no_database_is_a_503(project: Project, tmp_path: Path) -> None:
    database = tmp_path / "letter.db"
    database.write_text("Dear reader, " * 1000)
    with serve(project, "gunicorn", environment=on(database)) as application:
        assert {application.ask("GET", path).status for path in ("/health", "/messages", "/")} == {503}
    done = run(
        "env", f"DATABASE_URL=sqlite:///{database}", project.bin / "flask", "init-db", cwd=project.path, check=False
    )
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 1


def test_tables_of_another_project_are_a_sentence(project: Project, tmp_path: Path) -> None:
    declarative = project.answers["models"] == "declarative"
    database = tmp_path / "other.db"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("INSERT INTO alembic_version VALUES ('deadbeef')")
        connection.execute("CREATE TABLE message (x INTEGER)")
    url = f"DATABASE_URL=sqlite:///{database}"
    done = run("env", url, project.bin / "flask", "init-db", cwd=project.path, check=False)
    assert done.returncode == (1 if declarative else 0), "a reflected table is there, whatever its columns"
    assert len(done.stdout.splitlines()) == 1
    with serve(project, "gunicorn", environment=on(database)) as application:
        for _ in range(2):
            assert application.ask("GET", "/messages").status == (500 if declarative else 503)


def test_a_locked_database_is_a_503_in_time(project: Project, tmp_path: Path) -> None:
    database = tmp_path / "locked.db"
    init_db(project, database)
    with (
        serve(project, "gunicorn", environment=on(database)) as application,
        closing(sqlite3.connect(database, isolation_level=None)) as writer,
    ):
        writer.execute("BEGIN IMMEDIATE")
        assert application.ask("GET", "/health").status == 200
        start = time.monotonic()
        answer = application.ask("POST", "/messages", {"text": "x"})
        assert (answer.status, answer.body["detail"]) == (503, "Another transaction holds what this one needs.")
        assert time.monotonic() - start < 10
        writer.execute("ROLLBACK")
        assert application.ask("POST", "/messages", {"text": "x"}).status == 201


def test_a_relative_path_is_relative_to_the_project(project: Project, tmp_path: Path) -> None:
    code = (
        "from my_flask_app.schema import init_db; from my_flask_app.databases import database_of;"
        "from my_flask_app.config import setting; print(init_db(database_of(setting('DATABASE_URL'))))"
    )
    done = subprocess.run(
        [project.bin / "python", "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert f"sqlite:///{project.path}/my_flask_app.db" in done.stdout
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DATABASE_URL", "nonsense", "DATABASE_URL cannot be used"),
        ("DATABASE_URL", "postgres://me:s3cret@host/db", 'run: uv add "psycopg[binary]"'),
        ("DATABASE_URL", "postgresql://me:a@b:s3cret@host/db", "in a password @ is %40"),
        ("DATABASE_URL", "mysql+pymysql://me:s3cret@host/db", "run: uv add pymysql"),
    ],
)
def test_a_bad_setting_is_one_sentence(project: Project, name: str, value: str, sentence: str) -> None:
    done = subprocess.run(
        [project.bin / "flask", "init-db"],
        cwd=project.path,
        env={**os.environ, name: value},
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 1
    assert sentence in done.stdout
    assert "Traceback" not in done.stdout
    assert "s3cret" not in done.stdout


@pytest.mark.parametrize("project", [DECLARATIVE], indirect=True, scope="session")
@pytest.mark.parametrize(
    ("command", "url", "words"),
    [
        (
            "flask init-db",
            "postgresql+pg8000://me:s3cret@host/db",
            "run: uv add pg8000, or without uv: pip install pg8000",
        ),
        ("gunicorn --check-config", "postgresql+psycopg2://me:s3cret@host/db", "run: uv add psycopg2-binary"),
        ("alembic check", "mysql://me:s3cret@host/db", "run: uv add mysqlclient"),
        ("pytest -q", "oracle+oracledb://me:s3cret@host/db", "DATABASE_URL wants the driver oracledb"),
        ("flask init-db", "postgresql://me:p@s3cret@host/db", "in a password @ is %40"),
        ("alembic check", "mysql2://me:s3cret@host/db", "mysql2; write for example"),
        ("pytest -q", "postgresql://me:s3cret@h1:5432,h2:5432/db", "/name?host=h1:5432&host=h2:5432"),
    ],
)
def test_a_url_that_cannot_be_used_is_one_sentence(project: Project, command: str, url: str, words: str) -> None:
    """Whatever begins with it."""
    name, argument = command.split()
    done = run("env", f"DATABASE_URL={url}", project.bin / name, argument, cwd=project.path, check=False)
    assert done.returncode == 1
    (sentence,) = done.stdout.splitlines()
    assert sentence.startswith("DATABASE_URL ")
    assert words in sentence
    assert "s3cret" not in sentence


@EACH_COMBINATION
def test_settings_of_flask_come_from_the_environment(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASK_MAX_CONTENT_LENGTH", "20")
    init_db(project, tmp_path / "app.db")
    with serve(project, "gunicorn", environment=on(tmp_path / "app.db")) as application:
        assert application.ask("POST", "/messages", {"text": "too long for that"}).status == 413
    assert "Lax\n" in in_shell(project, "print(app.config['SESSION_COOKIE_SAMESITE'])")


def test_sessions_where_flask_makes_it_hard(project: Project) -> None:
    """See wiring.py, which runs in the project's own environment."""
    subprocess.run(["uv", "pip", "install", "-q", "--python", project.bin / "python", "flask[async]"], check=True)
    done = project.run("python", INSIDE / "wiring.py", project.answers["app_setup"], check=False)
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("all good\n")


@pytest.mark.parametrize("project", [DECLARATIVE], indirect=True, scope="session")
def test_migrations_follow_the_models(project: Project, tmp_path: Path) -> None:
    assert "No new upgrade operations detected" in project.run("alembic", "check").stdout

    changed = tmp_path / "my_flask_app"
    shutil.copytree(project.path, changed, ignore=shutil.ignore_patterns(".venv"))
    database = changed / "my_flask_app.db"
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{database}", "PYTHONPATH": str(changed)}

    def alembic(*arguments: str) -> str:
        command = [str(project.bin / "python"), "-m", "alembic", *arguments]
        done = subprocess.run(command, cwd=changed, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def migrate(what: str) -> None:
        alembic("revision", "--autogenerate", "-m", what)
        alembic("upgrade", "head")
        assert "No new upgrade operations detected" in alembic("check")

    models = changed / "my_flask_app/models.py"
    reply = """

class Reply(Base):
    __tablename__ = "reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(sqlalchemy.ForeignKey("message.id", ondelete="CASCADE"))
    written_at: Mapped[datetime | None]
"""
    models.write_text(
        models.read_text().replace("from sqlalchemy import", "import sqlalchemy\nfrom sqlalchemy import") + reply
    )
    migrate("Replies")
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("INSERT INTO message (id, text, created_at) VALUES (1, 'kept', '2026-01-01')")
        connection.execute("INSERT INTO reply (id, message_id) VALUES (1, 1)")
    models.write_text(models.read_text().replace("String(500)", "String(600)"))
    migrate("Longer texts")
    with closing(sqlite3.connect(database)) as connection:
        kept = connection.execute("SELECT count(*) FROM reply JOIN message ON message.id = message_id").fetchone()
    assert kept == (1,), "a table that a migration rebuilds must not take the rows that refer to it with it"
    for tool in (["check"], ["format", "--check"]):
        subprocess.run([project.bin / "ruff", *tool, "migrations"], cwd=changed, check=True)
    alembic("downgrade", "base")
