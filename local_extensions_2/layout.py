"""Which file of this template becomes which file of a project, and how its text is read.

The template folder is the project that the defaults make. Of what the answers change,

* a whole file stands in ``templates/<answer>/``, under the path that it has in the project, and takes the place of the
  default file there; in ``templates/reflection+existing/`` where it takes both answers;
* a file that only some answers have at all is a row of ``ONLY``;
* a few lines stand between Jinja's statements in comments (``# {% if ... %}``, ``-- {% if ... %}`` or
  ``<!-- {% if ... %} -->``); a line that the defaults do not have is in the comment: ``# {% if ... %}line{% endif %}``;
* the package's name is ``my_flask_app``, in paths and in texts.

Below a folder ``templates`` of the project the Jinja is Flask's: text, but for the project's name, ``My Flask App``.
So is what GitHub replaces, ``${{ ... }}``.
"""

import os
import re
from fnmatch import fnmatch
from pathlib import Path

TEMPLATE = Path(__file__).resolve().parent.parent
PROJECT = next(TEMPLATE.glob("{{*"))
VARIANTS = TEMPLATE / "templates"

# The answers that name a folder of templates/ or stand in ONLY, and what they mean.
ANSWERS = {
    "postgresql_service": "cookiecutter.__service == 'postgresql'",
    "mysql_service": "cookiecutter.__service == 'mysql'",
    "mariadb_service": "cookiecutter.__service == 'mariadb'",
    "no_service": (
        "not cookiecutter.__service and (cookiecutter.__dialect != 'sqlite' or cookiecutter.database == 'existing')"
    ),
    "existing": "cookiecutter.database == 'existing'",
    "new": "cookiecutter.database == 'new'",
    "declarative": "cookiecutter.models == 'declarative'",
    "reflection": "cookiecutter.models == 'reflection'",
    "module": "cookiecutter.app_setup == 'module'",
    "mysql": "cookiecutter.__dialect in ['mysql', 'mariadb']",
    "postgresql": "cookiecutter.__dialect == 'postgresql'",
    "cockroachdb": "cookiecutter.__dialect == 'cockroachdb'",
    "mssql": "cookiecutter.__dialect == 'mssql'",
    "oracle": "cookiecutter.__dialect == 'oracle'",
    "libmariadb": "cookiecutter.__scheme in cookiecutter._libmariadb",
}

# The files that not every project has, and the answers that give it one.
ONLY = {
    "from_database/*": "existing+declarative",
    "migrations/*": "declarative",
    "my_flask_app/bases.py": "new, declarative",
    "my_flask_app/browse/*": "existing",
    "my_flask_app/dialects.py": "existing",
    "my_flask_app/column_types.py": "new, reflection",
    "my_flask_app/mapping.py": "reflection+existing",
    "my_flask_app/messages.py": "new",
    "my_flask_app/models.py": "new, reflection",
    "my_flask_app/reflect_models/*": "reflection+existing",
    "my_flask_app/reflection.py": "reflection",
    "my_flask_app/schema.py": "new, declarative",
    "my_flask_app/tables.py": "reflection+existing",
    "my_flask_app/templates/index.html": "new",
    "schema/cockroachdb.sql": "reflection+new+cockroachdb",
    "schema/mssql.sql": "reflection+new+mssql",
    "schema/oracle.sql": "reflection+new+oracle",
    "schema/*": "reflection+new",
    "tests/counter.py": "new",
    "tests/test_browse.py": "existing",
    "tests/test_transactions.py": "new",
    "tests/test_logs.py": "new",
    "tests/test_messages.py": "new",
    "tests/test_schema.py": "new",
}

_PACKAGE = re.compile(r"\bmy_flask_app\b")
_COMMENT = re.compile(r"^([ \t]*)(?:#|--|<!--) (\{%.*%\})(?: -->)?$", re.MULTILINE)
_STATEMENT = re.compile(r"(\{%.*?%\})")
_OF_GITHUB = re.compile(r"\$\{\{.*?\}\}")
_AT_TEMPLATE = f"{os.sep}.{os.sep}"  # between the output folder and the name of a folder of the template


def file_text(source: str, name: str) -> str:
    """Write a file of the template, or of ``templates/``, as a Jinja template that chooses among its variants."""
    if "/templates/" in name:
        text = literal(source).replace("My Flask App", "{{ cookiecutter.project_name | html }}")
    else:
        text = _OF_GITHUB.sub(lambda found: literal(found[0]), _with_package(source))
        text = _COMMENT.sub(lambda found: _on_lines_of_their_own(*found.groups()), text)
    if not (PROJECT / name).is_file():  # itself a variant
        return text
    choices = [f"if {condition(each)} %}}{{% include '{each}/{name}' %}}" for each in variants(name)]
    return f"{{% {'{% el'.join(choices)}{{% else %}}{text}{{% endif %}}" if choices else text


def file_name(name: str) -> str:
    """Write a file's path as a Jinja template that is empty where the answers leave the file out."""
    answers = row(name.replace(os.sep, "/"))
    return f"{{% if {condition(answers)} %}}{_with_package(name)}{{% endif %}}" if answers else _with_package(name)


def row(name: str) -> str:
    """Return the answers that a file of the project takes, of the first row of ``ONLY`` that meets it."""
    return next((answers for pattern, answers in ONLY.items() if fnmatch(name, pattern)), "")


def folder_name(path: str) -> str:
    """Write a folder's path as a Jinja template; the output folder, which stands before it, is text."""
    output_folder, separator, name = path.partition(_AT_TEMPLATE)
    return literal(output_folder) + separator + _with_package(name)


def literal(text: str) -> str:
    """Write text as a Jinja template that renders to it."""
    return text.replace("{", "{{ '{' }}")


def variants(name: str) -> list[str]:
    """Return the folders of ``templates/`` that have a file of that path, those of most answers first."""
    folders = [folder.name for folder in sorted(VARIANTS.iterdir()) if (folder / name).is_file()]
    return sorted(folders, key=lambda answers: -answers.count("+"))


def condition(answers: str) -> str:
    """Write answers as a condition of Jinja: ``reflection+existing`` wants both, ``new, reflection`` one of them."""
    return " or ".join(
        " and ".join(f"({ANSWERS[answer]})" for answer in both.split("+")) for both in answers.split(", ")
    )


def _with_package(text: str) -> str:
    return _PACKAGE.sub("{{ cookiecutter.__package }}", text)


def _on_lines_of_their_own(indent: str, line: str) -> str:
    return "\n".join(indent + part for part in _STATEMENT.split(line) if part)
