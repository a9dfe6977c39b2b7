"""Runs migrations: for `flask init-db` on its connection, for the `alembic` command on one of its own."""

from contextlib import nullcontext

from alembic import command, context
from alembic.util import CommandError
from sqlalchemy import Connection, inspect

from my_flask_app import autogenerate
from my_flask_app.config import setting
from my_flask_app.databases import database_of
from my_flask_app.models import Base


def run_migrations() -> None:
    """Run what the command asks for in one transaction."""
    given = context.config.attributes.get("connection")
    with nullcontext(given) if given else database_of(setting("DATABASE_URL")).schema_transaction() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            **autogenerate.options(Base.metadata),
            render_as_batch=connection.dialect.name == "sqlite",  # which cannot alter most things in place
        )
        if not (context.get_context().get_current_heads() or expects_no_revision()):
            refuse_tables(connection)  # before Alembic makes its own, for which `alembic check` is enough
        with context.begin_transaction():
            context.run_migrations()


def expects_no_revision() -> bool:
    """Tell whether the command says which revision the tables have, or asks for it."""
    options = context.config.cmd_opts
    return options is not None and options.cmd[0] in {command.current, command.stamp}


def refuse_tables(connection: Connection) -> None:
    """Raise CommandError if tables of the models are there already."""
    inspector = inspect(connection)
    for table in Base.metadata.tables.values():
        if inspector.has_table(table.name, table.schema):
            raise CommandError(
                f"it has the table {table.fullname}, but no revision. If the models were read from it, say so once,"
                " which creates the table alembic_version there: .venv/bin/alembic stamp head"
            )


if context.is_offline_mode():
    raise SystemExit("Migrations run on a database only: leave out --sql.")
run_migrations()
