"""The tests have a database of their own, never the one that DATABASE_URL names. Set before anything is imported."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

folder = TemporaryDirectory(prefix="{{ cookiecutter.__package }}_")
os.environ["DATABASE_URL"] = f"sqlite:///{folder.name}/test.db"
os.environ["SECRET_KEY"] = "for tests only"


@contextmanager
def own_database() -> Iterator[None]:
    """Remove the database's folder in the end."""
    with folder:
        yield
