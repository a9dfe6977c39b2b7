"""Hostile requests, drawn from an application's URL map and written to a socket byte by byte."""

import gzip
import json
import re
import socket
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPResponse
from typing import NamedTuple
from urllib.parse import quote

from hypothesis import strategies as st

LIMIT = 10  # seconds that an answer may take
DRAINED = 60_000  # bytes of a body that no view reads, after which gunicorn keeps a connection
MARK = "\"'><zq onzq=1>"  # an element of no page, and an attribute of none
PIECES = [MARK, '" onzq=1 x="', "", "a", "1", "0", "-1", "1.5", "1e400", "NaN", "٣", "½", "é", "🙂", "%", "+", "&"]
PIECES += ["\\", "\0", "\r\nX-Zq: 1", "{{ 7 * 7 }}", "../", "/", "//", "?", "#", ".", "9" * 20, "9" * 999, "'"]
PIECES += ["\ud800", "true", "null", "infinity", "2026-02-30", "{1,{2}}", "[1,", "\x7f", "\N{RIGHT-TO-LEFT OVERRIDE}"]
PIECES += ["\N{BOM}", "[1,5)", "a=>1", "1e131073", "10.0.0.0/99", "99999-12-31", "1e9 years", "[" * 1500, "24:00:60"]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=3).map("".join)
# What is no URL, or is one only if it is read in one of two ways.
RAW = [b"%", b"%zz", b"%u0041", b"%2", b"%ff", b"%ed%a0%80", b"%00", b"%2f", b"%2e%2e", b"//", b"/..", b";x", b"?"]
RAW += [b"%0d%0aX-Zq:%201", b"%c0%ae", b"%F0%9F%99%82", b"&", b"=", b"+", b"#x", b"*", b"[", b"@"]
quoted = texts.map(lambda text: quote(text, safe="", errors="surrogatepass").encode())
pieces = st.lists(quoted | st.sampled_from(RAW), max_size=2).map(b"".join)
leaves = st.one_of(st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), texts)
values = leaves | st.lists(leaves, max_size=3) | st.dictionaries(texts, leaves, max_size=2)
odd_values = values | st.sampled_from([{"base64": "/w=="}, {"base64": "!"}, {"base64": 1}])
NO_JSON = [b"", b"{", b"[" * 60_000, b'{"a":' * 10_000, b"NaN", b"9" * 5000, b'"\\ud800"', b"\xff", b"\xef\xbb\xbf{}"]
NO_JSON += [b"1e999", b'{"text":"a","text":"b"}', b'{"text":"\\u0000"}', b'{"text":"\\ud83d"}']
NO_JSON += [b'{"text":' + b"9" * 5000 + b"}", b"\x00\x00\x00{", b"\xff\xfe{\x00}\x00", b'{"text": NaN}']
NO_JSON += [b'{"text":"a"} x', b"null", b"{}", b"[]", b'""']
METHODS = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "get", "G@T"]
METHODS += ["", "X" * 99]
TYPES = ["application/json", "application/json; charset=utf-16", "application/json; charset=x", "application/x+json"]
TYPES += ["text/plain", "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-7"]
TYPES += ["multipart/form-data", "", "multipart/form-data; boundary=b", "multipart/form-data; boundary="]
TYPES += ["multipart/mixed; boundary=b", ";", "a/b/c", "\xff", 'application/json; charset="']
TYPES += ["multipart/form-data; boundary*=utf-8''b", 'multipart/form-data; boundary="' + "b" * 300]
FORMS = [b"text=a", b"text=", b"text=%ff", b"text=%00", b"text=%ed%a0%80", b"text=a&text=b", b"&&&="]
FORMS += [b"text=" + b"a" * 60_000, b"&".join([b"text=a"] * 5000), b"text=%22%27%3E%3Czq%20onzq%3D1%3E", b"%" * 999]
FORMS += [b"text=" + b"%0d%0a" * 300]
PART = b'--b\r\nContent-Disposition: form-data; name="text"%s\r\n\r\n%s\r\n--b--\r\n'
MULTIPART = [PART % (b"", b"a"), PART % (b'; filename="../a\\"', b"a"), PART % (b"; filename*=x''%ff", b"")]
MULTIPART += [PART[:30], PART % (b"\r\nContent-Type: text/plain; charset=utf-7", b"+AGE-")]
MULTIPART += [PART % (b"\r\nContent-Length: -1", b"a"), b"--b", b"--b\r\n" * 2000, b"--b\r\n\r\na\r\n--b--"]
MULTIPART += [PART % (b"\r\nContent-Type: \xff; charset=x", b"\xff"), PART % (b"\0", b"\0")]
LONG = [b'{"text": "%s"}' % (b"a" * 100_000), b"\0" * 65_536, b" " * 70_000]
LENGTHS = [b"-1", b"x", b"", b"1e3", b"9" * 30, b"9" * 5000, b"\xb2"]
VERSIONS = ["HTTP/1.0", "HTTP/2.0", "HTTP/9.9", "", "http/1.1", "HTTP/1.1 x"]
BEFORE = [b"http://evil.example", b"//", b"http://[", b"", b"*", b"x:1"]
BEHIND = [b"", b"%00" * 1000, b"0" * 100_000, b"\xff", b" b", b"\x00"]
HEADERS = {
    "Accept": ["*/*", "text/html", "application/json", "text/html;q=x", "text/html;q=1e400", ",;,", "a" * 5000, "\xff"],
    "Accept-Language": ["en", "x" * 999, "*;q=nan"],
    "Authorization": ["Basic", "Basic !", "Basic /////w==", "Bearer \xff", 'Digest a="', "x"],
    "Connection": ["close", "keep-alive", "Upgrade", "x, close"],
    "Cookie": ["session=x", "session=.eJx", "a", "=;=", '"', "session=" + "a" * 4000, "\xff=\xfe", 'a="\\400"'],
    "Expect": ["100-continue", "x"],
    "Forwarded": ["host=evil.example;proto=x", ";"],
    "Host": ["", "a b", "[", "[::1", "evil.example", "x:y", MARK, "\xff", "a/b", "x" * 3000, "..", "\xad"],
    "HTTP2-Settings": ["AAMAAABkAAQAAP__"],
    "If-Match": ["*", '"x"', 'x"'],
    "If-Modified-Since": ["x", "Thu, 01 Jan 99999 00:00:00 GMT", "Sat, 31 Feb 2026 99:00 +9999"],
    "If-None-Match": ["*", 'W/"x"', '"'],
    "If-Range": ["x", "Thu, 01 Jan 1970 00:00:00 GMT"],
    "Origin": ["null", "https://evil.example", "", "x", "http://[", "\xff", "http://127.0.0.1:99999"],
    "PATH_INFO": ["/evil", "\xff"],
    "Range": ["bytes=0-1", "bytes=-1", "bytes=5-1", "bytes=0-0,2-3", "bytes=" + "9" * 5000 + "-", "bytes=²-"],
    "Referer": ["http://[", "x", MARK],
    "SCRIPT_NAME": ["/evil", "", "/", "x", "\xff", "/evil/", "/" * 500, "/messages", "/browse"],
    "Script-Name": ["/evil"],
    "Sec-Fetch-Mode": ["navigate", "x"],
    "Sec-Fetch-Site": ["cross-site", "same-origin", "none", "x", ""],
    "Transfer-Encoding": ["gzip", "identity", "x", "chunked, chunked"],
    "Upgrade": ["h2c", "websocket"],
    "X-Forwarded-For": ["", "1.2.3.4", "," * 1000, "a b\xff"],
    "X-Forwarded-Host": ["evil.example", "evil.example/x", "a b", "", "[", "a,b,c"],
    "X-Forwarded-Port": ["x", "99999999", "-1"],
    "X-Forwarded-Prefix": ["/app", "/evil", "//evil.example", "\xff", "x", MARK],
    "X-Forwarded-Proto": ["https", "javascript", "https,http", ""],
    "X-HTTP-Method-Override": ["DELETE"],
    "X-Request-ID": ["a", "a" * 65, "\xff", MARK, "", "a\x0b"],
    "X\x00": ["x"],
    "": ["x"],
    " Folded": ["x"],
}
header = st.sampled_from(list(HEADERS)).flatmap(lambda name: st.tuples(st.just(name), st.sampled_from(HEADERS[name])))


class Request(NamedTuple):
    """A request, and whether it is one for HTTP: after what is none, no other can follow on the connection."""

    method: str
    head: bytes
    body: bytes
    is_whole: bool = True

    def __repr__(self) -> str:
        return f"Request({self.method!r}, {spelled(self.head)}, {spelled(self.body)}, {self.is_whole})"


def spelled(data: bytes) -> str:
    """Return bytes as Python has them; what is repeated is there once."""
    parts, end = [], 0
    for run in re.finditer(rb"(?s)(.{1,16}?)\1{20,}", data):
        parts += [repr(data[end : run.start()]), f"{run[1]!r} * {len(run[0]) // len(run[1])}"]
        end = run.end()
    return " + ".join([*parts, repr(data[end:])])


def plain(method: str, target: str, *headers: str, body: str = "") -> Request:
    """Return a request that is HTTP."""
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost", *headers, f"Content-Length: {len(body)}"]
    return Request(method, "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n", body.encode())


class Answer:
    """An answer as it was sent."""

    def __init__(self, response: HTTPResponse) -> None:
        self.status, self.headers, self.body = response.status, response.headers, response.read()
        self.is_last = response.will_close

    def __repr__(self) -> str:
        return f"{self.status}\n{self.headers}{self.body[:3000]!r}"


def seldom(draw: st.DrawFn) -> bool:
    """Draw whether something odd is done."""
    return draw(st.integers(1, 8)) == 8


@st.composite
def requests(draw: st.DrawFn, rules: dict[str, list[str]], columns: dict[str, list[str]]) -> Request:
    """Draw a request: most of them reach a view."""
    simple = [rule for rule in rules if "static" in rule or rule == "/health"]
    rule = draw(st.sampled_from(simple if seldom(draw) else [rule for rule in rules if rule not in simple]))
    usual = [method for method in rules[rule] if method not in {"HEAD", "OPTIONS"}]
    method = draw(st.sampled_from(METHODS if seldom(draw) else usual))
    table = draw(st.sampled_from(list(columns)))
    parts = pieces if seldom(draw) else st.just(quote(table, safe="").encode())
    numbers = st.sampled_from([b"1", b"0", b"-1", b"00", b"9" * 20, b"9" * 3000, b"%D9%A3"]) | pieces
    target = re.sub(rb"<(\w+)[^>]*>", lambda found: draw(numbers if found[1] == b"int" else parts), rule.encode())
    if seldom(draw):
        target += draw(pieces)
    if draw(st.booleans()):
        target += b"?" + draw(queries(columns[table]))
    if seldom(draw):
        target = draw(st.sampled_from(BEFORE)) + target + draw(st.sampled_from(BEHIND))
    version = draw(st.sampled_from(VERSIONS)) if seldom(draw) else "HTTP/1.1"
    kind, body = draw(bodies()) if method not in {"GET", "HEAD"} or draw(st.booleans()) else ("", b"")
    kind = draw(st.sampled_from(TYPES)) if kind and seldom(draw) else kind
    others = draw(st.lists(header, max_size=3))
    usual_headers = [("Host", "localhost"), ("Content-Type", kind)][: 2 if kind else 1]
    if "Host" in dict(others) and draw(st.booleans()):
        del usual_headers[0]
    framing, sent, is_whole = draw(framings(body))
    lines = [f"{method} ".encode() + target + f" {version}".encode()]
    lines += [f"{name}: {value}".encode("latin-1") for name, value in [*usual_headers, *others]] + framing
    is_whole = is_whole and version == "HTTP/1.1" and "Transfer-Encoding" not in dict(others)
    return Request(method, b"\r\n".join(lines) + b"\r\n\r\n", sent, is_whole)


@st.composite
def queries(draw: st.DrawFn, columns: list[str]) -> bytes:
    """Draw a query string of the parameters that there are."""
    pairs = []
    for name in draw(st.lists(st.sampled_from(["after", "limit", "where", "x"]), max_size=3)):
        if name == "where":
            where = draw(st.dictionaries(texts if seldom(draw) else st.sampled_from(columns), odd_values, max_size=2))
            pairs.append((name, quote(json.dumps(where, ensure_ascii=draw(st.booleans())), errors="surrogatepass")))
        elif name == "after":
            position = json.dumps(draw(odd_values | st.lists(odd_values, max_size=2))).encode()
            pairs.append((name, urlsafe_b64encode(position).rstrip(b"=").decode()))
        else:
            pairs.append((name, draw(st.sampled_from(["1", "2", "500", "100", "0", "501"]))))
        if seldom(draw):
            pairs[-1] = (name, draw(pieces).decode("latin-1"))
    end = draw(pieces) if seldom(draw) else b""
    return "&".join(f"{name}={value}" for name, value in pairs).encode("latin-1") + end


@st.composite
def bodies(draw: st.DrawFn) -> tuple[str, bytes]:
    """Draw a body, and the type that fits it."""
    kind = draw(st.sampled_from(["json", "json", "form", "multipart", "gzip", "long"]))
    if kind == "json":
        # The schema of a message: an object with a text of 1 to 500 characters.
        text = draw(texts | st.integers(499, 501).map(lambda size: "é" * size))
        body = json.dumps(draw(st.just({"text": text}) | st.fixed_dictionaries({"text": odd_values}) | values))
        return "application/json", draw(st.just(body.encode()) | st.sampled_from(NO_JSON))
    if kind == "form":
        form = texts.map(lambda text: b"text=" + quote(text, errors="surrogatepass").encode())
        return "application/x-www-form-urlencoded", draw(form | st.sampled_from(FORMS))
    if kind == "multipart":
        return "multipart/form-data; boundary=b", draw(st.sampled_from(MULTIPART))
    if kind == "gzip":
        return "application/json", gzip.compress(b'{"text": "a"}', mtime=0)
    return "application/json", draw(st.sampled_from(LONG))


@st.composite
def framings(draw: st.DrawFn, body: bytes) -> tuple[list[bytes], bytes, bool]:
    """Draw the headers that say how long a body is, what is sent then, and whether that is right."""
    chunk = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
    right = b"Content-Length: %d" % len(body)
    chunked = b"Transfer-Encoding: chunked"
    wrong = [
        ([chunked], chunk, True),
        ([chunked], chunk[:-3], False),
        ([chunked], b"zz\r\n" + body, False),
        ([chunked], b"", False),
        ([chunked, right], chunk, False),
        ([], body, not body),
        ([b"Content-Length: %d" % (len(body) + 5)], body, False),
        ([b"Content-Length: %d" % (len(body) // 2)], body, False),
        ([right, right], body, False),
        *(([b"Content-Length: " + each], body, False) for each in LENGTHS),
    ]
    return draw(st.sampled_from(wrong)) if seldom(draw) else ([right] if body else [], body, True)


def send(port: int, requests: list[Request]) -> Iterator[tuple[Request, Answer]]:
    """Send requests on one connection, as long as it is kept, and give the answers; raise OSError for a late one."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=LIMIT)) as client:
        for request in requests:
            is_last = request is requests[-1] or not request.is_whole or len(request.body) > DRAINED
            with suppress(ConnectionError):  # it answers, and closes, before it has read all
                client.sendall(request.head + request.body)
            if is_last:
                with suppress(OSError):
                    client.shutdown(socket.SHUT_WR)  # a client that leaves the rest out, instead of waiting
            answer = receive(client, request.method)
            if answer is None:
                assert not request.is_whole, "no answer"
                return
            yield request, answer
            if is_last or answer.is_last:
                break
        # What the server took for one more request.
        while not request.is_whole and (rest := receive(client, "GET")):
            yield request._replace(method="GET"), rest


def receive(client: socket.socket, method: str) -> Answer | None:
    """Receive an answer, or None where the server closes the connection instead."""
    response = HTTPResponse(client, method=method)
    try:
        response.begin()
        return Answer(response)
    except ConnectionError:
        return None
    finally:
        response.close()
