"""A database of which nothing particular is known; the other modules say only what theirs does differently."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, ClassVar
from weakref import WeakMethod

from sqlalchemy import URL, Connection, Engine, create_engine
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, StatementError
from sqlalchemy.pool import NullPool

from my_flask_app.config import THREADS, TIMEOUT

# Why a statement failed, where it is not to blame itself.
AWAY = "The database cannot be reached, or does not answer."
LOCKED = "Another transaction holds what this one needs."
CONFLICT = "Another transaction came in between: this one was rolled back, and may be begun again."
# {% if cookiecutter.database == 'new' %}
NO_TABLE = "The database, or a table of it, is not there. If it is new, run: flask init-db"
# {% else %}NO_TABLE = "The database, or a table of it, is not there."{% endif %}
WRONG = ""


@contextmanager
def usable_url(setting: str) -> Iterator[None]:
    """Stop the program with a sentence where a setting's URL, or a parameter for the driver in it, is wrong."""
    try:
        yield
    except (ArgumentError, AttributeError, OSError, RuntimeError, TypeError, ValueError) as error:
        # A RuntimeError is PyMySQL's for a missing package. The text of a ValueError may have a part of the password.
        why = "a port, or another number in it, is none" if isinstance(error, ValueError) else error
        how = "sqlite:///app.db, postgresql+psycopg://user@host:5432/name or user@/name?host=h1:5432&host=h2:5432"
        raise SystemExit(f"{setting} cannot be used: {why}; write for example {how}; in a password @ is %40") from None


class Database:
    """How an application connects to a database, creates it, changes its schema and reads its errors."""

    drivers: ClassVar[dict[str, str]] = {}  # what to install for a driver, where that has another name
    options: ClassVar[dict[str, Any]] = {}  # of SQLAlchemy's create_engine
    pool: ClassVar[dict[str, Any]] = {"pool_pre_ping": True, "pool_timeout": TIMEOUT}  # a restart breaks no request
    limits: ClassVar[dict[str, Any]] = {}  # the driver's, to how long a statement may take
    maintenance: ClassVar[str | None] = None  # the database from which others are created, where that can be done
    created_with: ClassVar[str] = ""
    meanings: ClassVar[dict[str, set[object]]] = {}  # of errors, to their SQLSTATEs or the driver's codes

    def __init__(self, url: URL, setting: str) -> None:
        self.url, self.setting = url, setting  # the URL is the setting's value

    def __str__(self) -> str:
        return str(self.url.set(query={}))  # without its password, and without parameters, which may hold one too

    def create_engine(self) -> Engine:
        """Make the engine for requests, with a connection for each thread, connecting to nothing."""
        with usable_url(self.setting):
            if self.maintenance is not None and not self.url.database:
                raise ArgumentError("it names no database")
            engine = self._engine(self.limits, pool_size=THREADS, max_overflow=0, **self.pool)
        if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
            dispose = WeakMethod(engine.dispose)  # a connection that two processes use breaks for both
            os.register_at_fork(after_in_child=lambda: (forget := dispose()) and forget(close=False))
        return engine

    def _engine(self, limits: dict[str, Any], **options: Any) -> Engine:
        wanted = {name: value for name, value in limits.items() if name not in self.url.query}
        try:
            return create_engine(self.url, connect_args=wanted, hide_parameters=True, **self.options | options)
        except ImportError as error:  # it is not there, or lacks a library of the system
            driver = self.url.get_driver_name()
            name, why = self.drivers.get(driver, driver), str(error).partition("\n")[0]
            how = f"run: uv add {name}, or without uv: pip install {name}, and add it to pyproject.toml"
            raise SystemExit(f"{self.setting} wants the driver {driver}, not installed ({why}); {how}") from None

    def _connect(self, limits: dict[str, Any], **options: Any) -> Connection:
        with usable_url(self.setting):
            return self._engine(limits, poolclass=NullPool, **options).connect()

    def connect_once(self) -> Connection:
        """Connect outside of a pool and of transactions; raise DBAPIError."""
        return self._connect(self.limits, isolation_level="AUTOCOMMIT")

    @contextmanager
    def schema_connection(self) -> Iterator[Connection]:
        """Connect to change the schema, in transactions to be begun; others that do so wait, if this can lock."""
        with self._connect({}) as lock:
            if not self._lock_schema(lock):
                raise OperationalError("lock", None, TimeoutError("another process is changing the schema"))
            with lock.engine.connect() as connection:
                yield connection

    def _lock_schema(self, _lock: Connection) -> bool:
        return True  # nothing is known that would lock it: change the schema in one process at a time

    def create(self) -> bool:
        """Create the database if the server has none of that name; return whether it did. Raise DBAPIError."""
        try:
            self.connect_once().close()
        except DBAPIError as error:
            # A server's complaint about a database names it, in any language; one out of reach knows no name.
            if self.maintenance is None or str(self.url.database) not in reason(error):
                raise
            try:
                self.maintain("CREATE DATABASE {}" + self.created_with)
            except DBAPIError:
                with suppress(DBAPIError):
                    self.connect_once().close()  # another process was faster
                    return False
                raise
            return True
        return False

    def maintain(self, statement: str) -> None:
        """Run a statement, in which {} is the quoted name of the database, from another database. Raise DBAPIError."""
        with type(self)(self.url.set(database=self.maintenance), self.setting).connect_once() as connection:
            name = connection.dialect.identifier_preparer.quote_identifier(str(self.url.database))
            connection.exec_driver_sql(statement.format(name))


def reason(error: StatementError) -> str:
    """Return what the driver says of an error, in one line."""
    return " ".join(str(error.orig.args[-1] if error.orig and error.orig.args else error).split())
