"""The table browser on awkward tables of three databases, and in Chromium; its screenshots are in build/screenshots."""

import hashlib
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from lint import render
from tests.conftest import BIN, DATA, INSIDE, parameters, run
from tests.helpers.pages import look_over, shoot, width
from tests.helpers.servers import KINDS, private

KEYLESS = {
    "sqlite": {"a_view", "key_nullable", "no_key", "no_key_long"},
    "postgresql": {"a_view", "key_composite", "key_hstore", "key_ltree", "key_unique_nullable", "no_key"},
    "mariadb": {"a_view", "no_key"}
    | {f"key_{name}" for name in ("bit", "double", "enum", "float", "inet", "set", "timestamp")},
}


@dataclass(frozen=True)
class Script:
    """browsing.py, in projects rendered for databases of each kind and an environment for all."""

    python: Path
    projects: dict[str, Path]

    def start(self, database_url: str, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
        """Start it on a database."""
        return subprocess.Popen(
            [self.python, INSIDE / "browsing.py", *arguments],
            cwd=self.projects[database_url.partition(":")[0].partition("+")[0]],
            env={**os.environ, **environment, "DATABASE_URL": database_url, "SECRET_KEY": "for the tests only"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ask(self, database_url: str, *arguments: str) -> Any:
        """Run it on a database, and return what it prints."""
        process = self.start(database_url, *arguments)
        output, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors[-3000:]
        return json.loads(output, parse_constant=pytest.fail)


@pytest.fixture(scope="session")
def script(tmp_path_factory: pytest.TempPathFactory) -> Script:
    """Projects for existing databases, and an environment with the drivers of all."""
    folder = tmp_path_factory.mktemp("browse")
    shutil.copy(DATA / "chinook/chinook.sqlite", folder / "chinook.sqlite")
    urls = {"sqlite": f"sqlite:///{folder}/chinook.sqlite"}
    urls |= {kind: f"{server.scheme}://me@127.0.0.1/shop" for kind, server in KINDS.items()}
    for kind, url in urls.items():
        render(folder / kind, database="existing", models="reflection", database_url=url)
    projects = {kind: folder / kind / "my_flask_app" for kind in urls}
    python = folder / "venv/bin/python"
    run(BIN / "uv", "venv", "--quiet", folder / "venv")
    requirements: list[str | Path] = []
    for project in projects.values():
        requirements += ["-r", project / "pyproject.toml"]
    run(BIN / "uv", "pip", "install", "--quiet", "--python", python, *requirements)
    return Script(python, projects)


@pytest.fixture
def chinook(tmp_path: Path) -> Path:
    """A real database."""
    path = Path(shutil.copy(DATA / "chinook/chinook.sqlite", tmp_path))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")  # as the application would have it
    return path


@pytest.fixture
def awkward(tmp_path: Path) -> Path:
    """A database of SQLite with all that may go wrong."""
    path = tmp_path / "awkward.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")  # as the application would have it
        connection.executescript((DATA / "browse/sqlite.sql").read_text(encoding="utf-8"))
    return path


def test_awkward_tables_of_sqlite(script: Script, awkward: Path) -> None:
    before = digest(awkward)
    tables = script.ask(f"sqlite:///{awkward}", "check")
    compare("sqlite", tables)
    assert tables["child"]["links"] == [1] * 6
    assert tables["parent"]["links"] == [1]
    assert digest(awkward) == before


@pytest.mark.parametrize("kind", parameters(KINDS, "postgresql"))
def test_awkward_tables_of_a_server(script: Script, kind: str) -> None:
    with ExitStack() as stack:
        server = private(kind, stack)
        server.sql("CREATE DATABASE awkward" + (" CHARACTER SET utf8mb4" if kind == "mariadb" else ""))
        for statement in statements(kind):
            server.sql(statement, "awkward")
        tables = script.ask(server.url("awkward", server.password), "check")
    compare(kind, tables)
    assert tables["child"]["links"] == [1] * {"postgresql": 6, "mariadb": 8}[kind]


def statements(kind: str) -> list[str]:
    """Return what makes the awkward tables of a server; PostgreSQL takes it all at once."""
    text = (DATA / f"browse/{kind}.sql").read_text(encoding="utf-8")
    return [text] if kind == "postgresql" else [each for each in text.split(";\n") if each.strip()]


def compare(kind: str, tables: dict[str, Any]) -> None:
    """Compare what JSON says with what it should; there, what is null is left out."""
    expected = json.loads((DATA / f"browse/{kind}.json").read_text(encoding="utf-8"))
    assert tables["kinds"]["rows"] == [{**dict.fromkeys(expected[0]), **row} for row in expected]
    assert {name for name, table in tables.items() if table["paging"] == "offset"} == KEYLESS[kind]


def digest(path: Path) -> str:
    """Return what no other content of a file has."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_chinook(script: Script, chinook: Path) -> None:
    before = digest(chinook)
    tables = script.ask(f"sqlite:///{chinook}", "check")
    assert len(tables) == 11
    assert {table["paging"] for table in tables.values()} == {"key"}
    assert tables["Employee"]["links"] == [1] * 7
    assert tables["PlaylistTrack"]["links"] == [1] * 60
    assert digest(chinook) == before


def test_a_hidden_table_is_nowhere(script: Script, chinook: Path) -> None:
    texts = script.ask(f"sqlite:///{chinook}", "hide", "Employee")
    assert {"/", "/tables", "/tables/Customer", "/browse/Customer", "/browse/Track"} <= set(texts)
    assert [url for url, text in texts.items() if "Employee" in url + text] == []
    assert "Employee" in "".join(script.ask(f"sqlite:///{chinook}", "hide", "Artist").values())


@pytest.fixture
def page(
    request: pytest.FixtureRequest, chromium: Browser, script: Script, chinook: Path, awkward: Path
) -> Iterator[Page]:
    """A page without JavaScript, whose console stays empty, of an application on Chinook or another database."""
    options: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, **getattr(request, "param", {})}
    database = {"chinook": chinook, "awkward": awkward}[options.pop("database", "chinook")]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    tables = options.pop("tables", "")
    process = script.start(f"sqlite:///{database}", "serve", PORT=str(port), BROWSE_TABLES=tables)
    try:
        wait_for(port)
        complaints: list[str] = []
        options = {"base_url": f"http://127.0.0.1:{port}", "java_script_enabled": False, **options}
        context = chromium.new_context(**options)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(f"{message.text} {message.location['url']}"))
        yield page
        context.close()
        assert [complaint for complaint in complaints if not complaint.endswith("/Nowhere")] == []
    finally:
        process.kill()
        process.communicate()


def wait_for(port: int) -> None:
    """Return when something answers there."""
    for _ in range(600):
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the application did not start")


def test_the_list_and_the_diagram(page: Page) -> None:
    response = page.goto("/")
    assert response
    assert response.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'; ")
    shoot(page, "tables")
    expect(page.locator("main section")).to_have_count(11)
    diagram = page.get_by_role("group", name="The tables and their foreign keys")
    expect(diagram.get_by_role("link")).to_have_count(11)
    expect(diagram.locator("path.edge")).to_have_count(11)
    boxes = [box for link in diagram.locator("rect").all() if (box := link.bounding_box())]
    for number, one in enumerate(boxes):
        for other in boxes[:number]:
            apart_x = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
            assert apart_x or one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
    for text in diagram.locator("text").all():
        place = text.bounding_box()
        assert place
        assert any(box["x"] < place["x"] and place["x"] + place["width"] < box["x"] + box["width"] for box in boxes)
    diagram.get_by_role("link", name="Invoice", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Invoice")


def test_foreign_keys_are_followed_both_ways(page: Page) -> None:
    page.goto("/browse/Track?limit=5")
    page.get_by_role("row", name="Fast As a Shark").get_by_role("link", name="3", exact=True).click()
    expect(page.locator(".rows tbody tr")).to_have_count(1)
    expect(page.locator(".rows")).to_contain_text("Restless and Wild")
    page.locator(".rows").get_by_role("link", name="Track").click()
    expect(page.locator(".rows tbody tr")).to_have_count(3)
    expect(page.locator(".rows")).to_contain_text("Princess of the Dawn")
    shoot(page, "rows")
    page.get_by_role("link", name="all rows").click()
    page.get_by_role("link", name="Next rows").click()
    expect(page.locator(".rows tbody tr").first).to_contain_text("51")
    page.get_by_role("link", name="First rows").click()
    expect(page.locator(".rows tbody tr").first).to_contain_text("For Those About To Rock")


@pytest.mark.parametrize("page", [{"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"}], indirect=True)
def test_a_narrow_screen(page: Page) -> None:
    for number, url in enumerate(["/", "/browse/Customer", "/browse/Nowhere"]):
        page.goto(url)
        shoot(page, f"narrow-{number}")
        assert width(page) == 360, url
    page.goto("/browse/Customer")
    page.locator("summary").click()
    assert width(page) == 360
    box = page.get_by_role("region", name="Rows of Customer")
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")


@pytest.mark.parametrize("page", [{"database": "awkward", "viewport": {"width": 360, "height": 740}}], indirect=True)
def test_awkward_names_and_values(page: Page) -> None:
    page.goto("/")
    name = page.get_by_role("heading", name="""q"uo'te \\ %s :x <b>&amp;""")
    name.get_by_role("link").click()
    expect(page.locator(".rows")).to_contain_text("<script>alert(1)</script>")
    expect(page.locator(".rows thead")).to_contain_text("""c"o'l \\ %(y)s :z <i>""")
    assert width(page) == 360
    page.goto("/browse/" + quote("a/b c?d#e"))
    expect(page.locator(".rows tbody tr")).to_have_count(3)
    page.goto("/browse/kinds")
    shoot(page, "awkward")
    expect(page.locator(".rows")).to_contain_text("9223372036854775807")
    assert width(page) == 360


@pytest.mark.parametrize("page", [{"tables": "Album,Artist,Employee", "java_script_enabled": True}], indirect=True)
def test_each_page_is_for_everybody(page: Page) -> None:
    for url in ("/", "/browse/Employee?limit=3", "/browse/Album?where=%7B%22ArtistId%22:1%7D", "/browse/Nowhere"):
        page.goto(url)
        for summary in page.locator("summary").all():
            summary.click()
        look_over(page)


def test_the_keyboard_is_enough(page: Page) -> None:
    page.goto("/")
    tab_to(page, "svg a", "Track")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    shoot(page, "keyboard")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Track")
    tab_to(page, "summary", "Columns, keys and relations")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Columns of Track")).to_be_visible()
    tab_to(page, "[role=region]", "Rows of Track")
    before = page.evaluate("document.activeElement.scrollLeft")
    page.set_viewport_size({"width": 360, "height": 740})
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)  # it scrolls smoothly
    assert page.evaluate("document.activeElement.scrollLeft") > before
    tab_to(page, "td a", "1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Album")
    expect(page.locator(".rows tbody tr")).to_have_count(1)


def tab_to(page: Page, selector: str, name: str) -> None:
    """Press Tab until something of that name has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        focus = page.locator(f":focus:is({selector})")
        if focus.count() and name == (focus.get_attribute("aria-label") or (focus.text_content() or "").strip()):
            return
    pytest.fail(f"Tab does not lead to {selector} {name}")
