"""A limit to how long a statement may take. psycopg has none, so a server that hangs would hold a thread for ever."""

from contextlib import suppress
from typing import Any

import psycopg
from psycopg.abc import RV, PQGen
from sqlalchemy import Dialect
from sqlalchemy.pool import ConnectionPoolEntry

from .config import TIMEOUT


class TimeLimitedConnection(psycopg.Connection[Any]):
    """A connection that is closed when the server takes too long to answer."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = TIMEOUT) -> RV:
        """Wait for the server; raise OperationalError, and have it give up the statement, at the limit."""
        try:
            return super().wait(gen, interval, timeout)
        except psycopg.OperationalError as error:
            # The server has not said a word, and not ended the connection either.
            if not error.sqlstate and self.pgconn.transaction_status == psycopg.pq.TransactionStatus.ACTIVE:
                with suppress(psycopg.Error):
                    self.cancel_safe(timeout=1)  # second
                self.close()
                raise psycopg.OperationalError(f"no answer within {timeout} seconds") from error
            raise


def connect(_dialect: Dialect, _entry: ConnectionPoolEntry, args: tuple[Any], options: dict[str, Any]) -> Any:
    """Make such a connection where SQLAlchemy asks the driver for one (its event ``do_connect``)."""
    return TimeLimitedConnection.connect(*args, **options)
