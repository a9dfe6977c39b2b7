"""Reads the tables from the database, and maps the classes of models.py to them. Knows nothing of Flask."""

import logging
from collections import defaultdict
from collections.abc import Iterator
from functools import partial

from sqlalchemy import Connection, Engine, ForeignKey, MetaData, Table, inspect
from sqlalchemy.exc import DBAPIError, InvalidRequestError, SQLAlchemyError
from sqlalchemy.orm import configure_mappers

from . import dialects, tables
from .models import Base, Reflected

logger = logging.getLogger(__name__)

dialects.register()


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


def prepare(engine: Engine) -> None:
    """Read the tables of all models, in a number of statements that does not grow with the database, and map them."""
    try:
        with engine.connect() as connection, dialects.quietly():
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
    known = {(table.schema, table.name) for table in Base.metadata.tables.values()}
    for schema, name in set(tables.KEYLESS) - known:  # asked for known ones alone, SQLAlchemy would read all
        names[schema].add(name)
    for schema, wanted in names.items():
        views = wanted.difference(inspector.get_table_names(schema))
        together = connection.dialect.name not in {"mysql", "mariadb"}
        for names_read in [wanted] if together else [{name} for name in wanted]:
            try:
                only = partial(_is_one_of, names_read)
                Base.metadata.reflect(connection, schema, views=True, only=only, resolve_fks=False)
            except DBAPIError as error:
                if together:
                    raise
                # MariaDB describes a view only to those who have SHOW VIEW.
                logger.info("%s cannot be read: %s", *names_read, error)
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
            if schema and connection.dialect.name in {"mysql", "mariadb"}:
                continue  # another database
            # SQLite lets a foreign key refer to a table that is not there. Asked for none, SQLAlchemy would read all.
            if present := wanted.intersection(inspector.get_table_names(schema)):
                metadata.reflect(connection, schema, only=partial(_is_one_of, present), resolve_fks=False)


def _is_one_of(names: set[str], name: str, _metadata: MetaData) -> bool:
    return name in names  # a list in its place would skip a table of which another schema has one of the same name


def _target(key: ForeignKey) -> tuple[str | None, str]:
    return key.target_tokens.schema, key.target_tokens.table_name


def _lost_columns() -> Iterator[tuple[type[Reflected], str, str]]:
    """Give the columns that tables.py names and the database has no more: class, attribute and a sentence."""
    for model, table in models_and_tables():
        names = {key: name for name, key in tables.RENAMED.get(table.key, {}).items()}
        for key in getattr(model, "__columns__", ()):
            if table.columns and key not in table.columns:
                what = f"the table {table.key} has no column {names.get(key, key)} any more"
                yield model, key, f"{model.__name__}.{key}: {what}; bring tables.py up to date"


def models_and_tables() -> Iterator[tuple[type[Reflected], Table]]:
    """Give the models and their tables, which have no columns as long as they are not read."""
    for model in subclasses():
        if (table := getattr(model, "__table__", None)) is not None:
            yield model, table


def subclasses(model: type[Reflected] = Reflected) -> Iterator[type[Reflected]]:
    """Give all classes of models.py, mapped or not yet."""
    for each in model.__subclasses__():
        yield each
        yield from subclasses(each)
