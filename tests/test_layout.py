"""Which file of the template becomes which file of a project: the rules for it, and awkward names and texts."""

import ast
import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
import yaml

import lint
from lint import render
from local_extensions_2 import database_url, layout
from local_extensions_2.filters import html
from local_extensions_2.questions import slug_problem
from tests.conftest import TEMPLATE, run

STATEMENT = re.compile(r"\{%\s*(?:if|elif|for|include)\b")
PLACEHOLDERS = re.compile(r"my_flask_app|My Flask App|cookiecutter|#%|#=|(?:#|--|<!--) \{%")
# The package's rooms, from the ground up. Each imports from below its own floor; app.py and cli.py know of the annexes.
LAYERS = [
    {"config", "column_types", "dialects", "tables"},
    {"databases", "models"},
    {"db", "bases", "mapping"},
    {"schema", "shortcuts", "reflection"},
    {"errors", "health", "logs", "messages", "security"},
    {"browse", "reflect_models"},
    {"cli"},
    {"app"},
]
NTFS_REFUSES = re.compile(r'[<>:"\\|?*\x00-\x1f]|[ .](/|$)|(^|/)(con|prn|aux|nul|com\d|lpt\d)(\.|/|$)', re.IGNORECASE)


def tracked() -> list[str]:
    """The paths of this repository as git has them, with those that are new."""
    return run("git", "ls-files", "-coz", "--exclude-standard", cwd=TEMPLATE).stdout.rstrip("\0").split("\0")


def template_files() -> Iterator[Path]:
    for name in tracked():
        path = TEMPLATE / name
        if path.is_relative_to(layout.PROJECT) or path.is_relative_to(layout.VARIANTS):
            yield path


def texts(project: Path) -> dict[str, str]:
    return {name: (project / name).read_text(encoding="utf-8") for name in lint.files(project)}


@pytest.fixture(scope="module")
def renders(tmp_path_factory: pytest.TempPathFactory) -> dict[lint.Answers, dict[str, str]]:
    """What each set of answers renders, for a project without the placeholder in its names."""
    folder = tmp_path_factory.mktemp("renders")
    names = {"project_name": "Shop", "project_slug": "shop"}
    return {
        answers: texts(render(folder / str(number), **dict(answers), **names))
        for number, answers in enumerate(lint.every_answers())
    }


# How the template is written


def test_no_condition_in_a_name_and_no_long_path() -> None:
    for name in tracked():
        assert len(name) <= 120
        assert not re.search(r"[{}%]", name.removeprefix(layout.PROJECT.name))


def test_few_statements() -> None:
    lines = statements = 0
    for path in template_files():
        if path.suffix in {".html", ".svg", ".md"}:
            continue
        text = path.read_text(encoding="utf-8")
        found = len(STATEMENT.findall(text))
        assert found <= 4, path
        lines += text.count("\n")
        statements += found
    assert statements * 100 < lines


def test_every_file_is_valid_in_its_own_language() -> None:
    for path in template_files():
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".toml":
            tomllib.loads(text)
        if path.suffix in {".yaml", ".yml"}:
            yaml.safe_load(text)
        if path.suffix == ".py":
            compile(text, path, "exec")


def test_each_module_of_the_package_has_tests_of_its_name_or_in_the_table() -> None:
    contributing = (TEMPLATE / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = re.findall(r"(?m)^\| (`test_.+) \| (.+) \|$", contributing)
    named = {name for tests, parts in table for name in re.findall(r"`(\w+)(?:\.py|/)`", f"{tests} {parts}")}
    rooms = {name.removeprefix("my_flask_app/").split("/")[0] for name in lint.files(layout.PROJECT / "my_flask_app")}
    modules = {room.removesuffix(".py") for room in rooms} - {"__init__", "static", "templates"}
    tests = {file.stem.removeprefix("test_") for file in Path(__file__).parent.glob("test_*.py")}
    assert len(modules) > 20
    assert modules - tests <= named
    assert {name for name in named if name.startswith("test_")} <= {f"test_{name}" for name in tests}


def test_every_word_row_and_variant_is_used() -> None:
    files = lint.files(layout.PROJECT)
    folders = {folder.name: lint.files(folder) for folder in layout.VARIANTS.iterdir()}
    assert {first_pattern(name) for name in files} - {""} == set(layout.ONLY)
    words = {word for words in (*folders, *layout.ONLY.values()) for word in re.split(r"\+|, ", words)}
    assert words == set(layout.ANSWERS)
    chosen = {(name, variant(name, answers)) for answers in lint.every_answers() for name in files}
    included = "".join(path.read_text(encoding="utf-8") for path in template_files())
    for folder, names in folders.items():
        for name in names:
            if name in files:
                assert (name, folder) in chosen, f"{folder}/{name} is rendered for no answers"
            else:
                assert re.search(rf"include [^%]*/{name}'", included), f"{folder}/{name} is included nowhere"
                assert any(lint.fits(folder, answers) for answers in lint.every_answers())


def first_pattern(name: str) -> str:
    return next((pattern for pattern in layout.ONLY if fnmatch(name, pattern)), "")


def variant(name: str, answers: lint.Answers) -> str:
    """The folder of ``templates/`` whose file these answers render; fail where two would do."""
    row = layout.row(name)
    if row and not lint.fits(row, answers):
        return ""
    fitting = [folder for folder in layout.variants(name) if lint.fits(folder, answers)]
    ranks = [folder.count("+") for folder in fitting]
    assert ranks.count(max(ranks, default=0)) <= 1, f"{name}: {fitting} are all for {answers}"
    return fitting[0] if fitting else ""


# What is rendered


def test_no_placeholder_is_left(renders: dict[lint.Answers, dict[str, str]]) -> None:
    for answers, project in renders.items():
        for name, text in project.items():
            assert not PLACEHOLDERS.search(name), name
            found = PLACEHOLDERS.search(text)
            assert not found, f"{name}: {found} {answers}"


@cache  # most files are the same for most answers
def imported(text: str, in_a_room: bool) -> set[str]:
    """Return which modules and packages of ``shop`` a module imports, beside those of its own room."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and not (in_a_room and node.level == 1):
            assert node.level <= 1
            path = f"{'shop.' * node.level}{node.module or ''}".strip(".").split(".")
            assert path[0] not in {"migrations", "from_database", "tests"}  # which know the package
            if path[0] == "shop":
                found |= set(path[1:2]) or {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            assert not any(alias.name.split(".")[0] == "shop" for alias in node.names)
    return found


def test_imports_go_down(renders: dict[lint.Answers, dict[str, str]]) -> None:
    floor = {room: number for number, rooms in enumerate(LAYERS) for room in rooms}
    met = set()
    for project in renders.values():
        for name, text in project.items():
            _, *room = Path(name).parts
            if not (name.startswith("shop/") and name.endswith(".py")) or room == ["__init__.py"]:
                continue
            source = room[0].removesuffix(".py")
            for target in imported(text, in_a_room=len(room) > 1):
                assert floor[target] < floor[source], f"{name} imports {target}"
            met.add(source)
    assert met == set(floor)


@cache
def neighbours(text: str) -> set[str]:
    """Return which modules of its own room a module imports."""
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom) and node.level == 1]
    return {name for node in nodes for name in ([node.module] if node.module else [each.name for each in node.names])}


@pytest.mark.parametrize("room", ["browse", "databases", "reflect_models"])
def test_no_room_has_a_circle(room: str, renders: dict[lint.Answers, dict[str, str]]) -> None:
    path = re.compile(rf"shop/{room}/(\w+)\.py")
    graphs = [
        {found[1]: neighbours(text) for name, text in project.items() if (found := path.fullmatch(name))}
        for project in renders.values()
    ]
    assert any(graphs)
    for graph in graphs:
        TopologicalSorter(graph).prepare()  # raises CycleError


def test_the_package_is_the_same_for_each_url(renders: dict[lint.Answers, dict[str, str]]) -> None:
    first: dict[lint.Answers, dict[str, str]] = {}
    different: set[str] = set()
    for answers, project in renders.items():
        one = first.setdefault(tuple(pair for pair in answers if pair[0] != "database_url"), project)
        different |= {name for name in {*one, *project} if one.get(name) != project.get(name)}
    assert {name.split("/")[0] for name in different} == {
        *(".env.example", ".github", ".gitignore", "Dockerfile", "README.md", "compose.yaml", "from_database"),
        *("pyproject.toml", "schema"),
    }


def test_no_answer_takes_what_a_project_has_at_its_top(renders: dict[lint.Answers, dict[str, str]]) -> None:
    top = {name.split("/")[0] for project in renders.values() for name in project} - {"shop"}
    for name in {*top, ".env", ".git", ".venv", "uv.lock"}:
        assert slug_problem(name.removesuffix(".py")), name
        assert "a path that the project needs" in database_url.problem(f"sqlite:///{name}", ["sqlite"]), name


def test_every_path_works_on_windows(renders: dict[lint.Answers, dict[str, str]]) -> None:
    for names in (tracked(), *renders.values()):
        folders = {str(parent) for name in names for parent in Path(name).parents}
        assert len({name.lower() for name in {*names, *folders}}) == len({*names, *folders})
        for name in names:
            assert 100 + len(name) < 260
            assert not NTFS_REFUSES.search(name), name


def test_the_applications_differ_in_what_the_answers_change_only() -> None:
    name = "my_flask_app/app.py"
    sources = [layout.PROJECT / name, *(layout.VARIANTS / folder / name for folder in layout.variants(name))]
    assert len(sources) == 8
    for module in (False, True):
        common = {
            re.sub(r"(?m)^.*\b(messages|browse|reflection)\b.*\n", "", source.read_text(encoding="utf-8"))
            for source in sources
            if ("module" in source.relative_to(TEMPLATE).parts[1]) == module
        }
        assert len(common) == 1


@pytest.mark.parametrize(
    "slug", ["my_flask_app", "my-flask-app", "my_flask_app2", "x_my_flask_app", "my-flask-app-my-flask-app"]
)
@pytest.mark.parametrize("answers", [{}, {"database": "existing", "models": "reflection", "app_setup": "module"}])
def test_slugs_that_resemble_the_placeholder(tmp_path: Path, slug: str, answers: dict[str, str]) -> None:
    neutral = "qq-ww" if "-" in slug else "qqww"
    package, neutral_package = slug.replace("-", "_"), neutral.replace("-", "_")
    wanted = {
        name.replace(neutral_package, package): text.replace(neutral, slug).replace(neutral_package, package)
        for name, text in texts(render(tmp_path / "neutral", project_slug=neutral, project_name="N", **answers)).items()
    }
    assert texts(render(tmp_path / "slug", project_slug=slug, project_name="N", **answers)) == wanted


@pytest.mark.parametrize(
    "text",
    ["my_flask_app", "My Flask App", "#% if x", "#= x", "# {% if x %}", "${{ github.ref }}", "{{ 7 * 7 }} {% raw %}"],
)
@pytest.mark.parametrize("database", ["new", "existing"])
def test_answers_that_look_like_the_template(tmp_path: Path, text: str, database: str) -> None:
    answers = {"project_name": f"N {text}", "description": f"D {text}", "author": f"A {text}", "database": database}
    neutral = {"project_name": "Nqqww", "description": "Dqqww", "author": "Aqqww", "database": database}
    project = texts(render(tmp_path / "text", project_slug="shop", **answers))
    wanted = texts(render(tmp_path / "neutral", project_slug="shop", **neutral))
    assert project.keys() == wanted.keys()
    for name, plain in wanted.items():
        carried = html(answers["project_name"]) if name.endswith(".html") else answers["project_name"]
        plain = plain.replace("Nqqww", carried).replace("Dqqww", answers["description"])  # noqa: PLW2901
        assert project[name] == plain.replace("Aqqww", answers["author"]), name


@pytest.mark.parametrize("folder", ["my_flask_app", "{{ 7 * 7 }} and blanks", "{% if x %}", "./my_flask_app/./x"])
def test_output_folders_that_look_like_the_template(tmp_path: Path, folder: str) -> None:
    project = render(tmp_path / folder, project_slug="shop")
    assert project == tmp_path / folder / "shop"
    assert texts(project) == texts(render(tmp_path / "plain", project_slug="shop"))


# The number in the package's name


def changed_since_last_tag(repository: Path) -> str:
    """Return what of the extension's package is not as the last tag has it under the same name."""
    git = ("git", "-C", str(repository))
    tag = subprocess.run([*git, "describe", "--tags", "--abbrev=0"], capture_output=True, text=True, check=False)
    answers = json.loads((repository / "cookiecutter.json").read_text(encoding="utf-8"))
    package = answers["_extensions"][0].partition(".")[0]
    if tag.returncode or not run(*git, "ls-tree", tag.stdout.strip(), package).stdout:
        return ""
    return run(*git, "diff", "--name-only", tag.stdout.strip(), "--", package).stdout


def test_the_package_has_a_new_number_if_it_differs_from_the_last_tags() -> None:
    changed = changed_since_last_tag(TEMPLATE)
    assert not changed, f"`cruft update` would not see {changed}: give the package of the extension a new number."


def test_the_number_of_the_package_is_compared_with_the_last_tag(tmp_path: Path) -> None:
    def commit(package: str, source: str) -> None:
        (tmp_path / "cookiecutter.json").write_text(json.dumps({"_extensions": [f"{package}.Answers"]}))
        (tmp_path / package).mkdir(exist_ok=True)
        (tmp_path / package / "__init__.py").write_text(source)
        run("git", "add", "--all", cwd=tmp_path)
        run("git", "commit", "-m", "All of it", cwd=tmp_path)

    run("git", "init", cwd=tmp_path)
    commit("extensions_1", "one = 1")
    assert not changed_since_last_tag(tmp_path)
    run("git", "tag", "1.0", cwd=tmp_path)
    assert not changed_since_last_tag(tmp_path)
    commit("extensions_1", "one = 2")
    assert changed_since_last_tag(tmp_path) == "extensions_1/__init__.py\n"
    run("git", "mv", "extensions_1", "extensions_2", cwd=tmp_path)
    commit("extensions_2", "one = 2")
    assert not changed_since_last_tag(tmp_path)
