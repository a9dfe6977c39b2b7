"""The filters of the templates: checks of the answers so far, and ways to write any text."""

import json
import os
from collections.abc import Callable, MutableMapping
from typing import Any

import click
from cookiecutter.config import get_user_config
from markupsafe import escape

from . import database_url, questions

# For the hooks, children of this process.
TYPED_PASSWORD = "TEMPLATE_TYPED_PASSWORD"  # noqa: S105
QUESTIONS_ASKED = "TEMPLATE_QUESTIONS_ASKED"
REPLAY_DIR = "TEMPLATE_REPLAY_DIR"


class BadAnswers(click.ClickException):
    """Stops cookiecutter with sentences on standard error, exit code 1 and no traceback."""


def command_line() -> dict[str, Any]:
    """Return the parameters of the cookiecutter or cruft command; none where a program calls cookiecutter."""
    context = click.get_current_context(silent=True)
    return context.params if context else {}


def questions_are_asked() -> bool:
    """Tell whether a command runs without ``--no-input``."""
    return not command_line().get("no_input", True)


def check(given: MutableMapping[str, Any]) -> str:
    """Raise BadAnswers if an answer so far cannot be used.

    Where questions are asked this is right after the bad answer, otherwise once all are known.
    """
    sentences = problems(given)
    if sentences and (questions_are_asked() or "set_up" in given):
        raise BadAnswers("\n".join(sentences))
    return ""


def problems(given: MutableMapping[str, Any]) -> list[str]:
    """Return a sentence for each answer so far that cannot be used."""
    return list(questions.problems(given))


def withhold_password(given: MutableMapping[str, Any]) -> str:
    """Take the password out of the URL, before cookiecutter or cruft write the answers down.

    The post_gen hook finds it in its environment, with whether it may ask for one and where cookiecutter keeps replays.
    """
    url = str(given.get("database_url", ""))
    given["database_url"] = database_url.without_password(url)
    os.environ[TYPED_PASSWORD] = database_url.password(url)
    os.environ[QUESTIONS_ASKED] = "yes" if questions_are_asked() else ""
    config = get_user_config(command_line().get("config_file"), bool(command_line().get("default_config")))
    os.environ[REPLAY_DIR] = str(config["replay_dir"])
    return ""


def toml(text: str) -> str:
    """Write text for between the quotes of a TOML string: ``tojson`` would write surrogates, which TOML refuses."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def html(text: str) -> str:
    """Write text for an HTML page that is itself a Jinja template."""
    return str(escape(text)).replace("{", "&#123;")


FILTERS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        check,
        problems,
        withhold_password,
        questions.default_slug,
        database_url.scheme,
        database_url.sqlite_file,
        toml,
        html,
    )
}
