"""What the models in each database share: their base, by the setting that names the database."""

from .models import Base

BASES = {"DATABASE_URL": Base}
