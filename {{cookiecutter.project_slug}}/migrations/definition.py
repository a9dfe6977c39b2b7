"""The statement that made a table of SQLite, in parts, each in its own words."""

import re
from collections.abc import Iterator

_TOKEN = re.compile(r"""(?s)--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^]]*\]|\w+|[^\s\w]""")
_CONSTRAINTS = {"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"}
# What a clause of a column begins with; before the first stand its name and its type.
_CLAUSES = _CONSTRAINTS | {"NOT", "NULL", "DEFAULT", "COLLATE", "REFERENCES", "GENERATED", "AS"}


class Definition:
    """A CREATE TABLE statement: its columns by name, each as its clauses, its constraints, and what stands behind."""

    def __init__(self, statement: str) -> None:
        begin, *commas, end = _borders(statement)
        parts = [statement[one + 1 : two].strip() for one, two in zip([begin, *commas], [*commas, end], strict=True)]
        self.constraints = [part for part in parts if _tokens(part)[0].upper() in _CONSTRAINTS]
        self.columns = {_name(part): clauses(part) for part in parts if part not in self.constraints}
        self.behind = statement[end + 1 :]

    def statement(self, table: str) -> str:
        """Write the statement for a table of that name, which is quoted."""
        columns = [" ".join(map(_ended, own)) for own in self.columns.values()]
        parts = ",\n\t".join(map(_ended, [*columns, *self.constraints]))
        return f"CREATE TABLE {table} (\n\t{parts}\n){self.behind}"

    def remove_columns(self, names: set[str]) -> None:
        """Remove columns, and the constraints of the table that name one of them."""
        self.columns = {name: own for name, own in self.columns.items() if name not in names}
        gone = {name.lower() for name in names}
        for constraint in self.constraints[:]:
            own = re.split(r"(?i)\bREFERENCES\b", constraint)[0]  # what follows are names of another table
            if gone & {_name(token).lower() for token in _tokens(own)}:
                self.constraints.remove(constraint)

    def change(self, column: str, was: list[str], now: list[str]) -> None:
        """Change a column as from the clauses ``was`` to ``now``; of what they do not tell it keeps its own."""
        first, *own = self.columns[column]
        changed = {kind(clause) for clause in {*was[1:]} ^ {*now[1:]}}
        changed |= {"NULL"} & {kind(clause) for clause in own} if "NOT" in changed else set()
        own = [clause for clause in own if kind(clause) not in changed]
        own += [clause for clause in now[1:] if clause not in was]
        self.columns[column] = [first if was[0] == now[0] else now[0], *own]

    def has(self, which: str) -> bool:
        """Tell whether there is a constraint of a kind, of the table or of a column."""
        parts = [*self.constraints, *(clause for own in self.columns.values() for clause in own[1:])]
        return which in map(kind, parts)

    def remove_constraints(self, which: str) -> None:
        """Remove the constraints that have a name, or PRIMARY for the key."""
        self.constraints = [text for text in self.constraints if which not in {kind(text), _constraint(text)}]
        for column, (first, *own) in self.columns.items():
            self.columns[column] = [first, *(text for text in own if which not in {kind(text), _constraint(text)})]


def clauses(column: str) -> list[str]:
    """Return name and type of a column's definition, and its clauses."""
    tokens = [token for token in _TOKEN.finditer(column) if not token[0].startswith(("--", "/*"))]
    words = ["", "", *(token[0].upper() for token in tokens), ""]
    borders, depth = [0], 0
    for before, last, word, following, token in zip(words, words[1:], words[2:], words[3:], tokens, strict=False):
        continues = last in {"NOT", "SET", "ALWAYS", "DEFAULT"} or before == "CONSTRAINT" or following == "DEFERRABLE"
        if word in _CLAUSES and depth == 0 and last and not continues:
            borders.append(token.start())
        depth += (word == "(") - (word == ")")
    return [column[one:two].strip() for one, two in zip(borders, [*borders[1:], None], strict=True)]


def kind(text: str) -> str:
    """Return what a clause or a constraint begins with, after its name."""
    words = [token.upper() for token in _tokens(text)]
    found = words[2] if words[0] == "CONSTRAINT" else words[0]
    return {"AS": "GENERATED"}.get(found, found)


def _ended(text: str) -> str:
    return f"{text}\n" if "--" in text else text  # such a comment would go on


def _constraint(text: str) -> str | None:
    tokens = _tokens(text)
    return _name(tokens[1]) if tokens[0].upper() == "CONSTRAINT" else None


def _borders(statement: str) -> Iterator[int]:
    """Give where the parentheses around the columns open, where a comma stands between two parts, where they close."""
    depth = 0
    for token in _TOKEN.finditer(statement):
        depth -= token[0] == ")"
        if (depth == 0 and token[0] in {"(", ")"}) or (depth == 1 and token[0] == ","):
            yield token.start()
            if token[0] == ")":
                return
        depth += token[0] == "("


def _tokens(text: str) -> list[str]:
    return [token for token in _TOKEN.findall(text) if not token.startswith(("--", "/*"))]


def _name(text: str) -> str:
    """Return the first name of a text without its quotes."""
    token = _tokens(text)[0]
    return token[1:-1].replace(token[-1] * 2, token[-1]) if token[0] in '"`[' else token
