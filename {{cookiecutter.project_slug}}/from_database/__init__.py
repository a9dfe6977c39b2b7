"""Writes models.py and the Alembic baseline from a database. set_up.py runs it once, and removes it afterwards."""
