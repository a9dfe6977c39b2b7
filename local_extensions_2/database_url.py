"""Database URLs as cookiecutter sees them: SQLAlchemy, which reads them later, is not installed here."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from posixpath import normpath
from urllib.parse import unquote, unquote_plus

# Stricter than SQLAlchemy's own pattern, which takes the rest of a password after a raw @ for the host.
_URL = re.compile(
    r"""(?P<scheme>[\w+.-]+)://
    (?: (?P<username>[^:/@]*) (?: :(?P<password>[^@]*) )? @ )?
    (?P<host> \[[^]/?]+\] | [^][:/?@]* ) (?: :(?P<port>[^/?@]*) )?
    (?: /(?P<database>[^?]*) )?
    (?: \?(?P<query>.*) )?""",
    re.VERBOSE,
)
_ASYNCHRONOUS = {
    "aiosqlite": "sqlite:///file.db",
    "asyncpg": "postgresql+psycopg://",
    "psycopg_async": "postgresql+psycopg://",
    "aiomysql": "mysql+pymysql://",
    "asyncmy": "mysql+pymysql://",
    "aioodbc": "mssql+pyodbc://",
    "oracledb_async": "oracle+oracledb://",
}
_SCHEMES_OF_OTHERS = {
    "postgres": "postgresql+psycopg",
    "pgsql": "postgresql+psycopg",
    "psql": "postgresql+psycopg",
    "sqlite3": "sqlite",
    "sqlserver": "mssql+pyodbc",
    "mssql": "mssql+pyodbc",
    "oracle": "oracle+oracledb",
    "cockroach": "cockroachdb+psycopg",
    "cockroachdb": "cockroachdb+psycopg",
    "mysql2": "mysql+pymysql",
}
_AROUND = " \t\r\n'\""  # what a project takes away when it runs
_LAST_PORT = 65535
_LONGEST_NAME = 58  # with room for the tests' _test in the 63 bytes of PostgreSQL
_PASSWORD_PARAMETER = re.compile(r"(password|passwd|pwd|secret)\w*\s*=", re.IGNORECASE)
# What the project has at its top, where a database must not be.
_PROJECT = {
    ".dockerignore",
    ".env",
    ".env.example",
    ".flaskenv",
    ".git",
    ".github",
    ".gitignore",
    ".pre-commit-config.yaml",
    ".venv",
    "Dockerfile",
    "README.md",
    "compose.yaml",
    "from_database",
    "gunicorn.conf.py",
    "migrations",
    "pyproject.toml",
    "schema",
    "set_up.py",
    "set_up_database.py",
    "tests",
    "uv.lock",
}


@dataclass(frozen=True)
class DatabaseURL:
    """The parts of a database URL, as written (still percent-encoded); a part that is not there is empty."""

    scheme: str
    username: str
    password: str
    host: str
    port: str
    database: str
    query: str

    @property
    def is_sqlite(self) -> bool:
        """Whether it names a file."""
        return self.scheme.split("+")[0] == "sqlite"


def parse(url: str) -> DatabaseURL | None:
    """Split a database URL; None where it is not one."""
    found = _URL.fullmatch(url)
    return DatabaseURL(**{name: part or "" for name, part in found.groupdict().items()}) if found else None


def password(url: str) -> str:
    """Return the password of the user in a database URL, decoded; empty where there is none."""
    parts = parse(url)
    return unquote(parts.password) if parts and parts.username else ""


def without_password(url: str) -> str:
    """Return the same database URL with the password taken out."""
    parts = parse(url)
    if not parts or not password(url):
        return url
    return url.replace(f":{parts.password}@", "@", 1)


def scheme(url: str) -> str:
    """Return the scheme of a database URL, dialect and driver: ``postgresql+psycopg``."""
    return url.partition("://")[0]


def sqlite_file(url: str) -> str:
    """Return the path of a SQLite database inside the project; empty for a path elsewhere or a server."""
    parts = parse(url)
    inside = parts and parts.is_sqlite and parts.database and not parts.database.startswith(("/", "file:"))
    path = normpath(unquote(parts.database)) if parts and inside else ""  # as git writes it, which knows no ./
    return "" if path.startswith("../") else path


def problem(url: str, schemes: list[str]) -> str:
    """Say in a sentence, which never repeats the URL, why it cannot be used; empty where it can.

    ``schemes`` are the ones that the template knows a driver for.
    """
    if url != url.strip(_AROUND):
        return "is in quotes, or has a blank or a line end beside it; write the URL alone"
    parts = parse(url)
    if not parts:
        return (
            "is not a database URL; write dialect+driver://user@host/database, or sqlite:///file.db"
            " (in a password @ is written %40)"
        )
    return (
        _scheme_problem(parts.scheme, schemes)
        or (_sqlite_problem(parts) if parts.is_sqlite else _server_problem(parts))
        or _character_problem(without_password(url))
    )


def _scheme_problem(scheme: str, schemes: list[str]) -> str:
    if scheme in schemes:
        return ""
    dialect, _, driver = scheme.lower().partition("+")
    if driver in _ASYNCHRONOUS:
        return f"uses {driver}, an asynchronous driver, but Flask is synchronous; write {_ASYNCHRONOUS[driver]}"
    nearest = _SCHEMES_OF_OTHERS.get(dialect) or next(iter(get_close_matches(scheme.lower(), schemes, cutoff=0.5)), "")
    hint = f"write {nearest}://" if nearest else f"write one of {', '.join(schemes)}"
    return f"starts with {scheme}://, which is not known here; {hint}"


def _character_problem(url: str) -> str:
    # They would change their meaning in .env or in a shell.
    bad = sorted({char for char in url if char in "\"'`\\$" or not char.isprintable()})
    if not bad:
        return ""
    wanted = ", ".join(f"%{ord(char):02X} for {char!r}" for char in bad if char.isascii())
    return "has a character that cannot stand there" + (f"; write {wanted}" if wanted else "; take it out")


def _sqlite_problem(parts: DatabaseURL) -> str:
    path = unquote(parts.database)
    if parts.host or parts.username or parts.port:
        return "has one slash too few; write sqlite:///file.db, or sqlite:////folder/file.db for an absolute path"
    if path in {"", ":memory:"} or ":memory:" in path or "mode=memory" in parts.query:
        return (
            "names a database in memory, of which each process and each connection would get its own;"
            " write a file: sqlite:///file.db"
        )
    if path.startswith("file:") and not path.startswith("file:/"):
        return "names a relative file: path; write sqlite:///file.db, or an absolute file:/ path"
    if normpath(path).split("/")[0] in _PROJECT or set(path) & set("[]?*\\") or not path.isprintable():
        return (
            "has a path that the project needs, git reads as a pattern or no line of text can show;"
            " write for example sqlite:///app.db"
        )
    if path.split("/")[-1] in {"", ".", ".."}:
        return "names a folder; write the path of a file: sqlite:///folder/file.db"
    return ""


def _server_problem(parts: DatabaseURL) -> str:
    if parts.password and not parts.username:
        return "has a password but no user; write user@host"
    return _host_problem(parts) or _port_problem(parts.port) or _name_problem(parts) or _parameter_problem(parts)


def _host_problem(parts: DatabaseURL) -> str:
    if parts.host.upper().startswith("%2F"):
        return "has a socket in the place of the host; write user@/database?host=/run/postgresql"
    if re.search(r"(^|&)host=[^&]*\[", unquote(parts.query)):
        return "has an IPv6 address in brackets among its parameters; write ?host=::1,::2&port=5432,5432"
    return ""


def _port_problem(port: str) -> str:
    if "," in port:
        return "has several hosts in the place of one; write user@/database?host=h1:5432&host=h2:5432"
    if ":" in port:
        return "has an IPv6 address without brackets; write user@[::1]:5432/database"
    if port and not (port.isdecimal() and 0 < int(port) <= _LAST_PORT):
        return "has a port that is no number from 1 to 65535; write user@host:5432/database"
    return ""


def _name_problem(parts: DatabaseURL) -> str:
    if not parts.database and parts.scheme.startswith(("postgresql", "mysql", "mariadb", "cockroachdb")):
        return f"names no database; write {parts.scheme}://user@host/database"
    if len(unquote(parts.database).encode(errors="surrogatepass")) > _LONGEST_NAME:
        return (
            f"names a database of more than {_LONGEST_NAME} bytes, which servers cut off or refuse; write a shorter one"
        )
    return ""


def _parameter_problem(parts: DatabaseURL) -> str:
    if _PASSWORD_PARAMETER.search(unquote_plus(parts.query)):
        return (
            "has a password among its parameters, and cookiecutter keeps the answers readable;"
            " take it out, the set-up asks for it"
        )
    if re.search(r"(^|&)charset=(?!utf8mb4(&|$))", parts.query):
        return "has a charset that lacks characters; take it out, or write charset=utf8mb4"
    return ""
