"""What a revision that failed has left behind, in a sentence: not every statement is undone with its transaction."""

import re
import traceback
from pathlib import Path

from sqlalchemy import Connection, event
from sqlalchemy.exc import StatementError

from my_flask_app.databases.base import reason

VERSIONS = Path(__file__).with_name("versions")
_DDL = re.compile(r"\s*(CREATE|ALTER|DROP|RENAME|TRUNCATE|COMMENT)\b", re.IGNORECASE)
_WRITES = re.compile(rf"{_DDL.pattern}|\s*(INSERT|UPDATE|DELETE|REPLACE|WITH)\b", re.IGNORECASE)


class Progress:
    """What the current revision has done for good: what was committed, each DDL where that cannot be undone."""

    def __init__(self, connection: Connection) -> None:
        self.done: list[str] = []
        self.pending: list[str] = []
        self.commits_each = connection.dialect.name in {"mysql", "mariadb"}  # DDL, and what came before it
        event.listen(connection, "before_cursor_execute", self._before)
        event.listen(connection, "after_cursor_execute", self._after)
        event.listen(connection, "commit", self._commit)

    def begin(self, *_arguments: object, **_step: object) -> None:
        """Begin with the next revision."""
        self.done, self.pending = [], []

    def _before(self, connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if self.commits_each and _DDL.match(statement):
            self._commit(connection)

    def _after(self, connection: Connection, cursor: object, statement: str, *_rest: object) -> None:
        if _WRITES.match(statement) and "alembic_version" not in statement:
            self.pending.append(" ".join(statement.split())[:100])
            self._before(connection, cursor, statement)

    def _commit(self, _connection: Connection) -> None:
        self.done += self.pending
        self.pending = []

    def sentence(self, error: Exception) -> str:
        """Say which line of which revision failed, why, and what is left to do."""
        frames = traceback.extract_tb(error.__traceback__)
        places = [f"{Path(f.filename).name}, line {f.lineno}: " for f in frames if VERSIONS in Path(f.filename).parents]
        why = reason(error) if isinstance(error, StatementError) else " ".join(str(error).split())
        done = f". What the revision did before is there for good: {'; '.join(self.done)}" if self.done else ""
        then = ". Undo that by hand (DROP what it has created), correct the revision and run it again" if done else ""
        return f"{''.join(places[-1:])}{why}{done}{then}"
