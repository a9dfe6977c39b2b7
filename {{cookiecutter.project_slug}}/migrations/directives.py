"""Makes of what Alembic finds a revision that runs as it is written, up and down, on each database and with rows."""

from collections.abc import Iterator
from typing import Any

from alembic.operations import ops
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import (
    Column,
    DefaultClause,
    Enum,
    ForeignKeyConstraint,
    MetaData,
    Table,
    inspect,
    literal,
    select,
    text,
)
from sqlalchemy.sql.schema import ScalarElementColumnDefault


def process(context: MigrationContext, _revision: object, scripts: list[ops.MigrationScript]) -> None:
    """Change the operations of a revision that Alembic is about to write; raise CommandError for what cannot run."""
    for script in scripts:
        up, down = script.upgrade_ops, script.downgrade_ops
        if up and down:
            up.ops, down.ops = list(_sorted(up)), list(_sorted(down))
            _add_keys_later(up, down)
            _add_keys_later(down, up)
            up.ops = [*_schemas(context, up), *(each for operation in up.ops for each in _fitting(context, operation))]


def _sorted(operations: ops.OpContainer) -> Iterator[ops.MigrateOperation]:
    """Give what creates tables first, and what drops them last; an index goes with its table, or behind its key."""
    dropped = {(each.schema, each.table_name) for each in operations.ops if isinstance(each, ops.DropTableOp)}
    order = {ops.CreateTableOp: 0, ops.DropTableOp: 2}
    for operation in sorted(operations.ops, key=lambda each: order.get(type(each), 1)):
        if isinstance(operation, ops.ModifyTableOps):
            if (operation.schema, operation.table_name) in dropped:
                continue
            operation.ops.sort(key=lambda each: not isinstance(each, ops.DropConstraintOp))
        yield operation


def _add_keys_later(creating: ops.OpContainer, dropping: ops.OpContainer) -> None:
    """Add a foreign key behind the table that it refers to, and drop it before: tables may refer to each other."""
    created = [each for each in creating.ops if isinstance(each, ops.CreateTableOp)]
    missing = {(each.schema, each.table_name) for each in created}
    for operation in created:
        missing.remove((operation.schema, operation.table_name))
        for key in [each for each in operation.columns if isinstance(each, ForeignKeyConstraint) and each.name]:
            if key.elements[0].target_tokens[:2] in missing:
                operation.columns = [each for each in operation.columns if each is not key]
                table, schema = operation.table_name, operation.schema
                creating.ops.append(
                    ops.ModifyTableOps(table, [ops.CreateForeignKeyOp.from_constraint(key)], schema=schema)
                )
                dropping.ops.insert(
                    0, ops.ModifyTableOps(table, [ops.DropConstraintOp.from_constraint(key)], schema=schema)
                )


def _schemas(context: MigrationContext, operations: ops.OpContainer) -> Iterator[ops.MigrateOperation]:
    """Give what creates the schemas that are not there."""
    wanted = {each.schema for each in operations.ops if isinstance(each, ops.CreateTableOp) and each.schema}
    for name in sorted(wanted.difference(inspect(context.connection).get_schema_names())):
        yield ops.ExecuteSQLOp(f"CREATE SCHEMA IF NOT EXISTS {context.dialect.identifier_preparer.quote_schema(name)}")


def _fitting(context: MigrationContext, operation: ops.MigrateOperation) -> Iterator[ops.MigrateOperation]:
    """Give an operation, and one behind it where a new column has a value for the rows that are there."""
    if isinstance(operation, ops.CreateTableOp):
        for column in operation.columns:
            if isinstance(column, Column):
                _refuse_native(operation.table_name, column)
    yield operation
    if isinstance(operation, ops.ModifyTableOps):
        added = [each for each in operation.ops if isinstance(each, ops.AddColumnOp)]
        behind = [later for each in added if (later := _with_value(context, each))]
        if behind:
            yield ops.ModifyTableOps(operation.table_name, behind, schema=operation.schema)


def _with_value(context: MigrationContext, operation: ops.AddColumnOp) -> ops.AlterColumnOp | None:
    """Give the rows that are there the default that Python gives new ones; return what takes it away again."""
    name, column = operation.table_name, operation.column
    _refuse_native(name, column)
    if column.nullable or column.server_default or column.identity:
        return None
    if not isinstance(column.default, ScalarElementColumnDefault):
        rows = select(text("1")).select_from(Table(name, MetaData(), schema=operation.schema)).limit(1)
        if context.connection and context.connection.scalar(rows):
            raise CommandError(
                f"the table {name} has rows, and nothing says what its new column {column.name} is there, which must"
                " not be null: give it a default=... or a server_default=..., or write `| None`"
            )
        return None
    value = literal(column.default.arg, column.type).compile(
        dialect=context.dialect, compile_kwargs={"literal_binds": True}
    )
    operation.column = column._copy()
    operation.column.server_default = DefaultClause(text(str(value)))
    return ops.AlterColumnOp(
        name,
        column.name,
        schema=operation.schema,
        modify_server_default=None,
        existing_type=column.type,
        existing_nullable=False,
    )


def _refuse_native(table: str, column: Column[Any]) -> None:
    """Raise CommandError for an enumeration that the database would know: its values change without a migration."""
    if type(column.type) is Enum and column.type.native_enum:
        raise CommandError(
            f"{table}.{column.name} would be an enumeration of the database's own, whose values no migration compares:"
            " write Mapped[...] without a column type, or Enum(..., native_enum=False, length=50)"
        )
