"""Reads the database, writes models.py and the baseline where they are missing, and says what they leave out."""

import secrets
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib import import_module
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import configure_mappers
from werkzeug.exceptions import Conflict

from my_flask_app.config import PROJECT, setting
from my_flask_app.databases import database_of
from my_flask_app.databases.base import reason
from my_flask_app.db import db_session
from my_flask_app.dialects import ODD, unloadable

from . import catalogue
from migrations import autogenerate

MODELS = PROJECT / "my_flask_app/models.py"
BASELINE = PROJECT / "migrations/versions/0001_baseline.sql"
END = "\n;\n-- next\n"  # of a statement, for 0001_baseline.py
README = PROJECT / "README.md"
PLACE = "<!-- Here set_up.py names what is not carried over. -->"


def main() -> None:
    """Do all in one transaction, which only reads; stop with a sentence where it cannot."""
    try:
        database_of(setting("DATABASE_URL")).connect_once().close()  # stops here, with a sentence, where it is wrong
        warnings.simplefilter("ignore")  # of what cannot be read; what matters of that is compared in the end
        with tempfile.TemporaryDirectory() as tools, catalogue.connect(setting("DATABASE_URL")) as connection:
            install_sqlacodegen(tools)
            notes = list(write(connection)) or ["nothing"]
    except DBAPIError as error:
        raise SystemExit(f"Error: the database cannot be read: {reason(error)}") from None
    print("Not carried over from the database:", *notes, sep="\n  ")
    readme = README.read_text(encoding="utf-8")
    README.write_text(readme.replace(PLACE, "\n".join(f"* {note}" for note in notes)), encoding="utf-8")


def install_sqlacodegen(folder: str) -> None:
    """Install it for this process: what is needed once is no dependency of the project."""
    print("Installing sqlacodegen for now ...", flush=True)
    uv = shutil.which("uv")
    pip = [uv, "pip", "install", "--python", sys.executable] if uv else [sys.executable, "-m", "pip", "install"]
    command = [*pip, "--quiet", "--target", folder, "sqlacodegen==4.0.4"]
    if subprocess.run(command, check=False).returncode:  # noqa: S603 - a command of this project
        raise SystemExit("Error: sqlacodegen cannot be installed; the reason is above.")
    sys.path.append(folder)  # at the end, so that the project's own SQLAlchemy comes first


def write(connection: Connection) -> Iterator[str]:
    """Write the files that are missing, and give what they leave out."""
    models = import_module(f"{__package__}.models")  # imports sqlacodegen
    metadata, notes = models.reflect(connection)
    if not metadata.tables:
        none = "Error: the database has no tables for models, or none that its user may see. Is it the right one?"
        raise SystemExit("\n  ".join([none, *notes]))
    yield from notes
    if inspect(connection).has_table("alembic_version"):
        yield "the table alembic_version, of other migrations: name another version_table in migrations/env.py"
    statements, left_out = catalogue.baseline(connection)
    with empty_database() as empty:
        failed = dict(build(empty, statements)) if empty else {}
        absent = models.missing_in(empty, metadata) if empty and failed else set()
    is_new = not MODELS.exists()
    try:
        if is_new:
            write_formatted(MODELS, models.generate(connection, absent))
        yield from differences(connection)
        yield from refusals(connection)
    except BaseException:
        if is_new:  # what cannot be used is not taken for done the next time
            MODELS.unlink(missing_ok=True)
        raise
    if not BASELINE.exists():
        BASELINE.write_bytes(END.join([*(each for each in statements if each not in failed), ""]).encode())
    yield from (f"{name} (not in the baseline)" for name in left_out)
    yield from (f"{' '.join(each.split())[:80]} (not in the baseline: {why})" for each, why in failed.items())
    if not empty:
        print("Whether the baseline builds was not tried: the user of DATABASE_URL may not create a database.")


@contextmanager
def empty_database() -> Iterator[Connection | None]:
    """Connect to a database that is created for this and dropped in the end; None where its user may not do so."""
    url = database_of(setting("DATABASE_URL")).url
    with tempfile.TemporaryDirectory() as folder:
        is_file = url.get_backend_name() == "sqlite"
        own = database_of(
            f"sqlite:///{folder}/baseline.db" if is_file else url.set(database=f"baseline_{secrets.token_hex(4)}")
        )
        try:
            created = own.create()
        except DBAPIError:
            created = False
        if not created:
            yield None
            return
        try:
            with own.schema_connection() as connection, connection.begin():
                yield connection
        finally:
            if not is_file:
                is_postgresql = url.get_backend_name() == "postgresql"
                own.maintain("DROP DATABASE {}" + (" WITH (FORCE)" if is_postgresql else ""))


def build(connection: Connection, statements: list[str]) -> Iterator[tuple[str, str]]:
    """Run the baseline; give the statements that fail, and why."""
    for statement in statements:
        try:
            with connection.begin_nested() if connection.dialect.name == "postgresql" else nullcontext():
                connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
        except DBAPIError as error:
            yield statement, reason(error)


def write_formatted(path: Path, code: str) -> None:
    """Write a module as the project's own rules want it, whole or not at all."""
    new = path.with_name(f"new_{path.name}")
    new.write_text(code, encoding="utf-8")
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent))
    if ruff:
        for arguments in (["check", "--fix-only", "--exit-zero"], ["format"]):
            command = [ruff, *arguments, "--quiet", "--no-cache", str(new)]
            subprocess.run(command, check=True, cwd=PROJECT)  # noqa: S603 - a command of this project
    new.replace(path)


def differences(connection: Connection) -> Iterator[str]:
    """Give what Alembic finds different between the models and the database. Comparing writes nothing."""
    module = import_module("my_flask_app.models")
    configure_mappers()
    context = MigrationContext.configure(connection, opts=autogenerate.options(module.Base.metadata))
    yield from (f"in the models: {difference}" for difference in compare_metadata(context, module.Base.metadata))


def refusals(connection: Connection) -> Iterator[str]:
    """Give what the database says of the tables that it refuses to read, asked as their pages ask; and odd values."""
    odd: list[str] = []
    read_page = import_module("my_flask_app.browse.paging").read_page  # imports the models
    app = Flask(str(__package__))
    app.extensions["engines"] = {"DATABASE_URL": connection.engine}
    for table in import_module("my_flask_app.models").Base.metadata.tables.values():
        with app.app_context(), connection.begin_nested() as savepoint:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL statement_timeout = '5s'")  # a slow view is named, and no more
            db_session(bind=connection)
            try:
                read_page(table, 1, None, {})
            except Conflict as refusal:
                yield str(refusal.description)
            else:
                odd += [f"{table.key}.{name}" for name in unloadable(connection, table)]
            db_session.remove()
            savepoint.rollback()
    if odd:
        yield f"{ODD}: {', '.join(odd)}"


if __name__ == "__main__":
    main()
