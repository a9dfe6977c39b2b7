"""Creates the database that a URL names."""

from contextlib import suppress

from sqlalchemy import URL, Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from .engine import reason
from .server import limited_engine


def create_database(url: URL) -> bool:
    """Create the database if the server has none of that name; return whether it did. Raise DBAPIError."""
    try:
        connect_once(url).close()
    except DBAPIError as error:
        # A server's complaint about a database names it, in any language; one out of reach knows no name.
        if str(url.database) not in reason(error):
            raise
        missing = reason(error)
    else:
        return False
    try:
        with connect_once(url.set(database="{{ 'postgres' if cookiecutter.__dialect == 'postgresql' else '' }}")) as connection:
            name = connection.dialect.identifier_preparer.quote_identifier(str(url.database))
            connection.exec_driver_sql("CREATE DATABASE " + name{{ ' + " CHARACTER SET utf8mb4"' if cookiecutter.__dialect != 'postgresql' else '' }})
    except DBAPIError as error:
        with suppress(DBAPIError):
            connect_once(url).close()
            return False  # another process has just created it
        why = PermissionError("; and creating it: ".join(dict.fromkeys([missing, reason(error)])))
        raise OperationalError("CREATE DATABASE", None, why) from error
    return True


def connect_once(url: URL) -> Connection:
    """Connect outside of a pool and of transactions; raise DBAPIError, after {{ '2' if cookiecutter.__dialect == 'postgresql' else '4' }} seconds at the latest."""
    return limited_engine(url, {{ '' if cookiecutter.__dialect == 'postgresql' else '{"read_timeout": 4}, ' }}poolclass=NullPool, isolation_level="AUTOCOMMIT").connect()
