"""The recipe of a proxy: its files in a real nginx and Apache, with links, hostile headers and slow clients."""

import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from tests.conftest import TEMPLATE
from tests.helpers.application import Application, serve
from tests.helpers.recipes import carry_out, render

CASE = {"models": "declarative", "app_setup": "factory"}
IS_ROOT = os.geteuid() == 0
NGINX = f"""\
{"user root;" if IS_ROOT else ""}  # another could not read the tests' folders
daemon off;
pid nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include site.conf;
}}
"""
MODULES = ("mpm_event", "alias", "authz_core", "buffer", "headers", "proxy", "proxy_http", "reqtimeout")
APACHE = f"""\
ServerName localhost
PidFile apache.pid
DefaultRuntimeDir .
ErrorLog apache.log
{"User www-data" if IS_ROOT else ""}
{"Group www-data" if IS_ROOT else ""}
"""
APACHE += "".join(f"LoadModule {each}_module /usr/lib/apache2/modules/mod_{each}.so\n" for each in MODULES)
SLOW = 200  # clients
HOSTILE = {
    "X-Forwarded-For": ["", "1.2.3.4", "," * 1000, "a b\xff"],
    "X-Forwarded-Host": ["evil.example", "evil.example/x", "a b", ""],
    "X-Forwarded-Prefix": ["/evil", "//evil.example", "\xff"],
    "X-Forwarded-Proto": ["javascript", "https,http", ""],
    "X-Forwarded-Port": ["x", "99999999"],
    "Script-Name": ["/evil"],
    "SCRIPT_NAME": ["/evil"],
    "PATH_INFO": ["/evil"],
    "Forwarded": ["host=evil.example;proto=x"],
}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Application, Path]]:
    """Serve a project with the recipe; give its folder too."""
    project = render(tmp_path_factory.mktemp("behind"), CASE, lambda kind: pytest.fail(f"no server of {kind}"))
    carry_out(TEMPLATE / "docs/recipes/behind-a-proxy.md", project, CASE)
    with serve(project, "gunicorn", environment={}) as application:
        yield application, project.path


@pytest.fixture(scope="module", params=["nginx", "apache"])
def proxy(
    request: pytest.FixtureRequest, application: tuple[Application, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[int]:
    """Start a proxy with the page's file for it, of which only the ports are changed; give its port."""
    name = request.param
    program = shutil.which({"nginx": "nginx", "apache": "apache2"}[name], path=f"{os.environ['PATH']}:/usr/sbin")
    if not program:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"there is no {name} (Debian's nginx, apache2-bin)")
    folder, port = tmp_path_factory.mktemp(name), free_port()
    site = (application[1] / f"{name}.conf").read_text()
    for old, new in ((":8000", f":{application[0].port}"), ("listen 80;", f"listen {port};"), ("*:80>", f"*:{port}>")):
        site = site.replace(old, new)
    (folder / "site.conf").write_text(site)
    (folder / "nginx.conf").write_text(NGINX)
    (folder / "apache.conf").write_text(f"{APACHE}Listen {port}\nInclude site.conf\n")
    arguments = {
        "nginx": ["-p", f"{folder}/", "-c", "nginx.conf"],
        "apache": ["-DFOREGROUND", "-d", str(folder), "-f", "apache.conf"],
    }
    process = subprocess.Popen([program, *arguments[name]])
    try:
        for _ in range(100):
            assert process.poll() is None
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def ask(port: int, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, dict[str, str], str]:
    """Send a request; return the answer's status, headers and body."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.headers), answer.read().decode()


def test_links_have_the_path_before_the_application(proxy: int) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{proxy}"}
    for number in range(25):
        status, headers, _ = ask(proxy, "POST", "/app/", urlencode({"text": f"Number {number}"}), **form)
        assert (status, headers["Location"]) == (303, "/app/")
    assert ask(proxy, "POST", "/app/", "text=x", **form | {"Origin": "http://127.0.0.1"})[0] == 403
    status, _, page = ask(proxy, "GET", "/app/")
    assert status == 200
    links = re.findall(r'(?:href|action|src)="(/[^"]+)"', page)
    assert links
    for link in links:
        assert ask(proxy, "GET", link)[0] == 200, link
    status, headers, body = ask(proxy, "GET", "/app/messages?limit=1")
    assert (status, headers["Link"]) == (200, f'<{json.loads(body)["next"]}>; rel="next"')
    assert ask(proxy, "GET", json.loads(body)["next"])[0] == 200
    status, headers, _ = ask(proxy, "GET", "/app")
    assert (status, urlsplit(headers["Location"]).path) == (301, "/app/")


@pytest.mark.parametrize("name", HOSTILE)
def test_what_a_client_says_of_itself_does_not_count(proxy: int, name: str) -> None:
    for value in HOSTILE[name]:
        for method, path, body in (("GET", "/app/messages?limit=1", None), ("POST", "/app/messages", '{"text": "x"}')):
            headers = {"Content-Type": "application/json", name: value}
            status, answered, text = ask(proxy, method, path, body, **headers)
            assert status in {200, 201}, (name, value, text)
            assert answered.get("Location", "/app/").startswith("/app/")
            assert "evil" not in f"{answered}{text}"


def test_slow_clients_stop_nobody(application: tuple[Application, Path], proxy: int) -> None:
    request = b"POST %s/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 600\r\n\r\n{"
    with ExitStack() as stack:
        slow = [stack.enter_context(socket.create_connection(("127.0.0.1", proxy))) for _ in range(SLOW)]
        for client in slow[SLOW // 2 :]:  # the others are as slow with the head
            client.sendall(request % b"/app")
        for number in range(3):
            for client in slow[: SLOW // 2]:
                client.sendall((request % b"/app")[number : number + 1])
            for client in slow[SLOW // 2 :]:
                client.sendall(b" ")
            assert ask(proxy, "GET", "/app/health")[0] == 200
            time.sleep(1)  # a byte each second
    with ExitStack() as stack:
        for _ in range(SLOW):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", application[0].port)))
            client.sendall(request % b"")
        with pytest.raises(TimeoutError):
            application[0].ask("GET", "/health", timeout=3)  # so the page is right that it needs the proxy
