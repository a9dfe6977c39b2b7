"""What only the server can say: its own statements for the schema. Reads; writes nothing."""

# ruff: noqa: C901, S608 - SQL, put together from constants
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from graphlib import TopologicalSorter
from typing import Any

from sqlalchemy import Connection, CursorResult
from sqlalchemy.exc import DBAPIError

from my_flask_app.databases import database_of
from my_flask_app.databases.base import reason

NAMING_CONVENTION = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
}
KNOWN = {"BASE TABLE", "SEQUENCE", "SYSTEM VERSIONED", "VIEW"}  # the kinds of tables
MODE = "NO_AUTO_VALUE_ON_ZERO"  # in which the statements are asked for, and run
BEGIN = [
    "SET @sql_mode = @@sql_mode, @foreign_key_checks = @@foreign_key_checks, @collation = @@collation_connection",
    f"SET sql_mode = '{MODE}', foreign_key_checks = 0",
]
END = "SET sql_mode = @sql_mode, foreign_key_checks = @foreign_key_checks, collation_connection = @collation"
SPELLED = ("create ", "sql original ")  # how the column of SHOW CREATE that has the statement begins
CALLED = re.compile(r"`((?:[^`]|``)+)`\(")  # the functions in a view that are not the server's own
ROUTINES = (
    "SELECT routine_type, routine_name FROM information_schema.routines WHERE routine_schema = DATABASE() ORDER BY 1, 2"
)
DEFINER = re.compile(r" DEFINER=`(?:[^`]|``)*`@`(?:[^`]|``)*`| DEFINER=`(?:[^`]|``)*`")


@contextmanager
def connect(database_url: str) -> Iterator[Connection]:
    """Connect for reading only."""
    engine = database_of(database_url).create_engine()
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
        connection.exec_driver_sql(f"SET SESSION sql_mode = '{MODE}'")
        connection.commit()
        yield connection


def schemas(_connection: Connection) -> list[str | None]:
    """Return the schemas to read: the database of the URL."""
    return [None]


def left_out(connection: Connection) -> set[tuple[str | None, str]]:
    """Return the tables that the models leave out: sequences, which are tables here."""
    return {(None, name) for name in _tables(connection)["SEQUENCE"]}


def type_names(connection: Connection, _schema: str | None, table: str) -> dict[str, str]:
    """Return the types of a table's columns in the server's words."""
    rows = connection.exec_driver_sql(
        "SELECT column_name, column_type FROM information_schema.columns"
        " WHERE table_schema = DATABASE() AND table_name = %s",
        (table,),
    )
    return dict(rows.tuples().all())


def owned_sequences(_connection: Connection) -> set[tuple[str | None, str, str]]:
    """Return the columns (schema, table, name) that have a sequence of their own: there are none here."""
    return set()


def remarks(_connection: Connection) -> list[str]:
    """Return what is to know of the constraints: nothing here."""
    return []


def baseline(connection: Connection) -> tuple[list[str], list[str]]:
    """Return the statements that build the schema, in the server's words, and what they leave out."""
    missing: list[str] = []

    def show(kind: str, name: str) -> list[str]:
        """Return what makes an object again; nothing, and a note, where its user may not see that."""
        try:
            if kind == "VIEW":
                _query(connection, f"DESCRIBE {_quote(name)}")  # one of what is not there cannot be made
            row = dict(_query(connection, f"SHOW CREATE {kind} {_quote(name)}").mappings().one())
        except DBAPIError as error:
            row = {"why": reason(error)}
        statement = next((text for column, text in row.items() if column.lower().startswith(SPELLED)), None)
        if statement is None:
            missing.append(f"{kind.lower()} {name}: {row.get('why', 'its user may not see how it is made')}")
            return []
        statement = DEFINER.sub("", str(statement), count=1)
        if kind == "TABLE":
            columns, end, options = statement.rpartition("\n)")
            statement = columns + end + re.sub(r" AUTO_INCREMENT=\d+", "", options)
        if "sql_mode" not in row:
            statement = statement.replace(own_schema, "")
        if "collation_connection" not in row:
            return [statement]
        # A body means what its own settings say.
        mode = row.get("sql_mode", MODE)
        return [f"SET sql_mode = '{mode}', collation_connection = {row['collation_connection']}", statement]

    def names(catalogue: str, name: str, order: str) -> list[str]:
        query = f"SELECT {name} FROM information_schema.{catalogue}s WHERE {catalogue}_schema = DATABASE()"
        return [found for (found,) in _query(connection, f"{query} ORDER BY {order}")]

    database, collation = _query(connection, "SELECT DATABASE(), @@collation_database").one()
    own_schema = f"{_quote(database)}."
    tables = _tables(connection)
    statements = [f"ALTER DATABASE COLLATE {collation}"]  # of routines' variables, and of tables that follow
    missing += [f"{kind.lower()} {name}" for kind in tables.keys() - KNOWN for name in tables[kind]]
    for name in tables["SEQUENCE"]:  # first: defaults ask them
        statements += show("SEQUENCE", name)
    for name in tables["BASE TABLE"] + tables["SYSTEM VERSIONED"]:
        statements += show("TABLE", name)
    known: set[str] = set()
    for kind, name in _query(connection, ROUTINES):
        shown = show(kind, name)
        statements += shown
        known |= {name} if shown else set()
    views = {name: show("VIEW", name) for name in tables["VIEW"]}
    uses = {name: {other for other in views if other != name and _quote(other) in str(views[name])} for name in views}
    for name in TopologicalSorter(uses).static_order():
        lost = [other for other in sorted(uses[name]) if not views[other]]
        lost += sorted(set(CALLED.findall("".join(views[name]))) - known)
        if lost:  # for example a function that its user may not see
            missing.append(f"view {name}, which needs {lost[0]}")
            views[name] = []
        statements += views[name]
    for name in names("trigger", "trigger_name", "event_object_table, action_timing, action_order"):
        statements += show("TRIGGER", name)
    # An event would begin to run in every database that the baseline builds.
    missing += [f"event {name}" for name in names("event", "event_name", "1")]
    return [*BEGIN, *statements, END], missing


def _tables(connection: Connection) -> defaultdict[str, list[str]]:
    """Return the names of tables by their kind."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, kind in _query(connection, "SHOW FULL TABLES"):
        if name != "alembic_version":
            found[kind].append(name)
    return found


def _query(connection: Connection, statement: str) -> CursorResult[*tuple[Any, ...]]:
    return connection.exec_driver_sql(statement, execution_options={"no_parameters": True})  # a % is a %


def _quote(name: str) -> str:
    return f"`{name.replace('`', '``')}`"
