"""What making a project costs: rendering it, and all until its first answer."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from .applications import BIN, OURS, TEMPLATE, Application, Bench
from .startup import alternate, cpu
from .table import Row, row

PLACEHOLDER = "{{cookiecutter.project_slug}}"


def bare_template(project: Path, folder: Path) -> Path:
    """Make a template of a rendered project's files, in which there is nothing to be rendered but its name."""
    for path in project.rglob("*"):
        if path.is_file():
            copy = folder / PLACEHOLDER / path.relative_to(project)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(f"{{% raw %}}{path.read_text()}{{% endraw %}}")
    (folder / "cookiecutter.json").write_text('{"project_slug": "my_flask_app"}')
    return folder


def cookiecut(template: Path) -> list[str]:
    """Return the command that renders a template and runs no hook."""
    # By its module: what stands before it on PATH costs nothing.
    options = ["--no-input", "--accept-hooks=no", "--overwrite-if-exists", f"--output-dir={template.parent}/rendered"]
    return [sys.executable, "-m", "cookiecutter", str(template), *options]


def first_answer(path: str) -> float:
    """Return the seconds from `cookiecutter` to the first 200, with what is on PATH."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        environment = {**os.environ, "PATH": path}
        command: list[str | Path] = [BIN / "cookiecutter", TEMPLATE, "--no-input", "-o", folder]
        subprocess.run(command, env=environment, check=True, capture_output=True)
        project = Path(folder) / "my_flask_app"
        application = Application(OURS, project, f"sqlite:///{project}/my_flask_app.db")
        with application.serve("flask", "run", path="/messages"):
            return time.perf_counter() - start


def rows(bench: Bench) -> Iterator[Row]:
    """Measure."""
    part, folder = "Generation", bench.folder / "generation"
    ignored = shutil.ignore_patterns(".venv", ".git", "build", ".*_cache")
    copy = shutil.copytree(TEMPLATE, folder / "ours", ignore=ignored)
    environment = {**os.environ}
    subprocess.run(cookiecut(copy), env=environment, check=True, stdout=subprocess.DEVNULL)
    bare = bare_template(folder / "rendered/my_flask_app", folder / "bare")
    ours, other = (partial(cpu, cookiecut(each), folder, environment) for each in (copy, bare))
    what = "`cookiecutter --accept-hooks no`, CPU, against a bare template of the same files"
    yield row(part, what, 1.3, alternate(7, ours, other), "ms")

    folders = os.environ["PATH"].split(os.pathsep)
    without_uv = os.pathsep.join(each for each in folders if not shutil.which("uv", path=each))
    with_uv = f"{BIN}{os.pathsep}{without_uv}"
    pairs = [(first_answer(with_uv), first_answer(without_uv)) for _ in range(2)]
    costs = [one for one, _ in pairs], [other for _, other in pairs]
    yield row(part, "from `cookiecutter` to the first 200, uv, against venv + pip", 0.25, costs, "s")
