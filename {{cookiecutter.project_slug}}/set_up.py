"""Makes a fresh checkout ready to run: `python3 set_up.py`. Needs only Python, and can be repeated at any time.

Writes .env (never over one that exists), installs into .venv (with uv, or with pip) and sets up the database.
"""

import getpass
import io
import os
import re
import secrets
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

OLDEST = (3, 11)  # of Pythons that can run the project
if sys.version_info < OLDEST:
    sys.exit(f"Python {sys.version.split()[0]} runs this; it has to be 3.11 or newer.")

PROJECT = Path(__file__).resolve().parent
BIN = Path(".venv", "Scripts" if os.name == "nt" else "bin")  # in PROJECT, where all is done
CHOSEN = any((folder / ".python-version").is_file() for folder in (PROJECT, *PROJECT.parents))  # for uv and pyenv
# What another project or environment may have left in the shell, and would mislead the commands below.
FOREIGN = re.compile(
    "DATABASE_URL|DATABASE_PASSWORD|SECRET_KEY|FLASK_.*|ALEMBIC_.*|VIRTUAL_ENV|PYTHON(HOME|PATH|DONTWRITEBYTECODE)"
    "|UV_(PROJECT.*|SYSTEM_PYTHON|WORKING_DIR.*|NO_DEV|NO_GROUP|NO_DEFAULT_GROUPS)|PIP_(PREFIX|TARGET|USER|REQUIRE_VIRTUALENV)"
)
# What uv says where pip, which has its own certificates, proxies, indexes and cache, may get through.
NETWORK = re.compile("Failed to (fetch|download `[^`]+==|initialize cache)|could not be queried|build HTTP client")
# Whether each package has its files: a full disk leaves half of one, which uv takes for whole.
INTACT = """from importlib.metadata import distributions
assert all(file.suffix == ".pyc" or file.locate().exists() for each in distributions() for file in each.files)"""


class SetUpError(Exception):
    """Says in a sentence what is missing."""


def main() -> int:
    """Do all that is not done yet; return the exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a path has characters that not each terminal has
    try:
        os.chdir(PROJECT)
        write_env_file()
        install()
        state = set_up_database()
    except (SetUpError, OSError, KeyboardInterrupt) as error:
        print(f"Stopped: {str(error) or 'interrupted'}", file=sys.stderr)
        print("The project is complete, its set-up is not. Correct .env if the URL is wrong, then:", file=sys.stderr)
        print(f"  cd {shlex.quote(str(PROJECT))} && python3 set_up.py", file=sys.stderr)
        return 1
    print(f"{PROJECT.name} is ready in {PROJECT}\nDatabase: {state}\nPython: {(BIN / 'python').resolve()}")
    if os.environ.get("DATABASE_URL"):
        print("Mind that DATABASE_URL is set in this shell and wins over .env: unset it to use that database.")
    print(f"Run it:  cd {shlex.quote(str(PROJECT))} && {BIN / 'flask'} run --debug\nTest it: {BIN / 'pytest'}")
    if shutil.which("git") and not (PROJECT / ".git").exists():
        print("Keep it: git init && git add --all && git commit --message 'As it was made'")
    return 0


def write_env_file() -> None:
    """Write .env, which only its owner can read, from .env.example."""
    env_file = PROJECT / ".env"
    if env_file.exists():
        return
    settings = (PROJECT / ".env.example").read_text(encoding="utf-8").partition("DATABASE_URL=")
    text = re.sub("='replace me'", lambda _: f"='{secrets.token_urlsafe(32)}'", f"{settings[1]}{settings[2]}")
    server = re.search(r"://[^:@/]+(?=@([^/?]*))", text)
    if server and (password := ask_password(server[0].removeprefix("://"), server[1])):
        text = f"{text[: server.end()]}:{quote(os.fsencode(password), safe='')}{text[server.end() :]}"
    env_file.touch(mode=0o600, exist_ok=False)
    try:
        env_file.write_text(text, encoding="utf-8")
    except BaseException:  # a full disk, Ctrl-C: half a file would never be completed
        env_file.unlink()
        raise


def ask_password(user: str, host: str) -> str:
    """Return the database's password, from DATABASE_PASSWORD or from the person at the terminal; it may be empty."""
    password = os.environ.get("DATABASE_PASSWORD", "")
    if password or not sys.stdin.isatty():
        return password
    try:
        return getpass.getpass(f"Password of {user} at {host or 'the database'} (hidden; empty for none): ")
    except EOFError:
        return ""


def install() -> None:
    """Install the dependencies and the project itself into .venv, whose Python is the chosen one or the one of this."""
    python, uv = str(BIN / "python"), shutil.which("uv")
    if uv:
        this = [] if CHOSEN or os.environ.get("UV_PYTHON") else ["--python", sys.executable]
        try:
            if not works(python, "-I", "-c", INTACT):  # not there, or half made; uv itself replaces another Python
                shutil.rmtree(".venv", ignore_errors=True)  # of half of one, uv does not know what it is
                run("Making .venv", uv, "venv", "--quiet", *this, ".venv", stderr=subprocess.PIPE)
            if not only_pip_has_an_index():
                run("Installing into .venv with uv", uv, "sync", "--quiet", stderr=subprocess.PIPE)
                return
        except ConnectionError as error:
            print(f"{error}. Now with pip:", file=sys.stderr)
    if not works(python, "-c", f"import sys; sys.exit(sys.version_info < {OLDEST})"):
        run("Making .venv", (CHOSEN and shutil.which("python3")) or sys.executable, "-m", "venv", "--clear", ".venv")
    if not works(python, "-c", "import pip"):  # which uv leaves out
        run("Adding pip to .venv", python, "-m", "ensurepip", stdout=subprocess.PIPE)
    pip = (python, "-m", "pip", "--disable-pip-version-check", "install")
    run("Updating pip", *pip, "pip>=25.1", stdout=subprocess.PIPE)  # the first that knows --group
    run("Installing into .venv with pip", *pip, "--editable", ".", "--group", "dev", stdout=subprocess.PIPE)


def only_pip_has_an_index() -> bool:
    """Tell whether pip is told where packages are, as in a company, and uv, which knows no setting of pip's, is not."""
    pip = [sys.executable, "-m", "pip", "config", "list"]
    told = "\n".join([*os.environ, subprocess.run(pip, capture_output=True, text=True, check=False).stdout])
    return ("PIP_INDEX_URL" in told or ".index-url=" in told) and not re.search(r"UV_(\w*INDEX|OFFLINE)", told)


def works(*command: str) -> bool:
    """Tell whether a command can be run at all."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


# {% if cookiecutter.database == 'new' %}
def set_up_database() -> str:
    """Initialise the schema; return what `flask init-db` says of the database."""
    return run("Initialising the database", str(BIN / "flask"), "init-db", stdout=subprocess.PIPE).strip()
    # {% else %}{% include cookiecutter.models ~ '+existing/set_up_database.py' %}{% endif %}


def run(step: str, *command: str, stdout: int | None = None, stderr: int | None = None) -> str:
    """Run a command in this project's environment alone; return what it printed if ``stdout`` is a pipe."""
    print(f"{step} ...", flush=True)
    certificates = {"UV_SYSTEM_CERTS": "true", "UV_NATIVE_TLS": "true"}  # uv's name for the system's, and its old one
    own = certificates | {name: value for name, value in os.environ.items() if not FOREIGN.fullmatch(name)}
    done = subprocess.run(command, env=own, stdout=stdout, stderr=stderr, text=True, errors="replace", check=False)
    if done.returncode:
        print(done.stdout or "", done.stderr or "", sep="", end="", file=sys.stderr)
        kind = ConnectionError if NETWORK.search(done.stderr or "") else SetUpError
        raise kind(f"{step} failed; the reason is above")
    return done.stdout or ""


if __name__ == "__main__":
    sys.exit(main())
