"""The application, for `flask run` and `gunicorn`."""

from flask import Flask

from . import {{ 'browse, ' if cookiecutter.database == 'existing' else '' }}cli, db, errors, health, logs{{ ', messages' if cookiecutter.database == 'new' else '' }}{{ ', reflection' if cookiecutter.models == 'reflection' else '' }}
from .config import setting

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
app.config["SECRET_KEY"] = setting("SECRET_KEY")

logs.init_app(app)
errors.init_app(app)
app.register_blueprint(health.blueprint)
#% if cookiecutter.database == 'existing'
browse.init_app(app)
#% else
app.register_blueprint(messages.blueprint)
#% endif
#% if cookiecutter.models == 'reflection'
reflection.init_app(app)
#% endif
cli.init_app(app)
db.init_app(app)
