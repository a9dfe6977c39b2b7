"""What is particular to this database."""

import sqlalchemy
from sqlalchemy import Engine

from .config import THREADS, TIMEOUT


def create_engine(url: str) -> Engine:
    """Make an engine that replaces a connection which died in the pool, so a restarted server breaks no request."""
    return sqlalchemy.create_engine(
        url, pool_pre_ping=True, pool_size=THREADS, max_overflow=0, pool_timeout=TIMEOUT, hide_parameters=True
    )
