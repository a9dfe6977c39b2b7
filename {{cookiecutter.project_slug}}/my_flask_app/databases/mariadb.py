"""MariaDB and MySQL. Each connection is set to UTC, no value cut to fit, no zero date, READ COMMITTED, short waits."""

from typing import Any, ClassVar

from sqlalchemy import Connection, Engine, func, select

from my_flask_app.config import TIMEOUT

from .base import CONFLICT, LOCKED, NO_TABLE, Database

# 5 seconds for the lock of a row and that of a table, which servers wait for 50 s and a day.
SESSION = (
    "SET time_zone = '+00:00', sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE'),"
    " innodb_lock_wait_timeout = 5, lock_wait_timeout = 5"
)
# The server ends a statement too, not only the wait for it. MySQL, which cannot, takes this for a comment.
LIMITED = f"{SESSION} /*M!, max_statement_time = {TIMEOUT} */"


class MariaDB(Database):
    """A database of a MariaDB or MySQL server."""

    drivers: ClassVar[dict[str, str]] = {"mysqldb": "mysqlclient", "mariadbconnector": "mariadb"}
    options: ClassVar[dict[str, Any]] = {"isolation_level": "READ COMMITTED"}
    limits: ClassVar[dict[str, Any]] = {"read_timeout": TIMEOUT, "write_timeout": TIMEOUT, "init_command": LIMITED}
    maintenance: ClassVar[str | None] = ""
    created_with: ClassVar[str] = " CHARACTER SET utf8mb4"
    # 1205 has waited in vain, and is no conflict: each time would take as long.
    meanings: ClassVar[dict[str, set[object]]] = {CONFLICT: {1213, 1020}, LOCKED: {1205}, NO_TABLE: {1146, 1049}}

    def _engine(self, limits: dict[str, Any], **options: Any) -> Engine:
        wanted: dict[str, Any] = {"connect_timeout": 2, "init_command": SESSION, **limits}
        if self.url.get_driver_name() == "pymysql":
            wanted["password"] = str(self.url.password or "").encode()  # of text the driver would make Latin-1
        return super()._engine(wanted, **options)

    def _lock_schema(self, lock: Connection) -> bool:
        return bool(lock.scalar(select(func.get_lock(f"schema of {self.url.database}"[:64], 60))) == 1)  # seconds
