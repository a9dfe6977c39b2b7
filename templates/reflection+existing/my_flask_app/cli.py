"""The commands that `flask` gets."""

from flask import Flask

from .reflect_models import reflect_models_command


def init_app(app: Flask) -> None:
    """Give the application its commands."""
    app.cli.add_command(reflect_models_command)
