"""The table browser, on whatever tables there are."""

import json
import re
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, literal, select

from my_flask_app.db import db_session
from my_flask_app.models import Base

FEW = 10  # pages or tables, where there may be thousands
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


def tables(client: FlaskClient) -> list[Any]:
    return list(answer(client, "/tables")["tables"])


def test_every_table_is_listed(client: FlaskClient) -> None:
    assert [table["name"] for table in tables(client)] == sorted(Base.metadata.tables)
    for table in tables(client):
        assert len(table["columns"]) == len(Base.metadata.tables[table["name"]].columns)


def test_pages_have_every_row_once(app: Flask, client: FlaskClient) -> None:
    for table in tables(client):
        rows: list[Any] = []
        url: str | None = table["rows"] + "?limit=500"
        for _page in range(FEW):
            page = answer(client, str(url))
            rows += page["rows"]
            if not (url := page["next"]):
                break
        with app.app_context():
            first = select(literal(1)).select_from(Base.metadata.tables[table["name"]]).limit(FEW * 500).subquery()
            assert len(rows) == db_session.scalar(select(func.count()).select_from(first)), table["name"]
        half = answer(client, f"{table['rows']}?limit={max(1, min(500, len(rows) // 2))}")
        if page["paging"] == "key" and half["next"]:
            assert half["rows"] + answer(client, half["next"])["rows"] == rows[: 2 * len(half["rows"])]


def test_every_link_leads_somewhere(client: FlaskClient) -> None:
    followed: set[str] = set()
    for url in ["/", *(f"/browse/{quote(table['name'])}?limit=3" for table in tables(client))]:
        page = client.get(url)
        assert page.status_code == 200, page.text
        assert "<script" not in page.text
        links = {re.sub("=[^&]*", "", link): link for link in map(unescape, re.findall(r'href="(/[^"]*)"', page.text))}
        for link in (links[kind] for kind in links.keys() - followed):  # one of those that differ in values only
            assert client.get(link).status_code == 200, link
        followed |= links.keys()


def test_off_without_debug_or_names(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    urls = ["/", "/tables", *(table["rows"] for table in tables(client))]
    monkeypatch.setitem(app.config, "DEBUG", False)
    assert {client.get(url).status_code for url in urls} == {404}


def test_a_table_that_is_not_named_is_nowhere(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [table["name"] for table in tables(client)]
    for hidden in names[:FEW]:
        others = [f'"{name}"' if "," in name else name for name in names if name != hidden]
        monkeypatch.setitem(app.config, "BROWSE_TABLES", ",".join(others) or "no_such_table")
        for url in (f"/tables/{quote(hidden)}", f"/browse/{quote(hidden)}"):
            assert client.get(url).status_code == 404
        seen = tables(client)
        assert [table["name"] for table in seen] == [name for name in names if name != hidden]
        assert hidden not in {each["table"] for table in seen for each in table["refers_to"] + table["referred_to_by"]}
        for url in ["/", *(f"/browse/{quote(table['name'])}?limit=3" for table in seen[:FEW])]:
            links = re.findall(r'href="/browse/([^"?]*)', client.get(url).text)
            assert quote(hidden) not in map(unescape, links)


def test_nothing_can_be_changed(client: FlaskClient) -> None:
    for url in ["/", "/tables", *(table["rows"] for table in tables(client)[:FEW])]:
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert client.open(url, method=method).status_code == 405


def test_bad_queries(client: FlaskClient) -> None:
    for table in tables(client)[:FEW]:
        for query in BAD_QUERIES:
            response = client.get(f"{table['rows']}?{query}")
            assert response.status_code == 400, response.text
            assert response.content_type == "application/problem+json"
            assert client.get(f"/browse/{quote(table['name'])}?{query}").status_code == 400
    assert client.get("/tables/no%20such%20table").status_code == 404
