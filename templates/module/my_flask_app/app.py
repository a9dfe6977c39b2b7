"""The application, for `flask run` and `gunicorn`."""

from flask import Flask

from . import cli, db, errors, health, logs, messages, security
from .config import DEFAULTS, setting

app = Flask(__name__)
app.config.from_mapping(DEFAULTS)
app.config.from_prefixed_env()
app.config["SECRET_KEY"] = setting("SECRET_KEY")

logs.init_app(app)
errors.init_app(app)
security.init_app(app)
app.register_blueprint(health.blueprint)
app.register_blueprint(messages.blueprint)
cli.init_app(app)
db.init_app(app)
