"""What Alembic compares for `alembic revision --autogenerate` and `alembic check`, and how it writes types."""

import ast
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from alembic.autogenerate import render
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import MetaData
from sqlalchemy.exc import SAWarning
from sqlalchemy.sql.elements import False_, True_
from sqlalchemy.sql.functions import now
from sqlalchemy.types import TypeDecorator

from . import defaults, directives

warnings.filterwarnings("ignore", "Cannot correctly sort tables", SAWarning)  # directives does

# Of these Alembic would write what the database at hand has for them.
PORTABLE: dict[type, str | Literal[False]] = {now: "sa.func.now()", True_: "sa.true()", False_: "sa.false()"}
VERSIONS = Path(__file__).with_name("versions")


def options(metadata: MetaData, versions: Path = VERSIONS) -> dict[str, Any]:
    """Return the options of a MigrationContext that leaves alone what is not ours.

    Ours are the tables of models, and those that a migration in the folder ``versions`` created. Views are nobody's.
    """
    ours = {*metadata.tables, *created_tables(versions)}
    schemas = {table.schema for table in metadata.tables.values()}

    def include_name(name: str | None, kind: str, parents: Mapping[str, str | None]) -> bool:
        if kind == "schema":
            return name in schemas
        return kind != "table" or parents["schema_qualified_table_name"] in ours

    def include_object(item: Any, _name: str | None, kind: str, reflected: bool, other: Any) -> bool:
        if kind == "foreign_key_constraint":
            return all(".".join(filter(None, key.target_tokens[:2])) in ours for key in item.elements)
        if kind == "check_constraint" and reflected and other is None:
            return str(item.name).startswith(f"ck_{item.table.name}_")  # not one of the server's own, as for JSON
        return not (item.info.get("is_view") or item.info.get("not_in_baseline"))

    return {
        "include_schemas": schemas != {None},
        "include_name": include_name,
        "include_object": include_object,
        "render_item": render_item,
        "process_revision_directives": directives.process,
        "autogenerate_plugins": ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname", defaults.__name__],
        "render_as_batch": True,  # SQLite cannot alter most things in place; for the others it is the same
    }


def created_tables(versions: Path) -> Iterator[str]:
    """Give the tables that migrations create by `op.create_table`, named as in ``MetaData.tables``."""
    for file in versions.glob("*.py"):
        for call in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in {"create_table", "rename_table"}:
                schema = [word.value for word in call.keywords if word.arg == "schema"]
                names = [arg.value for arg in [*schema, *call.args] if isinstance(arg, ast.Constant)]
                yield ".".join(str(name) for name in [*names[: len(schema)], *names[-1:]])


def render_item(kind: str, item: object, autogenerate: AutogenContext) -> str | Literal[False]:
    """Write what each database understands, and types of our own as SQLAlchemy's: a migration outlives their code."""
    if kind == "server_default":
        return PORTABLE.get(type(getattr(item, "arg", None)), False)
    if kind != "type" or type(item).__module__.startswith("sqlalchemy."):
        return False
    if isinstance(item, TypeDecorator):
        return render._repr_type(getattr(item, "in_migrations", item.impl_instance), autogenerate)
    autogenerate.imports.add(f"import {type(item).__module__}")
    return False
