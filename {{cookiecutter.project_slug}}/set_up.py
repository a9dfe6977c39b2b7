"""Makes a fresh checkout ready to run: `python3 set_up.py`. Needs only Python, and can be repeated at any time.

Writes .env (never over one that exists), installs into .venv (with uv if it is there) and sets up the database.
"""

import getpass
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
BIN = PROJECT / ".venv" / ("Scripts" if os.name == "nt" else "bin")
# What another project or environment may have left in the shell, and would mislead the commands below.
FOREIGN = re.compile(
    "DATABASE_URL|DATABASE_PASSWORD|SECRET_KEY|FLASK_.*|ALEMBIC_.*|VIRTUAL_ENV|PYTHON(HOME|PATH|DONTWRITEBYTECODE)"
    "|UV_(PROJECT.*|PYTHON|SYSTEM_PYTHON|WORKING_DIR.*|NO_DEV|NO_GROUP|NO_DEFAULT_GROUPS)|PIP_(PREFIX|TARGET|USER|REQUIRE_VIRTUALENV)"
)


class SetUpError(Exception):
    """Says in a sentence what is missing."""


def main() -> int:
    """Do all that is not done yet; return the exit code."""
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
    print(f"{PROJECT.name} is ready in {PROJECT}")
    print(f"Database: {state}")
    if os.environ.get("DATABASE_URL"):
        print("Mind that DATABASE_URL is set in this shell and wins over .env: unset it to use that database.")
    commands = BIN.relative_to(PROJECT)
    print(f"Run it:  cd {shlex.quote(str(PROJECT))} && {commands / 'flask'} run --debug")
    print(f"Test it: {commands / 'pytest'}")
    if not (PROJECT / ".git").exists():
        print("Keep it: git init && git add --all && git commit --message 'As it was made'")
    return 0


def write_env_file() -> None:
    """Write .env, which only its owner can read, from .env.example."""
    env_file = PROJECT / ".env"
    if env_file.exists():
        return
    settings = (PROJECT / ".env.example").read_text(encoding="utf-8").partition("DATABASE_URL=")
    text = re.sub("='replace me'", lambda _: f"='{secrets.token_urlsafe(32)}'", f"{settings[1]}{settings[2]}")
    if server := re.search(r"://[^:@/]+(?=@([^/?]*))", text):
        password = ask_password(server[0].removeprefix("://"), server[1])
        if password:
            text = f"{text[: server.end()]}:{quote(password, safe='')}{text[server.end() :]}"
    env_file.touch(mode=0o600, exist_ok=False)
    try:
        env_file.write_text(text, encoding="utf-8")
    except BaseException:  # a full disk, Ctrl-C: half a file would never be completed
        env_file.unlink()
        raise


def ask_password(user: str, host: str) -> str:
    """Return the database's password, from DATABASE_PASSWORD or from the person at the terminal; it may be empty."""
    if password := os.environ.get("DATABASE_PASSWORD"):
        return password
    if not sys.stdin.isatty():
        return ""
    try:
        return getpass.getpass(f"Password of {user} at {host or 'the database'} (hidden; empty for none): ")
    except EOFError:
        return ""


def install() -> None:
    """Install the dependencies, and the project itself, into .venv."""
    python = str(BIN / "python")
    if uv := shutil.which("uv"):
        if not works(python, "-c", ""):  # not there, or half made; uv itself replaces one of an older Python
            run("Making .venv", uv, "venv", "--quiet", "--clear", ".venv")
        run("Installing into .venv with uv", uv, "sync", "--quiet")
        return
    if not works(python, "-c", f"import pip, sys; sys.exit(sys.version_info < {OLDEST})"):
        run("Making .venv", sys.executable, "-m", "venv", "--clear", ".venv")
    run("Updating pip", python, "-m", "pip", "install", "--quiet", "pip>=25.1")  # the first that knows --group
    run("Installing into .venv with pip", python, "-m", "pip", "install", "-q", "--editable", ".", "--group", "dev")


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


def run(step: str, *command: str, stdout: int | None = None) -> str:
    """Run a command in this project's environment alone; return what it printed if ``stdout`` is a pipe."""
    print(f"{step} ...", flush=True)
    environment = {name: value for name, value in os.environ.items() if not FOREIGN.fullmatch(name)}
    done = subprocess.run(command, env=environment, stdout=stdout, text=True, check=False)
    if done.returncode:
        raise SetUpError(f"{step} failed; the reason is above")
    return done.stdout or ""


if __name__ == "__main__":
    sys.exit(main())
