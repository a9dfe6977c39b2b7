"""What reflection costs against the number of tables, beside what SQLAlchemy offers for the same.

``python -m bench.reflection [NUMBER OF TABLES ...]``, by default 10, 100, 1000 and 5000, prints more than the goals
want, for SQLite and PostgreSQL: seconds, statements and memory, and the ratios.
"""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from tests.helpers.servers import DatabaseServer, PostgreSQL

from .applications import TEMPLATE, Bench, render
from .table import Row

MEASURE = TEMPLATE / "bench/peers/reflect.py"
MAPPED = 20
WAYS = ["20 classes", "all classes", "MetaData.reflect", "automap", "mapping alone", "one by one"]

PAIRS = [("20 classes", "MetaData.reflect"), ("all classes", "automap"), ("mapping alone", "automap")]


class Cost(NamedTuple):
    """What one way took in a process of its own."""

    seconds: float
    statements: int
    megabytes: float


def schema(numbers: range) -> str:
    """Return the statements that create tables of ten columns, each of which refers to one before it or itself."""
    columns = ", ".join(f"c{number} VARCHAR(40)" for number in range(8))
    return "".join(
        f"CREATE TABLE t{number} (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES t{number // 10}, {columns});\n"
        for number in numbers
    )


def create(kind: str, count: int, folder: Path, server: DatabaseServer) -> str:
    """Create a database with that many tables; return its URL."""
    if kind == "sqlite":
        with closing(sqlite3.connect(folder / f"t{count}.db")) as connection:
            connection.executescript(schema(range(count)))
        return f"sqlite:///{folder}/t{count}.db"
    server.sql(f"CREATE DATABASE t{count}")
    for start in range(0, count, 1000):  # a transaction holds a lock for each
        server.sql(schema(range(start, min(start + 1000, count))), f"t{count}")
    return server.url(f"t{count}", server.password)


def existing(kind: str, count: int, folder: Path, server: DatabaseServer) -> Path:
    """Render a project for a new database with that many tables; return its folder."""
    url = create(kind, count, folder, server)
    return render(folder / f"{kind}{count}", "database=existing", "models=reflection", url=url)


def keep_first_classes(project: Path) -> None:
    """Delete all classes but those of the first tables, as their user would, and have the command follow."""
    models = project / "my_flask_app/models.py"
    head, *classes = re.split(r"(?m)^(?=class T\d+\()", models.read_text())
    names = {f"class T{number}(" for number in range(MAPPED)}
    models.write_text(head + "".join(text for text in classes if text[: text.index("(") + 1] in names))
    subprocess.run([project / ".venv/bin/flask", "reflect-models"], cwd=project, check=True, capture_output=True)


def measure(project: Path, way: str, count: int) -> Cost:
    """Run one way in a process of the project's environment, the best of three times, or once if it takes long."""
    runs = [
        json.loads(subprocess.check_output([project / ".venv/bin/python", MEASURE, way], cwd=project, text=True))
        for _ in range(3 if count <= 1000 else 1)
    ]
    return Cost(*min(runs))


def report(kind: str, count: int, folder: Path, server: DatabaseServer) -> None:
    """Measure every way on one database, and print the costs and the ratios."""
    project = existing(kind, count, folder, server)
    costs = {way: measure(project, way, count) for way in WAYS[1:]}
    keep_first_classes(project)
    costs["20 classes"] = measure(project, "20 classes", count)
    print(f"\n{kind}, {count} tables")
    for way in WAYS:
        seconds, statements, megabytes = costs[way]
        print(f"  {way:17} {seconds:8.3f} s {statements:6} statements {megabytes:5.0f} MB")
    for one, other in PAIRS:
        print(f"  {one} / {other}: {costs[one].seconds / costs[other].seconds:.2f}")
    shutil.rmtree(project.parent)


def rows(bench: Bench) -> Iterator[Row]:
    """Measure what the goals name."""
    for kind in ("sqlite", "postgresql"):
        project = existing(kind, 1000, bench.folder, bench.server)
        keep_first_classes(project)
        ours, other = (measure(project, way, 1000) for way in ("20 classes", "MetaData.reflect"))
        measured = f"{ours.seconds:.3f} s, {ours.statements} statements; {other.seconds:.3f} s, {other.statements}"
        what = f"20 mapped tables of 1,000, {kind}, against `MetaData.reflect` of all"
        yield Row("Reflection", what, 0.10, ours.seconds / other.seconds, measured)
    bench.server.drop("t1000")


def main() -> None:
    """Measure all sizes on both databases."""
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    server = PostgreSQL.private()
    assert server.process
    try:
        with tempfile.TemporaryDirectory() as folder:
            for count in [int(argument) for argument in sys.argv[1:]] or [10, 100, 1000, 5000]:
                for kind in ("sqlite", "postgresql"):
                    report(kind, count, Path(folder), server)
    finally:
        server.process.remove()


if __name__ == "__main__":
    main()
