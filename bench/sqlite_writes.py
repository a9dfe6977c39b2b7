"""SQLite: 64 clients that write under two workers, against SQLAlchemy's defaults."""

import json
from collections.abc import Iterator

from .applications import Bench, Served
from .clients import Load, ask
from .table import Row, row

CLIENTS, TIMES, ROUNDS = 64, 5, 3
PART = "SQLite: 64 clients write under two workers, against SQLAlchemy's defaults"
COUNTERS = [("expression", "SQL expression"), ("for-update", "FOR UPDATE")]


def counted(served: Served, path: str) -> tuple[int, int]:
    """Have all clients count; return errors, and updates lost."""
    ask(served.port, {"method": "POST", "path": "/set-to-0"}, 1, times=1)
    load = ask(served.port, {"method": "POST", "path": f"/{path}"}, CLIENTS, times=TIMES)
    stored = int(json.loads(served.ask("/messages/7"))["text"])
    return load.errors, len(load.seconds) - load.errors - stored


def rows(bench: Bench) -> Iterator[Row]:
    """Measure; errors and lost updates are no ratio but a remark."""
    names = ("bench.peers.counters", "bench.peers.counters_documented")
    applications = [bench.application(module, "SQLite") for module in names]
    with applications[0].serve("gunicorn") as ours, applications[1].serve("gunicorn") as other:
        loads: tuple[list[Load], list[Load]] = ([], [])
        for turn in range(ROUNDS):
            for who in (0, 1) if turn % 2 else (1, 0):
                loads[who].append(ask((ours, other)[who].port, "post", CLIENTS, 1.5))
        times = [[load.p99 for load in each] for each in loads]
        errors = [sum(load.errors for load in each) for each in loads]
        every = [sum(len(load.seconds) for load in each) for each in loads]
        one = row(PART, "insert: p99", 0.5, times, "ms")
        measured = f"{one.measured}; errors {errors[0]} of {every[0]}, {errors[1]} of {every[1]}"
        yield one._replace(remark="errors" if errors[0] else "", measured=measured)
        for path, what in COUNTERS:
            (failed, lost), (other_failed, other_lost) = counted(ours, path), counted(other, path)
            measured = f"lost {lost}, {other_lost} of {CLIENTS * TIMES}; errors {failed}, {other_failed}"
            yield Row(PART, f"updates lost and errors, {what}", 0, failed + lost, measured)
