"""before.py, moved: runs in a project with the recipe of several databases, on the databases that the settings name.

Usage: ``python after.py FOLDER METHOD PATH``; prints the answer to a request.
"""

import json
import os
import sys
from typing import Any

os.environ["DATABASE_URL"] = f"sqlite:///{sys.argv[1]}/main.db"
os.environ["AUDIT_DATABASE_URL"] = f"sqlite:///{sys.argv[1]}/audit.db"
sys.path.insert(0, os.getcwd())  # noqa: PTH109

from my_flask_app.app import create_app
from my_flask_app.audit import AuditBase
from my_flask_app.db import db_session
from my_flask_app.models import Base
from sqlalchemy import Column, String, Table, insert, select, text
from sqlalchemy.orm import Mapped, mapped_column

app = create_app()

blocked = Table("blocked", AuditBase.metadata, Column("name", String(50), primary_key=True))


class User(Base):
    """Somebody, in the first database."""

    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))


class Login(AuditBase):
    """That somebody came, in the second."""

    __tablename__ = "login"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]


@app.post("/logins/<name>")
def log_in(name: str) -> Any:
    if db_session.execute(select(blocked).where(blocked.c.name == name)).first():
        return {"error": "blocked"}, 403
    user = db_session.scalars(select(User).filter_by(name=name)).first() or User(name=name)
    db_session.add(user)
    db_session.flush()
    db_session.add(Login(user_id=user.id))
    db_session.commit()
    return logins()


@app.delete("/logins/<name>")
def block(name: str) -> Any:
    db_session.execute(insert(blocked).values(name=name))
    db_session.commit()
    return logins()


@app.get("/logins")
def logins() -> Any:
    count = db_session.scalar(text("SELECT count(*) FROM login"), bind_arguments={"mapper": Login})
    names = [db_session.get(User, login.user_id).name for login in db_session.scalars(select(Login))]
    return {"count": count, "names": names}


answer = app.test_client().open(sys.argv[3], method=sys.argv[2])
print(json.dumps([answer.status_code, answer.json]))
