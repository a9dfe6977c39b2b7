"""Transactions that a server ends because they met another one, and that succeed if they are begun again."""

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError

from .db import db_session

# PostgreSQL: serialization failure, deadlock. MariaDB: deadlock, changed since last read. Not a lock that another one
# holds for long (1205): each time would wait as long.
CONFLICTS = {"40001", "40P01", 1213, 1020}
TRIES = 6

P = ParamSpec("P")
R = TypeVar("R")


def repeat_on_conflict(view: Callable[P, R]) -> Callable[P, R]:
    """Repeat a view whose transaction met another one, after a rollback and a short pause, at most five times.

    For a view that can be repeated as a whole: it commits once, at its end, and does nothing else than change the
    database. Write it below the route::

        @blueprint.post("/transfer")
        @repeat_on_conflict
        def transfer() -> ...

    It repeats nothing else: where a connection is lost in a commit, the work may be done. And it does not replace
    ``with_for_update()``: at their default isolation servers let the later of two updates win without any error.
    """

    @wraps(view)
    def repeated(*args: P.args, **kwargs: P.kwargs) -> R:
        for number in range(1, TRIES):
            try:
                return view(*args, **kwargs)
            except DBAPIError as error:
                if not is_conflict(error):
                    raise
                db_session.rollback()
                time.sleep(random.random() * 0.02 * 2**number)  # noqa: S311 - seconds; apart, or they would meet again
        return view(*args, **kwargs)

    return repeated


def is_conflict(error: DBAPIError) -> bool:
    """Tell whether the server rolled a transaction back because of another one."""
    codes = {getattr(error.orig, "sqlstate", None), *getattr(error.orig, "args", ())[:1]}
    return not error.connection_invalidated and bool(codes & CONFLICTS)
