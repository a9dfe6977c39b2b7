"""The pages of docs/recipes, done to a rendered project; CONTRIBUTING.md says how they are written."""

import re
import shlex
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from doctest import ELLIPSIS, OutputChecker
from pathlib import Path
from secrets import token_hex

from dotenv import set_key
from markdown_it import MarkdownIt

from tests.conftest import OWN_TESTS, TEMPLATE, Project, cookiecutter, run
from tests.helpers.application import serve
from tests.helpers.servers import DatabaseServer

PAGES = sorted((TEMPLATE / "docs/recipes").glob("*.md"))

Case = dict[str, str]  # answers and settings: {"models": "reflection", "DATABASE_URL": "mariadb"}


@dataclass(frozen=True)
class Block:
    """A block of code of a page."""

    language: str
    text: str
    heading: str  # the line before it
    output: str | None = None  # the block after it, where this one is commands

    @property
    def path(self) -> str:
        """The path of the file that the block is."""
        found = re.match(r"`([^`=]+)`.*:$", self.heading)
        assert found, f"neither a file under its path, nor diff, nor sh, nor the output of sh:\n{self.text}"
        return found[1]

    def is_for(self, case: Case) -> bool:
        """Tell whether the answers and settings in the line before it are those of the case."""
        return all(case.get(name) == value for name, value in re.findall(r"`(\w+)=(\w+)`", self.heading))

    def write_into(self, project: Project) -> None:
        """Write the file that the block is."""
        file = project.path / self.path
        assert not file.exists(), f"{self.path} is there: a block of diff changes it and loses nothing"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self.text)


def cases(page: Path) -> list[tuple[str, Case]]:
    """Return the projects that a page is tried on, each with the word before it: ``test``, ``all`` or ``own``."""
    comments = [token.content for token in MarkdownIt().parse(page.read_text()) if token.type == "html_block"]
    found = re.findall(r"<!-- (test|all|own): (.+?) -->", "".join(comments))
    return [(word, dict(pair.split("=") for pair in pairs.split())) for word, pairs in found]


def own_case(page: Path) -> Case:
    """Return the project that a page has in a file of tests of its own."""
    return dict(cases(page))["own"]


def blocks(page: Path) -> list[Block]:
    """Return the blocks of a page in their order."""
    tokens = MarkdownIt().parse(page.read_text())
    found: list[Block] = []
    for index, token in enumerate(tokens):
        before = tokens[index - 1].type
        if token.type == "fence" and token.info == "text" and before == "fence":
            found[-1] = replace(found[-1], output=token.content)
        elif token.type == "fence":
            lines = tokens[index - 2].content.splitlines() if before == "paragraph_close" else [""]
            found.append(Block(token.info, token.content, lines[-1]))
    return found


def render(folder: Path, case: Case, server: Callable[[str], DatabaseServer]) -> Project:
    """Render and set up a project with the answers of a case, under git, with the case's settings in .env."""
    answers = {name: value for name, value in case.items() if name.islower()}
    output = cookiecutter(folder, *(f"{name}={value}" for name, value in answers.items())).stdout
    project = Project(folder / "my_flask_app", answers, output)
    for command in ("init -q", "add -A", "commit -qm rendered"):
        run("git", *command.split(), cwd=project.path)
    settings = {name: kind for name, kind in case.items() if name.isupper()}
    for name, kind in settings.items():
        database = f"recipe_{token_hex(6)}"
        url = f"sqlite:///{database}.db" if kind == "sqlite" else server(kind).url(database, server(kind).password)
        set_key(project.path / ".env", name, url)
    if settings:
        run("uv", "add", "-q", "psycopg[binary]", "pymysql", cwd=project.path)
        project.run("flask", "init-db")
    return project


def carry_out(page: Path, project: Project, case: Case) -> None:
    """Do in a project what a page says, block by block."""
    port = "8000"
    with ExitStack() as servers:
        for block in blocks(page):
            if not block.is_for(case):
                continue
            if block.language == "diff":
                patch = project.path.parent / "recipe.diff"
                patch.write_text(block.text)
                run("git", "apply", patch, cwd=project.path)
            elif block.language == "sh":
                commands, server = _without_server(block.text)
                done = run("bash", "-euc", commands.replace("127.0.0.1:8000", f"127.0.0.1:{port}"), cwd=project.path)
                if block.output is not None:
                    assert OutputChecker().check_output(block.output, done.stdout, ELLIPSIS), done.stdout
                if server:
                    servers.close()  # the one before
                    port = str(servers.enter_context(serve(project, *server, environment={})).port)
            else:
                block.write_into(project)


def assert_clean_and_served(project: Project) -> None:
    """Check that a project is as clean as it was rendered, passes its own tests, and answers."""
    project.run("ruff", "check")
    project.run("ruff", "format", "--check")
    project.run("mypy")
    assert " passed" in project.run(*OWN_TESTS).stdout
    with serve(project, "gunicorn", environment={}) as application:
        assert [application.ask("GET", path).status for path in ("/health", "/")] == [200, 200]


def _without_server(commands: str) -> tuple[str, list[str]]:
    """Return commands without the last one if that serves until it is stopped, and that one's words."""
    *others, last = commands.splitlines(keepends=True)
    program, *arguments = shlex.split(last, comments=True) or [""]
    if program != ".venv/bin/gunicorn":
        return commands, []
    return "".join(others), ["gunicorn", *arguments]
