"""Rows for tests: factory_boy, as its documentation shows it."""

import factory
from factory.alchemy import SQLAlchemyModelFactory

from my_flask_app.accounts import User
from my_flask_app.db import db_session
from my_flask_app.models import Message


class MessageFactory(SQLAlchemyModelFactory):
    class Meta:
        model = Message
        sqlalchemy_session = db_session
        sqlalchemy_session_persistence = "commit"

    text = factory.Sequence(lambda n: f"Message {n}")


class UserFactory(SQLAlchemyModelFactory):
    class Meta:
        model = User
        sqlalchemy_session = db_session
        sqlalchemy_session_persistence = "commit"
        sqlalchemy_get_or_create = ("name",)

    name = factory.Faker("first_name")
    password_hash = factory.LazyAttribute(lambda user: f"none of {user.name}")

    @factory.post_generation
    def password(self, create: bool, extracted: str | None, **kwargs: object) -> None:
        if create and extracted:
            self.set_password(extracted)
            db_session.commit()
