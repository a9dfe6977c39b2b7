"""Runs commands of Alembic one after the other in one process, as the project's `alembic` would."""

import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError

config = Config(toml_file=Path("pyproject.toml"))
try:
    for word in sys.argv[1:]:
        name, _, argument = word.partition("=")
        if name == "revision":
            command.revision(config, argument, autogenerate=True)
        elif name == "check":
            command.check(config)
        else:
            getattr(command, name)(config, argument)
except CommandError as error:
    sys.exit(f"FAILED: {error}")
