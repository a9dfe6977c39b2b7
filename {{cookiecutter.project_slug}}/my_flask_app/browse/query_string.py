"""What a request asks for: ``limit``, ``where`` and ``after``."""

import json
import re
from collections.abc import Collection
from typing import Any

from flask import request
from sqlalchemy import Column, Table
from werkzeug.exceptions import BadRequest

from .paging import Page, read_page
from .values import unique
from .visible import visible_tables

LARGEST_PAGE = 500
TABLES = 100  # on a page; as many make a diagram that can be looked at


def requested_tables() -> tuple[dict[str, Table], str | None]:
    """Return a page of the tables that may be seen, and the name after which the next page begins."""
    after = parameter("after")
    tables = visible_tables()
    names = [name for name in tables if after is None or name > after]
    return {name: tables[name] for name in names[:TABLES]}, names[TABLES - 1] if len(names) > TABLES else None


def requested_page(table: Table, keys: Collection[Column[Any]] = ()) -> Page:
    """Read the page that the query string asks for; raise BadRequest."""
    limit = parameter("limit", "50")
    if not re.fullmatch(r"[0-9]{1,3}", limit) or not 1 <= int(limit) <= LARGEST_PAGE:
        raise BadRequest(f"limit must be a whole number from 1 to {LARGEST_PAGE}.")
    return read_page(table, int(limit), parameter("after"), requested_values(), keys)


def parameter(name: str, default: Any = None) -> Any:
    """Return the text of a parameter; raise BadRequest for several, and for what is in no name and no number."""
    texts = request.args.getlist(name)
    if len(texts) > 1 or "\0" in "".join(texts):
        raise BadRequest(f"{name} must be there once, and without NUL.")
    return texts[0] if texts else default


def requested_values() -> dict[str, Any]:
    """Return the values of columns that the query string asks for; raise BadRequest."""
    try:
        where = json.loads(parameter("where", "{}"), object_pairs_hook=unique)
    except (RecursionError, ValueError):
        where = None
    if not isinstance(where, dict):
        raise BadRequest('where must be a JSON object with a value for each column, as in {"id": 7}.')
    return where


def next_query(after: str | None) -> dict[str, Any]:
    """Return the query string of this request, but for where the page begins."""
    return {**{name: request.args[name] for name in ("limit", "where") if name in request.args}, "after": after}
