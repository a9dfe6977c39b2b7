"""Compares constant defaults, which Alembic by itself does not, however a database writes them."""

import re
import sys
from decimal import Decimal, InvalidOperation
from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import AlterColumnOp
from alembic.runtime.plugins import Plugin
from alembic.util import PriorityDispatchResult
from sqlalchemy import Column, DefaultClause


def setup(plugin: Plugin) -> None:
    """Register the comparison."""
    plugin.add_autogenerate_comparator(compare, "column", "constant")


def compare(
    context: AutogenContext,
    operation: AlterColumnOp,
    _schema: object,
    _table: object,
    _name: object,
    *columns: Column[Any],
) -> PriorityDispatchResult:
    """Note a default that the model changes; ``columns`` are the database's and the model's."""
    was, now = (column.server_default for column in columns)
    if isinstance(was, DefaultClause | None) and isinstance(now, DefaultClause | None):
        texts = [_plain(default, context) for default in (was, now)]
        # An expression, which a database writes in its own way; or a sequence, which may be the column's own.
        is_expression = (all(texts) and any("(" in str(text) for text in texts)) or "nextval(" in str(texts)
        if texts[0] != texts[1] and not is_expression:
            operation.modify_server_default = now
    return PriorityDispatchResult.CONTINUE


def _plain(default: DefaultClause | None, context: AutogenContext) -> str | None:
    """Return a default without quotes, parentheses around it and PostgreSQL's type behind it."""
    if default is None:
        return None
    text = default.arg
    if not isinstance(text, str):
        text = str(text.compile(dialect=context.dialect, compile_kwargs={"literal_binds": True}))
    text = re.sub(r"::[^':]+$", "", text.strip("() ")).strip("'").replace("''", "'").lower()
    text = {"true": "1", "false": "0", "now": "current_timestamp"}.get(text, text)
    try:
        return str(Decimal(text).normalize())
    except InvalidOperation:
        return text


Plugin.setup_plugin_from_module(sys.modules[__name__], __name__)
