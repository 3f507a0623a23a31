"""The whole check, as `make test` and CI run it.

Linters, types and every test with coverage on this interpreter; at the same time the short form (tests not marked
`full`) on every other supported Python that really runs here, each in an environment of its own. Exit code 1 when any
part failed; the summary at the end names every part and the interpreters that ran.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tools.environment import ROOT, prepare
from tools.interpreters import MINORS, Interpreter, running

SOURCES = ("src", "tests", "tools", "bench")
CORE = ("model", "agents", "pricing", "policy", "privacy", "analysis", "render", "reports", "exports")
CORE_MODULES = ("errors", "registry")
COVERAGE_FLOORS = {"core": 100, "shell": 90}
"""Percent of lines that the tests must reach; the shell is everything that is not core."""


class Part(NamedTuple):
    """One line of the summary."""

    name: str
    passed: bool
    seconds: float
    note: str = ""


def run(name: str, command: Sequence[str | Path], *, note: str = "") -> Part:
    """Run one part with its output on the terminal."""
    print(f"\n== {name}", flush=True)
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, check=False, stdin=subprocess.DEVNULL)
    return Part(name, done.returncode == 0, time.monotonic() - started, note)


def missing_debian_packages() -> list[str]:
    """Packages of requirements/debian.txt that this Debian machine lacks; nothing where there is no dpkg."""
    if shutil.which("dpkg-query") is None:
        return []
    lines = (ROOT / "requirements" / "debian.txt").read_text().splitlines()
    wanted = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    query = ("dpkg-query", "--show", "--showformat=${db:Status-Status}")
    return [
        name
        for name in wanted
        if subprocess.run([*query, name], capture_output=True, check=False).stdout != b"installed"
    ]


def install_debian_packages() -> None:
    """Install what requirements/debian.txt names and the machine lacks, where we may."""
    missing = missing_debian_packages()
    if not missing:
        return
    if sys.platform == "win32" or os.geteuid() != 0:
        print(f"these Debian packages are missing and only root may install them: {' '.join(missing)}")
        return
    subprocess.run(["apt-get", "update", "--quiet"], check=True)
    subprocess.run(["apt-get", "install", "--quiet", "--yes", "--no-install-recommends", *missing], check=True)


def short_form(interpreter: Interpreter) -> tuple[Part, str]:
    """Run the tests not marked `full` on another interpreter; returns the part and all that it printed."""
    started = time.monotonic()
    name = f"tests, short form, Python {interpreter.version}"
    try:
        python = prepare(ROOT / ".venvs" / f"3.{interpreter.minor}", "test", interpreter.path)
    except subprocess.CalledProcessError as error:
        return Part(name, False, time.monotonic() - started, "no environment"), f"{error}\n"
    done = subprocess.run(
        [python, "-m", "pytest", "-q", "-m", "not full", "-p", "no:cacheprovider"],
        cwd=ROOT,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    return Part(name, done.returncode == 0, time.monotonic() - started), done.stdout


def core_patterns() -> str:
    """The files that coverage counts as core, as one --include or --omit value."""
    packages = [f"src/agent_trace/{name}/*" for name in CORE]
    return ",".join([*packages, *(f"src/agent_trace/{name}.py" for name in CORE_MODULES)])


def coverage_parts(python: Path) -> list[Part]:
    """Print the coverage of all files that lack some, then hold core and shell against their floors."""
    coverage = [str(python), "-m", "coverage"]
    subprocess.run([*coverage, "combine", "--quiet"], cwd=ROOT, check=False)
    print("\n== coverage", flush=True)
    subprocess.run([*coverage, "report"], cwd=ROOT, check=False)
    parts = []
    for name, choice in (("core", "--include"), ("shell", "--omit")):
        total = subprocess.run(
            [*coverage, "report", "--format=total", f"{choice}={core_patterns()}"],
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
        ).stdout.strip()
        floor = COVERAGE_FLOORS[name]
        parts.append(
            Part(f"coverage of the {name}", int(total or 0) >= floor, 0, f"{total or 'no'} %, at least {floor} %")
        )
    return parts


def own_parts(python: Path) -> list[Part]:
    """Everything that runs on the project's own interpreter."""
    sources = [name for name in SOURCES if (ROOT / name).is_dir()]
    ruff = (python, "-m", "ruff")
    for left in ROOT.glob(".coverage*"):
        left.unlink()
    version = ".".join(map(str, sys.version_info[:3]))
    return [
        run("ruff check", [*ruff, "check", "."]),
        run("ruff format", [*ruff, "format", "--check", "."]),
        run("mypy", [python, "-m", "mypy", "--strict", *sources]),
        run(f"tests, all, Python {version}", [python, "-m", "coverage", "run", "-m", "pytest", "-q", "--durations=10"]),
        *coverage_parts(python),
    ]


def line_of(part: Part) -> str:
    """One part as a line of the summary."""
    note = f" ({part.note})" if part.note else ""
    return f"{'passed' if part.passed else 'FAILED'}  {part.seconds:5.0f} s  {part.name}{note}"


def summary(parts: Sequence[Part], others: Sequence[Interpreter]) -> str:
    """The last lines: every part with its result, then which interpreters ran and which were not found."""
    own = sys.version_info[1]
    lines = [line_of(part) for part in parts]
    ran = [f"3.{own} (all tests)", *(f"{other.version} (short form)" for other in others)]
    absent = [f"3.{minor}" for minor in MINORS if minor != own and minor not in {other.minor for other in others}]
    lines.append(f"ran on Python {', '.join(ran)}" + (f"; not on this machine: {', '.join(absent)}" if absent else ""))
    return "\n".join(lines)


def main() -> None:
    """Run all parts and leave with 1 when one failed."""
    install_debian_packages()
    python = prepare(ROOT / ".venv", "dev", Path(sys.executable))
    found = running(os.environ)
    others = [interpreter for minor, interpreter in found.items() if minor != sys.version_info[1]]
    with ThreadPoolExecutor(max_workers=1) as pool:
        beside = [pool.submit(short_form, interpreter) for interpreter in others]
        parts = own_parts(python)
        for waiting in beside:
            part, output = waiting.result()
            print(f"\n== {part.name}\n{output}", flush=True)
            parts.append(part)
    print(f"\n== summary\n{summary(parts, others)}", flush=True)
    sys.exit(0 if all(part.passed for part in parts) else 1)


if __name__ == "__main__":
    main()
