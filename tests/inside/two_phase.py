"""Runs in a project with the recipe of several databases: writes to both in two phases.

Usage: ``python two_phase.py commit|crash``; a crash comes between the phases.
"""

import os
import sys

sys.path.insert(0, os.getcwd())  # noqa: PTH109

from my_flask_app.app import create_app
from my_flask_app.audit import Event
from my_flask_app.db import sessions
from my_flask_app.models import Message

with create_app().app_context(), sessions(twophase=True) as session:
    session.add_all([Message(text="two phases"), Event(what="two phases")])
    session.prepare()
    if sys.argv[1] == "crash":
        os._exit(1)
    session.commit()
