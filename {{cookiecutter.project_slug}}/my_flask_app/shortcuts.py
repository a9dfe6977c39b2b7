"""What most views need of a URL: numbers that a database can hold, and the row that one of them names."""

import re
from typing import TypeVar

from flask import request
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.routing import IntegerConverter

from .db import db_session

LARGEST_INT = 2**63 - 1  # of a database; a larger one would be an error there

T = TypeVar("T")


class IntConverter(IntegerConverter):
    """A whole number in a route, ``<int:key>``, that every database can hold; a longer one is no page."""

    regex = "[0-9]{1,18}"


def get_or_404(model: type[T], key: object) -> T:
    """Return the row with that key; raise NotFound."""
    row = db_session.get(model, key)
    if row is None:
        raise NotFound(f"There is no such {model.__name__.lower()}.")
    return row


def query_int(name: str, default: int, largest: int = LARGEST_INT) -> int:
    """Return a number from 1 on in the query string; raise BadRequest for anything else."""
    text = request.args.get(name, str(default))
    if not re.fullmatch("[0-9]{1,19}", text) or not 1 <= int(text) <= largest:
        raise BadRequest(f"{name} must be a whole number from 1 to {largest}.")
    return int(text)
