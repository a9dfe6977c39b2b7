"""The extension of Jinja: answers are text to it, whatever they are like, and the template's own sources are not."""

import json
import os

import pytest
from jinja2 import Environment, FileSystemLoader

from local_extensions_2 import Answers
from local_extensions_2.layout import literal
from tests.conftest import TEMPLATE
from tests.helpers.texts import AWKWARD


@pytest.mark.parametrize("text", AWKWARD)
def test_an_answer_is_text_to_jinja(text: str) -> None:
    assert Environment(autoescape=False).from_string(literal(text)).render() == text
    assert Environment(extensions=[Answers], autoescape=False).from_string(text).render() == text


def test_the_template_own_sources_are_rendered() -> None:
    environment = Environment(extensions=[Answers], autoescape=False)
    default = json.loads((TEMPLATE / "cookiecutter.json").read_text(encoding="utf-8"))["database_url"]
    answers = {"project_slug": "{{ 7 * 7 }}"}
    assert environment.from_string(default).render(cookiecutter=answers) == "sqlite:///{{ 7 * 7 }}.db"
    environment.loader = FileSystemLoader(".")  # as cookiecutter has it while it renders names and files
    folder = f"{os.sep}{{{{ 7 * 7 }}}}{os.sep}my_flask_app{os.sep}.{os.sep}my_flask_app"  # -o stands before the name
    rendered = environment.from_string(folder).render(cookiecutter={"__package": "shop"})
    assert rendered == folder.removesuffix("my_flask_app") + "shop"
