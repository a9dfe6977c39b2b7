"""Instructions of the client for each request, which are steady where times are not: counted by valgrind.

What two runs differ by, of which one answers twice as many requests, has neither imports nor the first requests in it.
"""

import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

from .applications import DOCUMENTED, OURS, SAME_WORK, SCOPED, WIRING, Application, Bench
from .table import Row

COUNT = 30
VIEWS = ("list", "one", "post")
PAIRS = [
    (OURS, DOCUMENTED, "Flask-SQLAlchemy as documented", (0.90, 1.00, 0.75)),
    (OURS, SAME_WORK, "Flask-SQLAlchemy doing the same work", (0.80, 0.80, 0.70)),
    (WIRING, SCOPED, "the wiring alone, against a scoped_session by thread", (1.02, 1.02, 1.02)),
]


def count(application: Application) -> list[float]:
    """Return millions of instructions for each view."""
    log = Path(application.project.parent) / f"{application.module}_{id(application)}.log"
    # Cachegrind without its cache counts as Callgrind does, in half the time.
    tool = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", f"--log-file={log}"]
    application.drive("20", str(COUNT), str(2 * COUNT), before=tool)
    # A line for each process, in the order in which they ended.
    totals = [int(each.replace(",", "")) for each in re.findall(r"I +refs: +([\d,]+)", log.read_text())]
    return [(twice - once) / COUNT / 1e6 for once, twice in zip(totals[:-1:2], totals[1:-1:2], strict=True)]


def rows(bench: Bench) -> Iterator[Row]:
    """Measure."""
    if not shutil.which("valgrind"):
        raise SystemExit("There is no valgrind: install Debian's package of that name.")
    kinds = ("SQLite", "PostgreSQL")
    cases = list(product((OURS, DOCUMENTED, SAME_WORK, WIRING, SCOPED), kinds))
    applications = [bench.application(*case) for case in cases]
    with ThreadPoolExecutor(2) as pool:
        counts = dict(zip(cases, pool.map(count, applications), strict=True))
    for (one, other, what, goals), kind in product(PAIRS, kinds):
        for view, goal, ours, others in zip(VIEWS, goals, counts[one, kind], counts[other, kind], strict=True):
            measured = f"{ours:.2f}, {others:.2f} million"
            yield Row("Instructions for each request", f"{view}, {kind}: {what}", goal, ours / others, measured)
