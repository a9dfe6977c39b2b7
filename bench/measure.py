"""One way to know the tables of the project in the working folder; prints seconds, statements, megabytes as JSON.

Runs in the project's own environment: ``python measure.py WAY``. What every way needs is imported before the clock.
"""

import json
import os
import resource
import sys
import time

sys.path.insert(0, os.getcwd())  # noqa: PTH109

import sqlalchemy as sa
from my_flask_app import models, reflection
from my_flask_app.config import setting
from my_flask_app.engine import create_engine
from sqlalchemy.ext.automap import automap_base
from sqlalchemy.orm import configure_mappers

engine = create_engine(setting("DATABASE_URL"))
engine.connect().close()
statements: list[str] = []
sa.event.listen(engine, "before_cursor_execute", lambda _c, _u, statement, *_: statements.append(statement))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.perf_counter()
match sys.argv[1]:
    case "MetaData.reflect":
        sa.MetaData().reflect(engine)
    case "automap":
        automap_base().prepare(autoload_with=engine)
        configure_mappers()
    case "one by one":
        metadata = sa.MetaData()
        for name in sa.inspect(engine).get_table_names():
            sa.Table(name, metadata, autoload_with=engine)
    case _:
        assert models
        reflection.prepare(engine)
seconds = time.perf_counter() - start
megabytes = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
print(json.dumps([seconds, len(statements), megabytes]))
