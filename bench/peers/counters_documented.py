"""documented.py with the views of counters.py."""

from flask import Flask

from . import documented
from .counters import add_counters

create_tables = documented.create_tables


def create_app() -> Flask:
    return add_counters(documented.create_app(), documented.db.session, documented.Message)
