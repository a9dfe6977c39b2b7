"""What cookiecutter needs beyond Jinja: checks between the questions, filters, and which file becomes which.

``cruft update`` renders the old and the new version of this template in one process, which imports this package once,
the old one. So after a release each change in it needs a new number in its name.
"""

import json
import os
import sys
from pathlib import Path

from jinja2 import Environment
from jinja2.ext import Extension

if sys.version_info < (3, 11):  # noqa: UP036 - what stands below cannot be imported there
    raise SystemExit(f"Python {sys.version.split()[0]} runs cookiecutter; it has to be 3.11 or newer.")

from . import filters, layout


def own_sources() -> set[str]:
    """Return the strings of this template that cookiecutter renders: defaults, hooks, the project folder's name."""
    defaults = json.loads((layout.TEMPLATE / "cookiecutter.json").read_text(encoding="utf-8")).values()
    hooks = [hook.read_text(encoding="utf-8") for hook in layout.TEMPLATE.glob("hooks/*.py")]
    return {*(text for text in defaults if isinstance(text, str)), *hooks, layout.PROJECT.name}


class Answers(Extension):
    """Gives the templates their filters, and takes answers for text."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.filters |= filters.FILTERS
        self.own_sources = own_sources()

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        """Keep Jinja from running answers.

        Those from the command line, a configuration file or ``.cruft.json`` reach it as the source of a template.
        """
        if name is not None:
            return layout.file_text(source, name.replace(os.sep, "/"))
        if source == layout.PROJECT.name:
            return "{{ cookiecutter | check }}" + source
        if self.environment.loader is not None:  # what is rendered now are names
            return (layout.folder_name if Path(source).is_absolute() else layout.file_name)(source)
        return source if source in self.own_sources else layout.literal(source)
