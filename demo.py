"""`make demo`: renders the default project into build/, sets it up, starts it, asks it and stops it."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import ProxyHandler, Request, build_opener

TEMPLATE = Path(__file__).resolve().parent
BUILD = TEMPLATE / "build"
PROJECT = BUILD / "my_flask_app"
BIN = Path(sys.executable).parent
COMMANDS = Path(".venv", "Scripts" if os.name == "nt" else "bin")
ask = build_opener(ProxyHandler({})).open  # no proxy of a company knows a server of this machine


def main() -> None:
    """Show the main job of the template."""
    shutil.rmtree(PROJECT, ignore_errors=True)
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    os.environ.setdefault("UV_CACHE_DIR", str(BUILD / "uv-cache"))  # that of the tests too
    for name in [name for name in os.environ if name.startswith(("DATABASE_URL", "SECRET_KEY", "FLASK_"))]:
        del os.environ[name]  # it would win over the new project's .env and .flaskenv
    rendered = subprocess.run(["cookiecutter", TEMPLATE, "--no-input", "-o", BUILD], check=False)
    if rendered.returncode or not (PROJECT / "my_flask_app.db").exists():  # which the set-up makes last
        sys.exit("The demo stops here; the reason is above.")

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [PROJECT / COMMANDS / "flask", "run", "--port", str(port)], cwd=PROJECT, stderr=subprocess.DEVNULL
    )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/health")
        show("GET /health", Request(f"{url}/health"))
        body = json.dumps({"text": "Hello from make demo"}).encode()
        show("POST /messages", Request(f"{url}/messages", body, {"Content-Type": "application/json"}))
        show("GET /messages", Request(f"{url}/messages"))
    finally:
        server.terminate()
        server.wait()
    print(f"\nThe project stays in {PROJECT.relative_to(TEMPLATE)}. To run it again:")
    print(f"  cd {PROJECT.relative_to(TEMPLATE)} && {COMMANDS / 'flask'} run --debug")


def wait_for(url: str) -> None:
    """Return once the server answers; stop after 30 seconds."""
    for _ in range(300):
        try:
            ask(url).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit(f"The demo stops here: {url} does not answer.")


def show(what: str, request: Request) -> None:
    """Print an answer."""
    with ask(request) as response:
        print(f"{what}: {response.status} {response.read().decode().strip()}")


if __name__ == "__main__":
    main()
