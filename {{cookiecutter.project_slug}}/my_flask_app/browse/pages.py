"""The tables as pages that link to each other along the foreign keys. No JavaScript, nothing to change."""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from flask import Blueprint, Response, render_template, url_for
from sqlalchemy import Column, Table

from my_flask_app.db import db_session

from .diagram import draw
from .keys import is_comparable
from .query_string import next_query, requested_page, requested_tables, requested_values
from .visible import Reference, describe, find_table, references

LONGEST_TEXT = 80
ALLOWED = [
    "default-src 'none'",
    "style-src 'self'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
]

blueprint = Blueprint("pages", __name__)


class Cell(NamedTuple):
    """A value as a page shows it: shortened, and where it leads."""

    text: str | None
    length: int
    url: str | None


class Link(NamedTuple):
    """The rows that refer to a row."""

    text: str
    url: str


@blueprint.get("/")
def index() -> str:
    """Show a page of the tables with their columns, keys and relations, and a diagram of them."""
    every = references()
    tables, after = requested_tables()
    return render_template(
        "browse/tables.html",
        tables=[describe(table, every) for table in tables.values()],
        diagram=draw(tables.values(), [each for each in every if {each.table.key, each.target.key} <= tables.keys()]),
        next_url=after and url_for(".index", after=after),
    )


@blueprint.get("/browse/<any_name:name>", merge_slashes=False)
def show_table(name: str) -> str:
    """Show a page of a table's rows, with links to the rows that they refer to and are referred to by."""
    table = find_table(name)
    every = references()
    targets = [each for each in every if each.table is table and is_followed(each)]
    sources = [each for each in every if each.target is table and is_followed(each)]
    columns = {column for each in targets for column in each.columns}
    page = requested_page(table, columns | {column for each in sources for column in each.target_columns})
    pairs = zip(page.rows, page.keys, strict=True)
    rows = [(cells(table, row, keys, targets), back_links(keys, sources)) for row, keys in pairs]
    return render_template(
        "browse/table.html",
        table=describe(table, every),
        page=page,
        rows=rows,
        has_links=bool(sources),
        where={column: cell(value, None).text for column, value in requested_values().items()},
        first_url=url_for(".show_table", name=name, **next_query(None)),
        next_url=page.after and url_for(".show_table", name=name, **next_query(page.after)),
    )


@blueprint.after_request
def restrict(response: Response) -> Response:
    """Forbid all that the pages do not need: scripts, forms, copies in caches; what security.py allows is more."""
    response.headers["Content-Security-Policy"] = "; ".join(ALLOWED)
    response.headers["Cache-Control"] = "no-store"
    return response


def is_followed(reference: Reference) -> bool:
    """Tell whether the database finds rows by the values of that foreign key."""
    dialect = db_session.get_bind().dialect.name
    return all(is_comparable(column, dialect) for column in [*reference.columns, *reference.target_columns])


def cells(table: Table, row: list[Any], keys: dict[str, Any], targets: list[Reference]) -> list[Cell]:
    """Return the cells of a row."""
    urls: dict[str, str | None] = {}
    for each in targets:
        url = rows_url(each.target, each.target_columns, each.columns, keys)
        urls = {column.name: url for column in each.columns} | urls
    return [cell(value, urls.get(column.name)) for column, value in zip(table.columns, row, strict=True)]


def cell(value: Any, url: str | None) -> Cell:
    """Return the cell of a value."""
    if value is None:
        return Cell(None, 0, None)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = text.encode(errors="backslashreplace").decode()  # JSON may have half a pair
    length = len(text)
    return Cell(text if length <= LONGEST_TEXT else text[:LONGEST_TEXT] + "…", length, url)


def back_links(keys: dict[str, Any], sources: list[Reference]) -> list[Link]:
    """Return the links to the rows that refer to a row."""
    names = [each.table.key for each in sources]
    links = []
    for each in sources:
        url = rows_url(each.table, each.columns, each.target_columns, keys)
        only = names.count(each.table.key) == 1
        by = "" if only else f" by {', '.join(column.name for column in each.columns)}"
        if url:
            links.append(Link(each.table.key + by, url))
    return links


def rows_url(
    table: Table, columns: Iterable[Column[Any]], others: Iterable[Column[Any]], keys: dict[str, Any]
) -> str | None:
    """Return the URL of a table's rows whose columns are equal to the other columns of a row; None for NULL."""
    where = {column.name: keys[other.name] for column, other in zip(columns, others, strict=True)}
    if None in where.values():
        return None
    return url_for(".show_table", name=table.key, where=json.dumps(where))
