"""Runs in a rendered project's environment and folder: prints what requests can be made of, as JSON.

That is the application's URL map, each rule with its methods, and the columns of each table, by name.
"""

import json
import os
import sys
from importlib import import_module

sys.path.insert(0, os.getcwd())  # noqa: PTH109

module = import_module("my_flask_app.app")
app = module.app if hasattr(module, "app") else module.create_app()
with app.app_context():  # which reflects the tables
    tables = import_module("my_flask_app.models").Base.metadata.tables
    columns = {name: [column.name for column in table.columns] for name, table in tables.items()}
rules = {rule.rule: [] for rule in app.url_map.iter_rules()}
for rule in app.url_map.iter_rules():
    rules[rule.rule] += sorted(rule.methods)
print(json.dumps({"rules": rules, "columns": columns}))
