"""Under gunicorn, as the project's gunicorn.conf.py sets it for both sides: PostgreSQL at 1, 16 and 64 clients."""

import time
from collections import defaultdict
from collections.abc import Iterator
from itertools import product

import psutil

from .applications import DOCUMENTED, OURS, Bench, Served
from .clients import ask
from .table import Row, row

ROUNDS, SECONDS = 10, 0.5
CLIENTS = (1, 16, 64)
GOALS = {"list": (0.95, 1.1), "one": (1.0, 1.0), "post": (0.80, 1.3)}


def cpu(process: psutil.Process) -> float:
    """Return the seconds of CPU of a process and its children, also of those that have ended."""
    own = process.cpu_times()
    total: float = own.user + own.system + own.children_user + own.children_system
    for child in process.children():
        times = child.cpu_times()
        total += times.user + times.system
    return total


def measure(served: Served, server: psutil.Process, view: str, clients: int) -> tuple[float, float]:
    """Return milliseconds of CPU for each request, and requests per second."""
    cpu_before, start = cpu(served.process) + cpu(server), time.perf_counter()
    load = ask(served.port, view, clients, SECONDS)
    taken = time.perf_counter() - start
    if load.errors:
        raise RuntimeError(f"{view}, {clients} clients: {load.statuses}")
    count = len(load.seconds)
    return (cpu(served.process) + cpu(server) - cpu_before) * 1000 / count, count / taken


def rows(bench: Bench) -> Iterator[Row]:
    """Measure."""
    applications = [bench.application(module, "PostgreSQL") for module in (OURS, DOCUMENTED)]
    assert bench.server.process
    server = psutil.Process(bench.server.process.process.pid)
    costs: dict[tuple[str, int, int], list[tuple[float, float]]] = defaultdict(list)
    with applications[0].serve("gunicorn") as ours, applications[1].serve("gunicorn") as other:
        for one in (ours, other):
            ask(one.port, "list", 16, 1)
        for turn, view, clients in product(range(ROUNDS), GOALS, CLIENTS):
            for who in (0, 1) if turn % 2 else (1, 0):
                costs[view, clients, who].append(measure((ours, other)[who], server, view, clients))
    for number, (unit, what) in enumerate([("ms", "CPU of workers and server"), ("/s", "requests per second")]):
        for view, clients in product(GOALS, CLIENTS):
            figures = [[each[number] for each in costs[view, clients, who]] for who in (0, 1)]
            text = f"{view}, {clients} client{'s' if clients > 1 else ''}: {what}"
            part = "Under gunicorn on PostgreSQL, against Flask-SQLAlchemy as documented"
            yield row(part, text, GOALS[view][number], figures, unit)._replace(at_least=bool(number))
