"""What cookiecutter needs beyond Jinja: checks between the questions, and filters that carry any text.

``cruft update`` renders the old and the new version of this template in one process, which imports this package once.
So a filter that changes its meaning needs a new name, and a new filter a new package.
"""

import json
import os
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any

import click
from cookiecutter.config import get_user_config
from jinja2 import Environment
from jinja2.ext import Extension
from markupsafe import escape

from . import database_url, layout, questions

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
    sentences = list(questions.problems(given))
    if sentences and (questions_are_asked() or "set_up" in given):
        raise BadAnswers("\n".join(sentences))
    return ""


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
    """Write text as a TOML string, quotes included: ``tojson`` would write surrogates, which TOML refuses."""
    return json.dumps(text, ensure_ascii=False)


def html(text: str) -> str:
    """Write text for an HTML page that is itself a Jinja template."""
    return str(escape(text)).replace("{", "&#123;")


def own_sources() -> set[str]:
    """Return the strings of this template that cookiecutter renders: defaults, hooks, the project folder's name."""
    defaults = json.loads((layout.TEMPLATE / "cookiecutter.json").read_text(encoding="utf-8")).values()
    hooks = [hook.read_text(encoding="utf-8") for hook in layout.TEMPLATE.glob("hooks/*.py")]
    return {*(text for text in defaults if isinstance(text, str)), *hooks, layout.PROJECT.name}


class Answers(Extension):
    """Gives the templates their filters, and takes answers for text."""

    FILTERS: tuple[Callable[..., Any], ...] = (
        check,
        withhold_password,
        questions.default_slug,
        database_url.scheme,
        database_url.sqlite_file,
        toml,
        html,
    )

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.filters |= {function.__name__: function for function in self.FILTERS}
        environment.filters["problems"] = lambda given: list(questions.problems(given))
        self.own_sources = own_sources()

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        """Keep Jinja from running answers.

        Those from the command line, a configuration file or ``.cruft.json`` reach it as the source of a template.
        """
        if name is not None:
            return layout.file_text(source, name)
        if self.environment.loader is not None:  # what is rendered now are names
            return (layout.folder_name if Path(source).is_absolute() else layout.file_name)(source)
        return source if source in self.own_sources else layout.literal(source)
