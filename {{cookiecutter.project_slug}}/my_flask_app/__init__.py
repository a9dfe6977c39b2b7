"""A Flask application on plain SQLAlchemy. Imports nothing here, so that models.py works without Flask."""
