"""Answers requests of an application by its WSGI callable, in the environment of a rendered project.

``python -m bench.peers.drive MODULE fill`` makes the tables of a peer, and 100 rows. ``... MODULE WARM COUNT ...``
forks a child process for each view and each count, so that all of them share what was imported before.
"""

import os
import sys
from importlib import import_module
from io import BytesIO
from typing import Any

from werkzeug.test import create_environ

BODY = b'{"text": "A message of some words, as people write them."}'
VIEWS: dict[str, dict[str, Any]] = {
    "list": {"path": "/messages"},
    "one": {"path": "/messages/7"},
    "post": {"path": "/messages", "method": "POST", "data": BODY, "content_type": "application/json"},
}


def answer(app: Any, view: str, count: int) -> None:
    """Answer that many requests; raise RuntimeError if one fails."""
    environ = create_environ(**VIEWS[view])

    def respond(status: str, _headers: object, _error: object = None) -> None:
        if not status.startswith("2"):
            raise RuntimeError(f"{view}: {status}")

    for _ in range(count):
        request = {**environ, "wsgi.input": BytesIO(BODY)}
        response = app(request, respond)
        b"".join(response)
        response.close()


def main() -> None:
    """Do what the arguments say."""
    name, warm, *counts = sys.argv[1:]
    module = import_module(name)
    app = module.create_app()
    if warm == "fill":
        if hasattr(module, "create_tables"):
            module.create_tables(app)
        answer(app, "post", 100)
    for view in VIEWS:
        for count in counts:
            if child := os.fork():
                if os.waitpid(child, 0)[1]:
                    raise RuntimeError(f"{name} failed")
            else:
                answer(app, view, int(warm) + int(count))
                os._exit(0)


if __name__ == "__main__":
    main()
