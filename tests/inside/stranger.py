"""Runs in a rendered project's environment and folder: a database of which nothing is known serves requests.

It is SQLite by another name, registered as other packages do theirs, with nothing of databases/sqlite.py.
"""

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path.cwd()))

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite


class Stranger(SQLiteDialect_pysqlite):
    """A dialect that no module of the project knows."""

    name = "stranger"
    supports_statement_cache = True


sys.modules["stranger"] = sys.modules["__main__"]
registry.register("stranger", "stranger", "Stranger")

databases: Any = import_module("my_flask_app.databases")
models: Any = import_module("my_flask_app.models")
module: Any = import_module("my_flask_app.app")

database = databases.database_of(os.environ["DATABASE_URL"])
assert type(database) is databases.Database
assert not database.create()
with database.schema_connection() as connection, connection.begin():
    columns = "id INTEGER PRIMARY KEY, text TEXT, created_at DATETIME DEFAULT CURRENT_TIMESTAMP"
    connection.exec_driver_sql(f"CREATE TABLE message ({columns})")

app: Any = module.app if hasattr(module, "app") else module.create_app()
client = app.test_client()
assert client.get("/health").json == {"status": "ok"}
assert client.post("/messages", json={"text": "Hello"}).status_code == 201
assert [each["text"] for each in client.get("/messages").json["messages"]] == ["Hello"]
print("all good")
