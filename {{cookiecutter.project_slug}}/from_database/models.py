"""Writes models.py: sqlacodegen, with repairs for what it cannot say or says wrongly."""

# mypy: disable-error-code="import-not-found"
# ruff: noqa: D102
import datetime as dt
import decimal
import re
import unicodedata
import uuid
from contextlib import suppress
from typing import Any

from sqlacodegen.generators import DeclarativeGenerator
from sqlacodegen.models import ModelClass, RelationshipAttribute, RelationshipType
from sqlacodegen.utils import render_callable
from sqlalchemy import ARRAY, CheckConstraint, Column, Connection, Index, MetaData, Table, TextClause, inspect
from sqlalchemy.dialects.mysql import SET
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidRequestError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import NullType, TypeEngine

from my_flask_app.databases.base import reason
from my_flask_app.dialects import Raw, is_hashable, means_period

from . import catalogue

OPTIONS = ["nojoined", "keep_dialect_types", "nonativeenums", "nosyntheticenums"]
BUILTINS = {bool, bytes, float, int, str}
OTHERS = dict.fromkeys((dt.date, dt.datetime, dt.time, dt.timedelta), "dt")
OTHERS |= {decimal.Decimal: "decimal", uuid.UUID: "uuid"}
# As in a project's models.py on a new database.
REPR = """
    def __repr__(self) -> str:
        return f"<{type(self).__name__} {', '.join(map(str, inspect(self).identity or ['without a key']))}>\"
""".rstrip().split("\n")
# Names that a class body must not shadow, or that DeclarativeBase has itself.
TAKEN = {each.__name__ for each in BUILTINS} | {"decimal", "dt", "list", "property", "set", "uuid"}
TAKEN |= {"Any", "Base", "Raw", "metadata", "registry", "type_annotation_map", *dir(DeclarativeBase)}


def reflect(connection: Connection) -> tuple[MetaData, list[str]]:
    """Read tables and views; return them, and what had to be left out."""
    # The conventional name of an index is not known here: an index has more than a name and columns.
    convention = {key: name for key, name in catalogue.NAMING_CONVENTION.items() if key != "ix"}
    metadata = MetaData(naming_convention=convention or {"none": ""})
    notes: list[str] = []
    left_out = catalogue.left_out(connection)
    inspector = inspect(connection)
    for schema in catalogue.schemas(connection):
        views = inspector.get_view_names(schema)
        with suppress(NotImplementedError):  # only PostgreSQL has them
            views += inspector.get_materialized_view_names(schema)
        for kind, found in (("table", inspector.get_table_names(schema)), ("view", views)):
            names = [name for name in sorted(found) if (schema, name) not in left_out and name != "alembic_version"]
            notes += reflect_together(connection, metadata, schema, kind, names)
        for table in metadata.tables.values():
            if table.schema == schema and table.name in views:
                table.info["is_view"] = True
                table.constraints = {table.primary_key}
    sequences = catalogue.owned_sequences(connection)
    notes += catalogue.remarks(connection)
    notes += drop_what_does_not_resolve(connection, metadata)
    for table in metadata.tables.values():
        # What PostgreSQL does not enforce SQLAlchemy cannot read.
        table.constraints -= {each for each in table.constraints if str(getattr(each, "sqltext", "?")) == ""}
        name_unknown_types(connection, table)
        for column in table.columns:
            if column is table.autoincrement_column and (table.schema, table.name, column.name) in sequences:
                column.server_default = None  # SERIAL: SQLAlchemy's own way for such a key
    return metadata, notes


def reflect_together(
    connection: Connection, metadata: MetaData, schema: str | None, kind: str, names: list[str]
) -> list[str]:
    """Read tables, or views, together, and then one by one what that left out; return notes of what cannot be read."""
    unreadable = (ArgumentError, DBAPIError, InvalidRequestError)
    with suppress(*unreadable), connection.begin_nested():
        if names:  # of none SQLAlchemy would make all
            metadata.reflect(connection, schema, views=True, only=lambda name, _: name in names, resolve_fks=False)
    notes = []
    read = {table.name for table in metadata.tables.values() if table.schema == schema}
    for name in sorted(set(names) - read):
        try:
            with connection.begin_nested():
                Table(name, metadata, schema=schema, autoload_with=connection, resolve_fks=False)
        except unreadable as error:
            cause = error if isinstance(error, DBAPIError) else error.__cause__  # of a view the driver's own
            why = reason(cause) if isinstance(cause, DBAPIError) else " ".join(str(cause or error).split())
            notes.append(f"{kind} {name} (not in the models: {why})")
    return notes


def name_unknown_types(connection: Connection, table: Table) -> None:
    """Give each type that SQLAlchemy does not know its name in the database."""
    unknown = [each for each in table.columns if isinstance(getattr(each.type, "item_type", each.type), NullType)]
    names = catalogue.type_names(connection, table.schema, table.name) if unknown else {}
    for column in unknown:
        column.type = Raw(names[column.name])


def has_hashable_key(table: Table) -> bool:
    """Tell whether Python can find an object by the values of a table's key."""
    return all(is_hashable(column.type) for column in table.primary_key)


def drop_what_does_not_resolve(connection: Connection, metadata: MetaData) -> list[str]:
    """Take out foreign keys to what is not here, and tables with a key that would be misread; return notes."""
    notes = []
    for table in list(metadata.tables.values()):
        ticked = any("`" in column.name for column in table.columns)  # SQLAlchemy doubles it in the keys of MariaDB
        keys = inspect(connection).get_indexes(table.name, table.schema) if ticked else []
        if any("." in str(name) for key in table.foreign_keys for name in key.target_tokens[1:]):  # Alembic splits it
            why = "a foreign key of it refers to a name with a dot"
        elif not {name for key in keys for name in key["column_names"]} <= {*table.columns.keys(), None}:
            why = "a key of it has a column with a backtick in its name"
        else:
            continue
        metadata.remove(table)
        notes.append(f"table {table.fullname} (not in the models: {why})")
    for table in metadata.tables.values():
        for constraint in list(table.foreign_key_constraints):
            if not resolves(constraint, metadata):
                notes += drop_foreign_key(table, constraint)
    return notes


def resolves(constraint: Any, metadata: MetaData) -> bool:
    """Tell whether a foreign key refers to a column that is here."""
    for element in constraint.elements:
        schema, table, column = element.target_tokens
        found = metadata.tables.get(f"{schema}.{table}" if schema else table)
        if found is None or column not in found.c:
            return False
    return True


def drop_foreign_key(table: Table, constraint: Any) -> list[str]:
    """Take a foreign key out of a table; return a note."""
    table.constraints.discard(constraint)
    for element in constraint.elements:
        element.parent.foreign_keys.discard(element)
        table.foreign_keys.discard(element)
    if any(other.column_keys == constraint.column_keys for other in table.foreign_key_constraints):
        return []  # to a partition: the one to the partitioned table says it
    columns = ", ".join(column.name for column in constraint.columns)
    return [f"foreign key of {table.fullname} on {columns} (not in the models: what it refers to is not among them)"]


def generate(connection: Connection, absent: set[tuple[str, str | None]]) -> str:
    """Return the text of models.py, which marks the tables and indexes that the baseline cannot build."""
    # The first run tells which names the second must not shadow.
    first, second = (Generator(marked(reflect(connection)[0], absent), connection, OPTIONS) for _ in range(2))
    first.generate()
    second.imported = {name for names in first.imports.values() for name in names}
    second.classes = first.classes
    return second.generate()


def marked(metadata: MetaData, absent: set[tuple[str, str | None]]) -> MetaData:
    """Return the metadata, in which tables and indexes are marked that Alembic shall leave alone."""
    for table in metadata.tables.values():
        for item, name in [(table, None), *((index, index.name) for index in table.indexes)]:
            if (table.key, name) in absent:
                item.info["not_in_baseline"] = True
    return metadata


def missing_in(connection: Connection, metadata: MetaData) -> set[tuple[str, str | None]]:
    """Return the tables and indexes of the metadata that a database does not have."""
    inspector = inspect(connection)
    absent: set[tuple[str, str | None]] = set()
    for table in metadata.tables.values():
        if table.info.get("is_view"):
            continue
        if inspector.has_table(table.name, table.schema):
            present = {index["name"] for index in inspector.get_indexes(table.name, table.schema)}
            absent |= {(table.key, index.name) for index in table.indexes if index.name not in present}
        else:
            absent.add((table.key, None))
    return absent


class Generator(DeclarativeGenerator):
    """sqlacodegen's, repaired."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.inspector = inspect(self.bind)
        self.include_dialect_options_and_info = True  # see _add_dialect_kwargs_and_info
        self.imported: set[str] = set()
        self.classes: set[str] = set()

    # The module

    def generate_base(self) -> None:
        super().generate_base()
        lines = [f"class {self.base_class_name}(DeclarativeBase):", '    """What all models share."""']
        if catalogue.NAMING_CONVENTION:
            lines += ["", "    # Migrations need a name to drop a constraint by."]
            lines += [f"    metadata = MetaData(naming_convention={catalogue.NAMING_CONVENTION!r})"]
            self.add_literal_import("sqlalchemy", "MetaData")
        self.add_literal_import("sqlalchemy", "inspect")
        self.base.declarations = lines + REPR

    def generate_models(self) -> list[Any]:
        keys = {table: table.primary_key for table in self.metadata.tables.values() if not has_hashable_key(table)}
        for table in keys:
            table.primary_key = None  # it becomes no class: an object could not be found by such a key
        models = super().generate_models()
        for table, key in keys.items():
            table.primary_key = key
        for model in models:
            if isinstance(model, ModelClass):
                model.relationships = [each for each in model.relationships if not means_period(each.constraint)]
        self.generate_base()  # which sqlacodegen leaves out where no table has a key
        self.collect_imports([])
        self.classes |= {model.name for model in models if isinstance(model, ModelClass)}
        return models

    def generate(self) -> str:
        head = '"""The tables, as classes. Written once from the database, and yours from then on.\n\n'
        head += 'Knows nothing of Flask or the engine: workers, notebooks and Alembic import it too.\n"""\n\n'
        return head + super().generate().replace(f"from {Raw.__module__} import", "from .dialects import")

    def add_import(self, obj: Any) -> None:
        if isinstance(obj, DOMAIN) or obj is DOMAIN:
            self.add_literal_import(Raw.__module__, "DOMAIN")
        else:
            super().add_import(obj)

    def generate_model_name(self, model: Any, global_names: set[str]) -> None:
        super().generate_model_name(model, global_names | TAKEN | self.imported)

    def find_free_name(self, name: str, global_names: set[str], local_names: Any = ()) -> str:
        name = re.sub(r"\W", "_", unicodedata.normalize("NFKC", name).strip())
        if not f"x{name}".isidentifier():
            name = re.sub(r"\W", "_", name, flags=re.ASCII)
        if not name.strip("_"):
            name = "unnamed"
        if name.startswith("__"):  # which Python gives another meaning
            name = f"{name.strip('_')}_"
        taken = TAKEN | self.imported
        if isinstance(local_names, set):  # an attribute, which must not hide a class either
            taken = taken | self.classes
            if name in self.classes:
                name = re.sub("(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
        return super().find_free_name(name, global_names | taken, local_names)

    # Tables

    def fix_column_types(self, table: Table) -> None:
        """Leave the types as they are in the database: a CHECK does not make a Boolean or an Enum."""

    def _add_dialect_kwargs_and_info(self, obj: Any, target_kwargs: dict[str, Any], *, values_for_dict: bool) -> None:
        if obj.info:
            target_kwargs["info"] = obj.info if values_for_dict else repr(obj.info)

    def render_models(self, models: list[Any]) -> str:
        # mypy does not infer the type of what a lambda above refers to.
        return re.sub(r"^(\w+) = Table\(", r"\1: Table = Table(", super().render_models(models), flags=re.MULTILINE)

    def render_class(self, model: ModelClass) -> str:
        sections = [
            self.render_class_variables(model),
            "\n".join(self.render_column_attribute(attribute) for attribute in model.columns),  # in their order
            "\n".join(self.render_relationship(relationship) for relationship in model.relationships),
        ]
        body = "\n\n".join(section for section in sections if section)
        body = re.sub("^(?=.)", self.indentation, body, flags=re.MULTILINE)
        return f"{self.render_class_declaration(model)}\n{body}"

    def render_table_args(self, table: Table) -> str:
        text = super().render_table_args(table)
        return f"({text},)" if text.startswith("{") else text  # a dict would be shared and mutable

    def render_index(self, index: Index) -> str:
        self.add_literal_import("sqlalchemy", "Index")
        parts = [
            repr(part.name)
            if isinstance(part, Column)
            else self.render_text(self.spelled(part) + self.order(index, part))
            for part in index.expressions
        ]
        kwargs: dict[str, Any] = {}
        for key, value in sorted(index.kwargs.items()):
            if value is not None and value is not False and value not in ([], {}):
                kwargs[key] = self.render_text(self.spelled(value)) if hasattr(value, "compile") else repr(value)
        if index.unique:
            kwargs["unique"] = True
        if index.info:
            kwargs["info"] = repr(index.info)
        return render_callable("Index", repr(index.name), *parts, kwargs=kwargs)

    def order(self, index: Any, part: Any) -> str:
        """Return the order of an expression in an index, which SQLAlchemy reads and leaves out of the index."""
        if not isinstance(part, TextClause):
            return ""
        found = self.inspector.get_indexes(index.table.name, index.table.schema)
        words: Any = next((each.get("column_sorting", {}) for each in found if each["name"] == index.name), {})
        return "".join(f" {word.replace('_', ' ').upper()}" for word in words.get(part.text, ()))

    def render_constraint(self, constraint: Any) -> str:
        if isinstance(constraint, CheckConstraint):
            kwargs = {"name": repr(str(constraint.name))} if constraint.name else {}
            return render_callable("CheckConstraint", self.escaped(self.spelled(constraint.sqltext)), kwargs=kwargs)
        text = super().render_constraint(constraint)
        options = {key: value for key, value in sorted(constraint.dialect_kwargs.items()) if value}
        return text.removesuffix(")") + "".join(f", {key}={value!r}" for key, value in options.items()) + ")"

    def render_text(self, sql: str) -> str:
        self.add_literal_import("sqlalchemy", "text")
        return f"text({self.escaped(sql)})"

    def escaped(self, sql: str) -> str:
        """Write SQL so that a colon does not begin the name of a parameter."""
        return repr(re.sub(r"(?<![:\w\\]):(?=\w)", r"\\:", sql))

    def spelled(self, expression: Any) -> str:
        if isinstance(expression, TextClause):
            return expression.text
        return str(expression.compile(self.bind, compile_kwargs={"literal_binds": True, "include_table": False}))

    # Columns

    def render_column(self, column: Column[Any], show_name: bool, is_table: bool = False) -> str:
        text = super().render_column(column, show_name, is_table)
        own_type = self.spelled_type(column.type)
        if any(self.spelled_type(key.column.type) != own_type for key in column.foreign_keys) and own_type not in text:
            text = text.replace("ForeignKey(", f"{self.render_column_type(column)}, ForeignKey(", 1)
        extra = []
        if column is column.table.autoincrement_column and self.needs_no_autoincrement(column):
            extra.append("autoincrement=False")
        unclear = column.primary_key or self.python_type(column.type) == "Any"  # which the annotation does not say
        if column.nullable and unclear and "nullable=" not in text:
            extra.append("nullable=True")
        return ", ".join([text.removesuffix(")"), *extra]) + ")" if extra else text

    def spelled_type(self, kind: TypeEngine[Any]) -> str:
        return kind.compile(self.bind.dialect)

    def needs_no_autoincrement(self, column: Column[Any]) -> bool:
        """Tell whether a key has no number by itself, which SQLAlchemy would take for granted."""
        if self.bind.dialect.name == "sqlite" or column.server_default is not None:
            return False
        if self.bind.dialect.name == "postgresql":
            return (column.table.schema, column.table.name, column.name) not in catalogue.owned_sequences(self.bind)
        return column.autoincrement is not True

    def render_column_type(self, column: Column[Any]) -> str:
        return self.render_type(column.type) or super().render_column_type(column)

    def render_type(self, kind: TypeEngine[Any]) -> str:
        """Return the text of a type that sqlacodegen does not write; empty for the others."""
        if isinstance(kind, Raw):
            return f"Raw({kind.name!r})"
        if isinstance(kind, DOMAIN):
            self.add_import(kind)
            self.add_import(kind.data_type)
            schema = {"schema": repr(kind.schema)} if kind.schema else {}
            base = self.render_type(kind.data_type) or repr(kind.data_type)
            # Nothing here creates it: the baseline does.
            return render_callable("DOMAIN", repr(kind.name), base, kwargs={**schema, "create_type": False})
        if isinstance(kind, ARRAY):
            self.add_import(kind)
            self.add_import(kind.item_type)
            item = self.render_type(kind.item_type) or self.plain(kind.item_type)
            return render_callable(type(kind).__name__, item)
        return ""

    def plain(self, kind: TypeEngine[Any]) -> str:
        """Return the text of an array's item type."""
        column = Column("item", kind)
        Table("items", MetaData(), column)
        return super().render_column_type(column)

    def python_type(self, kind: TypeEngine[Any]) -> str:
        """Return the annotation of a value, Any where SQLAlchemy does not say or says wrongly."""
        if isinstance(kind, DOMAIN):
            return self.python_type(kind.data_type)
        if isinstance(kind, ARRAY):
            return f"list[{self.python_type(kind.item_type)} | None]".replace("Any | None", "Any")
        if isinstance(kind, SET):
            return "set[str]"
        try:
            found = kind.python_type
        except NotImplementedError:
            return "Any"
        if found in BUILTINS:
            return found.__name__
        return f"{OTHERS[found]}.{found.__name__}" if found in OTHERS else "Any"

    def render_column_python_type(self, column: Column[Any]) -> str:
        name = self.python_type(column.type)
        if "Any" in name:
            self.add_literal_import("typing", "Any")
        for module, imported in {"dt": "datetime as dt", "decimal": "decimal", "uuid": "uuid"}.items():
            if f"{module}." in name:
                self.add_module_import(imported)
        return name if not column.nullable or column.primary_key or name == "Any" else f"{name} | None"

    # Relationships

    def generate_relationships(self, source: Any, models: Any, associations: list[Any]) -> list[Any]:
        # Many to many with itself would be untyped: its rows stay a Table.
        others = [
            model
            for model in associations
            if len({constraint.referred_table for constraint in model.table.foreign_key_constraints}) > 1
        ]
        relationships = super().generate_relationships(source, models, others)
        own = [relationship for relationship in source.relationships if relationship.target is source]
        for relationship in own[::2]:  # each is followed by its reverse
            columns = [element.column.name for element in relationship.constraint.elements]
            relationship.remote_side = [source.get_column_attribute(name) for name in columns]
        return relationships

    def render_relationship_annotation(self, relationship: RelationshipAttribute) -> str:
        target = relationship.target.name
        if relationship.type in (RelationshipType.ONE_TO_MANY, RelationshipType.MANY_TO_MANY):
            return f'list["{target}"]'
        is_other_end = relationship.constraint.referred_table is relationship.source.table
        if is_other_end or any(column.nullable for column in relationship.constraint.columns):
            return f'"{target} | None"'
        return f'"{target}"'

    def render_relationship_arguments(self, relationship: RelationshipAttribute) -> Any:
        kwargs = dict(super().render_relationship_arguments(relationship))
        if relationship.association_table:
            kwargs["secondary"] = f"lambda: {relationship.association_table.name}"
        elif shares_columns(relationship.constraint):
            kwargs["viewonly"] = True  # two relationships would write the same column
        return kwargs


def shares_columns(constraint: Any) -> bool:
    """Tell whether a foreign key has a column that another one of its table has too."""
    columns = set(constraint.columns)
    others = constraint.table.foreign_key_constraints - {constraint}
    return any(columns & set(other.columns) for other in others)
