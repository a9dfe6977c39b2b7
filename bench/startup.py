"""What starting costs: imports, `flask --help`, `flask run` to its first answer; and the memory of a worker."""

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil

from .applications import DOCUMENTED, OURS, Application, Bench
from .table import Row, row

BARE = "import flask, sqlalchemy.orm, sqlite3"
DEFAULTS = ("--config=/dev/null", "--workers=2", "--threads=8", "--no-control-socket")
PEER = "against Flask-SQLAlchemy"


def alternate(count: int, ours: Callable[[], float], others: Callable[[], float]) -> tuple[list[float], list[float]]:
    """Measure both in turns, and once before that, which counts for nothing: byte code is written, files are read."""
    ours(), others()
    pairs = [(ours(), others()) if turn % 2 else (others(), ours())[::-1] for turn in range(count)]
    return [one for one, _ in pairs], [other for _, other in pairs]


def cpu(command: Sequence[str | Path], folder: Path, environment: dict[str, str]) -> float:
    """Return the milliseconds of CPU that a command takes."""
    before = os.times()
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return (after.children_user + after.children_system - before.children_user - before.children_system) * 1000


def first_answer(application: Application) -> float:
    """Return the milliseconds from `flask run` to its first answer."""
    start = time.perf_counter()
    with application.serve("flask", "run"):
        return (time.perf_counter() - start) * 1000


def memory(application: Application, *options: str) -> float:
    """Return the MiB of a worker that has answered some requests: its own pages, and its part of the shared ones."""
    with application.serve("gunicorn", *options) as served:
        for _ in range(50):
            served.ask("/messages")
            served.ask("/messages/7")
        workers = [pss(worker) for worker in served.process.children()]
        return sum(workers) / len(workers)


def pss(process: psutil.Process) -> float:
    """Return the MiB of a process."""
    found = re.search(r"(?m)^Pss: +(\d+)", Path(f"/proc/{process.pid}/smaps_rollup").read_text())
    assert found
    return int(found[1]) / 1024


def rows(bench: Bench) -> Iterator[Row]:
    """Measure."""
    ours, peer = bench.application(OURS, "SQLite"), bench.application(DOCUMENTED, "SQLite")
    python, flask = (bench.project / ".venv/bin" / name for name in ("python", "flask"))

    def run(application: Application, *command: str | Path) -> Callable[[], float]:
        return lambda: cpu(command, bench.project, application.environment)

    part, what = "Start-up and memory", "import of the application, CPU, against flask + sqlalchemy.orm + driver"
    costs = alternate(11, run(ours, python, "-c", f"import {OURS}"), run(ours, python, "-c", BARE))
    yield row(part, what, 1.05, costs, "ms")
    costs = alternate(7, run(ours, flask, "--help"), run(peer, flask, "--help"))
    yield row(part, f"`flask --help`, CPU, {PEER}", 1.0, costs, "ms")
    costs = alternate(7, lambda: first_answer(ours), lambda: first_answer(peer))
    yield row(part, f"`flask run` to the first answer, {PEER}", 1.0, costs, "ms")
    costs = alternate(3, lambda: memory(ours), lambda: memory(peer))
    yield row(part, f"memory of a gunicorn worker (PSS, preload), {PEER}", 0.90, costs, "MiB")
    costs = alternate(3, lambda: memory(ours), lambda: memory(peer, *DEFAULTS))
    yield row(part, f"the same, {PEER} without preload, gunicorn's default", 0.90, costs, "MiB")
