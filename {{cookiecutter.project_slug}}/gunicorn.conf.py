"""How gunicorn serves: it reads this file where it starts, and PORT, so `gunicorn` is the whole command."""

from my_flask_app.config import THREADS, number

# {% if cookiecutter.app_setup == 'factory' %}
wsgi_app = "my_flask_app.app:create_app()"
# {% else %}wsgi_app = "my_flask_app.app:app"{% endif %}
worker_class = "gthread"  # or "gevent", once it is among the dependencies
workers = number("WEB_CONCURRENCY", 2)
threads = THREADS  # as many as a worker's pool has connections
# Workers share memory, though no connection (see databases/). gevent has to come before the application makes locks.
preload_app = worker_class == "gthread"
keepalive = 75  # seconds, longer than the minute of most proxies: a proxy must never reuse what is being closed here
graceful_timeout = 8  # seconds for requests under way, before Docker kills after ten
control_socket_disable = True  # each gunicorn of a user would take the socket of the one before
forwarder_headers = ""  # no SCRIPT_NAME of a neighbour: one that does not fit the path would be a 500
# No access log: logs.py writes a line for each request.
