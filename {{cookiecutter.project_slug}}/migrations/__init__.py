"""How migrations are run, and how `alembic revision --autogenerate` writes them."""
