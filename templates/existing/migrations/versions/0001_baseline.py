"""The schema that the project began with: 0001_baseline.sql has the database's own statements for it.

It builds that schema in an empty database. The one that it was read from has it already: `alembic stamp head` there.

Revision ID: 0001
"""

from collections.abc import Sequence
from pathlib import Path

from alembic import op
from alembic.util import CommandError

revision: str = "0001"
down_revision: str | Sequence[str] | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    script = Path(__file__).with_suffix(".sql").read_bytes().decode()
    for statement in script.split("\n;\n-- next\n")[:-1]:
        op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})  # a % is a %


def downgrade() -> None:
    raise CommandError("The baseline is the beginning: to take it back, drop the database.")
