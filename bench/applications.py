"""The rendered default project and its peers, in one environment, and the databases they are measured on."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

import psutil

from tests.helpers.servers import DatabaseServer, PostgreSQL, private

TEMPLATE = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PACKAGES = ["flask-sqlalchemy>=3.1", "psycopg[binary]", "cookiecutter"]
OURS, DOCUMENTED, SAME_WORK, SCOPED, WIRING = (
    "my_flask_app.app",
    "bench.peers.documented",
    "bench.peers.same_work",
    "bench.peers.scoped",
    "bench.peers.wiring",
)


class Application(NamedTuple):
    """One of them on a database, whose tables are there, with 100 rows."""

    module: str
    project: Path
    url: str

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of its processes."""
        own = {"DATABASE_URL": self.url, "SECRET_KEY": "for the benchmark", "FLASK_APP": self.module}
        return {**os.environ, **own, "PYTHONPATH": str(TEMPLATE), "PYTHONHASHSEED": "0"}

    def run(self, command: Sequence[str | Path]) -> str:
        """Run a command in its environment; return what it prints; raise RuntimeError with what it says."""
        done = subprocess.run(
            command, cwd=self.project, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{command}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    def drive(self, *arguments: str, before: Sequence[str] = ()) -> None:
        """Have drive.py answer requests, under another program."""
        python = self.project / ".venv/bin/python"
        self.run([*before, python, "-m", "bench.peers.drive", self.module, *arguments])

    @contextmanager
    def serve(self, *command: str, path: str = "/messages/7") -> Iterator["Served"]:
        """Serve until the block ends, by `flask run` or by gunicorn as the project's gunicorn.conf.py says."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port: int = free.getsockname()[1]
        if command[0] == "gunicorn":
            command = (*command, f"{self.module}:create_app()", f"--bind=127.0.0.1:{port}")
        else:
            command = (*command, f"--port={port}")
        program = self.project / ".venv/bin" / command[0]
        nothing = subprocess.DEVNULL
        process = subprocess.Popen(
            [program, *command[1:]], cwd=self.project, env=self.environment, stdout=nothing, stderr=nothing
        )
        try:
            wait_for(f"http://127.0.0.1:{port}{path}")
            yield Served(port, psutil.Process(process.pid))
        finally:
            process.terminate()
            process.wait()


class Served(NamedTuple):
    """A server that answers, and its process."""

    port: int
    process: psutil.Process

    def ask(self, path: str) -> bytes:
        """Return an answer."""
        with urlopen(f"http://127.0.0.1:{self.port}{path}") as response:
            answer: bytes = response.read()
        return answer


class Bench:
    """Where the parts get what they measure: a folder, and on demand the project and a server."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self._stack = folder, stack
        self._project: Path | None = None
        self._server: DatabaseServer | None = None

    @property
    def project(self) -> Path:
        """Return the folder of the default project, rendered and with the peers' packages in its environment."""
        if not self._project:
            self._project = render(self.folder)
            python = self._project / ".venv/bin/python"
            subprocess.run([BIN / "uv", "pip", "install", "--quiet", "--python", python, *PACKAGES], check=True)
        return self._project

    @property
    def server(self) -> DatabaseServer:
        """Return a PostgreSQL of our own."""
        if not self._server:
            self._server = private("postgresql", self._stack)
        return self._server

    def application(self, module: str, kind: str) -> Application:
        """Return an application on a new database of its own."""
        name = f"{module.rpartition('.')[2]}_{len(list(self.folder.iterdir()))}"
        (self.folder / name).mkdir()
        url = f"sqlite:///{self.folder}/{name}/app.db"
        if kind == "PostgreSQL":
            self.server.create(name)
            # Under valgrind even connecting takes longer than the project would wait.
            url = f"{self.server.url(name, self.server.password)}?connect_timeout=30"
        application = Application(module, self.project, url)
        if module in {OURS, "bench.peers.counters"}:
            application.run([self.project / ".venv/bin/flask", "init-db"])
        application.drive("fill")
        return application


def wait_for(url: str) -> None:
    """Return once a server answers 200; raise after 30 seconds."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            urlopen(url).close()
        except OSError:
            time.sleep(0.005)
        else:
            return
    raise TimeoutError(url)


def render(folder: Path, *answers: str, url: str = "") -> Path:
    """Render a project and set it up; return its folder. The password of the URL is no answer."""
    command: list[str | Path] = [BIN / "cookiecutter", TEMPLATE, "--no-input", "-o", folder, *answers]
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    if url:
        command.append("database_url=" + re.sub(r":[^:@/]+@", "@", url))
        environment["DATABASE_PASSWORD"] = PostgreSQL(url).password if "@" in url else ""
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    if "is ready" not in done.stdout:
        raise RuntimeError(done.stdout + done.stderr)
    return folder / "my_flask_app"
