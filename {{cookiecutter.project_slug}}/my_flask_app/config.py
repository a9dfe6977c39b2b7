"""Settings from the environment and, in development, from .env; the environment wins. Knows nothing of Flask."""

import os
from pathlib import Path

from dotenv import load_dotenv

PROJECT = Path(__file__).resolve().parent.parent

load_dotenv(PROJECT / ".env")


def setting(name: str) -> str:
    """Return the setting of that name; stop the program with a sentence where there is none."""
    if value := os.environ.get(name):
        return value
    raise SystemExit(f"{name} is not set, in the environment or in .env, which `python3 set_up.py` writes.")


def number(name: str, default: int) -> int:
    """Return the setting of that name as a number from 1 on; stop the program with a sentence where it is none."""
    value = os.environ.get(name) or str(default)
    if not (value.isascii() and value.isdigit() and int(value)):
        raise SystemExit(f"{name} must be a whole number from 1 on, not {value}.")
    return int(value)


DATABASES = ("DATABASE_URL",)  # the settings that name one
# Flask's own settings: bytes of a body, and no cookie with another site's form. FLASK_MAX_CONTENT_LENGTH and so on win.
DEFAULTS = {"MAX_CONTENT_LENGTH": 64 * 1024, "SESSION_COOKIE_SAMESITE": "Lax"}
# Requests that a worker answers at once; its pool has as many connections, so that none waits for another's.
THREADS = number("THREADS", 8)
TIMEOUT = number("DATABASE_TIMEOUT", 10)  # seconds that a statement, or another wait for the database, may take
