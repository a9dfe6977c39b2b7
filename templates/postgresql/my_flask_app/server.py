"""What is particular to this database: the limits to waiting for it."""

from typing import Any

import sqlalchemy
from sqlalchemy import URL, Engine, {{ 'event, ' if cookiecutter.__driver == 'psycopg' else '' }}make_url
from sqlalchemy.exc import ArgumentError

from .config import THREADS, TIMEOUT
#% if cookiecutter.__driver == 'psycopg'
from .time_limit import connect
#% endif

LIMITS = {{ '{"timeout": TIMEOUT}' if cookiecutter.__driver == 'pg8000' else '{"connect_timeout": 2}' }}  # seconds


def create_engine(url: str) -> Engine:
    """Make an engine that replaces a connection which died in the pool, so a restarted server breaks no request."""
    if not make_url(url).database:
        raise ArgumentError("it names no database")
    {{ 'engine =' if cookiecutter.__driver == 'psycopg' else 'return' }} limited_engine(make_url(url), pool_pre_ping=True, pool_size=THREADS, max_overflow=0, pool_timeout=TIMEOUT)
#% if cookiecutter.__driver == 'psycopg'
    event.listen(engine, "do_connect", connect)
    return engine
#% endif


def limited_engine(url: URL, **options: Any) -> Engine:
    """Make an engine that connects within 2 seconds or raises DBAPIError; the URL may set other limits."""
    limits = {name: value for name, value in LIMITS.items() if name not in url.query}
    return sqlalchemy.create_engine(url, connect_args=limits, hide_parameters=True, **options)
