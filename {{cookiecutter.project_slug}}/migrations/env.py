"""Runs migrations: for `flask init-db` on its connection, for the `alembic` command on one of its own."""

from contextlib import nullcontext
from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from my_flask_app.config import setting
from my_flask_app.engine import create_engine
from my_flask_app.models import Base
from my_flask_app.schema_transaction import schema_transaction
from my_flask_app.utc import UtcDateTime


def render_item(kind: str, item: object, _autogenerate: AutogenContext) -> str | Literal[False]:
    """Write our column types in migrations as SQLAlchemy's own: a migration must outlive the code it came from."""
    if kind != "type" or not isinstance(item, UtcDateTime):
        return False
#% if cookiecutter.__dialect in ['mysql', 'mariadb']
    _autogenerate.imports.add("from sqlalchemy.dialects import mysql")
    return "mysql.DATETIME(fsp=6)"
#% else
    return "sa.DateTime(timezone=True)"
#% endif


def run_migrations() -> None:
    """Run what the command asks for in one transaction."""
    given = context.config.attributes.get("connection")
    with nullcontext(given) if given else schema_transaction(create_engine(setting("DATABASE_URL"))) as connection:
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
