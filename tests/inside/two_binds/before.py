"""A small application on Flask-SQLAlchemy with two binds; after.py is the same, moved as the page on them says.

Usage: ``python before.py FOLDER METHOD PATH``; prints the answer to a request. The databases are in the folder.
"""

import json
import sys
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{sys.argv[1]}/main.db"
app.config["SQLALCHEMY_BINDS"] = {"audit": f"sqlite:///{sys.argv[1]}/audit.db"}
db = SQLAlchemy(app)

blocked = db.Table("blocked", db.Column("name", db.String(50), primary_key=True), bind_key="audit")


class User(db.Model):
    """Somebody, in the first database."""

    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(50), nullable=False)


class Login(db.Model):
    """That somebody came, in the second."""

    __bind_key__ = "audit"
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer, nullable=False)


@app.post("/logins/<name>")
def log_in(name: str) -> Any:
    audit = {"bind": db.engines["audit"]}
    if db.session.execute(db.select(blocked).where(blocked.c.name == name), bind_arguments=audit).first():
        return {"error": "blocked"}, 403
    user = db.session.scalars(db.select(User).filter_by(name=name)).first() or User(name=name)
    db.session.add(user)
    db.session.flush()
    db.session.add(Login(user_id=user.id))
    db.session.commit()
    return logins()


@app.delete("/logins/<name>")
def block(name: str) -> Any:
    db.session.execute(db.insert(blocked).values(name=name))
    db.session.commit()
    return logins()


@app.get("/logins")
def logins() -> Any:
    audit = {"bind": db.engines["audit"]}
    count = db.session.scalar(db.text("SELECT count(*) FROM login"), bind_arguments=audit)
    names = [db.session.get(User, login.user_id).name for login in db.session.scalars(db.select(Login))]
    return {"count": count, "names": names}


with app.app_context():
    db.create_all()
answer = app.test_client().open(sys.argv[3], method=sys.argv[2])
print(json.dumps([answer.status_code, answer.json]))
