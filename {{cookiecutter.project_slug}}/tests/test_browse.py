"""The table browser, on whatever tables there are."""

import json
import os
import re
from html import unescape
from random import Random
from typing import Any
from urllib.parse import quote, unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, literal, select
from sqlalchemy.exc import DBAPIError

from my_flask_app.db import db_session
from my_flask_app.models import Base

FEW = 10  # pages or tables, where there may be thousands
MOST = int(os.environ.get("TEST_TABLES") or 50)  # tables whose rows are read; a large number for all
SEED = os.environ.get("TEST_SEED") or 0  # chooses them
BAD_QUERIES = ["limit=0", "limit=501", "limit=x", "after=x", "after=W10", "where=x", "where=%7B%22no%20column%22:1%7D"]


@pytest.fixture(autouse=True)
def debug(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every table shown."""
    assert client
    monkeypatch.setitem(app.config, "BROWSE_TABLES", "")
    monkeypatch.setitem(app.config, "DEBUG", True)


def answer(client: FlaskClient, url: str) -> Any:
    """Return the JSON of a good answer; raise ValueError for what Python takes for JSON and others do not."""
    response = client.get(url)
    assert response.status_code == 200, response.text
    return json.loads(response.text, parse_constant=int)


def read(client: FlaskClient, table: dict[str, Any], query: str = "") -> Any:
    """Return a page of a table's rows; none of one that the database itself refuses to read, as its page must say."""
    response = client.get(f"{table['rows']}{query}")
    if response.status_code != 409:
        return answer(client, f"{table['rows']}{query}")
    assert response.json
    assert response.json["detail"].startswith(f"{table['name']} cannot be read: ")
    refused = Base.metadata.tables[table["name"]]
    with client.application.app_context(), pytest.raises(DBAPIError):
        db_session.execute(select(refused).order_by(*refused.primary_key).limit(1))
    return None


def tables(client: FlaskClient) -> list[Any]:
    found: list[Any] = []
    url: str | None = "/tables"
    while url:
        page = answer(client, url)
        found += page["tables"]
        url = page["next"]
    return found


def some_tables(client: FlaskClient, most: int = MOST) -> list[Any]:
    """Return tables, where there may be thousands; another seed chooses others."""
    every = tables(client)
    return every if len(every) <= most else Random(SEED).sample(every, most)


def test_every_table_is_listed(client: FlaskClient) -> None:
    found = tables(client)
    assert [table["name"] for table in found] == sorted(Base.metadata.tables)
    for table in found:
        assert len(table["columns"]) == len(Base.metadata.tables[table["name"]].columns)


def test_pages_have_every_row_once(app: Flask, client: FlaskClient) -> None:
    for table in some_tables(client):
        rows: list[Any] = []
        query = "?limit=500"
        for _page in range(FEW):
            page = read(client, table, query)
            if not page:
                break
            rows += page["rows"]
            if not page["next"]:
                break
            query = page["next"].removeprefix(table["rows"])
        if not page:
            continue
        with app.app_context():
            first = select(literal(1)).select_from(Base.metadata.tables[table["name"]]).limit(FEW * 500).subquery()
            assert len(rows) == db_session.scalar(select(func.count()).select_from(first)), table["name"]
        half = answer(client, f"{table['rows']}?limit={max(1, min(500, len(rows) // 2))}")
        if page["paging"] == "key" and half["next"]:
            assert half["rows"] + answer(client, half["next"])["rows"] == rows[: 2 * len(half["rows"])]


def test_every_link_leads_somewhere(client: FlaskClient) -> None:
    followed: set[str] = set()
    readable = [table for table in some_tables(client) if read(client, table)]
    pages = {f"/browse/{table['name']}": table for table in tables(client)}
    for url in ["/", *(f"/browse/{quote(table['name'])}?limit=3" for table in readable)]:
        page = client.get(url)
        assert page.status_code == 200, page.text
        assert "<script" not in page.text
        links = {re.sub("=[^&]*", "", link): link for link in map(unescape, re.findall(r'href="(/[^"]*)"', page.text))}
        for link in (links[kind] for kind in links.keys() - followed):  # one of those that differ in values only
            status = client.get(link).status_code
            assert status == 200 or (status == 409 and not read(client, pages[unquote(link.partition("?")[0])])), link
        followed |= links.keys()


def test_off_without_debug_or_names(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    urls = ["/", "/tables", *(table["rows"] for table in some_tables(client))]
    monkeypatch.setitem(app.config, "DEBUG", False)
    assert {client.get(url).status_code for url in urls} == {404}


def test_a_table_that_is_not_named_is_nowhere(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [table["name"] for table in tables(client)]
    for hidden in [table["name"] for table in some_tables(client, FEW)]:
        others = ['"' + name.replace('"', '""') + '"' for name in names if name != hidden]
        monkeypatch.setitem(app.config, "BROWSE_TABLES", ",".join(others) or "no_such_table")
        for url in (f"/tables/{quote(hidden)}", f"/browse/{quote(hidden)}"):
            assert client.get(url).status_code == 404
        seen = tables(client)
        assert [table["name"] for table in seen] == [name for name in names if name != hidden]
        assert hidden not in {each["table"] for table in seen for each in table["refers_to"] + table["referred_to_by"]}
        for url in ["/", *(f"/browse/{quote(table['name'])}?limit=3" for table in seen[:FEW] if read(client, table))]:
            links = re.findall(r'href="/browse/([^"?]*)', client.get(url).text)
            assert hidden not in map(unquote, map(unescape, links))


def test_nothing_can_be_changed(client: FlaskClient) -> None:
    for url in ["/", "/tables", *(table["rows"] for table in some_tables(client, FEW))]:
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert client.open(url, method=method).status_code == 405


def test_bad_queries(client: FlaskClient) -> None:
    for table in some_tables(client, FEW):
        for query in BAD_QUERIES:
            response = client.get(f"{table['rows']}?{query}")
            assert response.status_code == 400, response.text
            assert response.content_type == "application/problem+json"
            assert client.get(f"/browse/{quote(table['name'])}?{query}").status_code == 400
    assert client.get("/tables/no%20such%20table").status_code == 404
