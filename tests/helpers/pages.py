"""What the tests of pages in a real browser share."""

from itertools import product
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.conftest import SCREENSHOTS


def shoot(page: Page, name: str) -> None:
    """Keep a picture for people."""
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def width(page: Page) -> int:
    """Return how wide the page is, with all that one must scroll to."""
    page.wait_for_load_state()  # its text may be there before its style sheet
    return int(page.evaluate("document.documentElement.scrollWidth"))


def look_over(page: Page) -> None:
    """Have axe-core find nothing that keeps people out, light and dark, on narrow and wide screens."""
    schemes: list[Literal["light", "dark"]] = ["light", "dark"]
    for scheme, pixels in product(schemes, (360, 1280)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": pixels, "height": 900})
        found = Axe().run(page)
        assert found.violations_count == 0, f"{page.url}, {scheme}, {pixels}: {found.generate_report()}"
