"""The command that `flask` gets, and what `flask shell` knows."""

import click
from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from .databases import database_of
from .databases.base import reason
from .db import db_session
from .models import Base


def init_app(app: Flask) -> None:
    """Add the command; give `flask shell` the session, ``select`` and the models."""
    app.cli.command("init-db")(init_db_command)
    names = {"db_session": db_session, "select": select}
    app.shell_context_processor(lambda: names | {each.class_.__name__: each.class_ for each in Base.registry.mappers})


def init_db_command() -> None:
    """Create each database that is not there, and bring its schema up to date."""
    from .schema import SchemaError, init_db  # noqa: PLC0415 - what serves requests needs no Alembic

    for name, engine in current_app.extensions["engines"].items():
        database = database_of(engine.url, name)
        try:
            if database.create():
                click.echo(f"The database {database.url.database} is new.")
            click.echo(init_db(database))
        except (DBAPIError, SchemaError) as error:
            why = reason(error) if isinstance(error, DBAPIError) else error
            raise click.ClickException(f"{database} cannot be initialised: {why}") from None
