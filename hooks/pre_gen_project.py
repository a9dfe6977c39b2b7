"""Refuses answers that cannot be used, all together, before a file is written.

The questions refuse them too; answers that ``--replay`` reads from a file come here alone.
"""

import json
import sys
from pathlib import Path

PROBLEMS: list[str] = json.loads(r"""{{ cookiecutter | problems | tojson }}""")


def main() -> int:
    """Print the problems; return the exit code."""
    for sentence in PROBLEMS:
        print(f"Error: {sentence}", file=sys.stderr)
    return 1 if PROBLEMS else 0


if __name__ == "__main__":
    Path(__file__).unlink()  # cookiecutter leaves its rendered copy in the temporary folder
    sys.exit(main())
