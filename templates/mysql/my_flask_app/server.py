"""What is particular to this database: the limits to waiting for it."""

from typing import Any

import sqlalchemy
from sqlalchemy import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError

from .config import THREADS, TIMEOUT

# Refuse a value that does not fit instead of cutting it off; wait 5 s for a row's lock, not 50.
SESSION = "SET sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES'), innodb_lock_wait_timeout = 5"
# The server ends a statement too, not only the wait for it. MySQL, which cannot, takes this for a comment.
LIMITED_SESSION = f"{SESSION} /*M!, max_statement_time = {TIMEOUT} */"


def create_engine(url: str) -> Engine:
    """Make an engine that replaces a connection which died in the pool, so a restarted server breaks no request."""
    if not make_url(url).database:
        raise ArgumentError("it names no database")
    return limited_engine(
        make_url(url),
        {"read_timeout": TIMEOUT, "write_timeout": TIMEOUT, "init_command": LIMITED_SESSION},
        pool_pre_ping=True,
        pool_recycle=1800,  # seconds: before the server ends an idle connection (wait_timeout)
        pool_size=THREADS,
        max_overflow=0,
        pool_timeout=TIMEOUT,
    )


def limited_engine(url: URL, limits: dict[str, Any], **options: Any) -> Engine:
    """Make an engine that connects within 2 seconds or raises DBAPIError; the URL may set other limits than these."""
    wanted: dict[str, Any] = {"connect_timeout": 2, "init_command": SESSION, **limits}  # seconds
#% if cookiecutter.__driver == 'pymysql'
    wanted["password"] = str(url.password or "").encode()  # of text the driver would make Latin-1
#% endif
    connect_args = {name: value for name, value in wanted.items() if name not in url.query}
    return sqlalchemy.create_engine(url, connect_args=connect_args, hide_parameters=True, **options)
