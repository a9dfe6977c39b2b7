"""The commands that `flask` gets."""

import click
from flask import current_app
from flask.cli import with_appcontext


@click.command("reflect-models")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if tables.py does not fit the database.")
@with_appcontext
def reflect_models_command(check: bool) -> None:
    """Fit tables.py to the database and append classes for new tables to models.py."""
    from .reflect_models import reflect_models  # noqa: PLC0415 - what serves requests does not need it

    reflect_models(current_app.extensions["engine"], check=check)
