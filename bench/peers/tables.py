"""Times the pages of tables of the project in the working folder, and the same read by hand; prints JSON.

For each page: seconds of ours and by hand, each of many times, and how long our answer is.
"""

import json
import os
import sqlite3
import sys
import time
from typing import Any

import psycopg
from my_flask_app.app import create_app
from my_flask_app.browse.cursor import encode
from sqlalchemy import make_url
from werkzeug.test import create_environ

ROWS, TIMES = 200_000, 15
CATALOGUE = {
    "sqlite": (
        'SELECT m.name, c.name, c.type, c."notnull", c.pk FROM sqlite_master m, pragma_table_info(m.name) c',
        'SELECT m.name, f."from", f."table", f."to" FROM sqlite_master m, pragma_foreign_key_list(m.name) f',
    ),
    "postgresql": (
        """SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull, attnum
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE attnum > 0 AND relkind = 'r' AND relnamespace = 'public'::regnamespace""",
        """SELECT conrelid::regclass::text, conkey, confrelid::regclass::text, confkey
        FROM pg_constraint WHERE contype = 'f'""",
    ),
}


def first_byte(app: Any, path: str, query: str) -> tuple[float, int]:
    """Return the seconds to the first part of an answer, and its length."""
    environ = create_environ(path, query_string=query)
    statuses: list[str] = []
    start = time.perf_counter()
    response = app(environ, lambda status, _headers, _error=None: statuses.append(status))
    parts = iter(response)
    first = next(parts)
    seconds = time.perf_counter() - start
    length = len(first) + sum(map(len, parts))
    response.close()
    if statuses != ["200 OK"]:
        raise RuntimeError(f"{path}: {statuses}")
    return seconds, length


def by_hand(connection: Any, *statements: str) -> float:
    """Return the seconds that reading rows and making JSON of them take."""
    start = time.perf_counter()
    json.dumps([connection.execute(statement).fetchall() for statement in statements])
    seconds = time.perf_counter() - start
    connection.rollback()
    return seconds


def main() -> None:
    """Measure all pages; those of rows with one table to be seen, as the links of 1,000 are no part of a row."""
    one = create_app({"BROWSE_TABLES": "t0"})
    every = create_app({"BROWSE_TABLES": ", ".join(f"t{number}" for number in range(1000))})
    url = make_url(os.environ["DATABASE_URL"])
    connection: Any
    if url.get_backend_name() == "sqlite":
        connection = sqlite3.connect(str(url.database))
    else:
        connection = psycopg.connect(**url.translate_connect_args(database="dbname", username="user"))
    found = {}

    def measure(name: str, app: Any, path: str, query: str, *statements: str) -> None:
        first_byte(app, path, query)
        by_hand(connection, *statements)
        pairs = [(first_byte(app, path, query), by_hand(connection, *statements)) for _ in range(TIMES)]
        found[name] = [[ours for (ours, _), _ in pairs], [other for _, other in pairs], pairs[0][0][1]]

    for where, after in (("first", 0), ("middle", ROWS // 2), ("last", ROWS - 50)):
        query = f"after={encode([after])}" if after else ""
        for kind, path in (("JSON", "/tables/t0"), ("HTML", "/browse/t0")):
            select = f"SELECT * FROM t0 WHERE id > {after} ORDER BY id LIMIT 51"
            measure(f"rows of 200,000, {where} page, {kind}", one, path, query, select)
    for path in ("/", "/tables"):
        measure(f"`{path}` of 1,000 tables, first byte", every, path, "", *CATALOGUE[url.get_backend_name()])
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
