"""`make demo`, which CI runs as a whole, on machines as they are."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

import demo


class Handler(BaseHTTPRequestHandler):
    """Answers each GET."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(204)
        self.end_headers()


def test_it_asks_its_server_and_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        demo.wait_for(f"http://127.0.0.1:{server.server_port}/")
