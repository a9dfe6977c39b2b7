"""The migrations, and what Alembic reads of a database that existed before them."""

import warnings
from typing import Any

from alembic.autogenerate import comparators
from sqlalchemy import text

from my_flask_app import dialects

dialects.register()
# What SQLAlchemy cannot read of the schema.
warnings.filterwarnings("ignore", module=f"env_py|{__name__}|{dialects.__name__}")


@comparators.dispatch_for("schema", qualifier="postgresql")
def read_with_schemas(context: Any, _operations: Any, schemas: set[str | None]) -> None:
    """Read each name with its schema where all the models have theirs, whatever ``search_path`` says."""
    own = {table.schema for table in context.metadata.tables.values()}
    # So the set-up read them too: without schemas only where a name without one meant public's.
    if None not in own and ("public" in own or context.connection.dialect.default_schema_name != "public"):
        context.connection.execute(text("SET LOCAL search_path = ''"))
        context.connection.dialect.default_schema_name = None
        schemas |= own
        schemas.discard(None)
