"""The tests read the database that DATABASE_URL names, and write nothing. Set before anything is imported."""

import os

os.environ["SECRET_KEY"] = "for the tests only"
