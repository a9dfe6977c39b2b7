"""``/tables``: the tables and their rows as JSON."""

import json
from typing import Any

from flask import Blueprint, Response, url_for
from werkzeug.urls import iri_to_uri

from .query_string import next_query, requested_page, requested_tables
from .visible import describe, find_table, references

blueprint = Blueprint("api", __name__, url_prefix="/tables")


@blueprint.get("")
def list_tables() -> Response:
    """Answer a page of the tables with their columns, keys and relations, and the URL of the next page."""
    every = references()
    tables, after = requested_tables()
    described = [{**describe(table, every), "rows": url(name)} for name, table in tables.items()]
    return json_response({"tables": described, "next": after and url_for(".list_tables", after=after)})


@blueprint.get("/<any_name:name>", merge_slashes=False)
def list_rows(name: str) -> Response:
    """Answer a page of a table's rows, and the URL of the next page."""
    page = requested_page(table := find_table(name))
    next_url = url(name, **next_query(page.after)) if page.after else None
    rows = [dict(zip(table.columns.keys(), row, strict=True)) for row in page.rows]
    answer = {"table": name, "paging": page.paging, "rows": rows, "next": next_url, "truncated": page.truncated}
    return json_response(answer, {"Link": f'<{next_url}>; rel="next"'} if next_url else {})


def url(name: str, **query: Any) -> str:
    """Return the URL of a table's rows."""
    return iri_to_uri(url_for(".list_rows", name=name, **query))  # a header takes no IRI


def json_response(answer: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    """Return a response that any reader of JSON understands: Python would write NaN and Infinity, which are none."""
    return Response(json.dumps(answer, allow_nan=False), headers=headers, mimetype="application/json")
