"""The schema, which Alembic's migrations build."""

from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from .config import PROJECT
from .databases.base import Database


class SchemaError(Exception):
    """Says in a sentence why the schema cannot be built."""


def init_db(database: Database) -> str:
    """Bring the database to the newest revision and say in a sentence what was done; raise SchemaError."""
    config = Config(toml_file=PROJECT / "pyproject.toml", attributes={"database": database})
    try:
        command.upgrade(config, "head")
    except CommandError as error:  # for example a revision that no migration here has
        raise SchemaError(str(error)) from error
    before, after = config.attributes["revisions"]
    if before == after:
        return f"{database} is at revision {', '.join(after)} already."
    return f"{database} is now at revision {', '.join(after)}, before: {', '.join(before) or 'empty'}."
