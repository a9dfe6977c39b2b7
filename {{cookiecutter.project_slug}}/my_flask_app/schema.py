"""The schema, which Alembic's migrations build."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection

from .config import PROJECT
from .databases.base import Database


class SchemaError(Exception):
    """Says in a sentence why the schema cannot be built."""


def init_db(database: Database) -> str:
    """Bring the database to the newest revision and say in a sentence what was done; raise SchemaError.

    Of processes that start together the first migrates; the others wait, where the database can be locked.
    """
    config = Config(toml_file=PROJECT / "pyproject.toml")
    try:
        with database.schema_transaction() as connection:
            before = _revision(connection)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            after = _revision(connection)
    except CommandError as error:  # for example a revision that no migration here has
        raise SchemaError(str(error)) from error
    if before == after:
        return f"{database} is at revision {after} already."
    return f"{database} is now at revision {after}, before: {before or 'empty'}."


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
