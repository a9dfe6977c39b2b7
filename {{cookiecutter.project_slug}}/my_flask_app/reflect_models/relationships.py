"""Names for relationships, in both directions of each foreign key between two classes."""

import keyword
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.exc import NoReferenceError

from my_flask_app.dialects import means_period

from .earlier import Earlier
from .keys import key_columns, unique_keys
from .model import Model, Relationship, first_free, identifier


@dataclass(frozen=True)
class Link:
    """A foreign key between two models."""

    model: Model
    target: Model
    columns: tuple[str, ...]  # attributes
    referred: tuple[str, ...]
    is_optional: bool
    is_unique: bool
    viewonly: bool


def name_relationships(models: list[Model], earlier: Earlier) -> None:
    """Give the models both directions of their foreign keys."""
    links = list(_links(models))
    kept = [_kept(link, earlier) for link in links]
    for link, names in zip(links, kept, strict=True):
        if names:
            link.model.taken.add(names[0])
            link.target.taken.add(names[1])
    pairs = Counter((link.model.mixin, link.target.mixin) for link in links)
    for link, names in zip(links, kept, strict=True):
        is_only = pairs[link.model.mixin, link.target.mixin] == 1
        name, reverse = names or _new_names(link, is_only=is_only)
        _relate(link, name, reverse)


def _links(models: list[Model]) -> Iterator[Link]:
    """Give the foreign keys between classes, one of several equal ones."""
    by_table = {model.table: model for model in models if model.class_name}
    for model in by_table.values():
        constraints = {}
        for constraint in model.table.foreign_key_constraints:
            if means_period(constraint):
                continue
            try:
                target = by_table[constraint.referred_table]
                ends = [(each.parent.name, each.column.name) for each in constraint.elements]
            except (NoReferenceError, KeyError):  # to what is not there, or has no class
                continue
            constraints[len(ends), target.mixin, tuple(ends)] = constraint, target
        written: set[str] = set()
        for _, (constraint, target) in sorted(constraints.items(), key=lambda item: item[0]):
            yield _link(model, target, constraint, written)
            written.update(constraint.column_keys)


def _link(model: Model, target: Model, constraint: ForeignKeyConstraint, written: set[str]) -> Link:
    columns = [element.parent for element in constraint.elements]
    unique = [{each.name for each in key} for key in [key_columns(model.table), *unique_keys(model.table)]]
    return Link(
        model,
        target,
        tuple(model.keys[column.name] for column in columns),
        tuple(target.keys[element.column.name] for element in constraint.elements),
        is_optional=any(column.nullable for column in columns),
        is_unique={column.name for column in columns} in unique,
        viewonly=any(column.name in written for column in columns),  # another relationship sets it
    )


def _kept(link: Link, earlier: Earlier) -> tuple[str, str] | None:
    mixin = earlier.mixins.get(link.model.mixin)
    names = mixin.relationships.get(link.columns, {}) if mixin else {}
    if len(names) == 1:  # whatever the user calls the target now
        return next(iter(names.values()))
    return names.get(str(link.target.class_name))


def _new_names(link: Link, *, is_only: bool) -> tuple[str, str]:
    plain = re.sub(r"(?<=.)(_id|_ID|Id|ID)$", "", link.columns[0]) if len(link.columns) == 1 else _stem(link.target)
    name = first_free(_relationship_candidates(f"{plain}_" if keyword.iskeyword(plain) else plain), link.model.taken)
    link.model.taken.add(name)
    stem = _stem(link.model)
    reverse = f"{stem}_by_{plain}" if not is_only else stem if link.is_unique else f"{stem}_list"
    reverse = first_free(_relationship_candidates(reverse), link.target.taken)
    link.target.taken.add(reverse)
    return name, reverse


def _relate(link: Link, name: str, reverse: str) -> None:
    """Add both directions."""
    model, target = str(link.model.class_name), str(link.target.class_name)
    shared: dict[str, str | bool] = {"foreign_keys": f"[{', '.join(f'{model}.{key}' for key in link.columns)}]"}
    last: dict[str, str | bool] = {"viewonly": True} if link.viewonly else {}
    remote = f"[{', '.join(f'{target}.{key}' for key in link.referred)}]"
    to_itself: dict[str, str | bool] = {"remote_side": remote} if model == target else {}
    one: dict[str, str | bool] = {"uselist": False} if link.is_unique else {}
    options = {**shared, **to_itself, "back_populates": reverse, **last}
    there = Relationship(name, target, is_list=False, is_optional=link.is_optional, options=options)
    options = {**shared, "back_populates": name, **one, **last}
    back = Relationship(reverse, model, is_list=not link.is_unique, is_optional=True, options=options)
    link.model.relationships.append(there)
    link.target.relationships.append(back)


def _stem(model: Model) -> str:
    return identifier("_".join(filter(None, [model.table.schema, model.table.name])), "table")


def _relationship_candidates(name: str) -> Iterator[str]:
    return chain([name, f"{name}_rel"], (f"{name}_{number}" for number in count(2)))
