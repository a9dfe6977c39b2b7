"""A page of any table's rows: by its key where it has one, so that the last page costs what the first does."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Table, and_, null, or_, select
from sqlalchemy.exc import DataError, DBAPIError
from werkzeug.exceptions import BadRequest

from my_flask_app.db import db_session

from .cursor import decode, encode
from .keys import compared, is_comparable, key_of, selected, to_url
from .reading import any_text, refusals_told
from .values import plain, spelling

FARTHEST = 10_000  # rows that are paged through without a key, where each page costs more than the one before
ILLEGAL_MIX = 1267  # MariaDB: a text that the column's character set does not have


class Page(NamedTuple):
    """Some rows, and how to go on."""

    paging: str  # "key", or "offset": without a promise that each row is there once
    rows: list[list[Any]]
    keys: list[dict[str, Any]]  # of each row the columns that were asked for, to be used in ``where``
    after: str | None
    truncated: bool  # there are more rows, which are too far


def read_page(
    table: Table, limit: int, after: str | None, where: Mapping[str, Any], keys: Collection[Column[Any]] = ()
) -> Page:
    """Read the rows where columns have some values, after a position; raise BadRequest."""
    dialect = db_session.get_bind().dialect.name
    conditions = [_equals(table, name, value, dialect) for name, value in where.items()]
    key = key_of(table, dialect)
    with any_text(dialect), refusals_told(table):
        by_key = bool(key) and not _has_null(key)
        offset, position = _position(key if by_key else [], after, dialect)
        take = min(limit, FARTHEST - offset)
        values = [spelling(column, dialect) for column in table.columns]
        asked = {column: selected(column, dialect) for column in [*keys, *(key if by_key else ())]}
        # Labels of our own: ORDER BY would take a column's name for that of the text selected from it.
        statement = (
            select(
                *(value.selected.label(f"value_{number}") for number, value in enumerate(values)),
                *(each.label(f"key_{number}") for number, each in enumerate(asked.values())),
            )
            .select_from(table)
            .where(*conditions, *position)
            .limit(take + 1)
        )
        if by_key:
            statement = statement.order_by(*key)
        elif dialect == "mssql":  # which knows no OFFSET without an order
            statement = statement.order_by(select(null()).scalar_subquery()).offset(offset)
        else:
            statement = statement.offset(offset)
        rows = _execute(statement, given=bool(conditions or position))
    more = len(rows) > take
    del rows[take:]
    asked_for = [dict(zip(asked, map(to_url, row[len(values) :]), strict=True)) for row in rows]
    next_position: list[Any] | int | None = None
    if more and by_key:
        next_position = [asked_for[-1][column] for column in key]
    elif more and offset + take < FARTHEST:
        next_position = offset + take
    return Page(
        "key" if by_key else "offset",
        [[value.as_json(each) for value, each in zip(values, row, strict=False)] for row in rows],
        [{column.name: row[column] for column in keys} for row in asked_for],
        None if next_position is None else encode(next_position),
        more and next_position is None,
    )


def _equals(table: Table, name: str, value: Any, dialect: str) -> ColumnElement[bool]:
    column = next((column for column in table.columns if column.name == name), None)
    if column is None:
        raise BadRequest(f"The table has no column {name!r}.")  # it may have half a pair
    if not is_comparable(column, dialect):
        raise BadRequest(f"Rows cannot be found by the column {name}: its type has no reliable comparison.")
    try:
        return plain(column) == compared(column, value, dialect)
    except ValueError:
        raise BadRequest(f"That is no value for the column {name}.") from None


def _position(key: Sequence[Column[Any]], after: str | None, dialect: str) -> tuple[int, Sequence[ColumnElement[bool]]]:
    """Return the rows to leave out: how many, and which."""
    if after is None:
        return 0, []
    try:
        match decode(after):
            case list() as values if key and len(values) == len(key):
                pairs = zip(key, values, strict=True)
                return 0, [_beyond([(plain(each), compared(each, value, dialect)) for each, value in pairs])]
            case int() as offset if not key and not isinstance(offset, bool) and 0 < offset < FARTHEST:
                return offset, []
    except (RecursionError, ValueError):
        pass
    raise BadRequest("after must be what the page before gave.")


def _beyond(pairs: Sequence[tuple[ColumnElement[Any], ColumnElement[Any]]]) -> ColumnElement[bool]:
    """Return the condition for the rows after a position, in the form that every server answers from its index."""
    (column, value), *rest = pairs
    return and_(column >= value, or_(column > value, _beyond(rest))) if rest else column > value


def _has_null(key: Sequence[Column[Any]]) -> bool:
    """Tell whether rows have a NULL in their key, as SQLite lets them: these compare with nothing."""
    is_null = [column.is_(None) for column in key if column.nullable]
    if not is_null:
        return False
    return db_session.scalar(select(1).select_from(key[0].table).where(or_(*is_null)).limit(1)) is not None


def _execute(statement: Any, given: bool) -> list[Sequence[Any]]:
    """Return the rows; raise BadRequest if the server does not understand a value that was given."""
    try:
        return list(db_session.execute(statement))
    except DBAPIError as error:
        code = getattr(error.orig, "args", [None])[0]
        if given and (isinstance(error, DataError) or code == ILLEGAL_MIX):
            raise BadRequest("A value in after or where is none of its column's type.") from None
        raise
