"""Lazy reflection: the application starts without its database, and reads its tables once they are there."""

import logging
import warnings
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from threading import Event, Lock
from typing import Any

from flask import Flask, appcontext_pushed, current_app, g
from sqlalchemy import Connection, Engine, ForeignKey, MetaData, Table, inspect
from sqlalchemy.exc import DBAPIError, InvalidRequestError, NoSuchTableError, SAWarning, SQLAlchemyError
from sqlalchemy.orm import configure_mappers

from . import tables
from .databases import database_of
from .databases.base import NO_TABLE
from .errors import DatabaseUnavailable
from .models import Base, Reflected
from .reflect_models import subclasses, table_key

logger = logging.getLogger(__name__)

# What SQLAlchemy does not know, it leaves as the driver gives it; nothing to be told at each start. The third is
# what it says of a check that is NOT VALID or has NO INHERIT, the fourth of a view that MariaDB cannot describe.
UNSAID = "Did not recognize type|Skipped unsupported reflection|Can't validate argument 'dialect_op|Unknown schema"
warnings.filterwarnings("ignore", UNSAID, SAWarning)

_lock = Lock()
_prepared = Event()
_mapping_errors: list[Exception] = []  # SQLAlchemy maps a class only once


class LostColumnError(InvalidRequestError):
    """A column that tables.py names is not in the database."""


class LostColumn:
    """In the place of a column that the database lost: whoever uses it is told so."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def __get__(self, _instance: object, _owner: object = None) -> None:
        """Raise LostColumnError."""
        raise LostColumnError(self.sentence)

    def __set__(self, _instance: object, _value: object) -> None:
        """Raise LostColumnError."""
        raise LostColumnError(self.sentence)


def init_app(app: Flask) -> None:
    """Have the models ready in every application context: requests, commands and `flask shell`."""
    appcontext_pushed.connect(_prepare, app)
    app.before_request(_require_models)


def prepare(engine: Engine) -> None:
    """Read the tables of all models, in a number of statements that does not grow with the database, and map them."""
    try:
        with engine.connect() as connection:
            Reflected.prepare(connection, views=True, resolve_fks=False)
            _read_keyless(connection)
            _read_targets(connection)
        configure_mappers()
    except (SQLAlchemyError, AttributeError) as error:  # the latter for a relationship's column
        if lost := [sentence for _, _, sentence in _lost_columns()]:
            raise LostColumnError("; ".join(lost)) from error
        raise
    for model, key, sentence in _lost_columns():
        logger.error("%s", sentence)
        setattr(model, key, LostColumn(sentence))


def _read_keyless(connection: Connection) -> None:
    """Read the tables and views that have no key, and so no class."""
    inspector = inspect(connection)
    names: defaultdict[str | None, set[str]] = defaultdict(set)
    for schema, name in tables.KEYLESS:
        names[schema].add(name)
    for schema, wanted in names.items():
        views = wanted.difference(inspector.get_table_names(schema))
        # {% if cookiecutter.__dialect in ['mysql', 'mariadb'] %}
        for name in wanted:
            try:
                only = partial(_is_one_of, {name})
                Base.metadata.reflect(connection, schema, views=True, only=only, resolve_fks=False)
            except DBAPIError as error:  # a view is described only to those who have SHOW VIEW
                logger.info("%s cannot be read: %s", name, error)
        # {% else %}
        Base.metadata.reflect(connection, schema, views=True, only=partial(_is_one_of, wanted), resolve_fks=False)
        # {% endif %}
        for table in Base.metadata.tables.values():
            if table.schema == schema and table.name in views:
                table.info["is_view"] = True


def _read_targets(connection: Connection) -> None:
    """Read the tables that foreign keys refer to and no model names, in rounds: an INSERT is sorted by them."""
    metadata = Base.metadata
    inspector = inspect(connection)
    known = {(table.schema, table.name) for table in metadata.tables.values()}
    while targets := {_target(each) for table in metadata.tables.values() for each in table.foreign_keys} - known:
        known |= targets
        names: defaultdict[str | None, set[str]] = defaultdict(set)
        for schema, name in targets:
            names[schema].add(name)
        for schema, wanted in names.items():
            # SQLite lets a foreign key refer to a table that is not there. Asked for none, SQLAlchemy would read all.
            if present := wanted.intersection(inspector.get_table_names(schema)):
                metadata.reflect(connection, schema, only=partial(_is_one_of, present), resolve_fks=False)


def _is_one_of(names: set[str], name: str, _metadata: MetaData) -> bool:
    return name in names  # a list in its place would skip a table of which another schema has one of the same name


def _target(key: ForeignKey) -> tuple[str | None, str]:
    return key.target_tokens.schema, key.target_tokens.table_name


def _lost_columns() -> Iterator[tuple[type[Reflected], str, str]]:
    """Give the columns that tables.py names and the database has no more: class, attribute and a sentence."""
    for model, table in _tables():
        names = {key: name for name, key in tables.RENAMED.get(table.key, {}).items()}
        for key in getattr(model, "__columns__", ()):
            if table.columns and key not in table.columns:
                what = f"the table {table.key} has no column {names.get(key, key)} any more"
                yield model, key, f"{model.__name__}.{key}: {what}. Run: flask reflect-models"


def _tables() -> Iterator[tuple[type[Reflected], Table]]:
    """Give the models and their tables, which have no columns as long as they are not read."""
    for model in subclasses():
        if table_key(model) in Base.metadata.tables:
            yield model, Base.metadata.tables[table_key(model)]


def _prepare(app: Flask, **_signal: Any) -> None:
    if _prepared.is_set():
        return
    if not _lock.acquire(timeout=5):  # seconds; the database does not answer the thread that asks it
        g.reflection_error = TimeoutError("the tables are still being read")
        return
    try:
        if _mapping_errors:
            raise _mapping_errors[0]
        if not _prepared.is_set():
            prepare(app.extensions["engine"])
            _prepared.set()
    except (SQLAlchemyError, AttributeError) as error:
        # Not raised: `flask reflect-models`, which mends it, runs in an application context too.
        g.reflection_error = error
        if not isinstance(error, DBAPIError) and all(table.columns for _, table in _tables()):
            _mapping_errors[:] = [error]
    finally:
        _lock.release()


def _require_models() -> None:
    if "reflection_error" in g:
        logger.error("The models cannot be reflected: %s", g.reflection_error)
        raise DatabaseUnavailable(_why(g.reflection_error))


def _why(error: Exception) -> str:
    if isinstance(error, NoSuchTableError):
        return NO_TABLE
    why = isinstance(error, DBAPIError) and database_of(current_app.extensions["engine"].url).unavailable(error)
    return why or "The tables cannot be read now."
