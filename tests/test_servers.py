"""Each combination on a real PostgreSQL and a real MariaDB, which are restarted, frozen and killed under it."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import product
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest

from tests.conftest import COMBINATIONS, INSIDE, Project, cookiecutter, parameters, run
from tests.helpers.application import Answer, Application, load, serve
from tests.helpers.servers import KINDS, PASSWORD, DatabaseServer, MariaDB, PostgreSQL, ServerProcess, private

CASES = list(product(KINDS, COMBINATIONS))
PAIRS = parameters(CASES, "postgresql-declarative-factory", "mariadb-reflection-module")
# Where another test has MariaDB, or both do alike.
ONE_PAIR = pytest.mark.parametrize(
    "project", parameters(CASES, "postgresql-declarative-factory"), indirect=True, scope="session"
)


@pytest.fixture(scope="session")
def servers() -> Iterator[Callable[[str], DatabaseServer]]:
    """Give the server of a kind: one that TEST_POSTGRESQL_URL or TEST_MARIADB_URL names, or our own."""
    started: dict[str, DatabaseServer] = {}
    with ExitStack() as stack:

        def server(kind: str) -> DatabaseServer:
            if kind not in started:
                named = os.environ.get(f"TEST_{kind.upper()}_URL")
                started[kind] = KINDS[kind](named) if named else private(kind, stack)
            return started[kind]

        yield server


@pytest.fixture(scope="session")
def server(servers: Callable[[str], DatabaseServer], project: Project) -> DatabaseServer:
    """The server of the project."""
    return servers(project.answers["kind"])


@pytest.fixture(scope="session", params=PAIRS)
def project(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, servers: Callable[[str], DatabaseServer]
) -> Iterator[Project]:
    """A combination on a server, set up by the real command in a database that is not there yet."""
    kind, answers = request.param
    database = new_name()
    folder = tmp_path_factory.mktemp(database)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DATABASE_PASSWORD", servers(kind).password)
        url = servers(kind).url(database)
        if answers["app_setup"] == "module":
            url = url.replace("postgresql+psycopg:", "postgresql:")  # the same driver, since SQLAlchemy 2.1
        output = cookiecutter(folder, database_url=url, **answers).stdout
    yield Project(folder / "my_flask_app", {**answers, "kind": kind, "database": database}, output)
    servers(kind).drop(database)


def process_of(server: DatabaseServer) -> ServerProcess:
    """Return the process of a server, to stop or freeze it; skip the test if it is not ours."""
    if not server.process:
        pytest.skip("the environment names a server, which this test must not stop")
    return server.process


@pytest.fixture
def database(server: DatabaseServer, project: Project) -> Iterator[str]:
    """Give the name of a new database with its schema, and drop it."""
    name = new_name()
    init_db(project, server, name)
    yield name
    server.drop(name)


def new_name() -> str:
    """Return a name that no database has."""
    return f"tests_{token_hex(6)}"


def init_db(project: Project, server: DatabaseServer, name: str) -> str:
    """Run `flask init-db` for a database."""
    url = f"DATABASE_URL={server.url(name, server.password)}"
    return run("env", url, project.bin / "flask", "init-db", cwd=project.path).stdout


def serve_probe(project: Project, server: DatabaseServer, name: str, *arguments: str, **environment: str) -> Any:
    """Start gunicorn, as its configuration file says, with the views of probe.py too."""
    environment = {"DATABASE_URL": server.url(name, server.password), "PYTHONPATH": str(INSIDE), **environment}
    return serve(project, "gunicorn", "probe:app", *arguments, environment=environment)


def texts(server: DatabaseServer, name: str) -> list[str]:
    """Return the texts of all messages."""
    return [text for (text,) in server.sql("SELECT text FROM message", name)]


# Set-up


def test_the_hook_creates_the_database_and_its_schema(project: Project, server: DatabaseServer) -> None:
    assert f"The database {project.answers['database']} is new." in project.output
    assert "my_flask_app is ready" in project.output
    assert texts(server, project.answers["database"]) == []
    assert "already" in project.run("flask", "init-db").stdout
    assert not server.password or server.password not in project.output
    with serve(project, "flask", "run", environment={}) as application:
        assert application.ask("POST", "/messages", {"text": "🙂" * 500}).status == 201
        assert application.ask("GET", "/messages").body["messages"][0]["text"] == "🙂" * 500


@ONE_PAIR
def test_its_own_tests_pass_in_a_database_of_their_own(project: Project, server: DatabaseServer) -> None:
    database = project.answers["database"]
    server.sql("INSERT INTO message (text, created_at) VALUES ('mine', '2026-01-01')", database)
    before = texts(server, database)
    assert " passed" in project.run("pytest", "-q").stdout
    assert texts(server, database) == before
    assert not exists(server, f"{database}_test")


def exists(server: DatabaseServer, name: str) -> bool:
    """Tell whether the server has a database of that name."""
    if isinstance(server, PostgreSQL):
        return bool(server.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))
    return bool(server.sql(f"SHOW DATABASES LIKE '{name}'"))


def test_its_own_tests_touch_no_database_that_is_not_theirs(project: Project, server: DatabaseServer) -> None:
    database = project.answers["database"]
    theirs = f"{database}_test"
    server.sql(f"CREATE DATABASE {theirs}")
    done = project.run("pytest", "-q", "tests/test_db.py", check=False)
    assert done.returncode != 0
    assert f"The database {theirs} is there already" in done.stdout
    assert exists(server, theirs)

    def test_on(url: str) -> str:
        command: list[str | Path] = [project.bin / "pytest", "-q", "tests/test_db.py"]
        return run("env", f"TEST_DATABASE_URL={url}", *command, cwd=project.path, check=False).stdout

    parameter = "dbname" if isinstance(server, PostgreSQL) else "database"
    for url, words in {
        "": "is there already",
        server.url(database, server.password): "name another one in TEST_DATABASE_URL",
        f"{server.url(theirs, server.password)}?{parameter}={database}": f"would run in {database}",
        server.url(new_name()).replace(f":{server.port}", ":1"): "No database for the tests",
    }.items():
        assert words in test_on(url)
    assert " passed" in test_on(server.url(theirs, server.password))
    assert exists(server, theirs), "it was there before"
    server.drop(theirs)
    server.sql(f"CREATE DATABASE {database}_gw0")
    worker = ["env", "PYTEST_XDIST_WORKER=gw0", f"TEST_DATABASE_URL={server.url(theirs, server.password)}"]
    done = run(*worker, project.bin / "pytest", "-q", "tests/test_db.py", cwd=project.path, check=False)
    assert f"The database {database}_gw0 is there already" in done.stdout
    assert exists(server, f"{database}_gw0")
    server.drop(f"{database}_gw0")


SLOW_COMMIT = """
import time
from sqlalchemy import Engine, event

event.listen(Engine, "commit", lambda _connection: time.sleep(0.3))
"""


def test_eight_at_once_create_one_database_and_one_schema(
    project: Project, server: DatabaseServer, tmp_path: Path
) -> None:
    name = new_name()
    (tmp_path / "sitecustomize.py").write_text(SLOW_COMMIT)
    environment = {**os.environ, "DATABASE_URL": server.url(name, server.password), "PYTHONPATH": str(tmp_path)}
    processes = [
        subprocess.Popen(
            [project.bin / "flask", "init-db"],
            cwd=project.path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(8)
    ]
    outputs = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * 8, outputs
    assert sum("is new" in output for output in outputs) == 1
    assert sum(" now " in output for output in outputs) == 1
    if project.answers["models"] == "declarative":
        assert server.sql("SELECT * FROM alembic_version", name) == [("0001",)]
    server.drop(name)


# Set-up that cannot finish: one project for each server is enough, as the four run the same command


@pytest.fixture(params=KINDS)
def each_server(request: pytest.FixtureRequest, servers: Callable[[str], DatabaseServer]) -> DatabaseServer:
    """Each of the servers."""
    return servers(request.param)


def stopped_set_up(folder: Path, url: str, password: str) -> str:
    """Run a set-up that stops; return the reason that it gives."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DATABASE_PASSWORD", password)
        output = cookiecutter(folder, database_url=url).stdout
    assert (folder / "my_flask_app/README.md").exists()
    assert password not in output
    assert "Traceback" not in output
    assert "The project is complete, its set-up is not" in output
    assert output.rstrip().endswith("python3 set_up.py")
    (reason,) = [line for line in output.splitlines() if line.startswith("Error: ")]
    return reason


def test_a_wrong_password(tmp_path: Path, each_server: DatabaseServer) -> None:
    reason = stopped_set_up(tmp_path, each_server.url(new_name()), "wr0ng")
    assert "password authentication failed" in reason or "Access denied" in reason


def test_a_user_who_may_not_create_the_database(tmp_path: Path, each_server: DatabaseServer) -> None:
    poor = new_name()
    word = "IDENTIFIED BY" if isinstance(each_server, MariaDB) else "PASSWORD"
    each_server.sql(f"CREATE USER {poor} {word} '{PASSWORD}'")
    reason = stopped_set_up(tmp_path, each_server.url(new_name(), user=poor), PASSWORD)
    each_server.sql(f"DROP USER {poor}")
    assert "permission denied to create database" in reason or f"Access denied for user '{poor}'" in reason


def test_a_server_that_is_away(tmp_path: Path, each_server: DatabaseServer) -> None:
    url = each_server.url(new_name()).replace(f":{each_server.port}", ":1")
    assert "refused" in stopped_set_up(tmp_path, url, PASSWORD)


@pytest.mark.parametrize("each_server", parameters(KINDS, "mariadb"), indirect=True)
def test_a_server_that_hangs(tmp_path: Path, each_server: DatabaseServer) -> None:
    process = process_of(each_server)
    process.signal(signal.SIGSTOP)
    try:
        reason = stopped_set_up(tmp_path, each_server.url(new_name()), PASSWORD)
    finally:
        process.signal(signal.SIGCONT)
    assert "time" in reason


# Under load


def test_a_burst_waits_for_its_turn(project: Project, server: DatabaseServer, database: str) -> None:
    with serve_probe(project, server, database, WEB_CONCURRENCY="1", THREADS="4") as application:
        assert application.ask_at_once(100, "GET", "/hold") == {200: 100}
        assert server.connections(database) <= 4, "the pool does not overflow"


def test_failing_requests_leave_nothing_behind(project: Project, server: DatabaseServer, database: str) -> None:
    with serve_probe(project, server, database, WEB_CONCURRENCY="1") as application:
        with (
            load(application, 4, "POST", "/raise", None) as failed,
            load(application, 4, "POST", "/messages", {"text": "x"}) as stored,
        ):
            while min(len(failed), len(stored)) < 1000:
                time.sleep(0.1)
        assert {answer.status for answer in failed} == {500}
        assert {answer.status for answer in stored} == {201}
        assert application.ask("GET", "/pool").body == {"checked out": 0}
        assert server.transactions(database) == []
    assert texts(server, database) == ["x"] * len(stored)


def test_updates_of_one_row_are_not_lost(project: Project, server: DatabaseServer, database: str) -> None:
    with serve_probe(project, server, database) as application:
        application.ask("POST", "/messages", {"text": "0"})
        assert application.ask_at_once(40, "POST", "/increment") == {200: 40}
        assert texts(server, database) == ["40"]
        for _ in range(10):
            assert application.ask_at_once(4, "POST", "/serializable") == {200: 4}
        assert texts(server, database) == ["80"]


def test_gevent(project: Project, server: DatabaseServer, database: str, tmp_path: Path) -> None:
    run("uv", "pip", "install", "-q", "--python", project.bin / "python", "gevent")
    configuration = tmp_path / "gunicorn.conf.py"
    text = (project.path / "gunicorn.conf.py").read_text()
    configuration.write_text(text.replace('worker_class = "gthread"', 'worker_class = "gevent"'))
    with serve_probe(project, server, database, f"--config={configuration}", THREADS="4") as application:
        assert len(application.workers) == 2
        assert application.ask_at_once(100, "GET", "/hold") == {200: 100}
        assert server.connections(database) <= 2 * 4


def test_faults_of_the_program_are_no_503(project: Project, server: DatabaseServer, database: str) -> None:
    with serve_probe(project, server, database) as application:
        assert application.ask("GET", "/wrong").status == 500
        assert application.ask("POST", "/too-long").status == 500
        assert texts(server, database) == [], "what does not fit is refused, not cut off"


# Under failures


def assert_problem(answer: Answer) -> None:
    """Check that it is a 503 which says when to come back, and not that there is no schema."""
    assert answer.status == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.body["status"] == 503
    assert "init-db" not in answer.body["detail"]


def test_a_restart_under_load(project: Project, server: DatabaseServer, database: str) -> None:
    process = process_of(server)
    with serve_probe(project, server, database) as application:
        with load(application, 8, "POST", "/messages", {"text": "x"}) as answers:
            time.sleep(0.5)
            stopped = time.monotonic()
            process.stop()
            assert_problem(application.ask("GET", "/health"))
            time.sleep(0.5)
            server.start()
            started = time.monotonic()
            assert application.ask("GET", "/health").status == 200
            time.sleep(0.5)
        failed = [answer for answer in answers if answer.status != 201]
        assert failed
        for answer in failed:
            assert_problem(answer)
        assert min(answer.asked for answer in failed) > stopped - 1
        assert max(answer.asked for answer in failed) < started
        assert max(answer.asked for answer in answers) > started
        stored = len(texts(server, database))
        answered = sum(answer.status == 201 for answer in answers)
        assert answered <= stored <= answered + 8, "at most each client's last is stored without an answer"

        process.stop()
        server.start()
        assert application.ask_at_once(8, "GET", "/messages") == {200: 8}, "none fails after an idle restart"


def test_a_connection_killed_in_a_transaction(project: Project, server: DatabaseServer, database: str) -> None:
    with serve_probe(project, server, database, WEB_CONCURRENCY="1") as application:
        assert_problem(answer_despite_kill(application, server, database, "/two"))
        assert texts(server, database) == []
        answer = answer_despite_kill(application, server, database, "/ready")
        assert (answer.status, answer.body) == (200, "ready"), "an answer that is ready stays good"


def answer_despite_kill(application: Application, server: DatabaseServer, database: str, path: str) -> Answer:
    """Send a request and kill its connection while it waits inside its transaction."""
    with ThreadPoolExecutor(1) as client:
        answer = client.submit(application.ask, "POST", path)
        for _ in range(30):
            time.sleep(0.15)  # MariaDB shows the same list if it was asked less than 0.1 s ago
            if found := server.transactions(database):
                server.kill(found[0])
                return answer.result()
    raise TimeoutError("no transaction")


@ONE_PAIR
def test_a_server_that_hangs_under_requests(project: Project, server: DatabaseServer, database: str) -> None:
    process = process_of(server)
    with serve_probe(project, server, database, DATABASE_TIMEOUT="2", THREADS="4") as application:
        assert application.ask_at_once(8, "GET", "/messages") == {200: 8}
        workers = application.workers
        process.signal(signal.SIGSTOP)
        try:
            # As many as there are threads, so that none waits for another one's end.
            for path in ("/messages", "/health"):
                assert application.ask_at_once(8, "GET", path) == {503: 8}
        finally:
            process.signal(signal.SIGCONT)
        assert application.ask_at_once(8, "GET", "/messages") == {200: 8}
        assert_problem(application.ask("GET", "/slow?seconds=60"))
        time.sleep(1)
        assert server.statements(database) == [], "the server has given it up too"

        application.ask("POST", "/messages", {"text": "0"})
        with ThreadPoolExecutor() as clients:
            holding = clients.submit(application.ask, "POST", "/hold-row?seconds=3")
            while not server.transactions(database):
                time.sleep(0.1)
            refused = application.ask("POST", "/increment")
            assert_problem(refused)
            if isinstance(server, PostgreSQL):  # MariaDB says so after 5 s, and its limit of 2 s is over before
                assert refused.body["detail"] == "Another transaction holds what this one needs."
            assert holding.result().status == 200
        assert application.ask("POST", "/increment").status == 200
        assert application.workers >= workers, "none was killed"


ON_POSTGRESQL = pytest.mark.parametrize(
    "project", [case for case in PAIRS if "postgresql" in str(case.id)], indirect=True, scope="session"
)


@ON_POSTGRESQL
def test_a_server_that_only_reads(project: Project, server: DatabaseServer, database: str) -> None:
    server.sql(f"ALTER DATABASE {database} SET default_transaction_read_only = on")
    with serve_probe(project, server, database) as application:
        assert application.ask("GET", "/messages").status == 200
        assert_problem(application.ask("POST", "/messages", {"text": "x"}))


@ON_POSTGRESQL
def test_a_failover_under_load(project: Project) -> None:
    with ExitStack() as stack:
        primary = private("postgresql", stack)
        assert isinstance(primary, PostgreSQL)
        init_db(project, primary, "shop")
        standby = primary.standby()
        assert primary.process
        assert standby.process
        stack.callback(standby.process.remove)
        hosts = f"host=127.0.0.1:{primary.port}&host=127.0.0.1:{standby.port}&target_session_attrs=read-write"
        url = f"{primary.url('shop', primary.password).replace(f'@127.0.0.1:{primary.port}', '@')}?{hosts}"
        application = stack.enter_context(serve_probe(project, primary, "shop", DATABASE_URL=url))
        with load(application, 8, "POST", "/messages", {"text": "x"}) as answers:
            time.sleep(0.5)
            primary.process.signal(signal.SIGKILL)
            standby.sql("SELECT pg_promote()")
            application.wait_until_healthy()
            promoted = time.monotonic()
            time.sleep(1)
        assert {answer.status for answer in answers} == {201, 503}
        assert {answer.status for answer in answers if answer.asked > promoted} == {201}
