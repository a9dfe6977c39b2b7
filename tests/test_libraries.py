"""A project that takes libraries without types stays clean: `tests/inside/libraries/` has each as it is documented."""

from pathlib import Path

import pytest

from tests.conftest import INSIDE, OWN_TESTS, Project, cookiecutter, run

LIBRARIES = ["celery", "factory_boy", "flask-login", "flask-wtf", "wtforms"]
PLACES = {
    "accounts.py": "my_flask_app/accounts.py",
    "tasks.py": "my_flask_app/tasks.py",
    "factories.py": "tests/factories.py",
    "checks.py": "tests/test_libraries.py",
}
APP = {
    "from . import cli,": "from . import accounts, cli,",
    "security\n": "security, tasks\n",
    "    db.init_app(app)": "    accounts.init_app(app)\n    tasks.init_app(app)\n    db.init_app(app)",
}


@pytest.mark.all
def test_libraries_without_types(tmp_path: Path) -> None:
    project = Project(tmp_path / "my_flask_app", {}, cookiecutter(tmp_path).stdout)
    run("uv", "add", "-q", *LIBRARIES, cwd=project.path)
    for name, place in PLACES.items():
        (project.path / place).write_text((INSIDE / "libraries" / name).read_text())
    app = project.path / "my_flask_app/app.py"
    for old, new in APP.items():
        text = app.read_text()
        assert text.count(old) == 1
        app.write_text(text.replace(old, new))
    with (project.path / "my_flask_app/models.py").open("a") as models:
        models.write("\n\nimport my_flask_app.accounts  # noqa: E402, F401\n")
    project.run("alembic", "revision", "--autogenerate", "-m", "Users")
    project.run("flask", "init-db")
    project.run("ruff", "check")
    project.run("ruff", "format", "--check")
    project.run("mypy")
    project.run("mypy", "--strict")
    # UserMixin needs Flask, and so do the models that have it.
    assert " passed" in project.run(*OWN_TESTS, "--deselect=tests/test_db.py::test_models_do_not_need_flask").stdout
    accounts = project.path / "my_flask_app/accounts.py"
    accounts.write_text(accounts.read_text() + '\n\nwrong: int = User(name="Ada").name\n')
    assert "Incompatible types in assignment" in project.run("mypy", check=False).stdout
