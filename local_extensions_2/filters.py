"""The filters of the templates: checks of the answers so far, and ways to write any text."""

import json
import os
import re
import sys
from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path
from typing import Any

from cookiecutter.config import get_user_config
from markupsafe import escape

from . import database_url, questions

# For the hooks, children of this process.
TYPED_PASSWORD = "TEMPLATE_TYPED_PASSWORD"  # noqa: S105
QUESTIONS_ASKED = "TEMPLATE_QUESTIONS_ASKED"
REPLAY_DIR = "TEMPLATE_REPLAY_DIR"


class BadAnswers(SystemExit):
    """Stops cookiecutter, and cruft, with sentences on standard error, exit code 1 and no traceback."""


def command_line() -> dict[str, Any]:
    """Return the parameters of the cookiecutter or cruft command; none where a program calls cookiecutter.

    cruft is made with typer, which brings a click of its own.
    """
    clicks = [sys.modules[name] for name in ("click", "typer._click.globals") if name in sys.modules]
    contexts = [click.get_current_context(silent=True) for click in clicks]
    return next((context.params for context in contexts if context), {})


def questions_are_asked() -> bool:
    """Tell whether a command runs without ``--no-input``."""
    return not command_line().get("no_input", True)


def check(given: MutableMapping[str, Any]) -> str:
    """Raise BadAnswers if an answer so far cannot be used.

    Where questions are asked this is right after the bad answer, otherwise once all are known. Those of ``--replay``
    are not asked for: they are checked with the name of the project's folder, which is rendered first.
    """
    sentences = list(questions.problems(given)) or list(folder_problem(given))
    if sentences and (questions_are_asked() or "set_up" in given):
        raise BadAnswers("\n".join(f"Error: {sentence}" for sentence in sentences))
    return ""


def folder_problem(given: MutableMapping[str, Any]) -> Iterator[str]:
    """Give a sentence where the project's folder is there already; cookiecutter's own does not say how to go on."""
    options = command_line()
    if "output_dir" not in options or options["overwrite_if_exists"] or "project_slug" not in given:
        return
    folder = Path(options["output_dir"], str(given["project_slug"])).absolute()
    if folder.exists():
        yield (
            f"project_slug: {folder} exists already. If a rendering was interrupted, the same command with"
            " --overwrite-if-exists completes it: it replaces files that a project has, and leaves all others."
            " Or choose another name."
        )


def withhold_password(given: MutableMapping[str, Any]) -> str:
    """Take the password out of the URL, before cookiecutter or cruft write the answers down.

    The post_gen hook finds it in its environment, with whether it may ask for one and where cookiecutter keeps replays.
    """
    url = str(given.get("database_url", ""))
    given["database_url"] = database_url.without_password(url)
    try:
        os.environ[TYPED_PASSWORD] = database_url.password(url)
    except ValueError:  # %00, half a pair
        sentence = "database_url has a character in its password that cannot be handed on; write the URL without it."
        raise BadAnswers(f"Error: {sentence}") from None
    os.environ[QUESTIONS_ASKED] = "yes" if questions_are_asked() else ""
    config = get_user_config(command_line().get("config_file"), bool(command_line().get("default_config")))
    os.environ[REPLAY_DIR] = str(config["replay_dir"])
    return ""


def toml(text: str) -> str:
    """Write text for between the quotes of a TOML string: ``tojson`` would write surrogates, which TOML refuses."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def markdown(text: str) -> str:
    """Write text for a line of its own in Markdown, which must open no block: no fence, list, comment or table."""
    text = re.sub(r"(#+)$", r"\\\1", text.strip())  # which would close a heading
    return re.sub(r"^(?=[#>+*=~`<|:\[_-])|(?<=^)(\d{1,9})(?=[.)])", r"\1\\", text)


def html(text: str) -> str:
    """Write text for an HTML page that is itself a Jinja template."""
    return str(escape(text)).replace("{", "&#123;")


FILTERS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        check,
        withhold_password,
        questions.default_slug,
        database_url.scheme,
        database_url.sqlite_file,
        toml,
        markdown,
        html,
    )
}
