"""Schemas drawn from a grammar: created on each database, set up as existing ones, and checked (inside/schemas.py).

`pytest tests/test_schemas.py --examples=500` draws so many for each database and kind of models. What fails is printed,
as small as it can be.
"""

import json
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pymysql
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from tests.conftest import BIN, INSIDE, Drawing, cookiecutter, run
from tests.helpers.servers import KINDS as SERVERS
from tests.helpers.servers import READER, READER_PASSWORD, DatabaseServer, private

KINDS = ["sqlite", *SERVERS]
NUMBERS = count(1)
# Names that a language, a library or a page could take for something else.
HARD = r"""id|Id|ID|name|order|select|class|None|metadata|registry|base|Base|tables|models|text|uuid|dt|Any|int|list
self|__secret__|__tablename__|a.b|a,b|a;b|%s|:x|{x}|it's|say"x"|back\slash|1st|x_id|x__y|_|größe|注文|Ωmega|two words
x | x|tick`|"x|-- x|/* x|x)|(x""".replace("\n", "|").split("|")
HARD += ["a\tb", "a" * 63, "长" * 21, "b_" * 31]
TYPES = {
    "sqlite": """
        INTEGER TEXT REAL BLOB NUMERIC DATE DATETIME BOOLEAN JSON GEOMETRY TINYINT(1) VARCHAR(9) BIGINT(20) NUMBER(5)
        UNSIGNED|BIG|INT ANY FLOAT DECIMAL(10,2) TIMESTAMP uuid""",
    "postgresql": """
        integer text numeric(10,2) boolean date timestamp timestamptz uuid jsonb int[] text[] bytea inet int4range
        tsvector money interval time bit(3) name "char" point xml int4multirange double|precision varchar(9) oid
        mood code""",
    "mariadb": """
        int varchar(20) text decimal(10,2) double float date datetime(6) timestamp|null time year json blob bit(3)
        tinyint(1) bigint|unsigned enum('a','it''s') set('a','b') uuid inet6 point char(3)""",
}
KEYS = {
    "sqlite": "INTEGER TEXT BLOB GEOMETRY VARCHAR(9) DATE",
    "postgresql": "integer text uuid date int[] int4range jsonb code mood numeric(10,2) int4multirange",
    "mariadb": "int varchar(20) date decimal(10,2) enum('a','b') set('a','b') bigint|unsigned binary(4) datetime(6)",
}
FIRST = {
    "sqlite": [],
    "postgresql": [
        "CREATE TYPE mood AS ENUM ('sad', 'it''s \"ok\"')",
        "CREATE DOMAIN code AS varchar(4)",
        'CREATE SCHEMA "Other one"',
    ],
    "mariadb": [],
}
# What was there before and is an error to whoever reads or checks it: a view that fails, a row that refers to none.
FAILING = {
    "sqlite": ["CREATE VIEW {view} AS SELECT * FROM gone"],
    "postgresql": ["CREATE VIEW {view} AS SELECT 1 / (count(*) - count(*)) AS n FROM {table}"],
    "mariadb": ["CREATE TABLE gone (id int)", "CREATE VIEW {view} AS SELECT * FROM gone", "DROP TABLE gone"],
}
ORPHANS = {
    "sqlite": "INSERT INTO {table} ({columns}) VALUES ({values})",
    "mariadb": "SET STATEMENT foreign_key_checks = 0 FOR INSERT INTO {table} ({columns}) VALUES ({values})",
}
SEVEN = [
    f"{each}_region_and_start_position" for each in ("first", "second", "third", "fourth", "fifth", "sixth", "last")
]
THIRTY = ", ".join(f"a_part_of_the_key_{number}" for number in range(30))
LABELS = ", ".join(f"'a label of thirty letters, or {number}'" for number in range(40))
# Schemas that went wrong once; every second one is set up by who may only read it.
EXAMPLES = {
    "sqlite": [
        ["CREATE TABLE measured (at TIMESTAMP NOT NULL, value REAL)"],
        [f"CREATE TABLE t{number} (id INTEGER PRIMARY KEY)" for number in range(201)],
        ['CREATE TABLE "." (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES "." (id))'],  # refused, and said why
        [
            "CREATE TABLE author (Id INTEGER PRIMARY KEY)",
            "CREATE TABLE book (id INTEGER PRIMARY KEY, author_id INTEGER REFERENCES Author (ID))",
            "INSERT INTO book VALUES (1, 7)",
            "CREATE TABLE child (id INTEGER PRIMARY KEY, c TEXT REFERENCES parent (code), b REFERENCES author (nope))",
            "INSERT INTO child VALUES (1, 'x', 1)",
            "CREATE TABLE thing (id INTEGER PRIMARY KEY, shape GEOMETRY, at DATETIME, ok TINYINT(1), big BIGINT(20))",
            "INSERT INTO thing VALUES (1, x'0102', 1700000000000, 1, 1)",
            f"CREATE TABLE seven ({' INT NOT NULL, '.join(SEVEN)} INT NOT NULL, UNIQUE ({', '.join(SEVEN)}))",
            f"CREATE TABLE wide ({THIRTY}, PRIMARY KEY ({THIRTY}))",
            f"CREATE TABLE part (id INTEGER PRIMARY KEY, {THIRTY}, FOREIGN KEY ({THIRTY}) REFERENCES wide ({THIRTY}))",
            "CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE nameorder)",
            "CREATE UNIQUE INDEX tag_name ON tag (name)",
            "CREATE TABLE word (name TEXT NOT NULL PRIMARY KEY COLLATE nameorder) WITHOUT ROWID",
            "INSERT INTO word VALUES ('x')",
            "CREATE TABLE text_key (name TEXT PRIMARY KEY COLLATE nameorder, n INTEGER)",
        ],
        ["CREATE TABLE keyless (n INTEGER)", "CREATE VIEW failing AS SELECT * FROM gone"],
    ],
    "postgresql": [
        ["CREATE TABLE measured (at timestamp NOT NULL, value double precision)"],
        [
            "CREATE TABLE tenant (id int PRIMARY KEY)",
            "ALTER TABLE tenant ENABLE ROW LEVEL SECURITY",
            "CREATE POLICY mine ON tenant USING (id = current_setting('app.tenant')::integer)",
            "CREATE FUNCTION secret() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "CREATE VIEW secrets AS SELECT secret() AS n",
            "CREATE TABLE options (id int PRIMARY KEY)",
            "CREATE TABLE keyless (id int)",
            "REVOKE SELECT ON options, keyless FROM reader",
            "REVOKE EXECUTE ON FUNCTION secret() FROM public",
        ],
        ['CREATE TABLE "O" ("l" integer NOT NULL, PRIMARY KEY ("l"))'],
        [
            "CREATE TYPE mood AS ENUM ('sad')",
            "CREATE SCHEMA apart",
            "CREATE TABLE apart.person (id int PRIMARY KEY, now mood)",
            f"CREATE TYPE apart.long AS ENUM ({LABELS})",
            "CREATE TABLE apart.labelled (id int PRIMARY KEY, label apart.long)",
        ],
        [
            "CREATE SCHEMA sales",
            "CREATE TABLE sales.item (id int PRIMARY KEY, name text NOT NULL)",
            "CREATE TABLE sales.line (id int PRIMARY KEY, item_id int REFERENCES sales.item (id))",
        ],
        [
            "CREATE SCHEMA app",
            "CREATE TABLE app.item (id int PRIMARY KEY)",
            "CREATE TABLE app.line (id int PRIMARY KEY, item_id int REFERENCES app.item)",
            "CREATE TABLE item (id int PRIMARY KEY, line_id int REFERENCES app.line)",
            "DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = app, public', current_database()); END$$",
        ],
        [
            "CREATE TABLE src (id int PRIMARY KEY, age int)",
            "CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS n FROM src WITH NO DATA",
            "CREATE VIEW raising AS SELECT 1 / count(*) AS n FROM src",
            "ALTER TABLE src ADD CONSTRAINT grown CHECK (age > 0) NOT ENFORCED",
            "CREATE DOMAIN code AS varchar(4)",
            "CREATE TABLE kind (id code PRIMARY KEY)",
            "CREATE TABLE thing (id int[] PRIMARY KEY, kind_id code REFERENCES kind)",
            "CREATE TABLE run (id int PRIMARY KEY, closed timestamp)",
            "CREATE INDEX run_a ON run ((coalesce(closed, '9999-12-31')) DESC)",
            "CREATE EXTENSION btree_gist",
            "CREATE TABLE event (id int, during tsrange, PRIMARY KEY (id, during WITHOUT OVERLAPS))",
            "CREATE TABLE part (id int PRIMARY KEY, event_id int, during tsrange)",
            "ALTER TABLE part ADD FOREIGN KEY (event_id, PERIOD during) REFERENCES event (id, PERIOD during)",
            "INSERT INTO event VALUES (1, '[2026-01-01,2027-01-01)')",
            "CREATE TABLE endless (id int PRIMARY KEY, until date)",
            "INSERT INTO endless VALUES (1, 'infinity')",
            "CREATE FOREIGN DATA WRAPPER nothing",
            "CREATE SERVER nowhere FOREIGN DATA WRAPPER nothing",
            "CREATE FOREIGN TABLE outside (a int) SERVER nowhere",
        ],
    ],
    "mariadb": [
        [
            "CREATE TABLE `id` (`tick``` date NOT NULL, PRIMARY KEY (`tick```))",
            "CREATE TABLE `ticks` (id int PRIMARY KEY, `a``b` int, UNIQUE (`a``b`))",
        ],
        [
            "CREATE TABLE `a,b` (id int, `%s` int)",
            "CREATE TABLE gone (id int)",
            "CREATE VIEW `a,b view` AS SELECT * FROM gone",
            "DROP TABLE gone",
        ],
        ["CREATE TABLE measured (at timestamp NOT NULL, value double)"],
        [
            "CREATE SEQUENCE numbers",
            "CREATE DATABASE IF NOT EXISTS elsewhere",
            "CREATE TABLE IF NOT EXISTS elsewhere.far (id int PRIMARY KEY)",
            "CREATE TABLE near (Id int PRIMARY KEY, far_id int, up int, FOREIGN KEY (UP) REFERENCES near (ID))",
            "ALTER TABLE near ADD FOREIGN KEY (far_id) REFERENCES elsewhere.far (id)",
            f"CREATE TABLE labelled (id int PRIMARY KEY, label enum({LABELS}))",
            "CREATE TABLE zero (id int PRIMARY KEY, at date)",
            "INSERT INTO zero VALUES (1, '0000-00-00')",
        ],
    ],
}


def quoted(kind: str, name: str) -> str:
    """Quote a name as a database does."""
    mark = "`" if kind == "mariadb" else '"'
    return mark + name.replace(mark, mark * 2) + mark


def names() -> st.SearchStrategy[str]:
    """Draw a name that every database takes."""
    letters = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zs"], max_codepoint=0xFFFF)
    drawn = st.one_of(st.sampled_from(HARD), st.text(letters, min_size=1, max_size=12))
    return drawn.filter(lambda name: len(name.encode()) <= 63 and not name.lower().startswith("sqlite_"))


def folded(name: str) -> str:
    """Return what two names have in common that no server takes for different ones."""
    return name.casefold()


def rows_and_views(draw: Any, kind: str, table: str, name: str, referring: list[str]) -> Iterator[str]:
    """Draw what is in a table and what looks at it, some of it wrong since long ago."""
    if referring and kind in ORPHANS and draw(st.booleans()):
        values = ", ".join("'7'" for _ in referring)
        yield ORPHANS[kind].format(table=table, columns=", ".join(referring), values=values)
    if draw(st.integers(0, 5)) == 5:
        view = quoted(kind, f"{name[:20]} failing")
        yield from (each.format(table=table, view=view) for each in FAILING[kind])
    if draw(st.booleans()):
        yield f"CREATE VIEW {quoted(kind, f'{name[:20]} view')} AS SELECT * FROM {table}"
    if draw(st.booleans()):
        yield f"INSERT INTO {table} {'() VALUES ()' if kind == 'mariadb' else 'DEFAULT VALUES'}"


@st.composite
def schemas(draw: Any, kind: str) -> list[str]:
    """Draw the statements that create a schema."""
    types = st.sampled_from([each.replace("|", " ") for each in TYPES[kind].split()])
    key_types = st.sampled_from([each.replace("|", " ") for each in KEYS[kind].split()])
    statements = list(FIRST[kind])
    tables: list[tuple[str, list[str], list[str]]] = []  # the quoted name, those of the key, and the key's types
    for name in draw(st.lists(names(), min_size=1, max_size=4, unique_by=folded)):
        columns = draw(st.lists(names(), min_size=1, max_size=6, unique_by=folded))
        own = [quoted(kind, column) for column in columns]
        size = draw(st.integers(0, min(3, len(own))))
        kinds = [draw(key_types) if number < size else draw(types) for number in range(len(own))]
        lines = [f"{own[number]} {of}{' NOT NULL' * (number < size)}" for number, of in enumerate(kinds)]
        key = ", ".join(own[:size])
        if size:
            lines.append(f"{draw(st.sampled_from(['PRIMARY KEY', 'PRIMARY KEY', 'UNIQUE']))} ({key})")
        if draw(st.booleans()):
            named = f"CONSTRAINT {quoted(kind, f'{name[:20]} check')} " * draw(st.booleans())
            lines.append(f"{named}CHECK ({own[-1]} IS NULL OR {own[-1]} IS NOT NULL)")
        table = quoted(kind, name)
        if kind == "postgresql" and draw(st.booleans()):
            table = f'"Other one".{table}'
        tables.append((table, own[:size], kinds[:size]))
        target, theirs, of = draw(st.sampled_from(tables))
        referring: list[str] = []
        if theirs and draw(st.booleans()):
            referring = [quoted(kind, f"{number} of {name[:20]}") for number in range(len(theirs))]
            lines[:0] = [f"{column} {each}" for column, each in zip(referring, of, strict=True)]
            lines.append(f"FOREIGN KEY ({', '.join(referring)}) REFERENCES {target} ({', '.join(theirs)})")
        statements.append(f"CREATE TABLE {table} ({', '.join(lines)})")
        statements += rows_and_views(draw, kind, table, name, referring)
        if size and kind != "mariadb" and draw(st.booleans()):
            order = draw(st.sampled_from(["", " DESC"]))
            index = quoted(kind, f"{name[:20]} index")
            expression = draw(st.sampled_from(["{0}", "(coalesce({0}, {0}))"])).format(own[0])
            if "jsonb" not in kinds[0]:
                statements.append(f"CREATE INDEX {index} ON {table} ({expression}{order})")
    return statements


class Workshop:
    """Projects for databases of each kind, an environment for all, and a process that sets them up."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.kept, self.stack = folder, folder / "kept", stack
        self.servers: dict[str, DatabaseServer] = {}
        self.python = python = folder / "venv/bin/python"
        run(BIN / "uv", "venv", "--quiet", folder / "venv")
        packages = ["sqlacodegen==4.0.4", "alembic", "flask", "psycopg[binary]", "pymysql", "pytest", "python-dotenv"]
        packages += ["python-json-logger", "ruff", "sqlalchemy", "tenacity"]
        run(BIN / "uv", "pip", "install", "--quiet", "--python", python, *packages)
        self.process = stack.enter_context(
            subprocess.Popen([python, INSIDE / "schemas.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        )
        stack.callback(self.process.kill)

    def project(self, kind: str, models: str) -> Path:
        """Return a project of those answers, as it is rendered."""
        folder = self.folder / f"{kind}-{models}"
        if not folder.exists():
            url = f"{SERVERS[kind].scheme}://me@host/shop" if kind in SERVERS else "sqlite:///shop.db"
            cookiecutter(folder, database="existing", models=models, database_url=url, set_up=False)
        return folder / "my_flask_app"

    def check(self, kind: str, models: str, statements: list[str], reads_only: bool, drawn: bool = False) -> None:
        """Create the schema, set a project up for its owner or who may only read; fail with the statements.

        Of those that were drawn, the database may refuse some.
        """
        number = next(NUMBERS)
        folder = self.folder / str(number)
        project = Path(shutil.copytree(self.project(kind, models), folder / "my_flask_app"))
        url, other = (self.url(kind, f"{name}_{number}", folder) for name in ("shop", "other"))
        try:
            made = self.create(kind, f"shop_{number}", folder, statements)
            assert drawn or made == statements, f"refused: {[each for each in statements if each not in made]}"
            if not any(statement.startswith("CREATE TABLE ") for statement in made):
                reject()
            script = ";\n".join(made)
            assert self.process.stdin
            assert self.process.stdout
            user = self.reader(kind, f"shop_{number}", folder, statements) if reads_only else url
            request = {"project": str(project), "url": user, "owner": url, "other": other}
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
            answer = json.loads(self.process.stdout.readline())
            self.keep(project, script)
        finally:
            shutil.rmtree(folder)
            for name in ("shop", "other") if kind in self.servers else ():
                force = " WITH (FORCE)" * (kind == "postgresql")
                self.servers[kind].sql(f"DROP DATABASE IF EXISTS {name}_{number}{force}")
        wrong = answer["wrong"] or [
            line for line in answer["output"].splitlines() if "Warning" in line or "in the models: (" in line
        ]
        assert not wrong, f"{kind}, {models}:\n{script};\n\n{answer['output']}\n{wrong}"

    def keep(self, project: Path, script: str) -> None:
        """Keep what was written, with the SQL beside it."""
        folder = self.kept / f"n{project.parent.name}"
        folder.mkdir(parents=True)
        shutil.copy(project / "pyproject.toml", self.kept)
        for name in ("__init__.py", "column_types.py", "dialects.py", "models.py", "tables.pyi"):
            with suppress(FileNotFoundError):
                shutil.copy(project / "my_flask_app" / name, folder)
        (folder / "schema.sql").write_text(script)

    def url(self, kind: str, name: str, folder: Path) -> str:
        """Return the URL of a database."""
        if kind == "sqlite":
            return f"sqlite:///{folder}/{name}.db"
        if kind not in self.servers:
            self.servers[kind] = private(kind, self.stack)
            self.servers[kind].create_reader()
        return self.servers[kind].url(name, self.servers[kind].password)

    def reader(self, kind: str, name: str, folder: Path, statements: list[str]) -> str:
        """Return the URL of a database for who may only read it, and not what the statements revoke."""
        if kind == "sqlite":
            return f"sqlite:///file:{folder}/{name}.db?mode=ro&uri=true"
        self.servers[kind].let_read(name)
        for statement in statements:
            if statement.startswith("REVOKE "):
                self.servers[kind].sql(statement, name)
        return self.servers[kind].url(name, READER_PASSWORD, READER)

    def create(self, kind: str, name: str, folder: Path, statements: list[str]) -> list[str]:
        """Create a database; return the statements that it does not refuse."""
        made = []
        if kind == "sqlite":
            with closing(sqlite3.connect(folder / f"{name}.db")) as connection, connection:
                connection.create_collation("nameorder", lambda one, other: (one > other) - (one < other))
                for statement in statements:
                    with suppress(sqlite3.Error):
                        connection.execute(statement)
                        made.append(statement)
        else:
            server = self.servers[kind]
            server.sql(f"CREATE DATABASE {name}" + " CHARACTER SET utf8mb4" * (kind == "mariadb"))
            for statement in statements:
                with suppress(psycopg.Error, pymysql.Error):
                    server.sql(statement, name)
                    made.append(statement)
        return made


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    with ExitStack() as stack:
        yield Workshop(tmp_path_factory.mktemp("schemas"), stack)


@pytest.mark.parametrize("models", ["declarative", "reflection"])
@pytest.mark.parametrize(
    ("kind", "number"), [(kind, number) for kind in KINDS for number in range(len(EXAMPLES[kind]))]
)
def test_a_schema_that_went_wrong_once(kind: str, number: int, models: str, workshop: Workshop) -> None:
    workshop.check(kind, models, EXAMPLES[kind][number], reads_only=bool(number % 2))


@pytest.mark.parametrize("models", ["declarative", "reflection"])
@pytest.mark.parametrize("kind", KINDS)
def test_any_schema(kind: str, models: str, workshop: Workshop, drawing: Drawing) -> None:
    @given(schemas(kind), st.booleans())
    def check(statements: list[str], reads_only: bool) -> None:
        workshop.check(kind, models, statements, reads_only, drawn=True)

    drawing(check, usual=4)()


def test_a_server_that_folds_names(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    statements = [
        "CREATE TABLE Author (Id int PRIMARY KEY)",
        "CREATE TABLE Book (id int PRIMARY KEY, Writer int, FOREIGN KEY (writer) REFERENCES AUTHOR (ID))",
        "CREATE VIEW Books AS SELECT * FROM BOOK",
    ]
    with ExitStack() as stack:
        server = private("mariadb", stack, lower_case_table_names=1)
        server.create("named")
        server.sql(statements[0], "named")
        assert server.sql("SHOW TABLES", "named") == [("author",)]
        monkeypatch.setitem(workshop.servers, "mariadb", server)
        for models in ("declarative", "reflection"):
            workshop.check("mariadb", models, statements, reads_only=False)


def test_what_was_written_has_types(workshop: Workshop) -> None:
    """Runs after the others: mypy reads all of it, which takes little longer than one."""
    done = run("mypy", f"--python-executable={workshop.python}", cwd=workshop.kept, check=False)
    wrong = set(re.findall(r"(?m)^(n\d+)/.*error:", done.stdout))
    scripts = [(workshop.kept / number / "schema.sql").read_text() for number in wrong]
    assert not done.returncode, min(scripts, key=len, default="") + "\n\n" + done.stdout
