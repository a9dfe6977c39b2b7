"""The columns that identify the rows of a table."""

from sqlalchemy import Column, Inspector, Table, UniqueConstraint

from my_flask_app.dialects import is_hashable


def key_columns(table: Table) -> list[Column[object]]:
    """Return the columns that identify a row: the primary key, or else the smallest unique one without NULL."""
    unique = [key for key in sorted(unique_keys(table), key=len) if not any(column.nullable for column in key)]
    candidates = [list(table.primary_key), *unique]
    return next((key for key in candidates if key and all(is_hashable(column.type) for column in key)), [])


def unique_keys(table: Table) -> list[list[Column[object]]]:
    """Return the columns of each unique constraint, and of each unique index on nothing but columns of all rows."""
    constraints = [list(each.columns) for each in table.constraints if isinstance(each, UniqueConstraint)]
    indexes = [
        list(index.columns)
        for index in table.indexes
        if index.unique
        and all(isinstance(expression, Column) for expression in index.expressions)
        and not any(option.endswith("_where") and value is not None for option, value in index.dialect_kwargs.items())
    ]
    unique = {tuple(column.name for column in key): key for key in constraints + indexes}
    return [unique[names] for names in sorted(unique)]


def add_unique_constraints(table: Table, inspector: Inspector) -> None:
    """Add what SQLAlchemy does not find in SQLite's text of a table, such as ``VARCHAR(9) UNIQUE``."""
    for index in inspector.get_indexes(table.name, include_auto_indexes=True):
        if str(index["name"]).startswith("sqlite_autoindex_"):
            table.append_constraint(UniqueConstraint(*(table.columns[str(name)] for name in index["column_names"])))
