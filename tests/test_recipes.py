"""What each page of docs/recipes says, done to a rendered project, which then is clean, tested, started and asked."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import TEMPLATE, name_of
from tests.helpers.recipes import PAGES, Case, assert_clean_and_served, blocks, carry_out, cases, render
from tests.helpers.servers import DatabaseServer, private

CASES = [
    pytest.param(page, case, id=f"{page.stem}-{name_of(case)}", marks=[pytest.mark.all] if word == "all" else [])
    for page in PAGES
    for word, case in cases(page)
    if word != "own"
]


@pytest.fixture(scope="module")
def server() -> Iterator[Callable[[str], DatabaseServer]]:
    """Give a function that returns a server of our own of some kind."""
    with ExitStack() as stack:
        yield cache(lambda kind: private(kind, stack))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_run_and_found(page: Path) -> None:
    words = [word for word, _ in cases(page)]
    assert "test" in words or "own" in words, "name a project: <!-- test: models=… app_setup=… -->"
    assert "own" not in words or (TEMPLATE / f"tests/test_{page.stem.replace('-', '_')}.py").exists()
    assert any(block.language == "sh" for block in blocks(page)), "show the commands"
    assert any(block.heading.startswith("`tests/") for block in blocks(page)), "give it a test"
    assert f"(docs/recipes/{page.name})" in (TEMPLATE / "README.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_changes_five_lines_of_a_project_at_most(page: Path) -> None:
    for _, case in cases(page):
        diffs = "".join(block.text for block in blocks(page) if block.language == "diff" and block.is_for(case))
        added, removed = (re.findall(rf"(?m)^\{sign}(?!\{sign}\{sign} )", diffs) for sign in "+-")
        assert max(len(added), len(removed)) <= 5, f"the wiring lacks a seam for {name_of(case)}"


@pytest.mark.parametrize(("page", "case"), CASES)
def test_recipe(page: Path, case: Case, server: Callable[[str], DatabaseServer], tmp_path: Path) -> None:
    project = render(tmp_path, case, server)
    carry_out(page, project, case)
    assert_clean_and_served(project)
