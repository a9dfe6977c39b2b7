"""The tests have a database of their own, never the one that DATABASE_URL names. Set before anything is imported."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from my_flask_app.config import DATABASES
from my_flask_app.databases import database_of
from my_flask_app.databases.base import Database, reason

folder = TemporaryDirectory(prefix="my_flask_app-")


def beside(setting: str) -> Database:
    """Return a database of the tests' own, beside the one that a setting names, and have the setting name it."""
    url = database_of(os.environ.get(setting) or "sqlite:///my_flask_app.db", setting).url
    is_file = url.get_backend_name() == "sqlite"
    worker = os.environ.get("PYTEST_XDIST_WORKER")  # begins with the environment of the process that started it
    name = f"{folder.name}/{setting}.db" if is_file else f"{url.database}_{worker or 'test'}"
    given = None if worker else os.environ.get(f"TEST_{setting}")
    own = database_of(given or url.set(database=name), f"TEST_{setting}")
    longest = None if is_file else 63  # bytes; a server cuts a longer name off, or refuses it
    if str(own.url.database).encode()[:longest].lower() == str(url.database).encode()[:longest].lower():
        raise SystemExit(f"The tests' database has the name of {setting}'s: name another one in TEST_{setting}.")
    database_of(own.url, f"TEST_{setting}" if given else setting).create_engine()  # ends here without its driver
    os.environ[setting] = own.url.render_as_string(hide_password=False)
    return own


OWN = [beside(setting) for setting in DATABASES]
os.environ["SECRET_KEY"] = "for the tests only"


@contextmanager
def own_databases() -> Iterator[None]:
    """Create the tests' databases, and in the end drop those that were not there before."""
    with folder, ExitStack() as stack:
        for own in OWN:
            stack.enter_context(created(own))
        yield


@contextmanager
def created(own: Database) -> Iterator[None]:
    """Create a database, and drop it in the end, unless it is there before because its setting names it."""
    with ExitStack() as stack:
        try:
            if is_new := own.create():
                stack.callback(drop, own)
            reached = which(own)
        except (DBAPIError, SystemExit) as error:
            why = reason(error) if isinstance(error, DBAPIError) else error
            stop(f"No database for the tests: {why}. Name one that is there in {own.setting}.")
        is_named = os.environ.get(own.setting) and not os.environ.get("PYTEST_XDIST_WORKER")
        if not is_new and not is_named:
            stop(
                f"The database {own.url.database} is there already: other tests use it now, or an interrupted one left"
                f" it, and you can drop it. If it is yours, name another one in {own.setting}."
            )
        if reached.lower() != str(own.url.database).lower() or reached in own.url.query.values():  # by parameters
            stop(f"The tests would run in {reached}: write the name of their database into the URL's path.")
        yield


def stop(sentence: str) -> NoReturn:
    """End the tests; a worker of pytest-xdist can only fail its own."""
    if os.environ.get("PYTEST_XDIST_WORKER"):
        pytest.fail(sentence, pytrace=False)
    pytest.exit(sentence, 1)


def drop(own: Database) -> None:
    """Drop a database of the tests, whoever is connected."""
    if own.url.get_backend_name() == "sqlite":
        for end in ("", "-wal", "-shm"):
            Path(f"{own.url.database}{end}").unlink(missing_ok=True)
    else:
        own.maintain("DROP DATABASE {}" + (" WITH (FORCE)" if own.url.get_backend_name() == "postgresql" else ""))


def which(own: Database) -> str:
    """Return the name of the database that is reached: a parameter of the URL may name another one than its path."""
    functions = {"postgresql": "current_database()", "mysql": "database()", "mariadb": "database()"}
    with own.connect_once() as connection:
        if function := functions.get(connection.dialect.name):
            return str(connection.scalar(text(f"SELECT {function}")))
    return str(own.url.database)
