"""The tables and their rows, to be read only: as JSON under ``/tables`` (api.py), as pages under ``/`` (pages.py)."""

import os

from flask import Blueprint, Flask
from werkzeug.routing import PathConverter

from . import api, pages
from .visible import require_browsing

blueprint = Blueprint(
    "browse", __name__, template_folder="templates", static_folder="static", static_url_path="/static/browse"
)
blueprint.before_request(require_browsing)
blueprint.register_blueprint(api.blueprint)
blueprint.register_blueprint(pages.blueprint)


class AnyName(PathConverter):
    """The rest of a URL, whatever it begins with: a table's name may begin with a slash."""

    regex = ".+"
    part_isolating = False


def init_app(app: Flask) -> None:
    """Show the tables that BROWSE_TABLES names; if it names none, all of them in debug and nothing otherwise."""
    app.config.setdefault("BROWSE_TABLES", os.environ.get("BROWSE_TABLES", ""))
    app.url_map.converters["any_name"] = AnyName
    app.register_blueprint(blueprint)
