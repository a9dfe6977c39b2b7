"""Runs in a project with the tables of tests/inside/things: what is in the database of DATABASE_URL, in one line.

With a number: it is empty, and gets so many things and parts before.
"""

import hashlib
import json
import sys
import uuid
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path.cwd()))

from my_flask_app import things
from my_flask_app.db import db_session
from my_flask_app.models import Message
from my_flask_app.things import Part, Thing
from sqlalchemy import JSON, Double, Float, func, insert, null, select, text, type_coerce

module: Any = import_module("my_flask_app.app")
app: Any = module.app if hasattr(module, "app") else module.create_app()

DOCUMENTS = [{"ü": ["🙂", 1.5, None, {"a": [True]}], "n": 2**70}, JSON.NULL, null(), [], "text", 0.1]
INDIA = timezone(timedelta(hours=5, minutes=30))


def thing(number: int, count: int) -> dict[str, Any]:
    """Return the values of a thing; the first id is 0."""
    values: dict[str, Any] = {
        "id": number,
        "next_id": number + 1 if number + 1 < count else None,
        "name": f"🙂 ' \\ %s :x \n{number}",
        "price": Decimal(number * 7919 + 1) / 100,
        "ratio": number / 7,
        "raw": bytes(range(number % 256)) + b"\0\xff",
        "at": datetime(2024, 2, 29, 23, 59, 59, number, INDIA) + timedelta(hours=number),
        "day": date(1970, 1, 1) + timedelta(days=number),
        "good": number % 3 == 0,
    }
    if hasattr(Thing, "mood"):
        values |= {"mood": list(things.Mood)[number % 2], "key": uuid.UUID(int=number << 100)}
        values |= {"hour": time(23, 59, 59, number), "took": timedelta(days=-1, microseconds=number)}
    return values


def fill(count: int) -> None:
    """Store rows, the newest of which are deleted."""
    connection = db_session.connection()
    connection.execute(text("PRAGMA foreign_keys = OFF"))  # each refers to a later one
    for number, document in enumerate(DOCUMENTS):
        rows = [thing(each, count) for each in range(number, count, len(DOCUMENTS))]
        connection.execute(insert(Thing).values(data=document), rows)
    parts = [{"thing_id": each, "number": each % 5} for each in range(count)]
    for part, after in zip(parts, [*parts[1:], dict.fromkeys(parts[0])], strict=True):
        part |= {f"next_{name}": value for name, value in after.items() if not name.startswith("next")}
    connection.execute(insert(Part), parts)
    connection.execute(insert(Message), [{"text": "kept"}, {"text": "deleted"}])
    connection.execute(text("DELETE FROM message WHERE text = 'deleted'"))
    db_session.commit()


def digest() -> str:
    """Return a digest of all rows, as the application sees them, and how many documents are SQL's NULL."""
    found = hashlib.sha256()
    for model in (Message, Thing, Part):
        columns = sorted(model.__table__.columns, key=lambda column: column.name)
        # MariaDB's DOUBLE, reflected, would be a Decimal.
        exact = [
            type_coerce(each, Double).label(each.name) if isinstance(each.type, Float) else each for each in columns
        ]
        for row in db_session.execute(select(*exact).order_by(*model.__table__.primary_key)):
            values = dict(row._mapping)
            if isinstance(values.get("data"), str) and not isinstance(Thing.data.type, JSON):
                values["data"] = json.loads(values["data"])  # MariaDB's JSON, reflected, is text
            if "good" in values:
                values |= {"good": bool(values["good"]), "data": json.dumps(values["data"], sort_keys=True)}
            found.update(repr(values).encode())
    count = select(func.count())
    things, nulls = db_session.scalar(count.select_from(Thing)), db_session.scalar(count.where(Thing.data.is_(null())))
    return f"{found.hexdigest()} of {things}, {nulls} without a document"


def next_ids() -> list[int]:
    """Store a row in each table that numbers them and delete it again; return their ids."""
    rows = [Message(text="new"), Thing(**{name: value for name, value in thing(1, 1).items() if name != "id"})]
    db_session.add_all(rows)
    db_session.commit()
    ids = [row.id for row in rows]
    for row in rows:
        db_session.delete(row)
    db_session.commit()
    return ids


with app.app_context():
    if sys.argv[1:]:
        fill(int(sys.argv[1]))
    print(digest(), *next_ids(), sep="; ")
