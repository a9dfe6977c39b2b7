"""The pages of tables of a database that exists already, against reading the same by hand with the driver."""

import json
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing

from .applications import BIN, Application, Bench, render
from .reflection import create
from .table import Row, row

ROWS = 200_000
LIMIT = 1_000_000  # bytes of an answer
FILL = (
    "INSERT INTO t0 SELECT n, n, {} FROM (WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r"
    f" WHERE n < {ROWS}) SELECT n FROM r) AS numbers"
).format(", ".join(f"'row ' || n || ', column {number}'" for number in range(8)))


def rows(bench: Bench) -> Iterator[Row]:
    """Measure."""
    for kind in ("sqlite", "postgresql"):
        folder = bench.folder / "pages"
        folder.mkdir(exist_ok=True)
        url = create(kind, 1000, folder, bench.server)
        if kind == "sqlite":
            with closing(sqlite3.connect(folder / "t1000.db")) as connection:
                connection.executescript(f"{FILL};")
        else:
            bench.server.sql(f"{FILL}", "t1000")
            bench.server.sql("ANALYZE", "t1000")
        project = render(folder / kind, "database=existing", "models=reflection", url=url)
        python = project / ".venv/bin/python"
        subprocess.run([BIN / "uv", "pip", "install", "--quiet", "--python", python, "psycopg[binary]"], check=True)
        application = Application("my_flask_app.app", project, url)
        found = json.loads(application.run([python, "-m", "bench.peers.tables"]))
        for name, (ours, others, length) in found.items():
            remark = f"{length:,} bytes" if length > LIMIT else ""
            times = [[each * 1000 for each in seconds] for seconds in (ours, others)]
            goal = 2 if "first byte" in name else 4
            one = row("Tables of an existing database", f"{name}, {kind}, against the driver", goal, times, "ms")
            yield one._replace(measured=f"{one.measured}; {length / 1000:.0f} kB", remark=remark)
    bench.server.drop("t1000")
