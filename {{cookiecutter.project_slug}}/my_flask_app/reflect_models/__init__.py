"""`flask reflect-models`: fits the classes to the database, and keeps their names.

It reads the catalogue (catalogue.py), keeps or makes names (earlier.py, naming.py), writes tables.py and its stub
(tables_module.py, tables_stub.py), and appends a class to models.py for each new table.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from my_flask_app import models, tables
from my_flask_app.databases import database_of
from my_flask_app.databases.base import reason
from my_flask_app.dialects import ODD, quietly, unloadable
from my_flask_app.mapping import models_and_tables, subclasses
from my_flask_app.models import Reflected

from .catalogue import Catalogue, read_catalogue
from .earlier import Earlier, read_earlier, stub_annotations
from .formatting import formatted, means_the_same
from .model import Model
from .naming import name_models
from .tables_module import render_tables
from .tables_stub import render_stub


def reflect_models(engine: Engine, *, check: bool) -> None:
    """Fit the files to the database and say what changed; with ``check`` write nothing, and fail if it would."""
    try:
        database_of(engine.url).connect_once().close()  # stops here, with a sentence, where the URL is wrong
        with engine.connect() as connection, quietly():
            catalogue = read_catalogue(connection)
            odd = [f"{table.key}.{name}" for table in catalogue.tables for name in unloadable(connection, table)]
    except DBAPIError as error:
        raise click.ClickException(f"{database_of(engine.url)} cannot be read: {reason(error)}") from None
    changes, files = fit(catalogue, Path(tables.__file__).parent)
    for line in changes:
        click.echo(line)
    if check and files:
        raise click.ClickException("tables.py does not fit the database. Run: flask reflect-models")
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    for why, names in sorted(catalogue.left_out.items()):
        click.echo(f"Left out, {why}: {', '.join(names)}")
    for name, why in sorted(catalogue.refused.items()):  # a class is there: an application may know how to be let in
        click.echo(f"{name} cannot be read: {why}")
    if odd:
        click.echo(f"{ODD}: {', '.join(odd)}")
    counts = f"{len(catalogue.tables)} tables with a key, {len(catalogue.keyless)} tables or views without"
    click.echo(f"{database_of(engine.url)}: {counts}.")


def fit(catalogue: Catalogue, folder: Path) -> tuple[list[str], dict[Path, str]]:
    """Return what has changed, in a line each, and the texts of the files that have to be written."""
    earlier = read_earlier(folder)
    classes = dict(user_classes())
    by_hand = {table.key for model, table in models_and_tables() if not _has_mixin(model)}
    catalogue.tables = [table for table in catalogue.tables if table.key not in by_hand]
    named = name_models(catalogue.tables, earlier, classes, dir(models), dir(Reflected))

    present = {model.mixin for model in named}
    gone = {name: mixin for name, mixin in earlier.mixins.items() if name not in present and name in classes}
    stub = render_stub(named, gone)
    new = [model for model in named if model.mixin not in earlier.mixins]
    text = (folder / "models.py").read_text(encoding="utf-8")
    classes_text = formatted("models.py", "\n\n".join(map(_class, new)))
    texts = {
        folder / "tables.py": formatted("tables.py", render_tables(catalogue, named, gone)),
        folder / "tables.pyi": formatted("tables.pyi", stub),
        folder / "models.py": f"{text}\n\n{classes_text}" if new else text,
    }
    files = {
        path: text
        for path, text in texts.items()
        if not path.exists() or not means_the_same(path.read_text("utf-8"), text)
    }
    return list(_changes(named, earlier, classes, stub)), files


def _has_mixin(model: type[Reflected]) -> bool:
    return any(base.__module__ == tables.__name__ for base in model.__mro__)


def user_classes() -> Iterator[tuple[str, str]]:
    """Give the classes that have a mixin of tables.py: the mixin's name and the class's."""
    for model in subclasses():
        for base in model.__bases__:
            if base.__module__ == tables.__name__:
                yield base.__name__, model.__name__


def _class(model: Model) -> str:
    name = model.table.key if re.fullmatch("[a-zA-Z0-9_.]+", model.table.key) else model.mixin
    docstring = f"The table {name}." if name.isascii() else "A table."
    return f'class {model.mixin}(tables.{model.mixin}, Reflected):\n    """{docstring}"""\n'


def _changes(named: list[Model], earlier: Earlier, classes: dict[str, str], stub: str) -> Iterator[str]:
    present = {model.mixin: model for model in named}
    for name, mixin in earlier.mixins.items():
        if name not in present and mixin.columns:
            table = f"{mixin.schema}.{mixin.tablename}" if mixin.schema else mixin.tablename
            yield f"{table} is gone" + (f"; delete the class {classes[name]}" if name in classes else "")
    after = stub_annotations(stub)
    for name, model in present.items():
        if name not in earlier.mixins:
            yield f"{model.table.key} is new: class {model.class_name}"
            continue
        before = earlier.mixins[name].annotations
        for attribute in before | after[name] if before else ():
            was, now = before.get(attribute), after[name].get(attribute)
            if was != now:
                what = "is gone" if not now else f"is new: {now}" if not was else f"is {now}, was {was}"
                yield f"{model.class_name or name}.{attribute} {what}"
