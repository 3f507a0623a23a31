"""Virtual environments with pinned, hashed requirements and this project, made anew only when something changed.

python -m tools.environment .venv run      what `make run` needs
python -m tools.environment .venv dev      what `make test` needs, on top
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tools import dashboard

if sys.platform != "win32":
    import fcntl

ROOT = Path(__file__).resolve().parent.parent
QUIET = ("--quiet", "--disable-pip-version-check", "--no-input")


def python_of(environment: Path) -> Path:
    """The interpreter inside an environment."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def fingerprint(environment: Path, requirements: Path) -> str:
    """What an installed environment depends on: where it lies, the project's own declaration and the pinned list."""
    digest = hashlib.sha256(str(environment).encode())
    for path in (ROOT / "pyproject.toml", requirements):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def runs(environment: Path) -> bool:
    """Whether the environment's interpreter is there and starts."""
    try:
        return subprocess.run([python_of(environment), "-c", "import pip"], check=False).returncode == 0
    except OSError:
        return False


def create(environment: Path, python: Path) -> None:
    """Make an empty environment, in place of what lies there."""
    subprocess.run([python, "-m", "venv", "--clear", environment], check=True)


def install(environment: Path, requirements: Path) -> None:
    """Install the pinned list, then the project itself in editable form, with nothing that is not pinned."""
    pip = [str(python_of(environment)), "-m", "pip", "install", *QUIET]
    subprocess.run([*pip, "--require-hashes", "--requirement", str(requirements)], check=True)
    subprocess.run([*pip, "--no-deps", "--no-index", "--no-build-isolation", "--editable", str(ROOT)], check=True)


@contextlib.contextmanager
def alone(environment: Path) -> Iterator[None]:
    """Let one process at a time make an environment (on Windows nothing guards it)."""
    environment.parent.mkdir(parents=True, exist_ok=True)
    with (environment.parent / f".{environment.name.lstrip('.')}.lock").open("w") as lock:
        if sys.platform != "win32":
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build_dashboard(python: Path) -> None:
    """Build the dashboard anew where its sources changed since; without it the server says how to."""
    if not dashboard.is_current(ROOT):
        print("building the dashboard", file=sys.stderr)
        subprocess.run([python, "-m", "tools.dashboard"], cwd=ROOT, check=False)


def prepare(environment: Path, kind: str, python: Path) -> Path:
    """An environment that holds requirements/`kind`.txt and the project; returns its interpreter.

    One that was installed from other files, was moved or lost its interpreter is made from nothing; one that holds a
    smaller list is added to.
    """
    environment = environment if environment.is_absolute() else ROOT / environment
    requirements = ROOT / "requirements" / f"{kind}.txt"
    stamp = environment / f"installed-{kind}"
    wanted = fingerprint(environment, requirements)
    with alone(environment):
        found = stamp.read_text() if stamp.exists() else None
        if found == wanted and runs(environment):
            return python_of(environment)
        if found is not None or not runs(environment):
            print(f"making {environment.relative_to(ROOT)} with {python}", file=sys.stderr)
            create(environment, python)
        print(f"installing requirements/{kind}.txt into {environment.relative_to(ROOT)}", file=sys.stderr)
        install(environment, requirements)
        stamp.write_text(wanted)
    return python_of(environment)


def main() -> None:
    """Prepare the environment that the arguments name, with the interpreter that runs this."""
    environment, kind = sys.argv[1:]
    try:
        build_dashboard(prepare(Path(environment), kind, Path(sys.executable)))
    except subprocess.CalledProcessError as error:
        sys.exit(f"could not prepare {environment}: {error}")


if __name__ == "__main__":
    main()
