"""Transactions that meet another one, and succeed if they are begun again."""

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_random_exponential

from .databases import meaning
from .databases.base import CONFLICT
from .db import db_session


def is_conflict(error: BaseException) -> bool:
    """Tell whether a transaction failed because of another one, and may be begun again."""
    if isinstance(error, DBAPIError):
        return meaning(error) == CONFLICT
    return isinstance(error, StaleDataError)


# Write @repeat_on_conflict below the route, of a view that commits once, at its end, and does nothing else than change
# the database. It repeats deadlocks, serialization failures and stale versions (version_id_col), at most five times.
# Not a connection lost in a commit, where the work may be done. And of two who read and then write the later one wins
# without any error: that takes with_for_update().
repeat_on_conflict = retry(
    retry=retry_if_exception(is_conflict),
    before_sleep=lambda _: db_session.rollback(),
    wait=wait_random_exponential(multiplier=0.04),  # seconds; apart, or they would meet again
    stop=stop_after_attempt(6),
    reraise=True,
)
