"""The example's pages in Chromium, beside pages of another site; what axe-core finds, and the console."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import COMBINATIONS, Project
from tests.helpers.application import Application, serve
from tests.helpers.pages import look_over, shoot
from tests.test_projects import init_db, on

pytestmark = pytest.mark.parametrize("project", COMBINATIONS[:1], indirect=True, scope="session")


@pytest.fixture
def application(project: Project, tmp_path: Path) -> Iterator[Application]:
    """An application on a new database."""
    init_db(project, tmp_path / "app.db")
    with serve(project, "gunicorn", environment=on(tmp_path / "app.db")) as application:
        yield application


@pytest.fixture
def page(chromium: Browser, application: Application) -> Iterator[Page]:
    """A page of the application whose policy nothing meets."""
    complaints: list[str] = []
    with chromium.new_context(base_url=f"http://127.0.0.1:{application.port}") as context:
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        yield page
    assert [each for each in complaints if "status of 4" not in each and "status of 5" not in each] == []


def test_each_page_is_for_everybody(page: Page, tmp_path: Path) -> None:
    page.goto("/")
    look_over(page)
    for number in range(21):
        page.get_by_label("New message").fill(f"number {number}")
        page.get_by_role("button", name="Post").click()
    expect(page.get_by_role("listitem")).to_have_count(20)
    look_over(page)
    page.get_by_label("New message").fill(" ")
    page.get_by_role("button", name="Post").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look_over(page)
    for url, status in (("/nowhere", 404), ("/", 503)):
        assert (answer := page.goto(url))
        assert answer.status == status
        shoot(page, f"error-{status}")
        look_over(page)
        with closing(sqlite3.connect(tmp_path / "app.db")) as connection:
            connection.execute("DROP TABLE IF EXISTS message")
    expect(page.get_by_role("link")).to_have_attribute("href", "/")


@pytest.mark.parametrize("host", ["127.0.0.1", "app.example"])
def test_the_form_of_another_site_is_refused(chromium: Browser, application: Application, host: str) -> None:
    """Browsers send Sec-Fetch-Site to 127.0.0.1, but not to a name by http, whose proxy the application itself is."""
    served = f"127.0.0.1:{application.port}"
    own = "http://app.example/" if host == "app.example" else f"http://{served}/"
    form = f'<form method="post" action="{own}"><input name="text" value="foreign"><button>Send</button></form>'
    with chromium.new_context(proxy={"server": served, "bypass": "127.0.0.1"}) as context:
        page = context.new_page()
        page.route("http://other.example/", lambda route: route.fulfill(content_type="text/html", body=form))
        page.goto("http://other.example/")
        with page.expect_response(own) as answer:
            page.get_by_role("button", name="Send").click()
        assert answer.value.status == 403
        expect(page.get_by_role("heading", level=1)).to_have_text("Forbidden")
        page.get_by_role("link").click()
        page.get_by_label("New message").fill("own")
        page.get_by_role("button", name="Post").click()
        expect(page.get_by_role("listitem")).to_have_text(re.compile("own"))
