"""The commands that `flask` gets."""

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from .databases import database_of
from .databases.base import Database, reason
from .schema import SchemaError, init_db


@click.command("init-db")
@with_appcontext
def init_db_command() -> None:
    """Bring the database's schema up to date."""
    initialise(database_of(current_app.extensions["engine"].url))


def initialise(database: Database) -> None:
    """Create a database if it is not there, and build its schema; raise ClickException."""
    try:
        if database.create():
            click.echo(f"The database {database.url.database} is new.")
        click.echo(init_db(database))
    except (DBAPIError, SchemaError) as error:
        why = reason(error) if isinstance(error, DBAPIError) else error
        raise click.ClickException(f"{database} cannot be initialised: {why}") from None
