"""All that depends on which database DATABASE_URL names, a module for each.

Those that you will never use can go: delete their modules, and here the lines that name them.
"""

from sqlalchemy import URL, make_url

from .base import Database
from .mariadb import MariaDB
from .postgresql import PostgreSQL
from .sqlite import SQLite

_CLASSES: dict[str, type[Database]] = {
    "sqlite": SQLite,
    "postgresql": PostgreSQL,
    "mariadb": MariaDB,
    "mysql": MariaDB,
}


def database_of(url: str | URL) -> Database:
    """Return what is to be known of the database that a URL names, connecting to nothing.

    Raise ArgumentError or ValueError for text that is no URL.
    """
    if isinstance(url, str):  # as platforms hand it over: in quotes, and with a scheme that SQLAlchemy refuses
        scheme, separator, rest = url.strip(" \t\r\n'\"").partition("://")
        url = make_url(f"{'postgresql' if scheme == 'postgres' else scheme}{separator}{rest}")
    return _CLASSES.get(url.get_backend_name(), Database)(url)
