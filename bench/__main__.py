"""`make bench`: what this template's choices cost, as ratios to peers in one run, beside the goals.

``python -m bench [PART ...]`` runs some parts and prints; without a part all, which are written into docs/ too.
"""

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from . import instructions, startup
from .applications import Bench
from .table import Row, text_of

PARTS = {"instructions": instructions.rows, "startup": startup.rows}


def main() -> None:
    """Run the parts that are named."""
    wanted = sys.argv[1:] or list(PARTS)
    if unknown := set(wanted) - set(PARTS):
        raise SystemExit(f"There is no part {', '.join(unknown)}; there are {', '.join(PARTS)}.")
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        bench = Bench(Path(folder), stack)
        for name in wanted:
            print(f"{name} ...", flush=True)
            rows += PARTS[name](bench)
    print(text_of(rows))


if __name__ == "__main__":
    main()
