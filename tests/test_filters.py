"""The filters: a text arrives in each language as it was, and a typed password not at all."""

import html as html_module
import os
import tomllib

import pytest
from jinja2 import Environment

from local_extensions_2.filters import TYPED_PASSWORD, html, toml, withhold_password
from tests.helpers.texts import AWKWARD


@pytest.mark.parametrize("text", AWKWARD)
def test_text_survives(text: str) -> None:
    # U+007F is refused as an answer, for TOML has no such character.
    carried = text.replace("\x7f", "")
    assert tomllib.loads(f'text = "{toml(carried)}"') == {"text": carried}
    assert eval(f'"{toml(carried)}"') == carried
    assert html_module.unescape(Environment(autoescape=True).from_string(html(text)).render()) == text


def test_a_typed_password_is_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TYPED_PASSWORD, "from before")
    monkeypatch.setenv("TEMPLATE_QUESTIONS_ASKED", "from before")
    for url, secret in {"postgresql://me:p%40ss@host/db": "p@ss", "postgresql://me@host/db": ""}.items():
        answers = {"database_url": url}
        assert not withhold_password(answers)
        assert answers == {"database_url": "postgresql://me@host/db"}
        assert (os.environ[TYPED_PASSWORD], os.environ["TEMPLATE_QUESTIONS_ASKED"]) == (secret, "")
