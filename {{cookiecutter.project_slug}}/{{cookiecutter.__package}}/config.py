"""Settings from the environment and, in development, from .env; the environment wins. Knows nothing of Flask."""

import os
from pathlib import Path

from dotenv import load_dotenv

PROJECT = Path(__file__).resolve().parent.parent

load_dotenv(PROJECT / ".env")


def setting(name: str) -> str:
    """Return the setting of that name; stop the program with a sentence where there is none."""
    value = os.environ.get(name, "")
    if not value:
        raise SystemExit(f"{name} is not set, in the environment or in .env, which `python3 set_up.py` writes.")
    return value
