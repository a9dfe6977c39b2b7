"""`migrations/`: nothing is lost, dropped or silently wrong, on each database by the same two commands."""

import re
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

from tests.conftest import BIN, DATA, INSIDE, cookiecutter, parameters, run
from tests.helpers.forked import run_forked
from tests.helpers.servers import PASSWORD, DatabaseServer, private

INIT_DB = ("flask", "--app", "my_flask_app.app", "init-db")
KINDS = ("sqlite", "postgresql", "mariadb")
SCRIPTS = {"alembic": BIN / "alembic", "flask": BIN / "flask", "migrate": INSIDE / "migrate.py"}


@dataclass
class Shop:
    """A project of its own for a test, which runs in the tests' environment, and an empty database."""

    path: Path
    url: str

    def run(self, *command: str | Path, check: bool = True) -> str:
        """Run a command in the project's folder; return what it printed."""
        name, *arguments = map(str, command)
        settings = {"DATABASE_URL": self.url, "SECRET_KEY": "for the tests only", "PYTHONPATH": str(self.path)}
        if script := SCRIPTS.get(name):
            status, printed = run_forked(script, *arguments, cwd=self.path, environment=settings)
        else:
            variables = [f"{variable}={value}" for variable, value in settings.items()]
            done = run("env", *variables, BIN / name, *arguments, cwd=self.path, check=False)
            status, printed = done.returncode, done.stdout
        assert "Traceback" not in printed, printed
        assert not check or status == 0, printed
        return printed

    def alembic(self, *commands: str, check: bool = True) -> str:
        """Run commands of Alembic, see migrate.py."""
        return self.run("migrate", *commands, check=check)

    def migrate(self) -> str:
        """Write a revision for the models and run it; return what it says, without its head."""
        before = {*self.versions.glob("*.py")}
        assert "No new upgrade operations detected" in self.alembic("revision=x", "upgrade=head", "check")
        (new,) = {*self.versions.glob("*.py")} - before
        return new.read_text().partition("def upgrade")[2]

    @property
    def versions(self) -> Path:
        """The folder of the revisions."""
        return self.path / "migrations/versions"

    def add_models(self, text: str, imports: str = "") -> None:
        """Write classes behind the others."""
        models = self.path / "my_flask_app/models.py"
        before, base, after = models.read_text().partition("\n\n\nclass Base")
        models.write_text(before + (imports and f"\n{imports}") + base + after + text)

    def replace(self, old: str, new: str) -> None:
        """Replace a text in models.py."""
        models = self.path / "my_flask_app/models.py"
        assert old in models.read_text()
        models.write_text(models.read_text().replace(old, new))

    def add_revision(self, upgrade: str, downgrade: str = "pass") -> Path:
        """Write a revision by hand, which follows the newest."""
        found = [
            dict(re.findall(r'(?m)^(down_revision|revision)\b.* = "(\w*)"', file.read_text()))
            for file in self.versions.glob("*.py")
        ]
        (head,) = {each["revision"] for each in found} - {each.get("down_revision") for each in found}
        number = f"{len(found) + 1:04}"
        file = self.versions / f"{number}_by_hand.py"
        lines = [f'revision = "{number}"', f'down_revision = "{head}"', "import sqlalchemy as sa"]
        lines += ["from alembic import op", "def upgrade():", *(f"    {line}" for line in upgrade.strip().splitlines())]
        file.write_text(
            "\n".join([*lines, "def downgrade():", *(f"    {line}" for line in downgrade.splitlines()), ""])
        )
        return file

    @property
    def engine(self) -> Engine:
        """An engine of the test's own."""
        password = {"password": PASSWORD.encode()} if self.url.startswith("mariadb") else {}  # see servers.py
        return create_engine(self.url, poolclass=NullPool, connect_args=password)

    def execute(self, *statements: str) -> None:
        """Run statements in a transaction."""
        with self.engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement)]

    def sql(self, statement: str) -> list[Any]:
        """Run a statement on the SQLite file, in a transaction of its own."""
        with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"))) as connection, connection:
            return connection.execute(statement).fetchall()


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project as it is rendered, without an environment, and compiled, beside its database: each test has copies."""
    folder = tmp_path_factory.mktemp("shop")
    cookiecutter(folder, set_up="no")
    run("python", "-m", "compileall", "-q", folder)
    shop = Shop(folder / "my_flask_app", f"sqlite:///{folder}/shop.db")
    shop.run(*INIT_DB)
    return shop.path


@pytest.fixture(scope="module")
def servers() -> Iterator[Callable[[str], DatabaseServer]]:
    """Give a server of a kind."""
    started: dict[str, DatabaseServer] = {}
    with ExitStack() as stack:

        def server(kind: str) -> DatabaseServer:
            if kind not in started:
                started[kind] = private(kind, stack)
            return started[kind]

        yield server


@pytest.fixture(params=["sqlite"])
def shop(request: pytest.FixtureRequest, rendered: Path, servers: Any, tmp_path: Path) -> Shop:
    """A copy of the project, on SQLite if the test does not say otherwise."""
    path = tmp_path / "my_flask_app"
    shutil.copytree(rendered, path)
    if request.param == "sqlite":
        for file in rendered.parent.glob("shop.db*"):
            shutil.copy(file, tmp_path)
        return Shop(path, f"sqlite:///{tmp_path}/shop.db")
    server = servers(request.param)
    shop = Shop(path, server.url(f"shop_{token_hex(6)}", server.password))
    shop.run(*INIT_DB)
    return shop


def on(*hardest: str) -> pytest.MarkDecorator:
    """Run a test on each database, in `make test` on the hardest."""
    return pytest.mark.parametrize("shop", parameters(KINDS, *hardest), indirect=True)


MORE = """
import enum
import uuid
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import CHAR, CheckConstraint, Column, Computed, ForeignKey, ForeignKeyConstraint, Index, Numeric, Table
from sqlalchemy import Text, UniqueConstraint, false, func, text
from sqlalchemy.types import TypeDecorator
"""

# Names

# For each revision the texts of models that change, and what the upgrade then says.
NOTHING = "    pass\n"
CHANGES_OF_MODELS = [
    [
        (
            "    day: Mapped[date | None]",
            "    likes: Mapped[int] = mapped_column(default=5)\n    day: Mapped[date | None]",
            '"likes"',
        ),
        (
            "    hour: Mapped",
            """    mood: Mapped[str] = mapped_column(String(9), server_default="calm")
    quiet: Mapped[bool] = mapped_column(default=False)
    hour: Mapped""",
            '"mood"',
        ),
        ("String(50), comment", "String(70), comment", "type_=sa.String(length=70)"),
    ],
    [  # what is not compared
        ("    DONE = ", '    LOST = "lost"\n    DONE = ', NOTHING),
        ('"amount >= 0"', '"amount >= 1"', NOTHING),
    ],
    [
        ('server_default="it\'s"', "server_default=\"('all') 50% a:b \\\\\"", "('all') 50%"),
        ('server_default="1"', 'server_default="2"', 'server_default="2"'),
        (
            "ratio: Mapped[float | None]",
            "ratio: Mapped[Decimal | None] = mapped_column(Numeric(12, 3))",
            "type_=sa.Numeric(precision=12, scale=3)",
        ),
    ],
    [
        ("server_default=\"('all') 50% a:b \\\\\"", 'server_default="007"', 'server_default="007"'),
        ("    long: ", "    other: Mapped[Status | None] = mapped_column(index=True)\n    long: ", "ix_book_other"),
        ('1", name="positive"', '1", name="from_1"', "ck_book_from_1"),
    ],
    [
        ('server_default="007"', 'server_default="7"', 'server_default="7"'),
        ('server_default="calm"', 'server_default="Calm"', 'server_default="Calm"'),
        ('    parent_id: Mapped[int | None] = mapped_column(ForeignKey("book.id"))\n', "", 'drop_column("parent_id")'),
        ('UniqueConstraint("author_id", "name")', 'UniqueConstraint("name", "author_id")', "uq_book_name_author_id"),
    ],
    [
        ('"What can be read"', '"What is read"', "What is read"),
        (
            "    kind: Mapped[str] = mapped_column(String(20))\n",
            "    kind: Mapped[str | None] = mapped_column(Text)\n",
            "nullable=True",
        ),
    ],
]

BOOKING = """

class Booking(Base):
    __tablename__ = "booking"
    __table_args__ = (
        UniqueConstraint("hall", "number"),
        UniqueConstraint("hall", "guest"),
        Index(None, "hall", "guest", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hall: Mapped[int] = mapped_column(index=True)
    number: Mapped[int]
    guest: Mapped[int]
    a_column_whose_name_says_in_many_words_all_that_can_be_said: Mapped[int] = mapped_column(index=True, unique=True)
"""


@on("postgresql")
def test_constraints_that_begin_with_the_same_column(shop: Shop) -> None:
    """One of them was dropped, or the server said that it exists already."""
    shop.add_models(BOOKING, MORE)
    shop.migrate()
    shop.replace("    number: Mapped[int]\n", "    number: Mapped[int | None]\n")
    shop.migrate()
    shop.replace("unique=True", "unique=False")
    shop.migrate()
    shop.replace('        UniqueConstraint("hall", "guest"),\n', "")
    assert "hall_number" not in shop.migrate()
    assert "No new" in shop.alembic("downgrade=-3", "downgrade=base", "upgrade=head", "check")


@pytest.mark.parametrize(
    ("argument", "sentence"),
    [
        ('CheckConstraint("id > 0")', "a check of the table sum has no name"),
        ('Index(None, text("id"))', "an index of the table sum has no name"),
        ('Index(None, "id"), Index(None, "id", unique=True)', "would have the name ix_sum_id, which another one has"),
    ],
)
def test_a_name_that_cannot_be_made_is_a_sentence(shop: Shop, argument: str, sentence: str) -> None:
    model = f'class Sum(Base):\n    __tablename__ = "sum"\n    __table_args__ = ({argument},)\n'
    shop.add_models(f"\n\n{model}    id: Mapped[int] = mapped_column(primary_key=True)\n", MORE)
    for command in (["alembic", "check"], INIT_DB):
        output = shop.run(*command, check=False)
        assert sentence in output
        assert len(output.splitlines()) == 1


# What SQLite builds anew

TABLES = """
CREATE TABLE other (id INTEGER PRIMARY KEY);
CREATE TABLE awkward (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- a comment, with a comma
    name varchar(50) COLLATE NOCASE NOT NULL CHECK (length(name) > 1),
    "we, ird" money DEFAULT (3 + 1),
    twice int GENERATED ALWAYS AS (id * 2) STORED,
    thrice int AS (id * 3),
    [other id] INT REFERENCES other ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    parent INT CONSTRAINT parent REFERENCES awkward (id) ON DELETE CASCADE NOT DEFERRABLE,
    state TEXT NULL DEFAULT 'it''s (new)' CONSTRAINT known CHECK (state <> ','),
    CONSTRAINT up FOREIGN KEY (parent) REFERENCES awkward (id),
    UNIQUE (name, parent) ON CONFLICT REPLACE /* not (ignore) */
);
CREATE TABLE strict (a TEXT COLLATE RTRIM, b ANY, c TEXT, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX lowered ON awkward (lower(name));
CREATE INDEX down ON awkward (name COLLATE BINARY DESC) WHERE parent > 0;
CREATE TRIGGER said AFTER INSERT ON awkward BEGIN INSERT INTO other VALUES (new.id); END;
CREATE TRIGGER elsewhere AFTER DELETE ON other BEGIN UPDATE awkward SET state = 'gone' WHERE id = old.id; END;
CREATE VIEW names AS SELECT name FROM awkward;
INSERT INTO awkward (id, name, parent) VALUES (7, 'kept', NULL), (9, 'gone', 7);
DELETE FROM awkward WHERE id = 9
"""
CHANGES = """
with op.batch_alter_table("awkward") as batch:
    batch.alter_column("name", type_=sa.String(90))
    batch.add_column(sa.Column("more", sa.Integer(), nullable=False, server_default="5"))
with op.batch_alter_table("strict") as batch:
    batch.alter_column("c", nullable=False)
"""
BACK = """with op.batch_alter_table("awkward") as batch:
    batch.alter_column("name", type_=sa.String(50))
    batch.drop_column("more")
with op.batch_alter_table("strict") as batch:
    batch.alter_column("c", nullable=True)"""


def schema(shop: Shop) -> dict[str, str]:
    """Return the statements of all that the file has, in words and without the quotes of names."""
    rows = shop.sql("SELECT name, sql FROM sqlite_master WHERE sql <> '' AND tbl_name NOT GLOB '[as][lq]*_*'")
    comment = re.compile("-- .*|/[*].*[*]/")
    return {
        name: " ".join(
            comment.sub("", sql).replace('"', "").replace("(", " ( ").replace(")", " ) ").replace(",", " , ").split()
        )
        for name, sql in rows
    }


def test_a_table_that_is_rebuilt_keeps_all_that_it_had(shop: Shop) -> None:
    with closing(sqlite3.connect(shop.url.removeprefix("sqlite:///"))) as connection:
        connection.executescript(TABLES)
    before = schema(shop)
    shop.add_revision(CHANGES, BACK)
    shop.alembic("upgrade=head")
    now = schema(shop)
    assert now.pop("awkward") == (
        before["awkward"]
        .replace("varchar ( 50 )", "VARCHAR ( 90 )")
        .replace(" , CONSTRAINT up", " , more INTEGER DEFAULT '5' NOT NULL , CONSTRAINT up")
    )
    assert now.pop("strict") == before["strict"].replace("c TEXT", "c TEXT NOT NULL")
    assert now == {name: sql for name, sql in before.items() if name in now}
    assert shop.sql("SELECT id, name, twice, thrice, more FROM awkward") == [(7, "kept", 14, 21, 5)]
    shop.sql("INSERT INTO awkward (name) VALUES ('new')")
    assert shop.sql("SELECT id FROM awkward WHERE name = 'NEW'") == [(10,)], "an id is never given twice"
    assert shop.sql("SELECT max(id) FROM other") == [(10,)], "the trigger is there"
    shop.alembic("downgrade=0001")
    before["awkward"] = before["awkward"].replace("varchar", "VARCHAR")
    assert schema(shop) == before


def test_what_a_migration_drops_or_renames(shop: Shop) -> None:
    """What goes by name stays away; what names a column follows it, or goes with it."""
    with closing(sqlite3.connect(shop.url.removeprefix("sqlite:///"))) as connection:
        connection.executescript(TABLES)
        connection.execute("CREATE INDEX plain ON awkward (name)")
    shop.add_revision(
        """
op.execute("DROP TRIGGER said")
with op.batch_alter_table("awkward") as batch:
    batch.drop_index("plain")
    batch.drop_constraint(op.f("known"), type_="check")
    batch.drop_constraint(op.f("up"), type_="foreignkey")
    batch.create_check_constraint(op.f("short"), "length(called) < 70")
    batch.create_unique_constraint("one", ["twice", "name"])
    batch.alter_column("name", new_column_name="called", type_=sa.String(70))
    batch.drop_column("other id")
    batch.create_index("plainer", ["twice"])
with op.batch_alter_table("strict") as batch:
    batch.drop_column("b")
""",
    )
    shop.alembic("upgrade=head")
    now = schema(shop)
    assert now.keys() == {"message", "other", "awkward", "strict", "lowered", "down", "plainer", "elsewhere", "names"}
    assert now["lowered"] == "CREATE UNIQUE INDEX lowered ON awkward ( lower ( called ) )"
    assert now["names"] == "CREATE VIEW names AS SELECT called FROM awkward"
    assert now["awkward"] == (
        "CREATE TABLE awkward ( id INTEGER PRIMARY KEY AUTOINCREMENT ,"
        " called VARCHAR ( 70 ) COLLATE NOCASE NOT NULL CHECK ( length ( called ) > 1 ) ,"
        " we , ird money DEFAULT ( 3 + 1 ) , twice int GENERATED ALWAYS AS ( id * 2 ) STORED ,"
        " thrice int AS ( id * 3 ) ,"
        " parent INT CONSTRAINT parent REFERENCES awkward ( id ) ON DELETE CASCADE NOT DEFERRABLE ,"
        " state TEXT NULL DEFAULT 'it''s ( new ) ' , UNIQUE ( called , parent ) ON CONFLICT REPLACE ,"
        " CONSTRAINT one UNIQUE ( twice , called ) , CONSTRAINT short CHECK ( length ( called ) < 70 ) )"
    )
    assert now["strict"] == (
        "CREATE TABLE strict ( a TEXT COLLATE RTRIM , c TEXT , PRIMARY KEY ( a ) ) STRICT , WITHOUT ROWID"
    )


@pytest.mark.parametrize(
    ("before", "change", "sentence"),
    [
        (
            "CREATE INDEX states ON awkward (lower(state))",
            'drop_column("state")',
            "the index states does not fit the table awkward",
        ),
        (
            "CREATE TRIGGER t AFTER UPDATE ON awkward BEGIN SELECT new.state; END",
            'drop_column("state")',
            "error in trigger t",
        ),
        (
            "CREATE VIEW states AS SELECT state FROM awkward",
            'drop_column("state")',
            "error in view states: no such column",
        ),
        ("SELECT 1", 'add_column(sa.Column("n", sa.Integer(), nullable=False))', "NOT NULL constraint failed"),
    ],
)
def test_what_does_not_fit_any_more_stops_the_migration(shop: Shop, before: str, change: str, sentence: str) -> None:
    with closing(sqlite3.connect(shop.url.removeprefix("sqlite:///"))) as connection:
        connection.executescript(TABLES)
        connection.execute(before)
    was = schema(shop)
    shop.add_revision(
        'with op.batch_alter_table("awkward") as batch:\n'
        f'    batch.alter_column("name", nullable=True)\n    batch.{change}',
    )
    output = shop.run(*INIT_DB, check=False)
    assert sentence in output
    assert len(output.splitlines()) == 1
    assert schema(shop) == was
    assert shop.sql("SELECT version_num FROM alembic_version") == [("0001",)]


# What is not ours


def test_rows_that_refer_to_none_may_stay_but_not_become_more(shop: Shop) -> None:
    shop.sql("CREATE TABLE child (id INTEGER PRIMARY KEY, message_id INTEGER REFERENCES message (id))")
    shop.sql("INSERT INTO child VALUES (1, 7)")  # SQLite itself checks no key that it is not asked to
    shop.run("alembic", "stamp", "head")
    shop.run(*INIT_DB)
    shop.add_revision('op.add_column("message", sa.Column("likes", sa.Integer))')
    shop.run(*INIT_DB)
    shop.add_revision('op.execute("INSERT INTO child VALUES (2, 8)")')
    output = shop.run(*INIT_DB, check=False)
    assert "rows would refer to rows that do not exist, of child" in output, output
    assert shop.sql("SELECT id FROM child") == [(1,)]
    assert shop.sql("SELECT version_num FROM alembic_version") == [("0002",)]


@on("sqlite")
def test_tables_of_others_are_left_alone(shop: Shop) -> None:
    """Their columns too; but the table of a model that is gone was ours."""
    shop.add_models(BOOKING, MORE)
    shop.migrate()
    shop.add_revision('op.execute("CREATE TABLE theirs (id INTEGER PRIMARY KEY, n INTEGER)")')
    shop.alembic("upgrade=head")
    if shop.url.startswith("sqlite"):
        shop.sql("CREATE VIRTUAL TABLE found USING fts5(text, content='message', content_rowid='id')")
    assert "No new upgrade operations detected" in shop.alembic("check")
    shop.replace(BOOKING, "")
    written = shop.migrate().partition("def downgrade")[0]
    assert written.count("drop_table") == 1
    assert 'drop_table("booking")' in written


# Where models are found

USER = """
from my_flask_app.models import Base
from sqlalchemy.orm import Mapped, mapped_column


class User(Base):
    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
"""


def test_a_model_that_alembic_does_not_see(shop: Shop) -> None:
    """Its migration was empty, and a later one would have dropped its table."""
    (shop.path / "my_flask_app/users").mkdir()
    for name, text in {"__init__.py": "", "models.py": USER}.items():
        (shop.path / "my_flask_app/users" / name).write_text(text)
    app = shop.path / "my_flask_app/app.py"
    app.write_text(app.read_text().replace("from .", "from .users.models import User as User\nfrom .", 1))
    output = shop.run(*INIT_DB, check=False)
    assert len(output.splitlines()) == 1
    assert "migrations do not see the table user" in output
    line = re.search(r"models.py: (import .*)\n", output)
    assert line
    assert " errors" in shop.run("pytest", "-q", check=False)
    shop.add_models(f"\n\n{line[1]}\n")
    assert 'create_table(\n        "user"' in shop.migrate()
    assert "already" in shop.run(*INIT_DB)
    shop.run("ruff", "check", "my_flask_app/models.py")


def test_models_may_be_a_package(shop: Shop) -> None:
    models = shop.path / "my_flask_app/models.py"
    base, message = models.read_text().replace("from .", "from ..").split("\n\n\nclass Message")
    package = models.with_suffix("")
    package.mkdir()
    models.unlink()
    (package / "base.py").write_text(f"{base}\n")
    (package / "message.py").write_text(
        f"{base.split('class Base')[0]}\nfrom .base import Base\nclass Message{message}"
    )
    (package / "__init__.py").write_text("from .base import Base as Base\nfrom .message import Message as Message\n")
    assert "already" in shop.run(*INIT_DB)
    assert "No new upgrade operations detected" in shop.alembic("check")


# Transactions


@on("postgresql")
def test_outside_of_a_transaction(shop: Shop) -> None:
    what = 'op.create_index("later", "message", ["created_at"], postgresql_concurrently=True)'
    shop.add_revision(f"with op.get_context().autocommit_block():\n    {what}\nop.execute('DELETE FROM message')")
    assert "is now at revision 0002" in shop.run(*INIT_DB)
    failing = shop.add_revision(
        'with op.get_context().autocommit_block():\n    op.execute("CREATE TABLE kept (n INTEGER)")\n'
        "op.execute(\"INSERT INTO message (id) VALUES ('x')\")"
    )
    output = shop.run(*INIT_DB, check=False)
    assert f"{failing.name}, line 8: " in output
    assert "is there for good: CREATE TABLE kept (n INTEGER). Undo" in output
    assert len(output.splitlines()) == 1


@on("mariadb")
def test_each_revision_is_a_transaction_of_its_own(shop: Shop) -> None:
    """But on SQLite all are one, which is what keeps two processes apart there."""
    shop.add_revision('op.create_table("one", sa.Column("id", sa.Integer(), primary_key=True))')
    failing = shop.add_revision(
        'op.create_table("two", sa.Column("id", sa.Integer(), primary_key=True))\n'
        'op.add_column("two", sa.Column("wrong", sa.Integer(), sa.Computed("nothing * 2")))'
    )
    output = shop.run(*INIT_DB, check=False)
    assert f"{failing.name}, line 7: " in output
    assert len(output.splitlines()) == 1
    assert ("there for good: CREATE TABLE two" in output) == shop.url.startswith("mariadb")
    failing.write_text(failing.read_text().replace('"nothing * 2"', '"id * 2"'))
    if shop.url.startswith("mariadb"):
        again = shop.run(*INIT_DB, check=False)
        assert f"{failing.name}, line 6: Table 'two' already exists" in again
        failing.write_text(failing.read_text().replace("    op.create", "    op.drop_table('two')\n    op.create", 1))
    before = "0001" if shop.url.startswith("sqlite") else "0002"
    assert f"is now at revision 0003, before: {before}" in shop.run(*INIT_DB)


def test_eight_at_once_behind_pgbouncer(rendered: Path, servers: Any) -> None:
    """It has two connections: who waits must not hold the one that is needed."""
    server = servers("postgresql")
    name = f"shop_{token_hex(6)}"
    server.create(name)
    with ExitStack() as stack:
        shop = Shop(rendered, server.bouncer(name, stack))
        with ThreadPoolExecutor(8) as pool:
            outputs = list(pool.map(lambda _: shop.run(*INIT_DB), range(8)))
    assert sum(" is now " in output for output in outputs) == 1
    assert sum(" already" in output for output in outputs) == 7


@on("postgresql")
def test_a_table_that_is_in_use_is_waited_for_shortly(shop: Shop) -> None:
    """By a shell that has read it, and not ended its transaction; on SQLite, whose readers stop nobody, written."""
    shop.add_revision('op.add_column("message", sa.Column("likes", sa.Integer))')
    is_file = shop.url.startswith("sqlite")
    with shop.engine.connect() as shell:
        shell.exec_driver_sql("DELETE FROM message" if is_file else "SELECT * FROM message")
        end = threading.Timer(30, shell.invalidate)  # of a wait that nothing limits, which then succeeds
        end.start()
        output = shop.run(*INIT_DB, check=False)
        end.cancel()
    assert re.search("^Error: .* cannot be initialised: .*lock", output.splitlines()[-1], re.IGNORECASE), output
    assert "is now at revision 0002" in shop.run(*INIT_DB)


# What is written runs as it is written


@on("sqlite")
def test_every_kind_of_model_and_of_change(shop: Shop) -> None:
    """With rows in the tables; then all the way down and up again."""
    shop.add_models((DATA / "models.txt").read_text(), MORE)
    shop.migrate()
    shop.execute("INSERT INTO author (id) VALUES (1)", "INSERT INTO book (id, author_id, name) VALUES (1, 1, 'kept')")
    shop.execute("UPDATE author SET best_id = 1", "INSERT INTO person (id, kind) VALUES (1, 'clerk')")
    for changes in CHANGES_OF_MODELS:
        for old, new, _ in changes:
            shop.replace(old, new)
        upgrade = shop.migrate().partition("def downgrade")[0]
        for _, new, words in changes:
            is_comment = new == '"What is read"'  # SQLite has none
            assert words in upgrade or (is_comment and shop.url.startswith("sqlite")), upgrade
        assert shop.query("SELECT author_id, name FROM book") == [(1, "kept")]
        assert shop.query("SELECT best_id FROM author") == [(1,)]
    assert shop.query("SELECT likes, mood, quiet FROM book") == [(5, "calm", 0)]
    shop.alembic("downgrade=0001", "upgrade=head", "check")
    shop.run("ruff", "check", "migrations")
    shop.run("ruff", "format", "--check", "migrations")


@pytest.mark.parametrize(
    ("column", "sentence"),
    [
        ("name: Mapped[str]", "message.name has no length: write mapped_column(String(200))"),
        ("code: Mapped[str] = mapped_column(CHAR)", "message.code has no length"),
        ("price: Mapped[Decimal]", "message.price has no precision, or no scale: write mapped_column(Numeric(10, 2))"),
        ("price: Mapped[Decimal] = mapped_column(Numeric(10))", "message.price has no precision, or no scale"),
    ],
)
def test_a_column_that_each_database_takes_for_another(shop: Shop, column: str, sentence: str) -> None:
    shop.add_models(f"    {column}\n", MORE)
    assert sentence in shop.alembic("revision=x", check=False)
    assert sentence in shop.run(*INIT_DB, check=False)


@pytest.mark.parametrize(
    ("column", "sentence"),
    [
        ("likes: Mapped[int]", "nothing says what its new column likes is there"),
        (
            "mood: Mapped[Mood] = mapped_column(Enum(Mood))",
            "message.mood would be an enumeration of the database's own",
        ),
    ],
)
def test_what_cannot_run_is_not_written(shop: Shop, column: str, sentence: str) -> None:
    shop.execute("INSERT INTO message (id, text, created_at) VALUES (1, 'kept', '2026-01-01')")
    shop.add_models(f"    {column}\n", f"{MORE}\n\nclass Mood(enum.Enum):\n    CALM = 1\n")
    before = [*shop.versions.iterdir()]
    assert sentence in shop.alembic("revision=x", check=False)
    assert [*shop.versions.iterdir()] == before
