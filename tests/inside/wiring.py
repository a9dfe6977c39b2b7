"""Runs in a rendered project's environment and folder: sessions under nested contexts, threads, async, streams, fork.

Usage: ``python wiring.py factory|module``.
"""

import os
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

FOLDER = tempfile.TemporaryDirectory()
os.environ["DATABASE_URL"] = f"sqlite:///{FOLDER.name}/wiring.db"
sys.path.insert(0, os.getcwd())  # noqa: PTH109

from flask import Flask, stream_with_context  # noqa: E402
from my_flask_app import db  # noqa: E402
from my_flask_app.databases import database_of  # noqa: E402
from my_flask_app.db import db_session  # noqa: E402
from my_flask_app.models import Message  # noqa: E402
from sqlalchemy import Engine, func, select, text  # noqa: E402

application: Any = import_module("my_flask_app.app")  # has create_app or app


def new_app(**config: Any) -> Flask:
    """Return the application; the module's only one, or another of the factory."""
    app: Flask = application.app if sys.argv[1] == "module" else application.create_app(config)
    return app


def probe() -> Flask:
    """Return a bare application with the same wiring, for views of our own."""
    app = Flask("probe")
    app.config.update(DATABASE_URL=os.environ["DATABASE_URL"], PROPAGATE_EXCEPTIONS=False)
    db.init_app(app)
    return app


def engine_of(app: Flask) -> Engine:
    """Return the engine that the application's sessions use."""
    with app.app_context():
        engine = db_session.get_bind()
    assert isinstance(engine, Engine)
    return engine


def checked_out(app: Flask) -> int:
    """Return the number of connections in use."""
    return int(engine_of(app).pool.checkedout())  # type: ignore[attr-defined]


def count(app: Flask) -> int:
    """Return the number of messages that are committed."""
    with app.app_context():
        return db_session.scalars(select(func.count()).select_from(Message)).one()


def several_apps() -> None:
    """Applications of the factory do not share an engine, nor a database; the module's share one."""
    url = f"sqlite:///{FOLDER.name}/second.db"
    first, second = new_app(), new_app(DATABASE_URL=url)
    if sys.argv[1] == "module":
        assert engine_of(first) is engine_of(second)
        return
    assert second.test_cli_runner().invoke(args=["init-db"]).exit_code == 0
    before = count(first)
    with first.app_context():
        outer = db_session()
        with second.app_context():
            db_session.add(Message(text="in the second only"))
            db_session.commit()
        assert db_session() is outer
    assert (count(first), count(second)) == (before, 1)
    with first.app_context():
        session = db_session()
        with second.app_context():
            session.add(Message(text="in the first, whatever context is current"))
            session.commit()
    assert (count(first), count(second)) == (before + 1, 1)


def async_views() -> None:
    """An async view has its request's session, also in the thread it runs in, and its end."""
    app = probe()

    @app.before_request
    def remember() -> None:
        app.extensions["before"] = db_session()

    @app.get("/async")
    async def view() -> str:
        assert db_session() is app.extensions["before"]
        db_session.execute(select(1))
        return "ok"

    client = app.test_client()
    assert [client.get("/async").status_code for _ in range(50)] == [200] * 50
    assert checked_out(app) == 0


def streams() -> None:
    """A streamed response reads in its request's session, which ends with it, finished or broken off."""
    app = probe()

    @app.get("/stream")
    def stream() -> Any:
        def lines() -> Iterator[str]:
            for number in db_session.scalars(select(Message.id)):
                yield f"{number}\n"

        return app.response_class(stream_with_context(lines()))

    for _ in range(30):
        assert app.test_client().get("/stream").status_code == 200
        response = app.test_client().get("/stream", buffered=False)
        response.close()  # the client goes away
    assert checked_out(app) == 0
    assert not db_session.registry.registry


def threads() -> None:
    """Threads with contexts of their own have sessions of their own, and hold no connection afterwards."""
    app = probe()

    def work(_number: int) -> int:
        with app.app_context():
            db_session.execute(text("SELECT 1"))
            return id(db_session())

    with ThreadPoolExecutor(15) as pool:
        list(pool.map(work, range(150)))
    assert checked_out(app) == 0


def forks() -> None:
    """A child process does not use its parent's connections."""
    app = probe()
    with app.app_context():
        db_session.execute(select(1))
    pool = engine_of(app).pool
    idle = pool.checkedin()  # type: ignore[attr-defined]
    assert idle
    child = os.fork()
    if not child:
        os._exit(engine_of(app).pool.checkedin())  # type: ignore[attr-defined]
    assert os.waitpid(child, 0)[1] == 0
    assert pool.checkedin() == idle  # type: ignore[attr-defined]


def lost_connections() -> None:
    """A connection that dies in a request costs neither the answer nor a place in the pool."""
    app = probe()

    @app.get("/lost")
    def lost() -> str:
        connection = db_session.connection()
        raw: sqlite3.Connection = connection.connection.dbapi_connection  # type: ignore[assignment]
        raw.close()
        return "ready"

    for _ in range(10):
        response = app.test_client().get("/lost")
        assert (response.status_code, response.text) == (200, "ready")
    assert not db_session.registry.registry
    assert count(app) >= 0


def sqlite_settings() -> None:
    """Foreign keys are checked, the log is a WAL, and reading requests do not wait for a writer."""
    app = probe()
    with app.app_context():
        assert db_session.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
        assert db_session.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"

    @app.get("/read")
    def read() -> str:
        return str(db_session.scalars(select(func.count()).select_from(Message)).one())

    writer = engine_of(app).connect()
    with writer.begin():
        writer.execute(text("UPDATE message SET text = text"))
        assert app.test_client().get("/read").status_code == 200
    writer.close()


def a_locked_file() -> None:
    """Two processes that turn the same new file into a WAL database do not fail, as SQLite would have one do."""
    path = f"{FOLDER.name}/locked.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("CREATE TABLE theirs (id)")
    other.execute("BEGIN IMMEDIATE")
    database_of(f"sqlite:///{path}").create_engine().connect().close()
    other.close()


CHECKS: list[Callable[[], None]] = [
    several_apps,
    async_views,
    streams,
    threads,
    forks,
    lost_connections,
    sqlite_settings,
    a_locked_file,
]

if __name__ == "__main__":
    assert new_app().test_cli_runner().invoke(args=["init-db"]).exit_code == 0
    with new_app().app_context():  # reflects, where that is how it works
        db_session.add(Message(text="one"))
        db_session.commit()
    for check in CHECKS:
        check()
        print(check.__name__, "good")
    print("all good")
