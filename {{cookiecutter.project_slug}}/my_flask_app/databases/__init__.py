"""All that depends on which database DATABASE_URL names, a module for each.

Those that you will never use can go: delete their modules, and what names them here. The same code means the same on
each, but for this:

* SQLite locks all of itself where servers lock rows: one transaction writes at a time, and none are deadlocked.
* After an error PostgreSQL ends a transaction; the others go on without the statement that failed.
* MariaDB commits at each statement that changes the schema; the others can roll it back.
* SQLite holds no text to its length, and keeps 15 digits of a Numeric.
* MariaDB ignores case, accents and blanks at the end when it compares texts; SQLite ignores case in LIKE.
* PostgreSQL sorts NULL last, the others first; it refuses a text with a NUL character.
* SQLite's clock, server_default=func.now(), counts whole seconds.
"""

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from .base import AWAY, CONFLICT, WRONG, Database, usable_url
from .mariadb import MariaDB
from .postgresql import PostgreSQL
from .sqlite import SQLite

_CLASSES: dict[str, type[Database]] = {"sqlite": SQLite, "postgresql": PostgreSQL, "mariadb": MariaDB, "mysql": MariaDB}
_MEANINGS = {code: why for each in _CLASSES.values() for why, codes in each.meanings.items() for code in codes}


def database_of(url: str | URL, setting: str = "DATABASE_URL") -> Database:
    """Return what is to be known of the database that a setting's URL names; stop the program where it is wrong."""
    with usable_url(setting):
        if isinstance(url, str):  # as platforms hand it over: in quotes, and with a scheme that SQLAlchemy refuses
            scheme, separator, rest = url.strip(" \t\r\n'\"").partition("://")
            url = make_url(f"{'postgresql' if scheme == 'postgres' else scheme}{separator}{rest}")
            if "@" in str(url.host):
                raise ArgumentError("its password has an @")  # and the rest of it would be shown as the host
        return _CLASSES.get(url.get_backend_name(), Database)(url, setting)


def meaning(error: BaseException) -> str:
    """Return why a statement failed: AWAY, LOCKED, CONFLICT or NO_TABLE; WRONG where something else is to blame."""
    if not isinstance(error, DBAPIError):
        return CONFLICT if isinstance(error, StaleDataError) else WRONG
    sqlstate = str(getattr(error.orig, "sqlstate", ""))
    codes = [str(error.orig).partition(":")[0], sqlstate, getattr(error.orig, "sqlite_errorname", "")]
    for code in (*codes, *getattr(error.orig, "args", ())[:1]):
        if isinstance(code, str | int) and code in _MEANINGS:
            return _MEANINGS[code]
    # Classes of SQLSTATE that are never the server's fault, though PyMySQL takes what it does not know for that.
    if error.statement and sqlstate[:2] in {"21", "22", "23", "42"}:
        return WRONG
    # DatabaseError itself is the drivers' word for a file that is no database, or a damaged one.
    return AWAY if type(error) is DatabaseError or isinstance(error, OperationalError | InterfaceError) else WRONG
