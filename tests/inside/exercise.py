"""Uses every class of a rendered project as its user would; runs in its environment, for test_reflect_models.py."""

import json
import os
import sys
import warnings
from importlib import import_module
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

PACKAGE = sys.argv[1]
warnings.filterwarnings("error", message="(?s).*relationship")  # two that set the same column, for example

models = import_module(f"{PACKAGE}.models")
mapping = import_module(f"{PACKAGE}.mapping")
engine = import_module(f"{PACKAGE}.databases").database_of(os.environ["DATABASE_URL"]).create_engine()
statements: list[str] = []
event.listen(engine, "before_cursor_execute", lambda _c, _u, statement, *_: statements.append(statement))


def related(row: Any) -> dict[str, Any]:
    """Load all relationships of a row."""
    loaded = {}
    for name in type(row).__mapper__.relationships.keys():  # noqa: SIM118 - no dict
        value = getattr(row, name)
        rows = value if isinstance(value, list) else [value] if value else []
        loaded[name] = [list(row.__mapper__.primary_key_from_instance(row)) for row in rows]
    return loaded


mapping.prepare(engine)
result: dict[str, Any] = {"statements": len(statements), "classes": {}}
with Session(engine) as session:
    for mapper in models.Base.registry.mappers:
        rows = session.scalars(select(mapper.class_)).all()
        result["classes"][mapper.class_.__name__] = {
            "table": mapper.local_table.key,
            "columns": {column.name: key for key, column in mapper.columns.items()},
            "rows": len(rows),
            "values": [{key: str(getattr(row, key)) for key in mapper.columns.keys()} for row in rows[:1]],  # noqa: SIM118
            "related": [related(row) for row in rows],
        }
print(json.dumps(result))
