"""SQLite alters a table by a copy that takes its place. Alembic would copy what SQLAlchemy can read of it.

Here the copy is made by the table's own statement, changed only where the migration says so. So what SQLAlchemy does
not know stays too: AUTOINCREMENT and the number that was reached, collations, STRICT, what to do on a conflict. Indexes
and triggers are made again by their own statements. What does not fit any more stops the migration, and all is undone.
"""

import warnings
from collections.abc import Sequence
from typing import Any

from alembic.ddl.sqlite import SQLiteImpl
from alembic.operations.batch import ApplyBatchImpl
from alembic.util import CommandError
from sqlalchemy import Row, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateColumn, CreateTable

from my_flask_app.databases.base import reason

from .definition import Definition, clauses, kind

warnings.filterwarnings("ignore", "Unnamed CHECK constraint|Skipped unsupported reflection")  # of what is kept here

STATEMENT = "SELECT sql FROM sqlite_master WHERE type = 'table' AND lower(name) = lower(?)"
PARTS = "SELECT type, name, sql FROM sqlite_master WHERE type <> 'table' AND lower(tbl_name) = lower(?) AND sql <> ''"
REACHED = "SELECT name, seq FROM sqlite_sequence WHERE name = ?"


class Rebuilding(SQLiteImpl):
    """Takes the place of Alembic's for SQLite as soon as this module is imported."""

    __dialect__ = "sqlite"
    _statement = ""

    def prep_table_for_batch(self, batch_impl: ApplyBatchImpl, table: Table) -> None:
        """Write the statement that makes the copy, and note what will go with the table."""
        self._rename_columns(batch_impl, table)
        self._wrong_before = self._error_in_schema(table.name)
        statement = self._run(STATEMENT, table.name)[0].sql
        dropped = {index.name for index in table.indexes} - set(batch_impl.indexes)
        self._parts = [part for part in self._run(PARTS, table.name) if part.name not in dropped]
        self._reached = self._run(REACHED, table.name) if "AUTOINCREMENT" in statement.upper() else []
        batch_impl.indexes.clear()
        if batch_impl.reflected and batch_impl.table_kwargs.keys() <= {*table.kwargs}:
            self._statement = self._changed(Definition(statement), batch_impl, table)
        # else: the migration says itself what the table is

    def create_table(self, table: Table, **kw: Any) -> None:
        """Create a table, or the copy of one."""
        if self._statement:
            self._run(self._statement)
            self._statement = ""
        else:
            super().create_table(table, **kw)

    def rename_table(self, old_table_name: str, new_table_name: str, schema: str | None = None) -> None:
        """Rename a table; a copy gets what the table had."""
        if not old_table_name.startswith("_alembic_tmp_"):
            super().rename_table(old_table_name, new_table_name, schema)
            return
        self._run("PRAGMA legacy_alter_table = ON")  # views that name the table, which is not there, are no error
        super().rename_table(old_table_name, new_table_name, schema)
        self._run("PRAGMA legacy_alter_table = OFF")
        for reached in self._reached:
            self._run("DELETE FROM sqlite_sequence WHERE name = ?", reached.name)
            self._run("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", *reached)
        for part in self._parts:
            try:
                self._run(part.sql)
            except DBAPIError as error:
                why = f"the {part.type} {part.name} does not fit the table {new_table_name} any more: {reason(error)}"
                what = f'op.execute("DROP {part.type.upper()} {part.name}")'
                raise CommandError(f"{why}. Write {what} before the change, and create it anew behind it") from error
        if (wrong := self._error_in_schema(new_table_name)) and wrong != self._wrong_before:
            raise CommandError(
                f"without what is changed in the table {new_table_name}: {wrong}. Drop it before the change"
            )

    def _rename_columns(self, batch_impl: ApplyBatchImpl, table: Table) -> None:
        """Let SQLite rename the columns, which knows all that names them."""
        for name, column in batch_impl.columns.items():
            if column.name != name:
                names = map(self._quoted, (table.name, name, column.name))
                self._run("ALTER TABLE {} RENAME COLUMN {} TO {}".format(*names))
                table.columns[name].name = column.name

    def _changed(self, copy: Definition, batch_impl: ApplyBatchImpl, table: Table) -> str:
        """Return the statement of the copy: the table's own, with what the batch changes."""
        new = batch_impl.new_table
        assert new is not None  # noqa: S101
        copy.remove_columns({column.name for key, column in table.columns.items() if key not in batch_impl.columns})
        for key, column in new.columns.items():
            now = clauses(self._sql(CreateColumn(column)))
            if key in table.columns:
                copy.change(column.name, clauses(self._sql(CreateColumn(table.columns[key]))), now)
            else:
                copy.columns[column.name] = now
            if any(kind(clause) == "GENERATED" for clause in copy.columns[column.name]):
                batch_impl.column_transfers[key].pop("expr", None)
        copy.columns = {column.name: copy.columns[column.name] for column in new.columns}  # in their order
        kept = {*batch_impl.named_constraints.values(), *batch_impl.unnamed_constraints}
        for name in {str(constraint.name) for constraint in table.constraints - kept if constraint.name}:
            copy.remove_constraints(name)
        if new.primary_key.columns.keys() != table.primary_key.columns.keys():
            copy.remove_constraints("PRIMARY")
        added = {constraint.name for constraint in kept - table.constraints} - {None}
        if new.primary_key.columns and not copy.has("PRIMARY"):
            added.add(new.primary_key.name)
        compiler = self.dialect.ddl_compiler(self.dialect, CreateTable(new))
        for constraint in sorted(new.constraints, key=lambda each: str(each.name)):
            if constraint in batch_impl.table_args or constraint.name in added:
                copy.constraints.append(compiler.process(constraint))
        return copy.statement(self._quoted(new.name))

    def _error_in_schema(self, table: str) -> str:
        """Return what SQLite finds wrong in views and triggers when a column is renamed, here to its own name."""
        column = self._quoted(self._run(f"PRAGMA table_info({self._quoted(table)})")[0].name)
        self._run("SAVEPOINT looking")
        try:
            self._run(f"ALTER TABLE {self._quoted(table)} RENAME COLUMN {column} TO {column}")
        except DBAPIError as error:
            return reason(error)
        finally:
            self._run("ROLLBACK TO looking")
            self._run("RELEASE looking")
        return ""

    def _sql(self, part: CreateColumn) -> str:
        return str(part.compile(dialect=self.dialect))

    def _quoted(self, name: str) -> str:
        return self.dialect.identifier_preparer.quote_identifier(name)

    def _run(self, statement: str, *parameters: object) -> Sequence[Row[Any]]:
        assert self.connection  # noqa: S101
        options = {} if parameters else {"no_parameters": True}
        result = self.connection.exec_driver_sql(statement, parameters, execution_options=options)
        return result.all() if result.returns_rows else []
