"""A position in a table, as a text for a URL."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any


def encode(cursor: list[Any] | int) -> str:
    """Return the values of a key, or a number of rows, as a text."""
    return urlsafe_b64encode(json.dumps(cursor, separators=(",", ":")).encode()).rstrip(b"=").decode()


def decode(text: str) -> Any:
    """Return what ``encode`` was given; raise ValueError or RecursionError for any other text."""
    return json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
