"""The application, for `flask run` and `gunicorn`."""

from flask import Flask

from . import cli, db, errors, health, logs, messages, reflection
from .config import setting

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
app.config["SECRET_KEY"] = setting("SECRET_KEY")

logs.init_app(app)
errors.init_app(app)
app.register_blueprint(health.blueprint)
app.register_blueprint(messages.blueprint)
reflection.init_app(app)
app.cli.add_command(cli.init_db_command)
db.init_app(app)
