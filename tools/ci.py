"""The whole check, as `make test` and CI run it.

Linters and types on this interpreter; every test, with coverage, on the one that measures it at the least cost; the short
form (tests not marked `full`) on every other supported Python that really runs here, each in an environment of its own:
the cases of a function that has many are dealt out among these, functions of few run on the oldest and on one more; those
of tests/sync, which take longest, run on the latest and the oldest.
The tests of every interpreter are cut in parts, and two of these go side by side, or as many as there are cores; linters
and types are among them, so that no core waits for these. Exit
code 1 when any part failed; the summary at the end names every part and the interpreters that ran.
"""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tools.environment import ROOT, prepare
from tools.interpreters import MINORS, Interpreter, running

SOURCES = ("src", "tests", "tools", "bench")
CORE = ("model", "agents", "pricing", "policy", "privacy", "analysis", "render", "reports", "exports")
CORE_MODULES = ("errors", "registry")
COVERAGE_FLOORS = {"core": 100, "shell": 90}
"""Percent of lines that the tests must reach; the shell is everything that is not core."""
OWN = sys.version_info[1]
MONITORING = 12
"""The first minor version that tells a line once, and not each time: there coverage costs a tenth, elsewhere as much again."""
SPLIT = {
    "the rest": ("--ignore=tests/sync", "--ignore=tests/browser"),
    "browser": ("tests/browser",),
    "sync": ("tests/sync",),
}
"""What pytest is told to run each part of the tests: together every test, whatever directories there are."""
MEMORY = Path("/dev/shm")
ROOM = 2 << 30
"""Bytes that have to be free there."""
Check = tuple[str, Sequence[str | Path]]
"""What it is called, and the command."""
Made = Future[Path | None]
"""The interpreter of an environment, when it is made; None where it cannot be."""


class Part(NamedTuple):
    """One line of the summary."""

    name: str
    passed: bool
    seconds: float
    note: str = ""


def run(name: str, command: Sequence[str | Path], environ: Mapping[str, str] | None = None) -> Part:
    """Run one part and print all it said when it is through: others run beside it."""
    started = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environ,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    print(f"\n== {name}\n{done.stdout}", end="", flush=True)
    return Part(name, done.returncode == 0, time.monotonic() - started)


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


class Tests(NamedTuple):
    """The tests of one interpreter, or a part of them."""

    interpreter: Interpreter
    whole: bool
    """Whether all tests, with coverage, or the short form."""
    part: str
    hand: str = "1/1"
    """Which cases of the short form it gets."""

    @property
    def name(self) -> str:
        """How the summary calls it."""
        return f"tests, {'all' if self.whole else 'short form'}, Python {self.interpreter.version}: {self.part}"

    @property
    def command(self) -> list[str]:
        """What its interpreter is told."""
        measured = ["-m", "coverage", "run"] if self.whole else []
        chosen = ["--durations=10"] if self.whole else ["-m", "not full", f"--hand={self.hand}"]
        return [*measured, "-m", "pytest", "-q", "-p", "no:cacheprovider", *chosen, *SPLIT[self.part]]

    @property
    def environ(self) -> dict[str, str]:
        """What its environment holds beside what is there."""
        monitored = self.whole and self.interpreter.minor >= MONITORING
        return {"COVERAGE_CORE": "sysmon"} if monitored else {}


def runs_of(whole: Interpreter, others: Sequence[Interpreter]) -> list[Tests]:
    """All that is to be run; what takes longest comes first, so that what is left at the end is short."""
    rest = [Tests(other, False, "the rest", f"{number}/{len(others)}") for number, other in enumerate(others, start=1)]
    short = [*rest[:1], *(Tests(oldest, False, "sync") for oldest in others[:1]), *rest[1:]]
    return [*(Tests(whole, True, part) for part in SPLIT), *short]


def measuring(found: Mapping[int, Interpreter]) -> Interpreter:
    """The interpreter that runs every test with coverage: the latest that is cheap to measure, or else our own."""
    return max((one for one in found.values() if one.minor >= MONITORING), default=found[OWN])


def environment_of(interpreter: Interpreter, *, whole: bool) -> Path | None:
    """The environment that an interpreter's tests run in, made where it has to be; None where it cannot be made."""
    place = ROOT / (".venv" if interpreter.minor == OWN else f".venvs/3.{interpreter.minor}")
    kind = "dev" if whole or interpreter.minor == OWN else "test"
    try:
        return prepare(place, kind, interpreter.path)
    except subprocess.CalledProcessError as error:
        print(f"no environment for Python {interpreter.version}: {error}", flush=True)
        return None


def tested(tests: Tests, python: Path | None, environ: Mapping[str, str]) -> Part:
    """Run some tests where they can be run."""
    if python is None:
        return Part(tests.name, False, 0, "no environment")
    return run(tests.name, [python, *tests.command], {**environ, **tests.environ})


def is_roomy(folder: Path) -> bool:
    """Whether tests can make their files there: room, and programs may be started from it."""
    if not hasattr(os, "ST_NOEXEC") or not os.access(folder, os.W_OK):
        return False
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize >= ROOM and not found.f_flag & os.ST_NOEXEC


@contextlib.contextmanager
def scratch() -> Iterator[dict[str, str]]:
    """The environment of the tests: their files are in memory where they can be, for on a disk each commit waits.

    What Python compiles is kept whatever is set outside: hundreds of tests start our program, and none compiles it anew.
    """
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    if not is_roomy(MEMORY):
        yield environ
        return
    with tempfile.TemporaryDirectory(prefix="tests-", dir=MEMORY, ignore_cleanup_errors=True) as folder:
        yield {**environ, "TMPDIR": folder}


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


def checks(python: Path) -> list[Check]:
    """Style, types, and the unit tests of the dashboard."""
    sources = [name for name in SOURCES if (ROOT / name).is_dir()]
    return [
        ("ruff check", [python, "-m", "ruff", "check", "."]),
        ("ruff format", [python, "-m", "ruff", "format", "--check", "."]),
        ("mypy", [python, "-m", "mypy", "--strict", *sources]),
        ("dashboard: unit tests", [python, "-m", "tools.dashboard", "test"]),
    ]


def dashboard_parts(python: Path) -> list[Part]:
    """The dashboard, built, and its types; tests in a browser need what is installed for these."""
    names = {"build": "built", "types": "types"}
    return [run(f"dashboard: {name}", [python, "-m", "tools.dashboard", what]) for what, name in names.items()]


def test_parts(
    whole: Interpreter, others: Sequence[Interpreter], made: Mapping[Interpreter, Made], beside: Sequence[Check]
) -> list[Part]:
    """Every test on one interpreter and the short form on the others, side by side, and what the tests have reached.

    Tests begin when their own environment is made, whichever others still are. The other checks, which are short and
    soon told of, run beside the longest of the tests.
    """
    for left in ROOT.glob(".coverage*"):
        left.unlink()
    with scratch() as environ, ThreadPoolExecutor(max_workers=max(os.cpu_count() or 1, 2)) as pool:

        def begin(tests: Tests) -> Future[Part]:
            return pool.submit(lambda: tested(tests, made[tests.interpreter].result(), environ))

        longest, *more = runs_of(whole, others)
        first = begin(longest)
        checked = [pool.submit(run, name, command) for name, command in beside]
        parts = [one.result() for one in (*checked, first, *map(begin, more))]
    return [*parts, *(coverage_parts(python) if (python := made[whole].result()) else [])]


def line_of(part: Part) -> str:
    """One part as a line of the summary."""
    note = f" ({part.note})" if part.note else ""
    return f"{'passed' if part.passed else 'FAILED'}  {part.seconds:5.0f} s  {part.name}{note}"


def summary(parts: Sequence[Part], whole: Interpreter, others: Sequence[Interpreter]) -> str:
    """The last lines: every part with its result, then which interpreters ran and which were not found."""
    lines = [line_of(part) for part in parts]
    ran = [f"{whole.version} (all tests)", *(f"{other.version} (short form)" for other in others)]
    absent = [f"3.{minor}" for minor in MINORS if minor not in {one.minor for one in (whole, *others)}]
    lines.append(f"ran on Python {', '.join(ran)}" + (f"; not on this machine: {', '.join(absent)}" if absent else ""))
    return "\n".join(lines)


def main() -> None:
    """Run all parts and leave with 1 when one failed."""
    install_debian_packages()
    python = prepare(ROOT / ".venv", "dev", Path(sys.executable))
    own = Interpreter(minor=OWN, version=platform.python_version(), path=Path(sys.executable))
    found = {**running(os.environ), OWN: own}
    whole = measuring(found)
    others = [interpreter for minor, interpreter in sorted(found.items()) if minor != whole.minor]
    parts = dashboard_parts(python)  # before all else: an editable install would build it, too
    with ThreadPoolExecutor(max_workers=1) as beside:
        made = {one: beside.submit(environment_of, one, whole=one is whole) for one in (whole, *others)}
        parts += test_parts(whole, others, made, checks(python))
    print(f"\n== summary\n{summary(parts, whole, others)}", flush=True)
    sys.exit(0 if all(part.passed for part in parts) else 1)


if __name__ == "__main__":
    main()
