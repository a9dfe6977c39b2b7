"""What tables.py and tables.pyi say from the last time: the names to keep, and the types to compare."""

import ast
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Mixin:
    """A class of tables.py."""

    tablename: str
    schema: str | None
    columns: tuple[str, ...]  # none if the table was gone
    # By the foreign key's attributes, then the class that it refers to: the names of both directions.
    relationships: dict[tuple[str, ...], dict[str, tuple[str, str]]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)  # of all relationships
    annotations: dict[str, str] = field(default_factory=dict)  # of all attributes


@dataclass
class Earlier:
    """The generated files as they are."""

    mixins: dict[str, Mixin]
    renamed: dict[str, dict[str, str]]


def read_earlier(folder: Path) -> Earlier:
    """Read the generated files of a folder."""
    earlier = Earlier({}, {})
    for node in ast.parse((folder / "tables.py").read_text(encoding="utf-8")).body:
        match node:
            case ast.AnnAssign(target=ast.Name(id="RENAMED"), value=ast.expr() as value):
                earlier.renamed = ast.literal_eval(value)
            case ast.ClassDef(name=name) if name != "Gone":
                earlier.mixins[name] = _mixin(node)
    stub = folder / "tables.pyi"
    for name, annotations in stub_annotations(stub.read_text(encoding="utf-8") if stub.exists() else "").items():
        if name in earlier.mixins:
            earlier.mixins[name].annotations = annotations
    return earlier


def _mixin(node: ast.ClassDef) -> Mixin:
    values = {
        statement.targets[0].id: statement.value
        for statement in node.body
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
    }
    options = ast.literal_eval(values["__table_args__"]) if "__table_args__" in values else {}
    columns = ast.literal_eval(values["__columns__"]) if "__columns__" in values else ()
    mixin = Mixin(ast.literal_eval(values["__tablename__"]), options.get("schema"), columns)
    for name, value in values.items():
        match value:
            case ast.Call(args=[ast.Lambda(body=ast.Call(args=[ast.Constant(value=str(target))], keywords=keywords))]):
                mixin.names.add(name)
                words = {keyword.arg: ast.literal_eval(keyword.value) for keyword in keywords}
                keys = words["foreign_keys"].strip("[]").split(", ")
                # The other direction has the class with the foreign key as its target.
                if not keys[0].startswith(f"{target}.") or "remote_side" in words:
                    attributes = tuple(key.partition(".")[2] for key in keys)
                    mixin.relationships.setdefault(attributes, {})[target] = name, words["back_populates"]
    return mixin


def stub_annotations(stub: str) -> dict[str, dict[str, str]]:
    """Return the types of all attributes, by class."""
    return {
        node.name: {
            statement.target.id: ast.unparse(statement.annotation).removeprefix("Mapped[").removesuffix("]")
            for statement in node.body
            if isinstance(statement, ast.AnnAssign)
            and isinstance(statement.target, ast.Name)
            and not statement.target.id.startswith("__")
        }
        for node in ast.parse(stub).body
        if isinstance(node, ast.ClassDef)
    }
