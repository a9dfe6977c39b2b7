"""Runs migrations, for `flask init-db` and for the `alembic` command."""

from pathlib import Path

from alembic import command, context
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from my_flask_app.bases import BASES
from my_flask_app.config import setting
from my_flask_app.databases import database_of
from my_flask_app.databases.base import reason

import migrations.rebuilds  # noqa: F401 - takes the place of what Alembic has for SQLite
from migrations import autogenerate, checks, foreign_keys
from migrations.progress import Progress


def run_migrations() -> None:
    """Run what the command asks for: each revision in a transaction of its own, on SQLite all in one."""
    config = context.config
    name = config.get_alembic_option("database", "DATABASE_URL")
    database = config.attributes.get("database") or database_of(setting(name), name)
    if database.setting != name:  # another one's revisions would be run
        raise CommandError(f"migrations/{database.setting}.ini is not there, or lacks: database = {database.setting}")
    metadata = BASES[name].metadata
    if config.cmd_opts is None:  # not the `alembic` command, which imports nothing but the models
        checks.refuse_unseen_models(name)
    with database.schema_connection() as connection:
        if is_sqlite := connection.dialect.name == "sqlite":
            foreign_keys.check_at_the_end(connection)
        progress = Progress(connection)
        context.configure(
            connection=connection,
            target_metadata=metadata,
            **autogenerate.options(metadata, Path(context.script.versions)),
            transactional_ddl=True if is_sqlite else None,
            transaction_per_migration=not is_sqlite,
            on_version_apply=progress.begin,
        )
        checks.refuse_names(metadata, connection.dialect.name)
        # {% if cookiecutter.database == 'new' %}
        checks.refuse_unbounded(metadata)
        # {% endif %}
        migration = context.get_context()
        try:
            with context.begin_transaction():
                before = migration.get_current_heads()
                if not (before or expects_no_revision()):
                    checks.refuse_tables(connection, metadata)  # before Alembic makes its own table
                context.run_migrations()
                config.attributes["revisions"] = before, migration.get_current_heads()
        except (SQLAlchemyError, NotImplementedError, ValueError) as error:
            raise CommandError(progress.sentence(error)) from error


def expects_no_revision() -> bool:
    """Tell whether the command says which revision the tables have, or asks for it."""
    options = context.config.cmd_opts
    return options is not None and options.cmd[0] in {command.current, command.stamp}


if context.is_offline_mode():
    raise SystemExit("Migrations run on a database only: leave out --sql.")
try:
    run_migrations()
except DBAPIError as error:  # there is no such database, or no way to it
    raise CommandError(reason(error)) from error
