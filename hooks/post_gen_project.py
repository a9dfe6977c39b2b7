"""Starts the set-up, which belongs to the rendered project, and keeps a typed password out of cookiecutter's answers.

Never fails: cookiecutter would delete the project.
"""

import io
import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

ANSWERS: dict[str, Any] = json.loads(r"""{{ cookiecutter | tojson }}""")


def remove_empty_folders(project: Path) -> None:
    """Remove the folders whose files the answers left out: cookiecutter makes them all the same."""
    for pattern in ("migrations", "schema", "from_database", "*/templates", "*/browse", "*/reflect_models"):
        for top in project.glob(pattern):
            for folder in sorted(filter(Path.is_dir, [top, *top.rglob("*")]), reverse=True):
                if not any(folder.iterdir()):
                    folder.rmdir()


def mask_replay_file(replay_dir: Path, answers: dict[str, Any]) -> bool:
    """Take the password out of what cookiecutter noted from its command line; False if there is no such note."""
    for path in replay_dir.glob("*.json"):
        try:
            context = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue  # another template's, and none of our business
        if isinstance(context, dict) and context.get("cookiecutter") == answers:
            context.setdefault("_cookiecutter", {})["database_url"] = answers["database_url"]
            path.write_text(json.dumps(context, indent=2), encoding="utf-8")
            return True
    return False


def keep_secret(answers: dict[str, Any], replay_dir: Path) -> None:
    """Mask the replay file and tell where the typed password is now."""
    masked = mask_replay_file(replay_dir, answers)
    place = "in .env only" if is_yes(answers["set_up"]) else "nowhere: the set-up asks for it"
    print(f"The password that you typed is kept {place}; cookiecutter's answers have the URL without it.")
    if not masked:
        print(f"Only the answers' replay file was not found in {replay_dir}: mask the password in it by hand.")


def is_yes(answer: object) -> bool:
    """Tell what an answer means that cookiecutter before 2.7 hands on as it was typed."""
    return str(answer).lower() in {"1", "true", "t", "yes", "y", "on"}


def set_up(password: str, may_ask: bool) -> None:
    """Run the project's set-up, which tells what it does and, if it cannot finish, the command that does."""
    # Ctrl-C is for the set-up, which then says how to go on; ignoring it here would make its child ignore it.
    signal.signal(signal.SIGINT, lambda *_: None)
    environment = {**os.environ, "DATABASE_PASSWORD": password} if password else None
    stdin = None if may_ask else subprocess.DEVNULL
    subprocess.run([sys.executable, "set_up.py"], env=environment, stdin=stdin, check=False)


def main() -> None:
    """Do nothing but tidy up under cruft, which renders twice for each update, in temporary folders."""
    password = os.environ.pop("TEMPLATE_TYPED_PASSWORD", "")
    may_ask = bool(os.environ.pop("TEMPLATE_QUESTIONS_ASKED", ""))
    replay_dir = Path(os.environ.pop("TEMPLATE_REPLAY_DIR", "."))
    remove_empty_folders(Path.cwd())
    if "_output_dir" not in ANSWERS:
        if password:
            print("The password that you typed is kept nowhere: python3 set_up.py asks for it.")
        return
    if password:
        keep_secret(ANSWERS, replay_dir)
    if is_yes(ANSWERS["set_up"]):
        set_up(password, may_ask)
    else:
        print(f"The project is complete. To set it up: cd {shlex.quote(str(Path.cwd()))} && python3 set_up.py")


if __name__ == "__main__":
    try:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")  # a path has characters that not each terminal has
        Path(__file__).unlink()  # cookiecutter leaves its rendered copy, with the answers, in the temporary folder
        main()
        sys.stdout.flush()
    except BrokenPipeError:  # nobody reads what was said, as in `cookiecutter ... | head`; Python would flush once more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        print(f"Stopped: {error}. The project is complete. To set it up, run in its folder: python3 set_up.py")
