"""Reads the database's catalogue: the tables and views that the application may use, and why it may not use others."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Column, Connection, Inspector, MetaData, Table, TableClause, inspect, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidRequestError
from sqlalchemy.sql.expression import table as table_clause

from my_flask_app.databases.base import reason

from .keys import add_unique_constraints, key_columns

BOOKKEEPING = {"alembic_version"}
SCHEMAS_OF_ONE_DATABASE = {"postgresql", "cockroachdb", "mssql"}  # elsewhere another schema is somebody else's database
SYSTEM_SCHEMAS = {"information_schema", "pg_catalog", "pg_extension", "crdb_internal", "sys"}
TOO_SLOW: set[object] = {"57014", 1969}
MARIADB = "SHOW FULL TABLES"
# All that has rows, and why it is left out. Not indexes, sequences and the like; a kind that is new here is named.
POSTGRESQL = text(r"""
SELECT nspname, relname,
       CASE WHEN relispartition THEN 'partitions'
            WHEN deptype = 'e' THEN 'belong to an extension'
            WHEN NOT has_schema_privilege(relnamespace, 'USAGE') OR NOT has_table_privilege(pg_class.oid, 'SELECT')
                THEN 'not readable'
            WHEN relkind = 'f' THEN 'foreign tables'
            WHEN relkind NOT IN ('r', 'p', 'v', 'm') THEN 'of the kind ' || relkind::text END
  FROM pg_class
  JOIN pg_namespace ON pg_namespace.oid = relnamespace
  LEFT JOIN pg_depend ON classid = 'pg_class'::regclass AND objid = pg_class.oid AND objsubid = 0 AND deptype = 'e'
 WHERE relkind NOT IN ('i', 'I', 'S', 't', 'c') AND nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema'
""")


@dataclass
class Catalogue:
    """What the database has: tables with a key, what has none (views too), what it refuses, what is left out."""

    tables: list[Table] = field(default_factory=list)
    keyless: list[tuple[str | None, str]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def read_catalogue(connection: Connection) -> Catalogue:
    """Read the catalogue, by SELECT and the like alone."""
    catalogue = Catalogue()
    metadata = MetaData()
    inspector = inspect(connection)
    rest = _everything(connection)
    for schema in _schemas(inspector):
        views = inspector.get_view_names(schema)
        if connection.dialect.name == "postgresql":
            views += inspector.get_materialized_view_names(schema)
        names = {"tables": inspector.get_table_names(schema), "views": views}
        for kind, found in names.items():
            whys = {name: rest.pop((schema, name), "") or _why_left_out(connection, schema, name) for name in found}
            names[kind] = [name for name, why in whys.items() if not why]
            _leave_out(catalogue, {(schema, name): why for name, why in whys.items() if why})
        _reflect(connection, metadata, schema, names["tables"], catalogue)
        catalogue.keyless += [(schema, name) for name in names["views"]]
    _leave_out(catalogue, rest)
    for table in metadata.tables.values():
        if connection.dialect.name == "sqlite":
            add_unique_constraints(table, inspector)
        if key_columns(table):
            catalogue.tables.append(table)
        else:
            catalogue.keyless.append((table.schema, table.name))
    if connection.dialect.name in {"mysql", "mariadb"}:
        targets = {each.target_tokens[:2] for table in metadata.tables.values() for each in table.foreign_keys}
        _leave_out(catalogue, {target: "of another database" for target in targets if target[0]})
        for _, name in catalogue.keyless:
            try:
                inspector.get_columns(name)
            except DBAPIError as error:  # MariaDB describes a view only to those who have SHOW VIEW
                catalogue.refused[name] = reason(error)
    whys = {table.key: refusal(connection, table, *key_columns(table)) for table in catalogue.tables}
    catalogue.refused |= {key: why for key, why in whys.items() if why}
    catalogue.tables.sort(key=lambda table: (table.schema or "", table.name))
    catalogue.keyless.sort(key=lambda key: (key[0] or "", key[1]))
    return catalogue


def _leave_out(catalogue: Catalogue, whys: Mapping[tuple[str | None, str], str]) -> None:
    for (schema, name), why in sorted(whys.items(), key=lambda item: (item[0][0] or "", item[0][1])):
        catalogue.left_out[why or "of a kind that is not known"].append(f"{schema}.{name}" if schema else name)


def _reflect(
    connection: Connection, metadata: MetaData, schema: str | None, names: list[str], catalogue: Catalogue
) -> None:
    """Reflect tables together, or one by one if there is one that SQLAlchemy cannot reflect."""
    if not names:  # of which SQLAlchemy would make all
        return
    try:
        # Not the list itself: of that SQLAlchemy skips a name which the default schema has too.
        metadata.reflect(connection, schema=schema, only=lambda name, _: name in names, resolve_fks=False)
    except (ArgumentError, InvalidRequestError) as error:
        if len(names) > 1:
            for name in names:
                _reflect(connection, metadata, schema, [name], catalogue)
        else:
            catalogue.left_out[f"not reflected ({' '.join(str(error).split())})"] += names


def _schemas(inspector: Inspector) -> list[str | None]:
    if inspector.dialect.name not in SCHEMAS_OF_ONE_DATABASE:
        return [None]
    names = set(inspector.get_schema_names()) - {inspector.default_schema_name}
    return [None, *sorted(name for name in names if name.lower() not in SYSTEM_SCHEMAS)]


def _everything(connection: Connection) -> dict[tuple[str | None, str], str]:
    """Return all that has rows, by schema and name, with what the database itself can tell of why it is left out."""
    if connection.dialect.name == "postgresql":
        default = connection.dialect.default_schema_name
        rows = connection.execute(POSTGRESQL).all()
        return {(None if schema == default else schema, name): why or "" for schema, name, why in rows}
    if connection.dialect.name == "sqlite":
        tables = connection.exec_driver_sql("PRAGMA main.table_list").mappings()
        names = {row["name"]: "parts of a virtual table" * (row["type"] == "shadow") for row in tables}
        return {(None, name): why for name, why in names.items() if not name.startswith("sqlite_")}
    if connection.dialect.name in {"mysql", "mariadb"}:
        return {(None, row[0]): "sequences" * (row[1] == "SEQUENCE") for row in connection.exec_driver_sql(MARIADB)}
    return {}


def _why_left_out(connection: Connection, schema: str | None, name: str) -> str:
    if name in BOOKKEEPING:
        return "bookkeeping of Alembic"
    return f"not readable ({why})" if (why := refusal(connection, table_clause(name, schema=schema))) else ""


def refusal(connection: Connection, what: TableClause, *order: Column[object]) -> str:
    """Return why the database refuses to read it in that order; empty if it does not, or takes too long to tell."""
    savepoint = connection.begin_nested()
    try:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = '5s'"))
        connection.execute(select(text("*")).select_from(what).order_by(*order).limit(1)).close()
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        codes = {getattr(error.orig, "sqlstate", None), *getattr(error.orig, "args", ())[:1]}
        return "" if codes & TOO_SLOW else reason(error)
    finally:
        savepoint.rollback()
    return ""
