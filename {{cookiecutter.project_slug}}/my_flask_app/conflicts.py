"""Transactions that meet another one, and succeed if they are begun again."""

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from .databases import database_of
from .databases.base import codes_of
from .db import db_session

TRIES = 6

P = ParamSpec("P")
R = TypeVar("R")


def repeat_on_conflict(view: Callable[P, R]) -> Callable[P, R]:
    """Repeat a view whose transaction met another one, after a rollback and a short pause, at most five times.

    Write it below the route, of a view that commits once, at its end, and does nothing else than change the database.
    It repeats deadlocks, serialization failures and stale versions (``version_id_col``). Not a connection lost in a
    commit, where the work may be done. And of two who read and then write the later one wins without any error: that
    takes ``with_for_update()``.
    """

    @wraps(view)
    def repeated(*args: P.args, **kwargs: P.kwargs) -> R:
        for number in range(1, TRIES):
            try:
                return view(*args, **kwargs)
            except (DBAPIError, StaleDataError) as error:
                if not is_conflict(error):
                    raise
                db_session.rollback()
                time.sleep(random.random() * 0.02 * 2**number)  # noqa: S311 - seconds; apart, or they would meet again
        return view(*args, **kwargs)

    return repeated


def is_conflict(error: DBAPIError | StaleDataError) -> bool:
    """Tell whether a transaction failed because of another one, and may be begun again."""
    conflicts = database_of(db_session.get_bind().engine.url).conflicts
    return isinstance(error, StaleDataError) or bool(codes_of(error) & conflicts)
