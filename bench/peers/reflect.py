"""One way to know the tables of the project in the working folder; prints seconds, statements, megabytes as JSON.

Runs in the project's own environment: ``python reflect.py WAY``. What every way needs is imported before the clock;
"mapping alone" has its tables by then too: no way to map all of them, with whatever cache, can take less.
"""

import json
import os
import resource
import sys
import time

sys.path.insert(0, os.getcwd())  # noqa: PTH109

import sqlalchemy as sa
from my_flask_app import mapping, models
from my_flask_app.config import setting
from my_flask_app.databases import database_of
from sqlalchemy.ext.automap import automap_base
from sqlalchemy.orm import DeclarativeBase, configure_mappers, relationship


def map_to(tables: sa.MetaData) -> None:
    """Declare a class for each table, with relationships in both directions along its foreign key."""

    class Base(DeclarativeBase):
        pass

    classes = []  # SQLAlchemy holds them by weak references
    for table in tables.sorted_tables:
        (key,) = table.foreign_keys
        parent = relationship(key.column.table.name, remote_side=key.column, backref=f"{table.name}_list")
        classes.append(type(table.name, (Base,), {"__table__": table, "parent": parent}))
    configure_mappers()


way = sys.argv[1]
engine = database_of(setting("DATABASE_URL")).create_engine()
engine.connect().close()
metadata = sa.MetaData()
if way == "mapping alone":
    metadata.reflect(engine)
statements: list[str] = []
sa.event.listen(engine, "before_cursor_execute", lambda _c, _u, statement, *_: statements.append(statement))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.perf_counter()
match way:
    case "MetaData.reflect":
        metadata.reflect(engine)
    case "mapping alone":
        map_to(metadata)
    case "automap":
        automap_base().prepare(autoload_with=engine)
        configure_mappers()
    case "one by one":
        for name in sa.inspect(engine).get_table_names():
            sa.Table(name, metadata, autoload_with=engine)
    case _:
        assert models
        mapping.prepare(engine)
seconds = time.perf_counter() - start
megabytes = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
print(json.dumps([seconds, len(statements), megabytes]))
