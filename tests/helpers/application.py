"""A rendered application as processes of its own on a free port, asked over HTTP."""

import json
import os
import signal
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple

import psutil

from tests.conftest import Project


class Answer(NamedTuple):
    """A status and a body, decoded if it is JSON, and when it was asked for, in seconds of the monotonic clock."""

    status: int
    body: Any
    headers: dict[str, str]
    asked: float


class Application:
    """A server of one application, with its workers."""

    def __init__(self, project: Project, *command: str, environment: dict[str, str], log: Path | None = None) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        options = {"gunicorn": [f"--bind=127.0.0.1:{self.port}"], "flask": [f"--port={self.port}"]}.get(command[0], [])
        arguments = [argument.replace("{port}", str(self.port)) for argument in command[1:]]
        with Path(log or os.devnull).open("w") as output:
            self.process = subprocess.Popen(
                [project.bin / command[0], *arguments, *options],
                cwd=project.path,
                env={**os.environ, **environment},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that its workers can be killed with it
            )
        self.wait_for_start()

    def wait_for_start(self) -> None:
        """Return when it answers something."""
        for _ in range(300):
            if self.process.poll() is not None:
                raise RuntimeError(f"the application ended with {self.process.returncode}")
            try:
                self.ask("GET", "/health")
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError("the application did not start")

    def ask(self, method: str, path: str, body: object = None, timeout: float = 30) -> Answer:
        """Send a request and return its answer; raise OSError if there is none in time."""
        asked = time.monotonic()
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=timeout)) as connection:
            content = None if body is None else json.dumps(body)
            connection.request(method, path, content, {"Content-Type": "application/json"})
            response = connection.getresponse()
            text = response.read().decode()
        is_json = "json" in response.headers.get_content_type()
        return Answer(response.status, json.loads(text) if is_json else text, dict(response.headers), asked)

    def ask_at_once(self, count: int, method: str, path: str, body: object = None) -> Counter[int]:
        """Send that many requests at the same time, and count their statuses."""
        with ThreadPoolExecutor(count) as clients:
            return Counter(clients.map(lambda _: self.ask(method, path, body).status, range(count)))

    @property
    def workers(self) -> set[int]:
        """The process ids of its workers."""
        return {process.pid for process in psutil.Process(self.process.pid).children()}

    def wait_until_healthy(self) -> None:
        """Return once ``/health`` answers 200."""
        for _ in range(100):
            if self.ask("GET", "/health").status == 200:
                return
            time.sleep(0.1)
        raise TimeoutError("the application did not recover")

    def end(self, number: signal.Signals) -> None:
        """End it and its workers with a signal."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)
        self.process.wait(20)


@contextmanager
def serve(
    project: Project, *command: str, environment: dict[str, str], log: Path | None = None
) -> Iterator[Application]:
    """Start an application and stop it in the end, whatever happens."""
    application = Application(project, *command, environment=environment, log=log)
    try:
        yield application
    finally:
        application.end(signal.SIGKILL)


@contextmanager
def load(application: Application, clients: int, method: str, path: str, body: object) -> Iterator[list[Answer]]:
    """Have clients send one request after the other for as long as the block; all answers are there at its end."""
    done = Event()
    answers: list[Answer] = []

    def client(_number: int) -> None:
        while not done.is_set():
            try:
                answers.append(application.ask(method, path, body))
            except (OSError, HTTPException) as error:  # no answer is an answer too, and never a good one
                answers.append(Answer(0, repr(error), {}, time.monotonic()))

    with ThreadPoolExecutor(clients) as pool:
        running = [pool.submit(client, number) for number in range(clients)]
        try:
            yield answers
        finally:
            done.set()
        for each in running:
            each.result()
