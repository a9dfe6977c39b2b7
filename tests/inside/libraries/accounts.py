"""Who is logged in: Flask-Login, Flask-WTF and WTForms, as their documentation shows them."""

from flask import Blueprint, Flask, flash, redirect, render_template_string, request, url_for
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user, logout_user
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Identity, String, select
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.security import check_password_hash, generate_password_hash
from werkzeug.wrappers import Response
from wtforms import BooleanField, Field, Form, PasswordField, StringField, SubmitField, ValidationError
from wtforms.validators import DataRequired, Length

from .db import db_session
from .models import Base

PAGE = """<form method="post">{{ form.hidden_tag() }} {{ form.name.label }} {{ form.name }} {{ form.password }}
{{ form.remember }} {{ form.submit }} {{ form.errors }}</form>"""

blueprint = Blueprint("accounts", __name__)
csrf = CSRFProtect()
login_manager = LoginManager()
login_manager.login_view = "accounts.login"


class User(UserMixin, Base):
    """Somebody who may log in."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))

    def set_password(self, password: str) -> None:
        """Keep a hash of the password."""
        self.password_hash = generate_password_hash(password)


@login_manager.user_loader
def load_user(user_id: str) -> User | None:
    """Return the user whom the cookie names."""
    return db_session.get(User, int(user_id))


def without_blanks(_form: Form, field: Field) -> None:
    """Refuse a text with blanks."""
    if " " in field.data:
        raise ValidationError("Write it without blanks.")


class LoginForm(FlaskForm):
    """Asks for a name and a password."""

    name = StringField("Name", validators=[DataRequired(), Length(max=80), without_blanks])
    password = PasswordField("Password", validators=[DataRequired()])
    remember = BooleanField("Remember me")
    submit = SubmitField("Log in")

    def validate_name(self, field: Field) -> None:
        """Refuse a name of the system's own."""
        if field.data == "root":
            raise ValidationError("Nobody logs in as root.")


class SearchForm(FlaskForm):
    """Asks for the beginning of a name, in the URL."""

    class Meta:
        csrf = False

    q = StringField(validators=[Length(max=20)])


@blueprint.route("/login", methods=["GET", "POST"])
def login() -> str | Response:
    """Log in whose password it is."""
    form = LoginForm()
    if form.validate_on_submit():
        user = db_session.scalar(select(User).where(User.name == form.name.data))
        if user and check_password_hash(user.password_hash, form.password.data):
            login_user(user, remember=form.remember.data)
            return redirect(request.args.get("next") or url_for(".me"))
        flash("The name or the password is wrong.")
    return render_template_string(PAGE, form=form)


@blueprint.get("/me")
@login_required
def me() -> str:
    """Answer who is logged in."""
    return current_user.name


@blueprint.get("/users")
@login_required
def search() -> dict[str, list[str]]:
    """Answer the names that begin so."""
    form = SearchForm(request.args)
    names = select(User.name).where(User.name.startswith(form.q.data)).order_by(User.name)
    return {"names": [*db_session.scalars(names)] if form.validate() else []}


@blueprint.get("/logout")
@login_required
def logout() -> Response:
    """Log out."""
    logout_user()
    return redirect(url_for(".login"))


def init_app(app: Flask) -> None:
    """Add all of it to an application."""
    csrf.init_app(app)
    csrf.exempt(app.blueprints["messages"])
    login_manager.init_app(app)
    app.register_blueprint(blueprint)
