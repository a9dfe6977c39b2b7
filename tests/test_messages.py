"""The example's page in Chromium, without JavaScript; its screenshots are in build/screenshots."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import COMBINATIONS, Project
from tests.helpers.application import serve
from tests.helpers.pages import shoot, width
from tests.test_projects import init_db, on


@pytest.fixture
def page(request: pytest.FixtureRequest, chromium: Browser, project: Project, tmp_path: Path) -> Iterator[Page]:
    """The page of an application on a new database."""
    options: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, **getattr(request, "param", {})}
    init_db(project, tmp_path / "app.db")
    with serve(project, "gunicorn", environment=on(tmp_path / "app.db")) as application:
        url = f"http://127.0.0.1:{application.port}"
        context = chromium.new_context(base_url=url, java_script_enabled=False, **options)
        page = context.new_page()
        page.goto("/")
        yield page
        context.close()


pytestmark = pytest.mark.parametrize("project", COMBINATIONS[:1], indirect=True, scope="session")


def test_messages_are_posted_and_listed(page: Page) -> None:
    expect(page.get_by_text("No messages yet.")).to_be_visible()
    for number in range(21):
        page.get_by_label("New message").fill(f"<b>number {number}</b>")
        page.get_by_role("button", name="Post").click()
    expect(page.get_by_role("listitem")).to_have_count(20)
    expect(page.get_by_role("listitem").first).to_contain_text("<b>number 20</b>")
    shoot(page, "messages")
    page.get_by_role("link", name="Older messages").click()
    expect(page.get_by_role("listitem")).to_have_count(1)
    expect(page.get_by_role("listitem")).to_contain_text("number 0")


def test_the_keyboard_is_enough(page: Page) -> None:
    page.keyboard.press("Tab")
    page.keyboard.type("typed")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("listitem")).to_contain_text("typed")


@pytest.mark.parametrize("page", [{"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"}], indirect=True)
def test_a_narrow_screen(page: Page) -> None:
    page.get_by_label("New message").fill("x" * 500)
    page.get_by_role("button", name="Post").click()
    expect(page.get_by_role("listitem")).to_contain_text("x" * 500)
    shoot(page, "messages-narrow")
    assert width(page) == 360
