"""The command that `flask` gets, and what `flask shell` knows."""

import click
from flask import Flask, current_app
from sqlalchemy import select

from .db import db_session
from .models import Base


def init_app(app: Flask) -> None:
    """Add the command; give `flask shell` the session, ``select`` and the models."""
    app.cli.command("reflect-models")(reflect_models_command)
    names = {"db_session": db_session, "select": select}
    app.shell_context_processor(lambda: names | {each.class_.__name__: each.class_ for each in Base.registry.mappers})


@click.option("--check", is_flag=True, help="Write nothing; exit 1 if tables.py does not fit the database.")
def reflect_models_command(check: bool) -> None:
    """Fit tables.py to the database and append classes for new tables to models.py."""
    from .reflect_models import reflect_models  # noqa: PLC0415 - what serves requests does not need it

    reflect_models(current_app.extensions["engines"]["DATABASE_URL"], check=check)
