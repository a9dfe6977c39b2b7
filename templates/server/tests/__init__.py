"""The tests have a database of their own, never the one that DATABASE_URL names. Set before anything is imported."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from my_flask_app.config import setting
from my_flask_app.database import connect_once, create_database
from my_flask_app.engine import reason

url = make_url(setting("DATABASE_URL"))
given = os.environ.get("TEST_DATABASE_URL")
test_url = make_url(given or url.set(database=f"{url.database}_test"))
# A server cuts a long name off at 63 bytes, or refuses it.
if str(test_url.database).encode()[:63].lower() == str(url.database).encode()[:63].lower():
    raise SystemExit("The tests' database has the name of DATABASE_URL's: name another one in TEST_DATABASE_URL.")
os.environ["DATABASE_URL"] = test_url.render_as_string(hide_password=False)
os.environ["SECRET_KEY"] = "for tests only"


@contextmanager
def own_database() -> Iterator[None]:
    """Create the tests' database, and drop it in the end if it was not there before."""
    try:
        created = create_database(test_url)
        with connect_once(test_url) as connection:
            reached = connection.scalar(text("SELECT {{ 'current_database()' if cookiecutter.__dialect == 'postgresql' else 'database()' }}"))
    except DBAPIError as error:
        pytest.exit(f"No database for the tests: {reason(error)}. Name one that is there in TEST_DATABASE_URL.", 1)
    try:
        if not created and not given:
            pytest.exit(
                f"The database {test_url.database} is there already: other tests use it now, or an interrupted one left"
                " it, and you can drop it. If it is yours, name another one in TEST_DATABASE_URL.",
                1,
            )
        if str(reached).lower() != str(test_url.database).lower() or reached in url.query.values():  # by parameters
            pytest.exit(f"The tests would run in {reached}: write the name of their database into the URL's path.", 1)
        yield
    finally:
        if created:
            with connect_once(test_url{{ '.set(database="postgres")' if cookiecutter.__dialect == 'postgresql' else '' }}) as connection:
                name = connection.dialect.identifier_preparer.quote_identifier(str(test_url.database))
                connection.exec_driver_sql("DROP DATABASE " + name{{ ' + " WITH (FORCE)"' if cookiecutter.__dialect == 'postgresql' else '' }})
