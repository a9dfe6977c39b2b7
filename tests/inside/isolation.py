"""Tests as a user writes them, with the fixtures of a rendered project; copied into its tests/."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from my_flask_app.db import db_session
from my_flask_app.models import Message
from sqlalchemy import select


def texts() -> list[str]:
    """Return the texts that the session of the current context reads."""
    return list(db_session.scalars(select(Message.text)))


def change(text: str) -> None:
    """Change the only message, and do not commit."""
    db_session.scalars(select(Message)).one().text = text


def add() -> None:
    """Add a message, and do not commit."""
    db_session.add(Message(text="forgotten"))
    db_session.flush()


def commit() -> None:
    """Change the only message, as a view must."""
    change("committed")
    db_session.commit()


@pytest.fixture
def view(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Give a function that lets ``/health`` do something else."""
    return lambda what: monkeypatch.setitem(app.view_functions, "health.health", lambda: what() or "done")


@pytest.mark.parametrize("_time", [1, 2])
def test_code_without_a_client_is_isolated(app: Flask, _time: int) -> None:
    with app.app_context():
        assert texts() == []
        db_session.add(Message(text="mine"))
        db_session.commit()
    with app.app_context():
        assert texts() == ["mine"]


@pytest.mark.parametrize(
    ("what", "expected"), [(add, "mine"), (lambda: change("forgotten"), "mine"), (commit, "committed")]
)
def test_a_view_in_a_context_of_the_test(
    app: Flask, client: FlaskClient, view: Callable[..., None], what: Callable[[], None], expected: str
) -> None:
    view(what)
    with app.app_context():
        message = Message(text="mine")
        db_session.add(message)
        db_session.commit()
        assert texts() == ["mine"]
        assert client.get("/health").text == "done"
        assert message.text == expected
        assert texts() == [expected]
    with app.app_context():
        assert texts() == [expected]
