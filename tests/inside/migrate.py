"""Runs commands of Alembic one after the other in one process, as the project's `alembic` would."""

import sys
from argparse import Namespace
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError

try:
    for word in sys.argv[1:]:
        name, _, argument = word.partition("=")
        function = getattr(command, name)
        config = Config(toml_file=Path("pyproject.toml"), cmd_opts=Namespace(cmd=(function, [], [])))
        if name == "revision":
            function(config, argument, autogenerate=True)
        elif name == "check":
            function(config)
        else:
            function(config, argument)
except CommandError as error:
    sys.exit(f"FAILED: {error}")
