"""The schema, which Alembic's migrations build."""

from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from .config import PROJECT
from .databases.base import Database

SchemaError = CommandError  # for example of a revision that no migration here has


def init_db(database: Database) -> str:
    """Bring the database to the newest revision and say in a sentence what was done; raise SchemaError."""
    ini = PROJECT / f"migrations/{database.setting}.ini"  # what differs for a database other than DATABASE_URL's
    config = Config(ini, PROJECT / "pyproject.toml", attributes={"database": database})
    command.upgrade(config, "head")
    before, after = config.attributes["revisions"]
    if before == after:
        return f"{database} is at revision {', '.join(after)} already."
    return f"{database} is now at revision {', '.join(after)}, before: {', '.join(before) or 'empty'}."
