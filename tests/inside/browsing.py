"""Runs in a rendered project's environment and folder: the table browser on any database, without its models.

Usage: ``python browsing.py check|hide|serve``; DATABASE_URL names the database. ``check`` pages through every table
and compares; ``hide NAME`` looks for a table that is not named; ``serve`` answers HTTP on PORT, in debug.
"""

import json
import os
import re
import sys
from base64 import urlsafe_b64encode
from html import unescape
from types import ModuleType
from typing import Any
from urllib.parse import quote

sys.path.insert(0, os.getcwd())  # noqa: PTH109

from flask import Flask
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import DeclarativeBase
from werkzeug.serving import run_simple


class Base(DeclarativeBase):
    """What the browser needs of the models: the metadata."""


def stand_in(name: str, **members: Any) -> None:
    """Have the application import that instead of its own module."""
    module = ModuleType(f"my_flask_app.{name}")
    module.__dict__.update(members)
    sys.modules[module.__name__] = module


stand_in("models", Base=Base, Reflected=Base)
stand_in("schema", SchemaError=RuntimeError, init_db=str)

from my_flask_app import browse, db, errors, security  # noqa: E402
from my_flask_app.browse.cursor import encode  # noqa: E402
from my_flask_app.db import db_session  # noqa: E402


def make_app() -> Flask:
    """Return an application with the browser and nothing else, on the tables that are there."""
    app = Flask("my_flask_app")
    app.config |= {name: os.environ[name] for name in ("DATABASE_URL", "SECRET_KEY")}
    security.init_app(app)
    errors.init_app(app)
    browse.init_app(app)
    db.init_app(app)
    with app.app_context():
        connection = db_session.connection()
        Base.metadata.reflect(connection, views=True, resolve_fks=False)
        for view in inspect(connection).get_view_names():
            Base.metadata.tables[view].info["is_view"] = True
    app.debug = True
    return app


def no_json(constant: str) -> Any:
    """Refuse what Python reads and writes, but JSON does not know."""
    raise ValueError(constant)


def pages(client: Any, url: str | None) -> Any:
    """Give the answers of a chain of pages."""
    while url:
        response = client.get(url)
        assert response.status_code == 200, (url, response.text)
        answer = json.loads(response.text, parse_constant=no_json)
        yield answer
        url = answer["next"]


def check(app: Flask) -> dict[str, Any]:
    """Page through every table, by pages of several sizes; each row is there once."""
    client = app.test_client()
    result: dict[str, Any] = {}
    for table in client.get("/tables").get_json()["tables"]:
        name = table["name"]
        with app.app_context():
            count = db_session.scalar(select(func.count()).select_from(Base.metadata.tables[name]))
        whole: list[Any] = []
        for limit in (500, 2) if count and count < 200 else (500, 499):
            answers = list(pages(client, f"{table['rows']}?limit={limit}"))
            rows = [row for answer in answers for row in answer["rows"]]
            reached = count if answers[0]["paging"] == "key" else min(count or 0, 10_000)
            assert len(rows) == reached, (name, limit, len(rows), count)
            assert answers[-1]["truncated"] == (reached != count), name
            whole = whole or rows
            assert rows == whole or answers[0]["paging"] == "offset", (name, limit)
        refuse_bad_input(client, table["rows"], answers[0]["paging"])
        result[name] = {"paging": answers[0]["paging"], "rows": whole[:30], "links": follow_links(client, name)}
    return result


def follow_links(client: Any, name: str) -> list[int]:
    """Open the links of a table's page; return how many rows the values of its foreign keys lead to."""
    response = client.get(f"/browse/{quote(name)}?limit=30")
    assert response.status_code == 200, (name, response.text)
    assert "<script" not in response.text
    below = client.get(f"/browse/{quote(name)}?limit=1", base_url="http://localhost/app")
    answer = client.get(f"/tables/{quote(name)}?limit=1", base_url="http://localhost/app").get_json()
    links = [*re.findall(r'(?:href|action|src)="(?!#|data:)([^"]*)"', below.text), answer["next"] or "/app/"]
    assert [link for link in links if not link.startswith("/app/")] == []
    assert len(links) > 2, "also the style sheet, and the list of tables"
    counts = []
    for start, url in re.findall(r'(<td>)?<a href="(/browse/[^"]+where=[^"]+)"', response.text):
        assert client.get(unescape(url)).status_code == 200, url
        answer = client.get(unescape(url).replace("/browse/", "/tables/", 1))
        counts += [len(answer.get_json()["rows"])] if start else []
    return counts


def refuse_bad_input(client: Any, url: str, paging: str) -> None:
    """Ask with what nobody should send; a value that the type of the key happens to have is no error."""
    odd: list[Any] = ["x", "", "-1", 1.5, True, 10**30, -(2**63), "\0", "\ud800", "😀", "9" * 400, float("inf")]
    odd.append({"base64": "/w=="})
    wrong: list[Any] = [None, {}, [], {"base64": "!"}, {"base64": 1}, {"base64": "", "x": 1}]
    for each in odd:
        for size in (1, 2):
            status = client.get(url, query_string={"after": encode([each] * size)}).status_code
            assert status in {200, 400}, (url, each)
    cursors = [encode([each] * size) for each in wrong for size in (1, 2)]
    cursors += ["", "!", "AA", "ü", "W10", *(encode(each) for each in (-1, 0, 10_000, True, "x", [1] * 9))]
    cursors += [urlsafe_b64encode(b"[" * 50_000).decode()] + ([encode(5)] if paging == "key" else [])
    for cursor in cursors:
        assert client.get(url, query_string={"after": cursor}).status_code == 400, (url, cursor)
    page = url.replace("/tables/", "/browse/", 1)
    for way in (url, page):
        assert client.get(way + "?limit=1&name=x&_method=x&_scheme=x&_anchor=x&endpoint=x").status_code == 200
    for limit in ("0", "501", "-1", "x", "", "1e2", "٣", "9" * 5000):
        assert client.get(url, query_string={"limit": limit}).status_code == 400, (url, limit)
    for where in ("", "x", "[]", "7", '{"no such column": 1}', "[" * 50_000):
        assert client.get(url, query_string={"where": where}).status_code == 400, (url, where)
    refuse_what_is_twice_or_half(client, url, page)
    columns = client.get(url).get_json()["rows"][:1] or [{}]
    for column in columns[0]:
        for each in odd:
            status = client.get(url, query_string={"where": json.dumps({column: each})}).status_code
            assert status in {200, 400}, (url, column, each)
        for each in wrong:
            assert client.get(url, query_string={"where": json.dumps({column: each})}).status_code == 400, (url, column)


def refuse_what_is_twice_or_half(client: Any, url: str, page: str) -> None:
    """Ask with parameters that are there twice, and with half a pair, which a page cannot show."""
    queries = ["limit=1&limit=1", "after=x&after=x", "where={}&where={}", "after=%00", 'where={"a":1,"a":1}']
    for query in (*queries, 'where={"\\ud800":1}', 'where={"\\u0000":1}'):
        answers = [client.get(f"{way}?{query}", headers={"Accept": "application/json"}) for way in (url, page)]
        assert [answer.status_code for answer in answers] == [400, 400], (url, query)
        assert all(answer.get_json()["detail"].endswith(".") for answer in answers)
    lists = [f"{way}?after={each}" for way in ("/", "/tables") for each in ("x&after=x", "%00")]
    assert {client.get(each).status_code for each in lists} == {400}
    for column in (client.get(url).get_json()["rows"][:1] or [{}])[0]:
        for each in ("\ud800", "\udcff"):
            status = client.get(page, query_string={"where": json.dumps({column: each})}).status_code
            assert status in {200, 400}, (page, column, each)


def crawl(client: Any, most: int) -> dict[str, str]:
    """Return the text of each page and answer that links lead to, and of those that are listed."""
    texts: dict[str, str] = {}
    urls = ["/", "/tables"]
    while urls and len(texts) < most:
        url = urls.pop(0)
        response = client.get(url)
        assert response.status_code == 200, url
        texts[url] = response.text
        found = re.findall(r'(?:href=|"rows": |"next": )"(/[^"]*)"', response.text)
        urls += [each for each in map(unescape, found) if each not in texts and each not in urls]
    return texts


def hide(app: Flask, hidden: str) -> dict[str, str]:
    """Return all that is to be seen while that table is not named, and without a name at all nothing is."""
    client = app.test_client()
    app.debug = False
    urls = ["/", "/static/browse/browse.css", "/tables", f"/tables/{hidden}", f"/browse/{hidden}"]
    assert {client.get(url).status_code for url in urls} == {404}
    app.config["BROWSE_TABLES"] = ", ".join(name for name in Base.metadata.tables if name != hidden)
    for way in ("tables", "browse"):
        answers = [client.get(f"/{way}/{name}") for name in (hidden, "nowhere", f"{hidden}/")]
        assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[0].text)}
    assert [rule.methods for rule in app.url_map.iter_rules() if rule.methods - {"GET", "HEAD", "OPTIONS"}] == []
    return crawl(client, 120)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        run_simple("127.0.0.1", int(os.environ["PORT"]), make_app(), threaded=True)
    elif sys.argv[1] == "hide":
        print(json.dumps(hide(make_app(), sys.argv[2])))
    else:
        print(json.dumps(check(make_app())))
