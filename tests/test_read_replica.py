"""The recipe of a read replica, on a PostgreSQL and its standby: far behind, frozen, killed, and there again."""

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.conftest import INSIDE, TEMPLATE, Project
from tests.helpers.application import Application, load, serve
from tests.helpers.recipes import assert_clean_and_served, carry_out, own_case, render
from tests.helpers.servers import PostgreSQL, private

PAGE = TEMPLATE / "docs/recipes/read-replica.md"
PROBE = ("gunicorn", f"--pythonpath={INSIDE}", "replica_probe:app")


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[PostgreSQL, PostgreSQL]]:
    """Start a primary and its standby."""
    with ExitStack() as stack:
        primary = private("postgresql", stack)
        assert isinstance(primary, PostgreSQL)
        standby = primary.standby()
        assert standby.process
        stack.callback(standby.process.remove)
        yield primary, standby


@pytest.fixture(scope="module")
def project(servers: tuple[PostgreSQL, PostgreSQL], tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with the recipe, on the primary."""
    case = own_case(PAGE)
    project = render(tmp_path_factory.mktemp("replica"), case, lambda _kind: servers[0])
    carry_out(PAGE, project, case)
    return project


@pytest.fixture(scope="module")
def application(servers: tuple[PostgreSQL, PostgreSQL], project: Project) -> Iterator[Application]:
    """Serve the project, on both servers."""
    standby = servers[1]
    url = standby.url(database_of(project), standby.password)
    with serve(project, *PROBE, environment={"DATABASE_READ_URL": url, "DATABASE_TIMEOUT": "2"}) as application:
        yield application


@pytest.fixture
def standby(servers: tuple[PostgreSQL, PostgreSQL], application: Application) -> PostgreSQL:
    """Give the standby, once the application reads from it."""
    servers[1].sql("SELECT pg_wal_replay_resume()")
    wait_until_read_from(application, "replica")
    return servers[1]


def test_the_page_makes_a_clean_project(project: Project) -> None:
    assert_clean_and_served(project)


def test_a_client_without_cookies_follows_its_post(application: Application, standby: PostgreSQL) -> None:
    pause(standby)
    answer = application.ask("POST", "/messages", {"text": "Hello"})
    assert application.ask("GET", answer.headers["Location"])[:2] == (200, answer.body)
    database = standby.sql("SELECT datname FROM pg_database WHERE datname LIKE 'recipe_%'")[0][0]
    assert standby.sql("SELECT count(*) FROM message", database) == [(0,)], "the replica has it, and nothing is shown"


@pytest.mark.usefixtures("standby")
def test_a_lock_and_a_write(application: Application) -> None:
    application.ask("POST", "/messages", {"text": "to be locked"})
    assert application.ask("GET", "/lock").body[0] == "primary"
    wait_until_read_from(application, "replica")  # which has to catch up with what was written
    answer = application.ask("GET", "/write")
    assert (answer.status, answer.body["detail"]) == (500, "A GET must not write: it reads from the replica.")
    assert application.ask("GET", "/where").body == "replica"


def test_one_that_is_far_behind_is_not_read(application: Application, standby: PostgreSQL) -> None:
    pause(standby)
    answer = application.ask("POST", "/messages", {"text": "Hello"})
    wait_until_read_from(application, "primary")
    assert application.ask("GET", "/messages").body["messages"][0] == answer.body


def test_one_that_is_killed_or_frozen_fails_no_request(application: Application, standby: PostgreSQL) -> None:
    assert standby.process
    with load(application, 4, "GET", "/messages", None) as answers:
        standby.process.signal(signal.SIGKILL)
        standby.process.process.wait()
        wait_until_read_from(application, "primary")
        standby.start()
        wait_until_read_from(application, "replica")
        standby.process.signal(signal.SIGSTOP)
        try:
            wait_until_read_from(application, "primary")
        finally:
            standby.process.signal(signal.SIGCONT)
        wait_until_read_from(application, "replica")
    assert {answer.status for answer in answers} == {200}


def pause(standby: PostgreSQL) -> None:
    """Have the standby replay nothing any more; return once it does so."""
    standby.sql("SELECT pg_wal_replay_pause()")
    while standby.sql("SELECT pg_get_wal_replay_pause_state()") != [("paused",)]:
        time.sleep(0.1)


def wait_until_read_from(application: Application, server: str) -> None:
    """Return once both workers read from the replica, or the primary."""
    for _ in range(300):
        if all(application.ask("GET", "/where").body == server for _ in range(12)):
            return
        time.sleep(0.1)
    raise TimeoutError(f"the {server} is not read")


def database_of(project: Project) -> str:
    """Return the name of the database that the project's .env names."""
    return (project.path / ".env").read_text().split("DATABASE_URL=")[1].splitlines()[0].strip("'").rpartition("/")[2]
