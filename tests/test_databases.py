"""One project, any of its databases: the files are the same, DATABASE_URL alone decides, when the program runs."""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from itertools import product
from pathlib import Path
from secrets import token_hex
from urllib.parse import quote, urlsplit

import pytest
from dotenv import dotenv_values
from pytest_cookies.plugin import Cookies

from tests.conftest import COMBINATIONS, INSIDE, OWN_TESTS, Project, name_of, parameters, run, set_up
from tests.helpers.application import load, serve
from tests.helpers.servers import KINDS, DatabaseServer, PostgreSQL, certify, private
from tests.test_render import bake

SCRIPTS = {"declarative": ["transactions.py", "differences.py", "column_types.py"], "reflection": ["transactions.py"]}
HARDEST = [{"models": "declarative", "app_setup": "factory"}, {"models": "reflection", "app_setup": "module"}]


@pytest.fixture(scope="module", params=KINDS)
def server(request: pytest.FixtureRequest) -> Iterator[DatabaseServer]:
    """A server of our own."""
    with ExitStack() as stack:
        yield private(request.param, stack, certify(stack))


@pytest.fixture(scope="module")
def with_drivers(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Project]:
    """Give a function that returns a combination, set up once, with the drivers of all databases."""

    @cache
    def give(models: str, app_setup: str) -> Project:
        project = set_up(tmp_path_factory.mktemp("any"), models=models, app_setup=app_setup)
        packages = ["psycopg[binary]", "pymysql[rsa]", "pytest-xdist"]
        run("uv", "pip", "install", "-q", "--python", project.bin / "python", *packages)
        shutil.copy(INSIDE / "isolation.py", project.path / "tests/test_isolation.py")
        return project

    return give


@pytest.fixture(scope="module", params=HARDEST, ids=lambda answers: "-".join(answers.values()))
def rendered(request: pytest.FixtureRequest, with_drivers: Callable[..., Project]) -> Project:
    """A project that was rendered for SQLite, with the drivers of the others."""
    return with_drivers(**request.param)


def on(url: str, project: Project, *command: str | Path) -> str:
    """Run a command of the project on a database; return what it printed."""
    environment = ["env", f"DATABASE_URL={url}", "SECRET_KEY=for the tests only"]
    return run(*environment, project.bin / command[0], *command[1:], cwd=project.path).stdout


def files(project: Project) -> dict[str, bytes]:
    """Return what is in the package."""
    return {str(path): path.read_bytes() for path in (project.path / "my_flask_app").rglob("*.py")}


@pytest.mark.parametrize(
    ("server", "rendered"),
    [
        pytest.param(*case.values[0], id=case.id, marks=case.marks)
        for case in parameters(
            product(KINDS, COMBINATIONS), "postgresql-declarative-factory", "mariadb-reflection-module"
        )
    ],
    indirect=True,
    scope="module",
)
def test_the_same_files_on_a_server(rendered: Project, server: DatabaseServer) -> None:
    before = files(rendered)
    name = f"tests_{token_hex(6)}"
    url = server.url(name, server.password)
    assert "is new" in on(url, rendered, "flask", "init-db")
    try:
        if rendered.answers["models"] == "declarative":
            assert "No new upgrade operations detected" in on(url, rendered, "alembic", "check")
        databases = "SELECT datname FROM pg_database" if isinstance(server, PostgreSQL) else "SHOW DATABASES"
        there = server.sql(databases)
        assert " passed" in on(url, rendered, "pytest", "-q", "-n", "2")
        assert server.sql(databases) == there
        for script in SCRIPTS[rendered.answers["models"]]:
            assert on(url, rendered, "python", INSIDE / script).endswith("all good\n")
    finally:
        server.drop(name)
    assert files(rendered) == before


@pytest.mark.parametrize("rendered", HARDEST[:1], ids=name_of, indirect=True, scope="module")
@pytest.mark.parametrize("server", ["mariadb"], indirect=True, scope="module")
def test_a_mariadb_that_is_set_otherwise(rendered: Project, server: DatabaseServer) -> None:
    settings = {"time_zone": "+02:00", "sql_mode": "", "tx_isolation": "SERIALIZABLE", "lock_wait_timeout": 86400}
    before = {name: server.sql(f"SELECT @@GLOBAL.{name}")[0][0] for name in settings}
    name = f"tests_{token_hex(6)}"
    url = server.url(name, server.password)
    on(url, rendered, "flask", "init-db")
    try:
        for setting, value in settings.items():
            server.sql(f"SET GLOBAL {setting} = {value!r}")
        assert on(url, rendered, "python", INSIDE / "mariadb_session.py") == "all good\n"
    finally:
        for setting, value in before.items():
            server.sql(f"SET GLOBAL {setting} = {value!r}")
        server.drop(name)


@pytest.mark.parametrize("server", ["postgresql"], indirect=True, scope="module")
def test_no_request_fails_behind_pgbouncer(rendered: Project, server: DatabaseServer) -> None:
    assert isinstance(server, PostgreSQL)
    name = f"tests_{token_hex(6)}"
    with ExitStack() as stack:
        server.create(name)
        stack.callback(server.drop, name)
        url = server.bouncer(name, stack)
        assert "now" in on(url, rendered, "flask", "init-db")
        environment = {"DATABASE_URL": url, "SECRET_KEY": "for the tests only"}
        with (
            serve(rendered, "gunicorn", environment=environment) as application,
            load(application, 8, "POST", "/messages", {"text": "through"}) as written,
            load(application, 8, "GET", "/messages", None) as read,
        ):
            time.sleep(3)
        assert {answer.status for answer in written} == {201}
        assert {answer.status for answer in read} == {200}
        assert server.sql("SELECT count(*) FROM message", name) == [(len(written),)]


def test_the_same_files_on_sqlite(rendered: Project, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/app.db"
    for script in SCRIPTS[rendered.answers["models"]]:
        assert on(url, rendered, "python", INSIDE / script).endswith("all good\n")


@pytest.fixture
def env_files(rendered: Project) -> Iterator[list[Path]]:
    """Give .env and .env.example of the project, which are as before in the end."""
    paths = [rendered.path / name for name in (".env", ".env.example")]
    texts = [path.read_text() for path in paths]
    yield paths
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)


IPV6 = "[::ffff:127.0.0.1]"  # wherever there is IPv4 too
SET_UP = "import set_up; set_up.write_env_file(); print(set_up.set_up_database())"
URLS = {
    "socket": (
        "postgresql",
        "{login}@/{name}?host={folder}&port={port}&options=-c%20search_path%3DApp%2C%22%24user%22",
    ),
    "hosts": ("postgresql", "{login}@/{name}?host=127.0.0.1:1&host=127.0.0.1:{port}&target_session_attrs=read-write"),
    "tls": ("postgresql", "{login}@{ipv6}:{bouncer}/{name}?sslmode=verify-full&sslrootcert={certificate}/ca.pem"),
    "mariadb-socket": ("mariadb", "{login}@/{name}?unix_socket={folder}/socket"),
    "mariadb-tls": ("mariadb", "{login}@{ipv6}:{port}/{name}?ssl_ca={certificate}/ca.pem"),
}


@pytest.mark.parametrize("rendered", HARDEST[:1], ids=name_of, indirect=True, scope="module")
@pytest.mark.parametrize(("server", "form"), URLS.values(), ids=URLS, indirect=["server"], scope="module")
def test_urls_as_people_have_them(
    cookies: Cookies, rendered: Project, server: DatabaseServer, form: str, env_files: list[Path]
) -> None:
    """From the questions to the project's own tests, with all that the URL says."""
    assert server.process
    name = f"tests_{token_hex(6)}"
    env_file, example = env_files
    with ExitStack() as stack:
        places: dict[str, object] = {"login": f"{server.scheme}://{server.user}", "name": name, "ipv6": IPV6}
        places |= {"folder": server.process.folder, "port": server.port, "certificate": server.certificate}
        if "{bouncer}" in form and isinstance(server, PostgreSQL):
            places["bouncer"] = urlsplit(server.bouncer(name, stack)).port
        url = form.format(**places)
        shutil.copy(bake(cookies, database_url=url) / ".env.example", example)
        env_file.unlink()
        stack.callback(server.drop, name)
        set_up: list[str | Path] = [
            "env",
            f"DATABASE_PASSWORD={server.password}",
            rendered.bin / "python",
            "-c",
            SET_UP,
        ]
        assert f"The database {name} is new." in run(*set_up, cwd=rendered.path).stdout
        with_password = url.replace(server.user, f"{server.user}:{quote(server.password, safe='')}", 1)
        assert dotenv_values(env_file)["DATABASE_URL"] == with_password
        if str(server.certificate) in url:
            other = with_password.replace(IPV6, "localhost")  # which the certificate does not name
            refused = run(
                "env", f"DATABASE_URL={other}", rendered.bin / "flask", "init-db", cwd=rendered.path, check=False
            )
            assert refused.returncode == 1
            assert "certificate" in refused.stdout
        assert "No new upgrade operations detected" in rendered.run("alembic", "check").stdout
        assert " passed" in rendered.run(*OWN_TESTS, "tests/test_db.py", "tests/test_schema.py").stdout


@pytest.mark.parametrize("url", ["'sqlite:///{}/a.db'", ' "sqlite:///{}/a.db" ', "sqlite:///{}/a.db\n"])
def test_a_url_as_platforms_hand_it_over(rendered: Project, tmp_path: Path, url: str) -> None:
    assert "now" in on(url.format(tmp_path), rendered, "flask", "init-db")
    assert (tmp_path / "a.db").exists()


@pytest.mark.parametrize(
    ("rendered", "command"),
    [(HARDEST[0], "alembic check"), (HARDEST[0], "pytest -q"), (HARDEST[1], "flask init-db")],
    ids=["alembic", "pytest", "flask"],
    indirect=["rendered"],
    scope="module",
)
def test_a_parameter_that_the_driver_refuses_is_one_sentence(rendered: Project, command: str) -> None:
    name, argument = command.split()
    url = "DATABASE_URL=mariadb+pymysql://me:s3cret@127.0.0.1:1/db?sslmode=require"
    done = run("env", url, rendered.bin / name, argument, cwd=rendered.path, check=False)
    assert done.returncode == 1
    assert "DATABASE_URL cannot be used: " in done.stdout
    assert "'sslmode'" in done.stdout
    assert len(done.stdout.strip().splitlines()) <= 3
    assert "s3cret" not in done.stdout


WITHOUT_CRYPTOGRAPHY = """
import pymysql
from my_flask_app.databases import database_of

pymysql._auth._have_cryptography = False
pymysql.connections.Connection.connect = lambda *_: pymysql._auth.sha2_rsa_encrypt(b"s3cret", b"salt", b"key")
database_of("mysql+pymysql://me:s3cret@127.0.0.1/db").create()
"""


@pytest.mark.parametrize("rendered", HARDEST[:1], ids=name_of, indirect=True, scope="module")
def test_a_password_of_mysql_that_wants_another_package_is_one_sentence(rendered: Project) -> None:
    done = rendered.run("python", "-c", WITHOUT_CRYPTOGRAPHY, check=False)
    assert done.returncode == 1
    assert done.stdout.startswith("DATABASE_URL cannot be used: 'cryptography' package is required for ")
    assert "s3cret" not in done.stdout


def test_a_database_that_is_not_known(rendered: Project, tmp_path: Path) -> None:
    assert on(f"stranger:///{tmp_path}/app.db", rendered, "python", INSIDE / "stranger.py").endswith("all good\n")


CLASSES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mariadb": "MariaDB"}


@pytest.mark.parametrize(
    ("kept", "rendered"),
    [
        pytest.param(*case.values[0], id=case.id, marks=case.marks)
        for case in parameters(product(CLASSES, HARDEST), "sqlite-declarative-factory")
    ],
    indirect=["rendered"],
    scope="module",
)
def test_the_modules_of_other_databases_can_be_deleted(rendered: Project, tmp_path: Path, kept: str) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(rendered.path, copy, ignore=shutil.ignore_patterns(".venv", "*.db*", "test_isolation.py"))
    project = Project(copy, rendered.answers, "")
    (copy / ".venv").symlink_to(rendered.path / ".venv")
    init = copy / "my_flask_app/databases/__init__.py"
    text = init.read_text()
    for module in CLASSES.keys() - {kept}:
        (init.parent / f"{module}.py").unlink()
        text = re.sub(rf'from .*{CLASSES[module]}.*\n|(?<=[{{ ])"\w+": {CLASSES[module]}(, |(?=}}))', "", text)
    init.write_text(text.replace(", }", "}"))
    project.run("ruff", "check")
    project.run("ruff", "format", "--check")
    project.run("mypy")
    program: list[str | Path] = ["env", f"PYTHONPATH={copy}", project.bin / "python", "-m"]
    if kept == "sqlite":
        assert " passed" in run(*program, *OWN_TESTS, cwd=copy).stdout
    else:  # up to the server, which is away
        url = f"DATABASE_URL={'postgresql' if kept == 'postgresql' else 'mariadb+pymysql'}://me@127.0.0.1:1/shop"
        printed = run("env", url, *program, "flask", "--app=my_flask_app.app", "init-db", cwd=copy, check=False).stdout
        assert re.fullmatch(r"Error: \S+://me@127.0.0.1:1/shop cannot be initialised: .*refused.*\n", printed)
