"""The tables of the files beside this one."""

from .models import Reflected


class Thing(Reflected):
    """It refers to the next one."""

    __tablename__ = "thing"


class Part(Reflected):
    """It refers to the next part of the next thing."""

    __tablename__ = "part"
