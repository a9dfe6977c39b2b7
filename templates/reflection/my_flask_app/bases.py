"""What the models in each database share: their base, by the setting that names the database."""

from typing import Any

from .models import Reflected

BASES: dict[str, type[Any]] = {"DATABASE_URL": Reflected}  # what several share has no type in SQLAlchemy
