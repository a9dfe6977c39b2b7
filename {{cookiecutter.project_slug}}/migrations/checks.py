"""What is refused with a sentence, before a migration is run or written."""

import subprocess
import sys
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy import CheckConstraint, Connection, Index, MetaData, UniqueConstraint, inspect
from sqlalchemy.sql.elements import conv

from my_flask_app import bases, models
from my_flask_app.config import PROJECT


def refuse_names(metadata: MetaData, dialect: str) -> None:
    """Raise CommandError for a check or an index without a name, and for what would have the name of another."""
    known: set[tuple[str | None, str]] = set()
    for table in metadata.tables.values():
        place = table.fullname if dialect in {"mysql", "mariadb"} else table.schema  # where a name must be the only one
        if any(
            isinstance(each, CheckConstraint) and each.name == f"ck_{table.name}_unnamed" for each in table.constraints
        ):
            raise CommandError(f'a check of the table {table.fullname} has no name: CheckConstraint(..., name="...")')
        items: list[Index | UniqueConstraint] = [
            each for each in table.constraints if isinstance(each, UniqueConstraint)
        ]
        for item in (*table.indexes, *items):
            what = f"{'an index' if isinstance(item, Index) else 'a constraint'} of the table {table.fullname}"
            if isinstance(item, Index) and not item.columns and isinstance(item.name, conv | None):
                raise CommandError(f"{what} has no name: give it one")
            if item.name and (place, str(item.name)) in known:
                raise CommandError(f"{what} would have the name {item.name}, which another one has: give it one")
            known.add((place, str(item.name)))


# {% if cookiecutter.database == 'new' %}
def refuse_unbounded(metadata: MetaData) -> None:
    """Raise CommandError for a text without a length or a decimal without a scale: databases differ in those."""
    for column in (column for table in metadata.tables.values() for column in table.columns):
        kind = column.type.__visit_name__
        if kind in {"string", "unicode", "VARCHAR", "CHAR"} and not getattr(column.type, "length", None):
            raise CommandError(f"{column} has no length: write mapped_column(String(200)), or mapped_column(Text)")
        if kind in {"numeric", "NUMERIC", "DECIMAL"} and getattr(column.type, "scale", None) is None:
            raise CommandError(f"{column} has no precision, or no scale: write mapped_column(Numeric(10, 2))")


# {% endif %}
def refuse_unseen_models(setting: str) -> None:
    """Raise CommandError if this process knows tables of a database that ``models``, all that Alembic sees, does not.

    What it sees is asked of a new process. Nothing else tells: here the application has imported all of its modules.
    """
    name, base = models.__name__, bases.BASES[setting]
    tables = f"(key for name in BASES if name == {setting!r} for key in BASES[name].metadata.tables)"
    code = f"from {bases.__name__} import BASES; print(*{tables}, sep=chr(0))"
    command = [sys.executable, "-W", "ignore", "-c", code]
    seen = subprocess.check_output(command, cwd=PROJECT, text=True).rstrip("\n").split("\0")  # noqa: S603
    modules = {mapper.local_table: mapper.class_.__module__ for mapper in base.registry.mappers}
    for key in sorted(base.metadata.tables.keys() - {*seen}):
        module = modules.get(base.metadata.tables[key], "the module that defines it")
        raise CommandError(
            f"migrations do not see the table {key}, which {name} does not import. Write at the end of"
            f" {Path(str(models.__file__)).name}: import {module}  # noqa: E402, F401"
        )


def refuse_tables(connection: Connection, metadata: MetaData) -> None:
    """Raise CommandError if tables of the models are there already, and nothing tells by which revision."""
    inspector = inspect(connection)
    for table in metadata.tables.values():
        if inspector.has_table(table.name, table.schema):
            raise CommandError(
                f"it has the table {table.fullname}, but no revision. If the models fit it, say so once,"
                " which creates the table alembic_version there: .venv/bin/alembic stamp head"
            )
