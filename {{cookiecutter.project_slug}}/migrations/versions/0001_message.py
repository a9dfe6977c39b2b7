"""The message table.

Revision ID: 0001
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
#% if cookiecutter.__dialect in ['mysql', 'mariadb']
from sqlalchemy.dialects import mysql
#% endif

revision: str = "0001"
down_revision: str | Sequence[str] | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), {{ 'sa.Identity(), ' if cookiecutter.__dialect == 'oracle' else '' }}nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("created_at", {{ 'mysql.DATETIME(fsp=6)' if cookiecutter.__dialect in ['mysql', 'mariadb'] else 'sa.DateTime(timezone=True)' }}, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
#% if cookiecutter.__dialect == 'sqlite'
        sqlite_autoincrement=True,
#% elif cookiecutter.__dialect in ['mysql', 'mariadb']
        mysql_charset="utf8mb4",
#% endif
    )


def downgrade() -> None:
    op.drop_table("message")
