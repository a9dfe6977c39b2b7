"""Chinook with all its rows: every combination is set up for it on each server by a user who may only read."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.conftest import COMBINATIONS, DATA, Project, cookiecutter, parameters
from tests.helpers.application import Application, serve
from tests.helpers.servers import KINDS, READER, READER_PASSWORD, DatabaseServer, private

CHINOOK = DATA / "chinook"
CASES = parameters(product(["sqlite", *KINDS], COMBINATIONS))  # test_annexes.py has it too, and others what is harder
# By the project's own classes. The names follow the columns, which are in small letters on PostgreSQL only.
FACTS = """
from sqlalchemy import func, select
from my_flask_app.db import db_session
from my_flask_app.models import Album, Employee, Track
with app.app_context():
    assert db_session.scalar(select(func.count()).select_from(Track)) == 3503
    album = db_session.scalars(select(Album).where(Album.TITLE == "Restless and Wild")).one()
    names = sorted(track.NAME for track in album.TRACKS)
    assert names == ["Fast As a Shark", "Princess of the Dawn", "Restless and Wild"]
    assert db_session.get(Employee, 3).MANAGER.LAST_NAME == "Edwards"
"""
COLUMNS = {"TITLE": "Title", "NAME": "Name", "LAST_NAME": "LastName"}
RELATIONSHIPS = {
    "declarative": {"TRACKS": "track", "MANAGER": "employee"},
    "reflection": {"TRACKS": "Track_list", "MANAGER": "ReportsTo_rel"},
}
APPS = {
    "factory": "from my_flask_app.app import create_app\napp = create_app()",
    "module": "from my_flask_app.app import app",
}


class Chinook(NamedTuple):
    """The database, and what it is as long as nobody has written to it."""

    kind: str
    server: DatabaseServer | None
    file: Path
    before: list[str]

    @property
    def url(self) -> str:
        """The URL, without the reader's password."""
        return self.server.url("chinook", user=READER) if self.server else f"sqlite:///{self.file}"

    def dump(self) -> list[str]:
        """Return the server's own dump, or the folder's files and their bytes."""
        if self.server:
            return self.server.dump("chinook", rows=True)
        return [f"{path.name}: {path.read_bytes().hex()}" for path in sorted(self.file.parent.iterdir())]


@pytest.fixture(scope="module")
def chinook(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chinook]:
    """Chinook on a server."""
    kind = request.param
    file = tmp_path_factory.mktemp("chinook") / "chinook.db"
    with ExitStack() as stack:
        server = None if kind == "sqlite" else private(kind, stack)
        if server:
            server.create("chinook")
            for statement in whole_chinook(kind):
                server.sql(statement, "chinook")
            server.create_reader()
            server.let_read("chinook")
        else:
            with closing(sqlite3.connect(file)) as connection:
                connection.executescript(";\n".join(whole_chinook(kind)))
        database = Chinook(kind, server, file, [])
        yield database._replace(before=database.dump())


def whole_chinook(kind: str) -> list[str]:
    """Return the statements that create Chinook with all its rows, which are those of the file of SQLite."""
    statements = (CHINOOK / f"{kind}.sql").read_text(encoding="utf-8").split(";\n")
    script = [statement for statement in statements if not statement.strip().startswith("INSERT")]
    tables = "Artist Genre MediaType Playlist Album Employee Customer Invoice Track InvoiceLine PlaylistTrack".split()  # noqa: SIM905
    with closing(sqlite3.connect(CHINOOK / "chinook.sqlite")) as connection:
        for name in tables:
            table = re.sub("(?<=[a-z])(?=[A-Z])", "_", name).lower() if kind == "postgresql" else name
            rows = connection.execute(f"SELECT * FROM {name}").fetchall()
            values = ", ".join(f"({', '.join(map(literal, row))})" for row in rows)
            script.append(f"INSERT INTO {table} VALUES {values}")
    return [statement for statement in script if statement.strip()]


def literal(value: object) -> str:
    """Return a value as SQL has it."""
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int | float) else "'" + str(value).replace("'", "''") + "'"


@pytest.mark.parametrize(
    ("chinook", "answers"),
    [pytest.param(*case.values[0], id=case.id, marks=case.marks) for case in CASES],
    indirect=["chinook"],
    scope="module",
)
def test_one_command_makes_a_project_of_it(
    chinook: Chinook, answers: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", READER_PASSWORD)
    output = cookiecutter(tmp_path, database_url=chinook.url, database="existing", **answers).stdout
    monkeypatch.delenv("DATABASE_PASSWORD")
    assert "my_flask_app is ready" in output, output
    project = Project(tmp_path / "my_flask_app", answers, output)

    names = COLUMNS | RELATIONSHIPS[answers["models"]]
    if chinook.kind == "postgresql":
        names = {key: re.sub("(?<=[a-z])(?=[A-Z])", "_", name).lower() for key, name in names.items()}
    facts = re.sub(r"\.([A-Z_]+)\b", lambda found: "." + names[found[1]], FACTS)
    project.run("python", "-c", f"{APPS[answers['app_setup']]}\n{facts}")
    assert " passed" in project.run("pytest", "-q").stdout
    if answers["models"] == "reflection":
        project.run("flask", "reflect-models", "--check")
    with serve(project, "flask", "run", "--debug", environment={}) as application:
        tables = application.ask("GET", "/tables").body["tables"]
        assert len(tables) == 11
        rows = {table["name"].lower().replace("_", ""): rows_of(application, table["rows"]) for table in tables}
        assert len(rows["track"]) == 3503
        assert len(rows["playlisttrack"]) == 8715
        assert application.ask("GET", "/").status == 200
    assert chinook.dump() == chinook.before


def rows_of(application: Application, url: str) -> list[Any]:
    """Return all rows of a table, page by page."""
    rows, next_url = [], f"{url}?limit=500"
    while next_url:
        answer = application.ask("GET", next_url)
        assert answer.status == 200, answer.body
        rows += answer.body["rows"]
        next_url = answer.body["next"]
    assert len({str(row) for row in rows}) == len(rows)
    return rows
