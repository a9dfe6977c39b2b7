"""Compares constant defaults, which Alembic by itself does not, however a database writes them."""

import re
import sys
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import AlterColumnOp
from alembic.runtime.plugins import Plugin
from alembic.util import PriorityDispatchResult
from sqlalchemy import Column, DefaultClause, String, TextClause
from sqlalchemy.sql.elements import ClauseElement


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
        texts = [_constant(default, isinstance(columns[0].type, String), context) for default in (was, now)]
        # A sequence may be the column's own, which is read as no default.
        is_sequence = any("nextval(" in str(default.arg) for default in (was, now) if default is not None)
        if texts[0] != texts[1] and not is_sequence and (None in texts or False not in texts):
            operation.modify_server_default = now
    return PriorityDispatchResult.CONTINUE


def _constant(default: DefaultClause | None, is_text: bool, context: AutogenContext) -> str | Literal[False] | None:
    """Return the text of a constant, however it is written; False for an expression, which is not compared."""
    if default is None:
        return None
    text: str | None
    if isinstance(default.arg, str):
        text = default.arg
    else:
        sql = _sql(default.arg, context)
        text = _unquoted(sql, context)
        if text is None:
            return False if "(" in sql else _plain(sql)  # the latter is a number, or a word such as CURRENT_TIMESTAMP
    return text if is_text else _plain(text)


def _sql(expression: ClauseElement, context: AutogenContext) -> str:
    """Return an expression without parentheses around it and PostgreSQL's type behind it."""
    if isinstance(expression, TextClause):
        sql = expression.text  # compiled it has each % twice
    else:
        sql = str(expression.compile(dialect=context.dialect, compile_kwargs={"literal_binds": True}))
    return re.sub(r"::[^':]+$", "", sql.strip("() "))


def _unquoted(sql: str, context: AutogenContext) -> str | None:
    """Return the text of a literal, None for anything else."""
    quoted = re.fullmatch("'((?:[^']|'')*)'", sql)
    if not quoted:
        return None
    text = quoted[1].replace("''", "'")
    doubles_backslashes = context.migration_context.dialect.name in {"mysql", "mariadb"}
    return text.replace("\\\\", "\\") if doubles_backslashes else text


def _plain(text: str) -> str:
    """Return a value that is no text in the one form for all that mean the same."""
    text = text.lower()
    try:
        return str(Decimal(text).normalize())
    except InvalidOperation:
        return {"true": "1", "false": "0", "now": "current_timestamp"}.get(text, text)


Plugin.setup_plugin_from_module(sys.modules[__name__], __name__)
