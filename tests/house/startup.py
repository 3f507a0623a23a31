"""Which modules a fast path of the program loads, seen from outside."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

WATCH = """
import sys
before = set(sys.modules)
out, module = sys.argv.pop(1), sys.argv.pop(1)
code = 0
try:
    __import__(module)
    sys.modules[module].main()
except SystemExit as leave:
    code = leave.code
with open(out, "w") as file:
    print(code or 0, *sorted(set(sys.modules) - before), file=file)
"""
"""Calls a module's main() as the installed script would; writes its exit code and what it loaded besides Python."""


def loaded_modules(
    module: str, arguments: Sequence[str], *, environ: Mapping[str, str], scratch: Path, stdin: str = ""
) -> set[str]:
    """Full names of the modules that `main()` of a module loads when the program gets these arguments."""
    out = scratch / "modules.txt"
    out.unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", WATCH, str(out), module, *arguments],
        env=dict(environ),
        cwd=scratch,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    code, *names = out.read_text().split() if out.exists() else [str(done.returncode)]
    if code != "0":
        raise AssertionError(f"{module} {' '.join(arguments)} left with {code}: {done.stdout}{done.stderr}")
    return set(names)


def surplus(loaded: Iterable[str], allowed: Iterable[str]) -> list[str]:
    """Loaded modules that no entry of the list covers.

    An entry covers the module of its name; `name.*` covers everything below it too. Private modules come with the
    public module that needs them and differ between Python versions: they are not counted.
    """
    entries = set(allowed)
    return sorted(name for name in loaded if not is_private(name) and not covered(name, entries))


def is_private(name: str) -> bool:
    """Whether some part of a dotted name begins with an underscore."""
    return name.startswith("_") or "._" in name


def covered(name: str, entries: set[str]) -> bool:
    """Whether a list holds a module or a package above it with `.*`."""
    parts = name.split(".")
    above = {".".join(parts[:count]) + ".*" for count in range(1, len(parts) + 1)}
    return name in entries or bool(above & entries)


def clean_environment() -> dict[str, str]:
    """This process's environment, as the tests have cleaned it, without what makes coverage load itself."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
