"""The tests have a database of their own, never the one that DATABASE_URL names. Set before anything is imported."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from my_flask_app.databases import database_of
from my_flask_app.databases.base import reason

url = database_of(os.environ.get("DATABASE_URL") or "sqlite:///my_flask_app.db").url
given = os.environ.get("TEST_DATABASE_URL")
folder = TemporaryDirectory(prefix="my_flask_app-")
is_file = url.get_backend_name() == "sqlite"
name = f"{folder.name}/test.db" if is_file else f"{url.database}_test{os.environ.get('PYTEST_XDIST_WORKER', '')}"
own = database_of(given or url.set(database=name))
# A server cuts a long name off at 63 bytes, or refuses it.
if str(own.url.database).encode()[:63].lower() == str(url.database).encode()[:63].lower():
    raise SystemExit("The tests' database has the name of DATABASE_URL's: name another one in TEST_DATABASE_URL.")
os.environ["DATABASE_URL"] = own.url.render_as_string(hide_password=False)
os.environ["SECRET_KEY"] = "for tests only"


@contextmanager
def own_database() -> Iterator[None]:
    """Create the tests' database, and drop it in the end if it was not there before."""
    try:
        created = own.create()
        reached = which()
    except DBAPIError as error:
        pytest.exit(f"No database for the tests: {reason(error)}. Name one that is there in TEST_DATABASE_URL.", 1)
    try:
        if not created and not given:
            pytest.exit(
                f"The database {own.url.database} is there already: other tests use it now, or an interrupted one left"
                " it, and you can drop it. If it is yours, name another one in TEST_DATABASE_URL.",
                1,
            )
        if reached.lower() != str(own.url.database).lower() or reached in own.url.query.values():  # by parameters
            pytest.exit(f"The tests would run in {reached}: write the name of their database into the URL's path.", 1)
        yield
    finally:
        if created:
            drop()


def drop() -> None:
    """Drop the tests' database, whoever is connected."""
    if is_file:
        folder.cleanup()
    else:
        own.maintain("DROP DATABASE {}" + (" WITH (FORCE)" if own.url.get_backend_name() == "postgresql" else ""))


def which() -> str:
    """Return the name of the database that is reached: a parameter of the URL may name another one than its path."""
    functions = {"postgresql": "current_database()", "mysql": "database()", "mariadb": "database()"}
    with own.connect_once() as connection:
        if function := functions.get(connection.dialect.name):
            return str(connection.scalar(text(f"SELECT {function}")))
    return str(own.url.database)
