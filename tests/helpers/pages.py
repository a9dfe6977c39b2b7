"""What the tests of pages in a real browser share."""

from playwright.sync_api import Page

from tests.conftest import SCREENSHOTS


def shoot(page: Page, name: str) -> None:
    """Keep a picture for people."""
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def width(page: Page) -> int:
    """Return how wide the page is, with all that one must scroll to."""
    return int(page.evaluate("document.documentElement.scrollWidth"))
