"""The set-up on machines as they are: their package indexes and certificates, Pythons, folders and disks.

All from an index on this machine, whose certificate an authority of the tests' own has signed.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import cookiecutter, run
from tests.helpers.package_index import Index, make_index, served
from tests.test_set_up import finishing_command, paste, places_of, without_uv  # noqa: F401 - a fixture

USER = "me:s3cr3t-of-the-index"
SECRET = USER.split(":")[1]
NEW_ENOUGH = "import sys; print(sys.base_prefix); sys.exit(sys.version_info < (3, 11))"
NOWHERE = "https://127.0.0.1:1/simple"
AT_ONCE = {"UV_HTTP_RETRIES": "0", "PIP_RETRIES": "0"}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return make_index(tmp_path_factory.mktemp("index"))


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that is not set up, and does without the tools that the index has not."""
    folder = tmp_path_factory.mktemp("complete")
    cookiecutter(folder, set_up="no")
    settings = folder / "my_flask_app/pyproject.toml"
    text, count = re.subn(r"^dev = .*$", 'dev = ["pytest>=9"]', settings.read_text(), flags=re.MULTILINE)
    assert count == 1
    settings.write_text(text)
    return settings.parent


@pytest.fixture
def project(complete: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, on a machine that has nothing in its caches, and no settings."""
    for name in [name for name in os.environ if re.match("(PIP|UV|SSL|REQUESTS|CURL)_", name)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return new_project(complete, tmp_path / "my_flask_app", monkeypatch)


def new_project(complete: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = folder.parent / "home"
    home.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("UV_CACHE_DIR", str(home / "uv cache"))
    shutil.copytree(complete, folder)
    return folder


def set_up(project: Path, python: str | Path = sys.executable, check: bool = True, **environment: object) -> str:
    """Run the set-up in an environment that has these settings too; return what it prints."""
    with pytest.MonkeyPatch.context() as shell:
        for name, value in environment.items():
            shell.setenv(name, str(value))
        done = run(python, "set_up.py", cwd=project, check=False)
    assert "Traceback" not in done.stdout
    assert (done.returncode == 0) == check, done.stdout
    return done.stdout


def python_of(output: str) -> str:
    """Return the Python that the last words name."""
    (line,) = re.findall("^Python: (.*)", output.rpartition(" ...\n")[2], re.MULTILINE)
    return str(line)


# Indexes and certificates


def test_uv_with_an_authority_and_a_password_of_the_company(project: Path, index: Index) -> None:
    with served(index, USER) as asked:
        output = set_up(project, UV_INDEX_URL=index.url(USER), SSL_CERT_FILE=index.authority)
        assert set(asked) == {"uv"}
    assert "with pip" not in output
    assert python_of(output) == str(Path(sys.executable).resolve())
    assert SECRET not in output
    assert not places_of([SECRET], project, project.parent / "home")


def test_where_uv_does_not_get_through_pip_is_tried(
    project: Path, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in AT_ONCE.items():
        monkeypatch.setenv(name, value)
    with served(index, USER) as asked:
        monkeypatch.setenv("UV_DEFAULT_INDEX", index.url(USER))
        output = set_up(project, check=False, PIP_INDEX_URL=index.url(USER))
        assert not asked
        both = "UnknownIssuer(.|\n)*with uv failed; .* Now with pip:\n(.|\n)*CERTIFICATE_VERIFY_FAILED(.|\n)*"
        assert re.search(f"{both}Stopped: Updating pip failed; the reason is above\n", output)
        home = project.parent / "home"  # what is here, uv does not read
        (home / "pip.conf").write_text(f"[global]\nindex-url = {index.url()}\ncert = {index.authority}\n")
        (home / ".netrc").write_text(f"machine 127.0.0.1 login me password {SECRET}\n")
        (home / ".netrc").chmod(0o600)
        monkeypatch.setenv("PIP_CONFIG_FILE", str(home / "pip.conf"))
        finished = paste(finishing_command(output), project.parent).stdout
        assert set(asked) == {"pip"}
    assert "is ready" in finished
    assert SECRET not in output + finished
    assert places_of([SECRET], project, home) == [home / ".netrc"]


@pytest.mark.parametrize("told", ["environment", "file"])
def test_an_index_that_pip_alone_is_told_is_obeyed(project: Path, told: str) -> None:
    index_url = "https://127.0.0.1:1/simple"
    (project.parent / "pip.conf").write_text(f"[global]\nindex-url = {index_url}\n")
    setting = (
        {"PIP_INDEX_URL": index_url} if told == "environment" else {"PIP_CONFIG_FILE": project.parent / "pip.conf"}
    )
    output = set_up(project, check=False, **setting, **AT_ONCE)
    assert "uv" not in output
    assert f"Looking in indexes: {NOWHERE}\n" in output


def test_the_certificates_of_the_system_are_trusted(project: Path, index: Index) -> None:
    with served(index) as asked:
        mounted = f"mount --bind '{index.authority}' /etc/ssl/certs/ca-certificates.crt"
        output = in_namespace(mounted, f"exec '{sys.executable}' set_up.py", project, UV_DEFAULT_INDEX=index.url())
        assert set(asked) == {"uv"}
    assert "is ready" in output


def in_namespace(mounts: str, command: str, cwd: Path, **environment: str) -> str:
    """Run a command, as root of a namespace, with mounts of its own; return what it prints."""
    unshare = ("unshare", "--map-root-user", "--mount", "sh", "-c")
    if run(*unshare, mounts, check=False).returncode:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("nothing can be mounted here")
    with pytest.MonkeyPatch.context() as shell:
        for name, value in environment.items():
            shell.setenv(name, value)
        return run(*unshare, f"{mounts} && {command}", cwd=cwd, check=False).stdout


# Pythons


def another_python() -> Path:
    """Return a Python of this machine that can run a project, and does not run this."""
    for python in Path("/usr/bin/python3"), Path("/usr/local/bin/python3"):
        checked = run(python, "-c", NEW_ENOUGH, check=False) if python.exists() else None
        if checked and checked.returncode == 0 and checked.stdout.strip() != sys.base_prefix:
            return python
    pytest.skip("there is one Python here")


@pytest.mark.parametrize(
    ("chosen", "installer"), [("UV_PYTHON", "uv"), (".python-version", "uv"), ("nothing", "uv"), ("UV_PYTHON", "pip")]
)
def test_the_python_that_was_chosen_is_used(
    project: Path, monkeypatch: pytest.MonkeyPatch, chosen: str, installer: str
) -> None:
    other = another_python()
    expected = run(other, "-c", "import sys; print(sys.base_prefix)").stdout if chosen != "nothing" else sys.base_prefix
    if chosen == "UV_PYTHON":
        monkeypatch.setenv(chosen, str(other))
    elif chosen == ".python-version":
        (project.parent / chosen).write_text(f"{other}\n")
    else:
        monkeypatch.setenv("PATH", str(other.parent), prepend=os.pathsep)
    settings = {"UV_OFFLINE": "1"} if installer == "uv" else {"PIP_INDEX_URL": NOWHERE, **AT_ONCE}
    output = set_up(project, check=False, **settings)  # as far as .venv
    assert f"Stopped: {'Installing into .venv with uv' if installer == 'uv' else 'Updating pip'} failed" in output
    made = run(project / ".venv/bin/python", "-c", "import sys; print(sys.base_prefix)").stdout
    assert made.strip() == expected.strip()


@pytest.mark.usefixtures("without_uv")
def test_without_uv_pyenv_chooses(project: Path, tmp_path: Path) -> None:
    (project.parent / ".python-version").write_text("3.99\n")
    shim = tmp_path / "commands/python3"
    shim.unlink()
    shim.write_text("#!/bin/sh\necho pyenv: version 3.99 is not installed\nexit 1\n")
    shim.chmod(0o755)
    output = set_up(project, check=False)
    assert "is not installed\nStopped: Making .venv failed; the reason is above\n" in output


def test_as_debian_without_python3_venv(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """That package has ensurepip; once it is there, the same command finishes what it began."""
    python = Path(sys.executable).resolve()
    hidden = run(python, "-c", "import ensurepip, os; print(os.path.dirname(ensurepip.__file__))").stdout.strip()
    output = in_namespace(f"mount -t tmpfs none '{hidden}'", f"PATH= '{python}' set_up.py", project)  # without uv
    assert "ensurepip" in output
    assert output.endswith("set_up.py\n")
    assert "Stopped: Making .venv failed; the reason is above\n" in output
    assert "Traceback" not in output
    monkeypatch.setenv("PATH", "")
    again = set_up(project, python, check=False, PIP_INDEX_URL=NOWHERE, **AT_ONCE)
    assert "Stopped: Updating pip failed" in again
    assert "No module named pip" not in again


# Folders and disks


def test_an_unusual_folder_shell_and_home(
    complete: Path, index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / """it's "a" 100% %(here)s $HOME é漢 🙂 #{}""" / ("d" * 200)
    commands = tmp_path / "commands"
    commands.mkdir()
    for name in ("sh", "uv"):  # and no git
        (commands / name).symlink_to(shutil.which(name) or "")
    project = new_project(complete, folder / "my_flask_app", monkeypatch)
    with served(index):
        environment = {
            "PATH": str(commands),
            "UV_DEFAULT_INDEX": index.url(),
            "SSL_CERT_FILE": str(index.authority),
            "VIRTUAL_ENV": str(folder / "home"),
            "CONDA_PREFIX": str(folder / "home"),
            "HOME": str(folder / "home"),
            "UV_CACHE_DIR": str(folder / "home/cache"),
        }
        done = subprocess.run(
            ["/bin/sh", "-c", f"umask 077; exec '{sys.executable}' set_up.py"],
            cwd=project,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )
    assert "is ready" in done.stdout, done.stderr
    assert "Keep it" not in done.stdout  # by git
    (command,) = re.findall("^Run it:  (cd .*) run --debug$", done.stdout, re.MULTILINE)
    assert "/messages" in paste(f"{command} routes && .venv/bin/pytest --version", tmp_path).stdout


@pytest.mark.all
def test_a_home_that_can_only_be_read_leaves_the_set_up_to_pip(project: Path, index: Index) -> None:
    mounted = f"mount -t tmpfs -o ro none '{project.parent}/home'"
    command = f"exec '{sys.executable}' set_up.py"
    with served(index) as asked:
        settings = {"UV_INDEX": index.url(), "PIP_INDEX_URL": index.url(), "PIP_CERT": str(index.authority)}
        output = in_namespace(mounted, command, project, **settings)
    assert "Failed to initialize cache" in output
    assert "is ready" in output
    assert set(asked) == {"pip"}


FULL = """
fill() { dd if=/dev/zero of=../filler bs=1k >/dev/null 2>&1; truncate -s -$1 ../filler; }
set_up() { echo "== $1"; python3 set_up.py; rm -f ../filler; }
fill 0; set_up .env
fill 8K; set_up .venv
fill 1M; set_up installed
set_up ready
rm my_flask_app.db*; fill 0; set_up database
set_up again
"""


def test_a_full_disk_is_a_sentence_at_each_step(project: Path, index: Index, tmp_path: Path) -> None:
    mounted = f"mkdir -p '{tmp_path}/disk' && mount -t tmpfs -o size=100m none '{tmp_path}/disk'"
    script = f"cp -r '{project}' '{tmp_path}/disk' && cd '{tmp_path}/disk/my_flask_app' && {FULL}"
    with served(index):
        settings = {"UV_DEFAULT_INDEX": index.url(), "SSL_CERT_FILE": str(index.authority)}
        output = in_namespace(mounted, script, tmp_path, **settings)
    assert "Traceback" not in output
    said = dict(part.split("\n", 1) for part in output.split("== ")[1:])
    stopped = {step: re.findall("^Stopped: (.*)", text, re.MULTILINE) for step, text in said.items()}
    assert stopped == {
        ".env": ["[Errno 28] No space left on device"],
        ".venv": ["Making .venv failed; the reason is above"],
        "installed": ["Installing into .venv with uv failed; the reason is above"],
        "ready": [],
        "database": ["Initialising the database failed; the reason is above"],
        "again": [],
    }, output
    assert all(("is ready" in said[step]) == (not sentence) for step, sentence in stopped.items())
