"""What Alembic compares for `alembic revision --autogenerate` and `alembic check`."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import MetaData


def options(metadata: MetaData) -> dict[str, Any]:
    """Return the options of a MigrationContext that leaves alone views, and tables without a model."""
    tables = {(table.schema, table.name) for table in metadata.tables.values()}
    schemas = {schema for schema, _ in tables}

    def include_name(name: str | None, kind: str, parents: Mapping[str, str | None]) -> bool:
        if kind == "schema":
            return name in schemas
        return kind != "table" or parents["schema_qualified_table_name"] in metadata.tables

    def include_object(item: Any, _name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
        if kind == "foreign_key_constraint":
            return all(key.target_tokens[:2] in tables for key in item.elements)
        return not item.info.get("is_view")

    return {
        "include_schemas": schemas > {None},
        "include_name": include_name,
        "include_object": include_object,
    }
