"""Runs migrations: for `flask init-db` on its connection, for the `alembic` command on one of its own."""

from contextlib import nullcontext
from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from my_flask_app.column_types import Duration, UtcDateTime
from my_flask_app.config import setting
from my_flask_app.databases import database_of
from my_flask_app.models import Base

PORTABLE = {UtcDateTime: "sa.DateTime(timezone=True)", Duration: "sa.Interval()"}


def render_item(kind: str, item: object, autogenerate: AutogenContext) -> str | Literal[False]:
    """Write our column types in migrations as SQLAlchemy's own: a migration must outlive the code it came from."""
    if kind != "type" or type(item) not in PORTABLE:
        return False
    autogenerate.imports.add("from sqlalchemy.dialects import mysql")
    return f'{PORTABLE[type(item)]}.with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")'


def run_migrations() -> None:
    """Run what the command asks for in one transaction."""
    given = context.config.attributes.get("connection")
    with nullcontext(given) if given else database_of(setting("DATABASE_URL")).schema_transaction() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=render_item,
            render_as_batch=connection.dialect.name == "sqlite",  # which cannot alter most things in place
        )
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Migrations run on a database only: leave out --sql.")
run_migrations()
