"""What browsers are told, what of theirs is refused, and how they keep the session's cookie."""

from typing import Any

import pytest
from flask import Flask, session
from flask.testing import FlaskClient

from my_flask_app import security
from my_flask_app.config import DEFAULTS

OWN: list[dict[str, str]] = [
    {},  # a program
    {"Sec-Fetch-Site": "none"},  # a person
    {"Sec-Fetch-Site": "same-origin", "Origin": "https://outside.example"},
    {"Origin": "https://localhost"},  # behind a proxy that takes https away
    {"Origin": "https://outside.example", "X-Forwarded-Host": "inside.example, outside.example"},
]
OTHERS = [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"}]
OTHERS += [
    {"Origin": each, "X-Forwarded-Host": ""} for each in ("null", "//[", "http://localhost:1", "http://xlocalhost")
]
BODIES: list[dict[str, Any]] = [{}, {"json": {}}, {"data": {"text": "x"}}]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_pages_of_other_sites_send_is_refused(client: FlaskClient, method: str) -> None:
    for sent in BODIES:
        found = [client.open("/x", method=method, headers=each, **sent).status_code for each in OWN]
        refused = [client.open("/x", method=method, headers=each, **sent).status_code for each in OTHERS]
        assert (found, refused) == ([404] * len(OWN), [403] * len(OTHERS))
    assert {client.get("/health", headers=headers).status_code for headers in OTHERS} == {200}


@pytest.mark.parametrize("url", ["/health", "/x", "/static/style.css"])
def test_each_answer_has_the_headers(client: FlaskClient, url: str) -> None:
    for answer in (client.get(url), client.post(url, headers=OTHERS[0])):
        sent = {name: answer.headers.getlist(name) for name in security.HEADERS}
        assert sent == {name: [value] for name, value in security.HEADERS.items()}


def test_an_error_is_a_page_for_browsers(client: FlaskClient) -> None:
    page, problem = "text/html", "application/problem+json"
    kinds = {"text/html,*/*;q=0.8": page, "application/json,text/html;q=0.9": problem, "*/*": problem, "": problem}
    for accept, kind in kinds.items():
        answer = client.get("/x", headers={"Accept": accept})
        assert (answer.status_code, answer.mimetype, "Accept" in answer.vary) == (404, kind, True)
        assert ('<html lang="en">' in answer.text and "<main>" in answer.text) == (kind == page)


def site(**config: object) -> FlaskClient:
    """Return the client of an application whose page counts its visits, and has a header of its own."""
    app = Flask("site")
    app.config.from_mapping(DEFAULTS, **config)
    security.init_app(app)

    @app.get("/")
    def count() -> tuple[str, dict[str, str]]:
        session["visits"] = session.get("visits", 0) + 1
        return str(session["visits"]), {"referrer-policy": "no-referrer"}

    return app.test_client()


@pytest.mark.parametrize(("scheme", "flags"), [("http", {"HttpOnly"}), ("https", {"HttpOnly", "Secure"})])
def test_the_sessions_cookie(scheme: str, flags: set[str]) -> None:
    client = site(SECRET_KEY="k" * 16)
    first, second = (client.get(f"{scheme}://localhost/") for _ in range(2))
    assert (first.text, second.text) == ("1", "2")
    assert {*first.headers["Set-Cookie"].split("; ")[1:]} == {"Path=/", "SameSite=Lax"} | flags
    assert first.headers.getlist("Referrer-Policy") == ["no-referrer"]


def test_a_key_that_can_be_guessed() -> None:
    site(SECRET_KEY="k" * 15, DEBUG=True)
    with pytest.raises(SystemExit, match="SECRET_KEY is too short"):
        site(SECRET_KEY="k" * 15)
