"""What most views need: the row that a URL names, numbers from it, and a second try for a transaction."""

from typing import TypeVar

from flask import request
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_random_exponential
from werkzeug.exceptions import BadRequest, NotFound

from .databases import meaning
from .databases.base import CONFLICT
from .db import db_session

LARGEST_INT = 2**63 - 1  # of a database; a larger one would be an error there

T = TypeVar("T")


def get_or_404(model: type[T], key: object) -> T:
    """Return the row with that key; raise NotFound, also for a number that no database can hold."""
    row = None if isinstance(key, int) and key > LARGEST_INT else db_session.get(model, key)
    if row is None:
        raise NotFound(f"There is no such {model.__name__.lower()}.")
    return row


def query_int(name: str, default: int, largest: int = LARGEST_INT) -> int:
    """Return a number from 1 on in the query string; raise BadRequest for anything else."""
    text = request.args.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(largest)) and 1 <= int(text) <= largest):
        raise BadRequest(f"{name} must be a whole number from 1 to {largest}.")
    return int(text)


# Write @repeat_on_conflict below the route, of a view that commits once, at its end, and does nothing else than change
# the database. It repeats deadlocks, serialization failures and stale versions (version_id_col), at most five times.
# Not a connection lost in a commit, where the work may be done.
repeat_on_conflict = retry(
    retry=retry_if_exception(lambda error: meaning(error) == CONFLICT),
    before_sleep=lambda _: db_session.rollback(),
    wait=wait_random_exponential(multiplier=0.04),  # seconds; apart, or they would meet again
    stop=stop_after_attempt(6),
    reraise=True,
)
