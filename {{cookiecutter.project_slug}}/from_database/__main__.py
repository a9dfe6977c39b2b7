"""Reads the database, writes models.py and the baseline where they are missing, and says what they leave out."""

import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError, NoReferenceError, SAWarning
from sqlalchemy.orm import configure_mappers

from migrations import autogenerate
from my_flask_app.config import PROJECT, setting
from my_flask_app.databases.base import reason

from . import catalogue

MODELS = PROJECT / "my_flask_app/models.py"
BASELINE = PROJECT / "migrations/versions/0001_baseline.sql"
END = "\n;\n-- next\n"  # of a statement, for 0001_baseline.py
README = PROJECT / "README.md"
PLACE = "<!-- Here set_up.py names what is not carried over. -->"


def main() -> None:
    """Do all in one transaction, which only reads; stop with a sentence where it cannot."""
    try:
        # Of what SQLAlchemy cannot read it warns; what matters of that is compared in the end.
        warnings.simplefilter("ignore", SAWarning)
        with tempfile.TemporaryDirectory() as tools, catalogue.connect(setting("DATABASE_URL")) as connection:
            install_sqlacodegen(tools)
            notes = list(write(connection))
    except DBAPIError as error:
        raise SystemExit(f"Error: the database cannot be read: {reason(error)}") from None
    notes = notes or ["nothing"]
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
        raise SystemExit("Error: the database has no tables, or none that its user may see. Is it the right one?")
    yield from notes
    if inspect(connection).has_table("alembic_version"):
        yield "the table alembic_version, of other migrations: name another version_table in migrations/env.py"
    if not MODELS.exists():
        write_formatted(MODELS, models.generate(connection))
    yield from differences(connection)
    statements, left_out = catalogue.baseline(connection)
    if not BASELINE.exists():
        BASELINE.write_bytes(END.join([*statements, ""]).encode())
    yield from (f"{name} (not in the baseline)" for name in left_out)


def write_formatted(path: Path, code: str) -> None:
    """Write a module as the project's own rules want it, whole or not at all."""
    new = path.with_name(f"new_{path.name}")
    new.write_text(code, encoding="utf-8")
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent))
    if ruff:
        for arguments in (["check", "--fix-only", "--exit-zero"], ["format"]):
            subprocess.run(  # noqa: S603 - a command of this project
                [ruff, *arguments, "--quiet", "--no-cache", str(new)], check=True, cwd=PROJECT
            )
    new.replace(path)


def differences(connection: Connection) -> Iterator[str]:
    """Give what Alembic finds different between the models and the database. Comparing writes nothing."""
    module = import_module("my_flask_app.models")
    configure_mappers()
    context = MigrationContext.configure(connection, opts=autogenerate.options(module.Base.metadata))
    try:
        for difference in compare_metadata(context, module.Base.metadata):
            yield f"in the models: {difference}"
    except NoReferenceError as error:  # SQLite lets a foreign key of the database refer to no column
        yield f"in the models: Alembic cannot compare them with this database: {error}"


if __name__ == "__main__":
    main()
