"""Reads the database's catalogue: the tables and views that the application may use, and why it may not use others."""

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import Connection, Inspector, MetaData, Table, false, inspect, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidRequestError
from sqlalchemy.sql.expression import table as table_clause

from my_flask_app.databases.base import reason

from .keys import add_unique_constraints, key_columns

BOOKKEEPING = {"alembic_version"}
SCHEMAS_OF_ONE_DATABASE = {"postgresql", "cockroachdb", "mssql"}  # elsewhere another schema is somebody else's database
SYSTEM_SCHEMAS = {"information_schema", "pg_catalog", "pg_extension", "crdb_internal", "sys"}

POSTGRESQL_LEFT_OUT = text(r"""
SELECT nspname, relname,
       CASE WHEN relispartition THEN 'partitions'
            WHEN deptype = 'e' THEN 'belong to an extension'
            ELSE 'not readable' END
  FROM pg_class
  JOIN pg_namespace ON pg_namespace.oid = relnamespace
  LEFT JOIN pg_depend ON classid = 'pg_class'::regclass AND objid = pg_class.oid AND objsubid = 0 AND deptype = 'e'
 WHERE relkind IN ('r', 'p', 'v', 'm') AND nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema'
   AND (relispartition OR deptype = 'e' OR NOT has_schema_privilege(relnamespace, 'USAGE')
        OR NOT has_table_privilege(pg_class.oid, 'SELECT'))
""")


@dataclass
class Catalogue:
    """What the database has: tables with a key, what has none (views too), and what is left out, by reason."""

    tables: list[Table] = field(default_factory=list)
    keyless: list[tuple[str | None, str]] = field(default_factory=list)
    left_out: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def read_catalogue(connection: Connection) -> Catalogue:
    """Read the catalogue, by SELECT and the like alone."""
    catalogue = Catalogue()
    metadata = MetaData()
    inspector = inspect(connection)
    unusable = _unusable(connection)
    for schema in _schemas(inspector):
        names = {
            kind: [name for name in found if _is_usable(connection, schema, name, unusable, catalogue)]
            for kind, found in (("tables", inspector.get_table_names(schema)), ("views", _views(inspector, schema)))
        }
        _reflect(connection, metadata, schema, names["tables"], catalogue)
        catalogue.keyless += [(schema, name) for name in names["views"]]
    for table in metadata.tables.values():
        if connection.dialect.name == "sqlite":
            add_unique_constraints(table, inspector)
        if key_columns(table):
            catalogue.tables.append(table)
        else:
            catalogue.keyless.append((table.schema, table.name))
    catalogue.tables.sort(key=lambda table: (table.schema or "", table.name))
    catalogue.keyless.sort(key=lambda key: (key[0] or "", key[1]))
    return catalogue


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


def _views(inspector: Inspector, schema: str | None) -> list[str]:
    views = inspector.get_view_names(schema)
    if inspector.dialect.name == "postgresql":
        views += inspector.get_materialized_view_names(schema)
    return views


def _unusable(connection: Connection) -> dict[tuple[str | None, str], str]:
    """Return what the database itself can tell at once, by schema and name."""
    if connection.dialect.name == "postgresql":
        default = connection.dialect.default_schema_name
        rows = connection.execute(POSTGRESQL_LEFT_OUT).all()
        return {(None if schema == default else schema, name): why for schema, name, why in rows}
    if connection.dialect.name == "sqlite":
        tables = connection.exec_driver_sql("PRAGMA table_list").mappings()
        return {(None, row["name"]): "parts of a virtual table" for row in tables if row["type"] == "shadow"}
    return {}


def _is_usable(
    connection: Connection,
    schema: str | None,
    name: str,
    unusable: dict[tuple[str | None, str], str],
    catalogue: Catalogue,
) -> bool:
    """Tell whether a table or view can be read, and note why not."""
    why = unusable.get((schema, name))
    if name in BOOKKEEPING:
        why = "bookkeeping of Alembic"
    elif not why and connection.dialect.name != "postgresql":  # which has told
        try:
            connection.execute(select(text("*")).select_from(table_clause(name, schema=schema)).where(false())).close()
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            why = f"not readable ({reason(error)})"
    if why:
        catalogue.left_out[why].append(f"{schema}.{name}" if schema else name)
    return not why
