"""What only PostgreSQL can say: its own statements for the schema, put together from the catalogues as pg_dump does.

pg_dump itself may be missing here, or older than the server, which it then refuses. Reads; writes nothing.
"""

# ruff: noqa: E501, ISC004, PLR0913, PLR0917, S608 - SQL, put together from constants
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from graphlib import TopologicalSorter
from typing import Any, NamedTuple

from sqlalchemy import Connection, CursorResult

from my_flask_app.databases import database_of

NAMING_CONVENTION = {  # as the server itself would name them
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}
# The schemas that are not the server's own or an extension's; {0} is the column with their oid.
OWN = (
    "{0} IN (SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
    " AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = pg_namespace.oid AND e.deptype = 'e'))"
)
# What is made by itself: not with an extension or as a part of something else; {0} is a catalogue, {1} its alias.
ITSELF = (
    "NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '{0}'::regclass AND e.objid = {1}.oid"
    " AND (e.deptype IN ('e', 'i') AND e.refobjid <> e.objid"  # a partitioned table depends on its own columns
    " OR e.deptype = 'a' AND EXISTS (SELECT FROM pg_depend x"
    " WHERE x.classid = e.refclassid AND x.objid = e.refobjid AND x.deptype = 'e')))"
)


@contextmanager
def connect(database_url: str) -> Iterator[Connection]:
    """Connect for reading only; all is read as it is at one moment.

    Where names without a schema do not mean ``public``, every name is read with its own: another database, or another
    user, may have another ``search_path``.
    """
    options: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with database_of(database_url).create_engine().connect().execution_options(**options) as connection:
        if connection.dialect.default_schema_name != "public":
            _query(connection, "SELECT set_config('search_path', '', false)")
            connection.dialect.default_schema_name = None
        yield connection


def schemas(connection: Connection) -> list[str | None]:
    """Return the schemas to read, None for the default one."""
    rows = _query(
        connection,
        "SELECT nullif(nspname, current_schema()) FROM pg_namespace"
        f" WHERE {OWN.format('oid')} ORDER BY nspname <> current_schema(), nspname",
    )
    return [name for (name,) in rows]


def left_out(connection: Connection) -> set[tuple[str | None, str]]:
    """Return the tables that the models leave out: partitions, and what belongs to extensions."""
    rows = _query(
        connection,
        "SELECT nullif(relnamespace::regnamespace::name, current_schema()), relname FROM pg_class c"
        f" WHERE relispartition OR NOT {ITSELF.format('pg_class', 'c')}",
    )
    return {(schema, name) for schema, name in rows}


def type_names(connection: Connection, schema: str | None, table: str) -> dict[str, str]:
    """Return the types of a table's columns in the server's words."""
    rows = connection.exec_driver_sql(
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid"
        " WHERE relnamespace = coalesce(%(schema)s, current_schema())::regnamespace AND relname = %(table)s",
        {"schema": f'"{schema.replace(chr(34), chr(34) * 2)}"' if schema else None, "table": table},
    )
    return dict(rows.tuples().all())


def owned_sequences(connection: Connection) -> set[tuple[str | None, str, str]]:
    """Return the columns (schema, table, name) whose default is a sequence of their own: SERIAL."""
    rows = _query(
        connection,
        "SELECT nullif(t.relnamespace::regnamespace::name, current_schema()), t.relname, attname"
        " FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'"
        " JOIN pg_class t ON t.oid = d.refobjid JOIN pg_attribute a ON attrelid = t.oid AND attnum = d.refobjsubid"
        " JOIN pg_attrdef f ON f.adrelid = t.oid AND f.adnum = attnum"
        " JOIN pg_depend n ON n.classid = 'pg_attrdef'::regclass AND n.objid = f.oid AND n.refobjid = s.oid"
        " WHERE d.classid = 'pg_class'::regclass AND d.deptype = 'a'",
    )
    return {(schema, table, column) for schema, table, column in rows}


def remarks(connection: Connection) -> list[str]:
    """Return what is to know of the constraints: those of which the models say a part only."""
    rows = _query(
        connection,
        "SELECT conname, conrelid::regclass, pg_get_constraintdef(oid) FROM pg_constraint c WHERE conrelid <> 0"
        " AND (to_jsonb(c) ->> 'conenforced' = 'false' OR to_jsonb(c) ->> 'conperiod' = 'true') ORDER BY 1, 2",
    )
    return [f"constraint {name} of {table} (in the models without all of: {words})" for name, table, words in rows]


class Made(NamedTuple):
    """An object and the statement that makes it."""

    catalogue: str
    oid: int
    rank: int  # among those that could be made at the same time
    name: str
    statement: str


SEQUENCE = (
    "' INCREMENT BY ' || seqincrement || ' MINVALUE ' || seqmin || ' MAXVALUE ' || seqmax || ' START WITH ' || seqstart"
    " || ' CACHE ' || seqcache || CASE WHEN seqcycle THEN ' CYCLE' ELSE '' END"
)
COLLATE = """
    CASE WHEN attcollation NOT IN (0, (SELECT typcollation FROM pg_type WHERE oid = atttypid))
        THEN ' COLLATE ' || attcollation::regcollation ELSE '' END
"""
# A default that comes after its table: of an inherited column, or with a function that may need the table itself.
LATE = """
    (NOT (attislocal OR relispartition) OR EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_attrdef'::regclass
        AND e.objid = d.oid AND e.refclassid = 'pg_proc'::regclass) AND attgenerated = '')
"""
# A column as CREATE TABLE has it, of pg_attribute a in the table c, with its default d.
COLUMN = f"""
    quote_ident(attname) || ' ' || format_type(atttypid, atttypmod)
    || {COLLATE}
    || coalesce(CASE WHEN attgenerated <> ''
        THEN ' GENERATED ALWAYS AS (' || pg_get_expr(adbin, adrelid) || ')'
            || CASE attgenerated WHEN 's' THEN ' STORED' ELSE ' VIRTUAL' END
        WHEN NOT {LATE} THEN ' DEFAULT ' || pg_get_expr(adbin, adrelid) END, '')
    || CASE WHEN attnotnull THEN coalesce(
        (SELECT ' CONSTRAINT ' || quote_ident(conname) FROM pg_constraint WHERE conrelid = c.oid AND contype = 'n'
        AND conkey[1] = attnum AND conname <> left(relname || '_' || attname || '_not_null', 63)), '')
        || ' NOT NULL' ELSE '' END
    || coalesce((SELECT ' GENERATED ' || CASE attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END
        || ' AS IDENTITY (SEQUENCE NAME ' || seqrelid::regclass || {SEQUENCE} || ')'
        FROM pg_depend d JOIN pg_sequence ON seqrelid = d.objid
        WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid = attnum AND d.deptype = 'i'), '')
"""
PARENTS = """
    (SELECT string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno) FROM pg_inherits WHERE inhrelid = c.oid)
"""
TABLE = f"""
    'CREATE ' || CASE relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END || 'TABLE ' || c.oid::regclass || ' (' ||
    coalesce((SELECT string_agg(E'\\n    ' || {COLUMN}, ',' ORDER BY attnum) || E'\\n' FROM pg_attribute a
        LEFT JOIN pg_attrdef d ON adrelid = attrelid AND adnum = attnum
        WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND (attislocal OR relispartition)), '') || ')'
    || CASE WHEN relispartition THEN '' ELSE coalesce(' INHERITS (' || {PARENTS} || ')', '') END
    || CASE relkind WHEN 'p' THEN ' PARTITION BY ' || pg_get_partkeydef(c.oid) ELSE '' END
    || CASE WHEN reloptions IS NULL THEN '' ELSE ' WITH (' || array_to_string(reloptions, ', ') || ')' END
"""
VIEW = """
    'CREATE ' || CASE relkind WHEN 'm' THEN 'MATERIALIZED ' ELSE '' END || 'VIEW ' || c.oid::regclass
    || CASE WHEN reloptions IS NULL THEN '' ELSE ' WITH (' || array_to_string(reloptions, ', ') || ')' END
    || E' AS\\n' || rtrim(pg_get_viewdef(c.oid), ';')
    || CASE WHEN relkind = 'm' AND NOT relispopulated THEN ' WITH NO DATA' ELSE '' END
"""
DOMAIN = """
    'CREATE DOMAIN ' || t.oid::regtype || ' AS ' || format_type(typbasetype, typtypmod)
    || CASE WHEN typcollation NOT IN (0, (SELECT b.typcollation FROM pg_type b WHERE b.oid = t.typbasetype))
        THEN ' COLLATE ' || typcollation::regcollation ELSE '' END
    || coalesce(' DEFAULT ' || pg_get_expr(typdefaultbin, 'pg_type'::regclass), '') || CASE WHEN typnotnull THEN ' NOT NULL' ELSE '' END
    || coalesce((SELECT string_agg(' CONSTRAINT ' || quote_ident(conname) || ' ' || pg_get_constraintdef(oid), ''
        ORDER BY conname) FROM pg_constraint WHERE contypid = t.oid AND contype = 'c' AND convalidated), '')
"""
ENUM = """
    'CREATE TYPE ' || t.oid::regtype || ' AS ENUM ('
    || (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid)
    || ')'
"""
COMPOSITE = f"""
    'CREATE TYPE ' || t.oid::regtype || ' AS (' || (
        SELECT string_agg(quote_ident(attname) || ' ' || format_type(atttypid, atttypmod) || {COLLATE}, ', ' ORDER BY attnum)
        FROM pg_attribute WHERE attrelid = typrelid AND attnum > 0 AND NOT attisdropped) || ')'
"""
RANGE = """
    (SELECT 'CREATE TYPE ' || t.oid::regtype || ' AS RANGE (SUBTYPE = ' || rngsubtype::regtype
        || CASE WHEN rngcollation = 0 THEN '' ELSE ', COLLATION = ' || rngcollation::regcollation END
        || CASE WHEN rngsubdiff = 0 THEN '' ELSE ', SUBTYPE_DIFF = ' || rngsubdiff::regproc END
        || coalesce(', MULTIRANGE_TYPE_NAME = ' || (to_jsonb(r) ->> 'rngmultitypid')::oid::regtype, '') || ')'
    FROM pg_range r WHERE rngtypid = t.oid)
"""
COLLATION = """
    'CREATE COLLATION ' || l.oid::regcollation || CASE collprovider
        WHEN 'c' THEN ' (LC_COLLATE = ' || quote_literal(collcollate) || ', LC_CTYPE = ' || quote_literal(collctype)
        ELSE ' (PROVIDER = ' || CASE collprovider WHEN 'i' THEN 'icu' ELSE 'builtin' END || ', LOCALE = '
            || quote_literal(coalesce(to_jsonb(l) ->> 'colllocale', to_jsonb(l) ->> 'colliculocale', collcollate)) END
    || CASE WHEN collisdeterministic THEN '' ELSE ', DETERMINISTIC = false' END || ')'
"""
# Of a dictionary its template and options; of a configuration its parser and, for each token, its dictionaries.
DICTIONARY = """
    'CREATE TEXT SEARCH DICTIONARY ' || t.oid::regdictionary || ' (TEMPLATE = '
    || (SELECT quote_ident(nspname) || '.' || quote_ident(tmplname) FROM pg_ts_template
        JOIN pg_namespace n ON n.oid = tmplnamespace WHERE pg_ts_template.oid = dicttemplate)
    || coalesce(', ' || dictinitoption, '') || ')'
"""
CONFIGURATION = """
    'CREATE TEXT SEARCH CONFIGURATION ' || t.oid::regconfig || ' (PARSER = '
    || (SELECT quote_ident(nspname) || '.' || quote_ident(prsname) FROM pg_ts_parser
        JOIN pg_namespace n ON n.oid = prsnamespace WHERE pg_ts_parser.oid = cfgparser) || ')'
    || coalesce((SELECT string_agg('; ALTER TEXT SEARCH CONFIGURATION ' || t.oid::regconfig || ' ADD MAPPING FOR '
            || (SELECT quote_ident(alias) FROM ts_token_type(cfgparser) WHERE tokid = maptokentype)
            || ' WITH ' || dictionaries, '' ORDER BY maptokentype)
        FROM (SELECT maptokentype, string_agg(mapdict::regdictionary::text, ', ' ORDER BY mapseqno) AS dictionaries
            FROM pg_ts_config_map WHERE mapcfg = t.oid GROUP BY maptokentype) AS m), '')
"""
DEFAULT = (
    "'ALTER TABLE ONLY ' || adrelid::regclass || ' ALTER COLUMN ' || quote_ident(attname)"
    " || ' SET DEFAULT ' || pg_get_expr(adbin, adrelid)"
)
CONSTRAINT = (
    "'ALTER ' || CASE WHEN contypid <> 0 THEN 'DOMAIN ' || contypid::regtype"
    " ELSE 'TABLE ' || CASE WHEN contype IN ('c', 'f') THEN '' ELSE 'ONLY ' END || conrelid::regclass END"
    " || ' ADD CONSTRAINT ' || quote_ident(conname) || ' ' || pg_get_constraintdef(n.oid)"
)
# Catalogue, its alias, rank, name, statement, what to read.
KINDS = [
    ("pg_collation", "l", 0, "collname", COLLATION, OWN.format("collnamespace")),
    ("pg_ts_dict", "t", 0, "dictname", DICTIONARY, OWN.format("dictnamespace")),
    ("pg_ts_config", "t", 1, "cfgname", CONFIGURATION, OWN.format("cfgnamespace")),
    ("pg_type", "t", 1, "typname", RANGE, f"typtype = 'r' AND {OWN.format('typnamespace')}"),
    ("pg_type", "t", 1, "typname", ENUM, f"typtype = 'e' AND {OWN.format('typnamespace')}"),
    ("pg_type", "t", 1, "typname", DOMAIN, f"typtype = 'd' AND {OWN.format('typnamespace')}"),
    (
        "pg_type",
        "t",
        1,
        "typname",
        COMPOSITE,
        f"typtype = 'c' AND {OWN.format('typnamespace')} AND (SELECT relkind FROM pg_class WHERE oid = typrelid) = 'c'",
    ),
    (
        "pg_class JOIN pg_sequence ON seqrelid = oid",
        "pg_class",
        2,
        "relname",
        f"'CREATE ' || CASE relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END || 'SEQUENCE ' || oid::regclass || ' AS ' || seqtypid::regtype || {SEQUENCE}",
        OWN.format("relnamespace"),
    ),
    ("pg_class", "c", 3, "relname", TABLE, f"relkind IN ('r', 'p') AND reloftype = 0 AND {OWN.format('relnamespace')}"),
    ("pg_proc", "p", 4, "proname", "pg_get_functiondef(p.oid)", f"prokind <> 'a' AND {OWN.format('pronamespace')}"),
    (
        "pg_attrdef d JOIN pg_class c ON c.oid = adrelid JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum",
        "d",
        5,
        "relname",
        DEFAULT,
        f"(relkind = 'v' OR relkind IN ('r', 'p') AND {LATE}) AND {OWN.format('relnamespace')}",
    ),
    ("pg_class", "c", 5, "relname", VIEW, f"relkind IN ('v', 'm') AND {OWN.format('relnamespace')}"),
    (
        "pg_constraint",
        "n",
        6,
        "conname",
        CONSTRAINT,
        f"{OWN.format('connamespace')} AND (contype IN ('p', 'u', 'x') OR contype = 'f' AND conparentid = 0"
        " OR contype = 'c' AND (contypid = 0 OR NOT convalidated) AND (conislocal OR (SELECT relispartition FROM pg_class WHERE oid = conrelid)))",
    ),
    (
        "pg_class c JOIN pg_index ON indexrelid = oid",
        "c",
        7,
        "relname",
        "pg_get_indexdef(oid)",
        OWN.format("relnamespace"),
    ),
    ("pg_statistic_ext", "s", 8, "stxname", "pg_get_statisticsobjdef(oid)", OWN.format("stxnamespace")),
    (
        "pg_rewrite r JOIN pg_class c ON c.oid = ev_class",
        "r",
        9,
        "rulename",
        "pg_get_ruledef(r.oid)",
        f"rulename <> '_RETURN' AND {OWN.format('relnamespace')}",
    ),
    (
        "pg_trigger g JOIN pg_class c ON c.oid = tgrelid",
        "g",
        9,
        "tgname",
        "pg_get_triggerdef(g.oid)",
        f"NOT tgisinternal AND tgparentid = 0 AND {OWN.format('relnamespace')}",
    ),
]
# What stands for what in pg_depend: a part for the object whose statement makes it.
PARTS = """
    SELECT classid::regclass::text, objid, refclassid::regclass::text, refobjid FROM pg_depend WHERE deptype = 'i'
    UNION ALL SELECT 'pg_attrdef', oid, 'pg_class', adrelid FROM pg_attrdef
    UNION ALL SELECT 'pg_constraint', oid, 'pg_class', conrelid FROM pg_constraint
        WHERE conrelid <> 0 AND contype IN ('c', 'n')
    UNION ALL SELECT 'pg_constraint', oid, 'pg_type', contypid FROM pg_constraint WHERE contypid <> 0
"""
# Not a sequence on the column that owns it: the column's default depends on the sequence.
DEPENDENCIES = """
    SELECT classid::regclass::text, objid, refclassid::regclass::text, refobjid FROM pg_depend
    WHERE NOT (deptype = 'a' AND EXISTS (SELECT FROM pg_sequence WHERE seqrelid = objid))
"""
# What comes first, and what comes when all is there.
FIRST = [
    f"SELECT 'CREATE SCHEMA IF NOT EXISTS ' || oid::regnamespace FROM pg_namespace WHERE {OWN.format('oid')} ORDER BY 1",
    f"SELECT 'COMMENT ON SCHEMA ' || oid::regnamespace || ' IS ' || quote_literal(description) FROM pg_namespace, obj_description(oid) AS description WHERE {OWN.format('oid')} AND description <> 'standard public schema' ORDER BY 1",
    "SELECT 'CREATE EXTENSION IF NOT EXISTS ' || quote_ident(extname) || ' WITH SCHEMA ' || extnamespace::regnamespace"
    " FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY oid",
]
LAST = [
    # An index or a constraint that the partition has already becomes a part of its parent's.
    "SELECT 'ALTER TABLE ONLY ' || inhparent::regclass || ' ATTACH PARTITION ' || oid::regclass || ' '"
    " || pg_get_expr(relpartbound, oid) FROM pg_class JOIN pg_inherits ON inhrelid = oid"
    f" WHERE relispartition AND relkind IN ('r', 'p') AND {OWN.format('relnamespace')} ORDER BY 1",
    "SELECT 'ALTER SEQUENCE ' || objid::regclass || ' OWNED BY ' || refobjid::regclass || '.' || quote_ident(attname)"
    " FROM pg_depend JOIN pg_sequence ON seqrelid = objid JOIN pg_class ON oid = objid"
    " JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid"
    f" WHERE classid = 'pg_class'::regclass AND deptype = 'a' AND {OWN.format('relnamespace')} ORDER BY 1",
    # Stricter than the parent's: before version 18 there is no constraint that says it.
    "SELECT 'ALTER TABLE ONLY ' || attrelid::regclass || ' ALTER COLUMN ' || quote_ident(attname) || ' SET NOT NULL'"
    " FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE attnotnull AND attnum > 0 AND NOT attislocal"
    " AND relkind = 'r' AND NOT relispartition AND NOT EXISTS (SELECT FROM pg_constraint"
    " WHERE conrelid = c.oid AND contype = 'n' AND conkey[1] = attnum AND NOT conislocal)"
    f" AND {OWN.format('relnamespace')} ORDER BY 1",
    "SELECT 'ALTER TABLE ' || tgrelid::regclass || CASE tgenabled WHEN 'D' THEN ' DISABLE' WHEN 'A' THEN ' ENABLE ALWAYS'"
    " ELSE ' ENABLE REPLICA' END || ' TRIGGER ' || quote_ident(tgname) FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid"
    f" WHERE NOT tgisinternal AND tgparentid = 0 AND tgenabled <> 'O' AND {OWN.format('relnamespace')} ORDER BY 1",
]
COMMENTS = """
    SELECT classoid::regclass::text, objoid, 'COMMENT ON ' || CASE WHEN type LIKE '% column' THEN 'COLUMN'
        WHEN type LIKE '% constraint' THEN 'CONSTRAINT' WHEN type = 'statistics object' THEN 'STATISTICS'
        ELSE upper(type) END || ' '
        || CASE type WHEN 'domain constraint' THEN replace(identity, ' on ', ' ON DOMAIN ') ELSE identity END
        || ' IS ' || quote_literal(description)
    FROM pg_description, pg_identify_object(classoid, objoid, objsubid) ORDER BY 3
"""
# All that stands in a schema or on a table, and what belongs to the whole database.
ANYTHING = f"""
    SELECT DISTINCT classid::regclass::text, objid, type || ' ' || identity
    FROM pg_depend d, pg_identify_object(classid, objid, 0)
    WHERE (refclassid = 'pg_namespace'::regclass AND {OWN.format("refobjid")} AND deptype = 'n'
            OR classid = 'pg_policy'::regclass AND deptype = 'a')
        AND NOT EXISTS (SELECT FROM pg_depend e
            WHERE e.classid = d.classid AND e.objid = d.objid AND e.deptype IN ('e', 'i') AND e.refobjid <> e.objid)
        AND classid <> 'pg_extension'::regclass
    UNION ALL SELECT 'pg_event_trigger', oid, 'event trigger ' || evtname FROM pg_event_trigger
    UNION ALL SELECT 'pg_publication', oid, 'publication ' || pubname FROM pg_publication
    UNION ALL SELECT 'pg_foreign_server', oid, 'foreign server ' || srvname FROM pg_foreign_server
    UNION ALL SELECT 'pg_cast', oid, 'cast from ' || castsource::regtype || ' to ' || casttarget::regtype FROM pg_cast c
        WHERE oid >= 16384 AND {ITSELF.format("pg_cast", "c")}
    UNION ALL SELECT 'setting', setdatabase, 'settings of the database: ' || array_to_string(setconfig, '; ')
        FROM pg_db_role_setting JOIN pg_database b ON b.oid = setdatabase
        WHERE setrole = 0 AND datname = current_database()
    UNION ALL SELECT 'options', oid, 'storage, statistics, clustering or replica identity of ' || oid::regclass
        FROM pg_class c WHERE relkind IN ('r', 'p', 'm', 'i') AND {OWN.format("relnamespace")} AND (
            relreplident NOT IN ('d', 'n')
            OR EXISTS (SELECT FROM pg_class t WHERE t.oid = c.reltoastrelid AND t.reloptions IS NOT NULL)
            OR EXISTS (SELECT FROM pg_index WHERE indrelid = c.oid AND indisclustered)
            OR EXISTS (SELECT FROM pg_attribute a JOIN pg_type t ON t.oid = atttypid
                WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND (attstattarget >= 0
                OR relkind <> 'i' AND (attstorage <> typstorage OR attoptions::text ~ 'n_distinct'
                OR coalesce(to_jsonb(a) ->> 'attcompression', '') <> ''))))
    UNION ALL SELECT 'rule', oid, 'that the rule ' || rulename || ' on ' || ev_class::regclass || ' is not enabled'
        FROM pg_rewrite WHERE ev_enabled NOT IN ('O') AND rulename <> '_RETURN'
    UNION ALL SELECT 'row security', oid, 'row security of ' || oid::regclass FROM pg_class
        WHERE relrowsecurity AND {OWN.format("relnamespace")}
    ORDER BY 3
"""


def baseline(connection: Connection) -> tuple[list[str], list[str]]:
    """Return the statements that build the schema, in the server's words, and what they leave out."""
    with connection.begin_nested() as savepoint:
        connection.exec_driver_sql("SET LOCAL search_path = ''")  # every name is written with its schema
        found = _baseline(connection)
        savepoint.rollback()
    return found


def _baseline(connection: Connection) -> tuple[list[str], list[str]]:
    made = {
        (row.catalogue, row.oid): row
        for kind in KINDS
        for row in _read(connection, *kind)
        if row.name not in {"alembic_version", "alembic_version_pkc"}
    }
    parts = {(kind, oid): (whole, whole_oid) for kind, oid, whole, whole_oid in _query(connection, PARTS)}

    def whole(part: tuple[str, int]) -> tuple[str, int]:
        for _ in range(5):  # an array of a row type of a table is three steps away
            if part not in made:
                part = parts.get(part, part)
        return part

    rest = {(kind, oid): name for kind, oid, name in _query(connection, ANYTHING) if whole((kind, oid)) not in made}
    sorter = TopologicalSorter[tuple[str, int]](dict.fromkeys(made, ()))
    needs = defaultdict(set)
    for kind, oid, other_kind, other_oid in _query(connection, DEPENDENCIES):
        one, other = whole((kind, oid)), whole((other_kind, other_oid))
        if one in made and one != other and (other in made or other in rest):
            sorter.add(one, other)
            needs[one].add(other)
    statements = ["SET LOCAL search_path = ''", "SET LOCAL check_function_bodies = off"]
    statements += [statement for query in FIRST for (statement,) in _query(connection, query)]
    sorter.prepare()
    while sorter.is_active():
        ready = sorter.get_ready()
        for key in sorted(made.keys() & ready, key=lambda key: made[key][2:]):
            if lacking := sorted(rest[other] for other in needs[key] & rest.keys()):
                rest[key] = f"{made.pop(key).name}, which needs {lacking[0]}"
            else:
                statements.append(made[key].statement)
        sorter.done(*ready)
    statements += [statement for query in LAST for (statement,) in _query(connection, query)]
    statements += [comment for kind, oid, comment in _query(connection, COMMENTS) if whole((kind, oid)) in made]
    statements += ["RESET check_function_bodies", "RESET search_path"]
    return statements, sorted(name for name in rest.values() if ".alembic_version" not in name)


def _read(
    connection: Connection, source: str, alias: str, rank: int, name: str, statement: str, which: str
) -> list[Made]:
    catalogue = source.split(maxsplit=1)[0]
    select = f"SELECT '{catalogue}', {alias}.oid, {rank}, {name}, {statement} FROM {source}"
    own = ITSELF.format(catalogue, alias)
    if source == catalogue:
        select = f"{select} {alias}"
    rows = _query(connection, f"{select} WHERE {which} AND {own}")
    return [Made(*row) for row in rows]


def _query(connection: Connection, statement: str) -> CursorResult[*tuple[Any, ...]]:
    return connection.exec_driver_sql(statement, execution_options={"no_parameters": True})  # a % is a %
