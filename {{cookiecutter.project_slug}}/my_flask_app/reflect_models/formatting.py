"""Writes Python as ruff would format it."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path


def formatted(name: str, text: str) -> str:
    """Return the text of a file of that name as ruff writes it; as it is where there is no ruff."""
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent)) or shutil.which("ruff")
    if not ruff:
        return text
    command = [ruff, "format", "--no-cache", "--stdin-filename", name, "-"]
    return subprocess.run(command, input=text, stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout  # noqa: S603


def means_the_same(one: str, other: str) -> bool:
    """Tell whether two texts are the same Python, however it is written."""
    return one == other or ast.dump(ast.parse(one)) == ast.dump(ast.parse(other))
