"""The tables, as classes. Knows nothing of Flask or the engine: workers, notebooks and Alembic import it too."""

from datetime import UTC, datetime

from sqlalchemy import Identity, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from .column_types import COLUMN_TYPES


class Base(DeclarativeBase):
    """What all models share."""

    # Migrations need a name to drop a constraint by.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = COLUMN_TYPES


class Message(Base):
    """A short text and when it was written."""

    __tablename__ = "message"
    # An id is never given twice; every character, whatever a database's default.
    __table_args__ = ({"sqlite_autoincrement": True, "mysql_charset": "utf8mb4", "mariadb_charset": "utf8mb4"},)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    text: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))
