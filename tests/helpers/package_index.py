"""A package index on this machine, whose wheels are made of what is installed: its tests need no network."""

import base64
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import Distribution, distribution
from pathlib import Path
from zipfile import ZipFile

# What the default project needs, but for its linters; pip is updated.
NEEDED = """
    alembic blinker click flask flit_core greenlet gunicorn iniconfig itsdangerous jinja2 mako markupsafe packaging pip
    pluggy pygments pytest python-dotenv python-json-logger sqlalchemy tenacity typing_extensions werkzeug
""".split()  # noqa: SIM905


def make_wheels(simple: Path) -> None:
    """Write the files of an index."""
    for name in NEEDED:
        make_wheel(distribution(name), simple / name.replace("_", "-"))
    stub = simple / "colorama/colorama-1-py3-none-any.whl"  # of Windows; uv, which locks for all systems, asks for it
    stub.parent.mkdir()
    with ZipFile(stub, "w") as wheel:
        wheel.writestr("colorama-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: colorama\nVersion: 1\n")
        wheel.writestr("colorama-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr("colorama-1.dist-info/RECORD", "")


def make_wheel(installed: Distribution, folder: Path) -> None:
    """Pack a wheel of the files that a distribution has in site-packages."""
    files = [file for file in installed.files or [] if ".." not in file.parts and file.suffix != ".pyc"]
    files = [file for file in files if file.name not in {"INSTALLER", "RECORD", "REQUESTED"}]
    (information,) = {file.parts[0] for file in files if file.name == "WHEEL"}
    tags = [
        line[5:].split("-") for line in (installed.read_text("WHEEL") or "").splitlines() if line.startswith("Tag: ")
    ]
    tag = "-".join(".".join(dict.fromkeys(column)) for column in zip(*tags, strict=True))
    folder.mkdir(parents=True)
    with ZipFile(folder / f"{information.removesuffix('.dist-info')}-{tag}.whl", "w") as wheel:
        for file in files:
            wheel.write(installed.locate_file(file), str(file))  # type: ignore[arg-type]
        wheel.writestr(f"{information}/RECORD", "".join(f"{file},,\n" for file in [*files, f"{information}/RECORD"]))


@dataclass
class Index:
    """An index behind TLS."""

    folder: Path
    authority: Path
    certificate: Path
    port: int = 0
    user: str = ""  # user:password, where it wants one

    def url(self, user: str = "") -> str:
        """Return its address, with a user and password if they are given."""
        return f"https://{user and f'{user}@'}127.0.0.1:{self.port}/simple"


class _Handler(SimpleHTTPRequestHandler):
    """Serves files to who has the password."""

    def __init__(self, *arguments: object, index: Index, asked: list[str]) -> None:
        self.index, self.asked = index, asked
        super().__init__(*arguments, directory=str(index.folder))  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Answer 401 first, as servers do."""
        expected = f"Basic {base64.b64encode(self.index.user.encode()).decode()}"
        if self.index.user and self.headers["Authorization"] != expected:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="index"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.asked.append(self.headers["User-Agent"].split("/")[0])
        super().do_GET()

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


def make_index(folder: Path) -> Index:
    """Write the files of an index, and its certificate."""
    make_wheels(folder / "files/simple")
    new = "openssl req -x509 -days 2 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256"
    names = "-subj /CN=server -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=CA:FALSE"
    for command in (
        f"{new} -subj /CN=authority -keyout ca.key -out ca.pem",
        f"{new} {names} -CA ca.pem -CAkey ca.key -keyout server.key -out server.pem",
    ):
        subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
    with (folder / "server.pem").open("a", encoding="utf-8") as certificate:
        certificate.write((folder / "server.key").read_text(encoding="utf-8"))
    return Index(folder / "files", folder / "ca.pem", folder / "server.pem")


class _Server(ThreadingHTTPServer):
    def handle_error(self, *arguments: object) -> None:
        """Say nothing of clients that go away, as they do where they do not know the authority."""


@contextmanager
def served(index: Index, user: str = "") -> Iterator[list[str]]:
    """Serve an index for as long as the block; give the list of programs that ask, one for each file that they got."""
    asked: list[str] = []
    index.user = user
    server = _Server(("127.0.0.1", 0), partial(_Handler, index=index, asked=asked))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(index.certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    index.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield asked
    finally:
        server.shutdown()
        server.server_close()
