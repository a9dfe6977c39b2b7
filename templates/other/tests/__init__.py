"""The tests have a database of their own, never the one that DATABASE_URL names. Set before anything is imported."""

import os
from contextlib import nullcontext

from sqlalchemy import make_url

from my_flask_app.config import setting

test_url = setting("TEST_DATABASE_URL")
if make_url(test_url).database == make_url(os.environ.get("DATABASE_URL", "x://")).database:
    raise SystemExit("TEST_DATABASE_URL names a database like that of DATABASE_URL, which tests must not touch.")
os.environ["DATABASE_URL"] = test_url
os.environ["SECRET_KEY"] = "for tests only"

own_database = nullcontext  # it is there, and stays
