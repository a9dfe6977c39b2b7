"""PostgreSQL: one server, several that stand in for each other, and PgBouncer before it."""

import re
import time
from typing import Any, ClassVar

from sqlalchemy import Connection, Engine, event, func, select, text

from my_flask_app.config import TIMEOUT

from .base import AWAY, CONFLICT, LOCKED, NO_TABLE, Database


class PostgreSQL(Database):
    """A database of a PostgreSQL server. A change of the schema waits 5 s for a table: requests queue up behind it."""

    drivers: ClassVar[dict[str, str]] = {"psycopg": '"psycopg[binary]"', "psycopg2": "psycopg2-binary"}
    options: ClassVar[dict[str, Any]] = {"isolation_level": "READ COMMITTED"}
    maintenance: ClassVar[str | None] = "postgres"
    meanings: ClassVar[dict[str, set[object]]] = {
        AWAY: {"25006"},  # it only reads: a standby, until it takes over
        CONFLICT: {"40001", "40P01"},
        LOCKED: {"55P03"},
        NO_TABLE: {"42P01"},
    }

    def _engine(self, limits: dict[str, Any], **options: Any) -> Engine:
        driver = self.url.get_driver_name()
        wanted: dict[str, Any] = {"timeout": TIMEOUT} if driver == "pg8000" else {"connect_timeout": 2}  # seconds
        if driver == "psycopg":
            wanted["prepare_threshold"] = None  # PgBouncer hands a connection on after each transaction
        engine = super()._engine({**wanted, **limits}, **options)
        if driver == "psycopg" and "pool_size" in options:  # which only requests have; before SQLAlchemy's statements
            event.listen(engine, "connect", lambda new, _entry: _limit_time(new, engine.dialect.dbapi), insert=True)
        return engine

    def create(self) -> bool:
        """Create the database, and the first schema of its search_path where none is there. Raise DBAPIError."""
        is_new = super().create()
        with self.schema_connection() as connection, connection.begin():  # two IF NOT EXISTS at once: one fails
            if not connection.scalar(select(func.current_schema())):
                path = str(connection.scalar(text("SHOW search_path")))  # quoted as SQL has it
                first = path.removeprefix('"$user"').lstrip(", ").partition(",")[0]
                connection.exec_driver_sql(f"CREATE SCHEMA {first}")
        return is_new

    def _lock_schema(self, lock: Connection) -> bool:
        event.listen(lock.engine, "begin", lambda begun: begun.exec_driver_sql("SET LOCAL lock_timeout = '5s'"))
        query = select(func.pg_try_advisory_xact_lock(func.hashtext("schema")))
        for _ in range(600):
            if lock.scalar(query):
                # It may be idle for long; and its last query's snapshot goes, for which an index would be waiting.
                lock.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
                return True
            lock.rollback()  # who waits holds no connection that PgBouncer may have no other of
            time.sleep(0.1)
        return False


def _limit_time(connection: Any, psycopg: Any) -> None:
    """Limit psycopg's waiting, which has no end: a server that hangs would hold a thread for ever."""
    wait = connection.wait

    def limited(gen: Any, interval: float = 0.1, timeout: float | None = TIMEOUT) -> Any:
        try:
            return wait(gen, interval, timeout)
        except psycopg.OperationalError as error:
            # The server has not said a word, and not ended the connection either.
            if error.sqlstate or connection.pgconn.transaction_status != psycopg.pq.TransactionStatus.ACTIVE:
                raise
            try:
                connection.cancel_safe(timeout=1)  # second
                return wait(gen, interval, 1)
            except psycopg.Error as answer:
                if not answer.sqlstate:
                    connection.close()
                # "while locking tuple (0,1) in relation ...", in the server's language: it waited for a row.
                is_row = re.match(r'[^"]*\(\d+,\d+\)', answer.diag.context or "")
                kind = psycopg.errors.LockNotAvailable if is_row else psycopg.OperationalError
                raise kind(f"no answer within {timeout} seconds") from error

    connection.wait = limited
