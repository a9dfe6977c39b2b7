"""The example: every answer, and every bad input, over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient


def post(client: FlaskClient, text: str) -> int:
    response = client.post("/messages", json={"text": text})
    assert response.status_code == 201
    return int(response.get_json()["id"])


def test_a_message_is_stored_shown_and_deleted(client: FlaskClient) -> None:
    response = client.post("/messages", json={"text": "Grüße 🙂"})
    assert response.status_code == 201
    assert response.get_json()["text"] == "Grüße 🙂"
    written = datetime.fromisoformat(response.get_json()["created_at"])
    assert written.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - written) < timedelta(minutes=1)

    url = response.headers["Location"]
    assert client.get(url).json == response.json
    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404
    assert client.delete(url).status_code == 404


def test_pages_have_every_message_once_newest_first(client: FlaskClient) -> None:
    ids = [post(client, f"number {number}") for number in range(7)]
    seen = []
    url = "/messages?limit=3"
    while url:
        response = client.get(url)
        seen += [message["id"] for message in response.get_json()["messages"]]
        url = response.get_json()["next"]
        assert response.headers.get("Link") == (f'<{url}>; rel="next"' if url else None)
    assert seen == ids[::-1]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", f"limit={5000:023}", "limit=-1", "limit=x", "limit=", "limit=٣", "after=0", "after=1e3"],
)
def test_bad_queries(client: FlaskClient, query: str) -> None:
    assert_problem(client, "GET", f"/messages?{query}", 400)


@pytest.mark.parametrize("text", ["", " \n", "x" * 501, "a\0b", "\ud800", None, 7, ["x"]])
def test_bad_texts(client: FlaskClient, text: object) -> None:
    assert_problem(client, "POST", "/messages", 422, json={"text": text})


@pytest.mark.parametrize("body", ["[]", "{}", "7", "null"])
def test_json_that_is_no_message(client: FlaskClient, body: str) -> None:
    assert_problem(client, "POST", "/messages", 422, data=body, content_type="application/json")


@pytest.mark.parametrize("body", [b"", b"{", b'{"text": "\xff"}', b"[" * 60_000])
def test_bodies_that_are_no_json(client: FlaskClient, body: bytes) -> None:
    assert_problem(client, "POST", "/messages", 400, data=body, content_type="application/json")


def test_a_body_of_another_type(client: FlaskClient) -> None:
    assert_problem(client, "POST", "/messages", 415, data="text=hello")


def test_a_body_of_unknown_length(client: FlaskClient) -> None:
    assert_problem(client, "POST", "/messages", 411, data=b"{}", headers={"Transfer-Encoding": "chunked"})


def test_a_body_that_is_too_large(client: FlaskClient) -> None:
    assert_problem(client, "POST", "/messages", 413, json={"text": "x" * 100_000})
    assert_problem(client, "POST", "/", 413, data={"text": "x" * 100_000})


@pytest.mark.parametrize("message_id", ["0", "-1", "x", "1.5", "٣", str(2**63), "9" * 4000])
def test_ids_that_no_message_has(client: FlaskClient, message_id: str) -> None:
    for method in ("GET", "DELETE"):
        assert_problem(client, method, f"/messages/{message_id}", 404)


def test_methods_and_urls_that_do_not_exist(client: FlaskClient) -> None:
    assert_problem(client, "PUT", "/messages", 405)
    assert_problem(client, "GET", "/nowhere", 404)


def test_the_page_posts_with_a_plain_form(client: FlaskClient) -> None:
    response = client.post("/", data={"text": "<b>one\r\ntwo</b>"}, follow_redirects=True)
    assert response.status_code == 200
    assert response.request.path == "/"
    assert "&lt;b&gt;one\ntwo&lt;/b&gt;" in response.text


def test_the_page_keeps_a_text_that_it_refuses(client: FlaskClient) -> None:
    response = client.post("/", data={"text": "y" * 501})
    assert response.status_code == 422
    assert "at most 500" in response.text
    assert "y" * 501 in response.text


def assert_problem(client: FlaskClient, method: str, url: str, status: int, **body: Any) -> None:
    response = client.open(url, method=method, **body)
    assert response.status_code == status, response.text
    assert response.content_type == "application/problem+json"
    assert response.get_json()["status"] == status
    assert response.get_json()["detail"]
