import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from my_flask_app.accounts import User
from my_flask_app.db import db_session
from my_flask_app.models import Message
from my_flask_app.tasks import count_tries

from .factories import MessageFactory, UserFactory


@pytest.fixture
def user(app: Flask) -> User:
    with app.app_context():
        return UserFactory(name="Ada", password="s3cret")


class TestAccounts:
    def log_in(self, client: FlaskClient, **fields: str) -> int:
        token = re.findall(r'csrf_token".*?value="(.+?)"', client.get("/login").text)
        return client.post("/login", data={"csrf_token": token, **fields}).status_code

    def test_login(self, client: FlaskClient, user: User) -> None:
        assert client.get("/me").location == "/login?next=%2Fme"
        assert self.log_in(client, name=user.name, password="wrong") == 200
        assert self.log_in(client, name=user.name, password="s3cret", csrf_token="") == 400
        assert self.log_in(client, name=user.name, password="s3cret") == 302
        assert client.get("/me").text == "Ada"
        assert client.get("/users?q=A").json == {"names": ["Ada"]}
        assert client.get("/logout").location == "/login"
        assert client.get("/me").status_code == 302

    @pytest.mark.parametrize("name", ["", "A B", "root"])
    def test_names_that_are_refused(self, client: FlaskClient, name: str) -> None:
        assert self.log_in(client, name=name, password="s3cret") == 200


class TestTasks:
    @pytest.fixture(autouse=True)
    def at_once(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
        app.extensions["celery"].conf.update(task_always_eager=True, task_store_eager_result=True)

    def test_a_result_is_asked_for(self, app: Flask, client: FlaskClient) -> None:
        with app.app_context():
            MessageFactory.create_batch(3, text="old")
            assert MessageFactory().text.startswith("Message ")
            assert db_session.scalar(select(func.count(Message.id))) == 4
        task = client.post("/tasks/old").get_json()
        assert client.get(f"/tasks/{task['id']}").json == {"ready": True, "value": 3}
        with app.app_context():
            assert db_session.scalar(select(func.count(Message.id))) == 1

    def test_a_task_is_tried_again(self) -> None:
        assert count_tries.delay().get() == 2
