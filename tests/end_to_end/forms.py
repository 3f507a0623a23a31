"""docs/compatibility.md as data, and a recorded home in which its forms are run."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import shutil
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from agent_trace.cli.forms import canonical
from tests.commands.terminal import Ran
from tests.house.source import ROOT
from tests.reports.recorded import FIX, FORK
from tests.reports.small import TESTS
from tests.reports.understood import GOLDEN

PAGE = ROOT / "docs/compatibility.md"
STATES = ("works", "renamed", "planned", "declined")
PROGRAMS = ("agent-strace", "agent-trace", "cctracer", "claude-tracer", "tracekit")
_HEAD = "| form | is | here | why |"
_CELL = re.compile(r"(?<!\\)\|")
_VARIABLE = re.compile(r"[A-Z][A-Z_]*=")
WRITTEN = ("-o", "--output")
"""Flags that name what is written."""
GATES = ({"lint", "--strict"}, {"share", "--check"})
"""Forms that may leave with 1: where something was found."""
AGENTS = ("codex", "gemini")
"""Whose recorded sessions lie in the home too."""


class Row(NamedTuple):
    """One form: its state, what it becomes, and what is said about it."""

    form: str
    state: str
    here: str
    why: str

    @property
    def is_command(self) -> bool:
        """Whether a shell could run the form: it begins with a program."""
        first = self.form.split()[0]
        return first in PROGRAMS or first == "python"


def rows(text: str) -> list[Row]:
    """The rows of the page's tables."""
    found: list[Row] = []
    inside = False
    for line in text.splitlines():
        if not line.startswith("|") or line == _HEAD:
            inside = line == _HEAD
        elif inside and not line.startswith("|-"):
            form, state, here, why = (one.strip().replace("\\|", "|") for one in _CELL.split(line)[1:-1])
            found.append(Row(form.strip("`"), state, here.strip("`"), why))
    return found


class Called(NamedTuple):
    """A form that is ready to be called."""

    environment: dict[str, str]
    words: list[str]


def called(form: str, values: dict[str, str]) -> Called:
    """The words after the program, filled; variables in front of it."""
    filled = re.sub(r"(?<![\w/-])[A-Z]+(?![\w-])", lambda found: values.get(found.group(), found.group()), form)
    words = shlex.split(filled)
    environment: dict[str, str] = {}
    while _VARIABLE.match(words[0]):
        name, _, value = words.pop(0).partition("=")
        environment[name] = value
    return Called(environment, words[3:] if words[0] == "python" else words[1:])


def furnish(home: Path) -> dict[str, str]:
    """Recorded sessions, a folder to work in, and what the placeholders of the page stand for there."""
    for run, _ in (GOLDEN[name] for name in ("claude", *AGENTS)):
        shutil.copytree(TESTS / "corpus" / run / "home", home, dirs_exist_ok=True)
    (home / "work").mkdir()
    (log,) = (home / ".claude/projects").glob(f"*/{FIX}.jsonl")
    (home / "lint.toml").write_text("[fail]\nusd = 1000\n", encoding="utf-8")
    shutil.copytree(TESTS / "corpus/traces/0.103.0/decorator", home / "traces")
    return {
        "SESSION": FIX[:8], "OTHER": FORK[:8], "EVENT": "5", "FILE": "made", "LOG": str(log), "OUT": "out",
        "TRACES": str(home / "traces"), "DIR": str(home / ".claude"), "DATE": "2026-11-21", "FAST": "1000000", "N": "12",
        "CONFIG": str(home / "lint.toml"), "MODEL": "claude-opus-4-5", "TEXT": "look", "NAME": "alice", "HOME": str(home),
        "WORD": "word",
    }  # fmt: skip


# ---------------------------------------------------------------- what a form promises


def promises(form: Sequence[str], ran: Ran, folder: Path) -> Iterator[str]:
    """What a form promised and did not keep."""
    words = canonical(form)
    if ran.code not in ((0, 1) if any({*words} >= gate for gate in GATES) else (0,)):
        yield f"left with {ran.code}: {ran.err}"
    if "Traceback" in ran.err:
        yield "a traceback"
    target = next((value for flag, value in pairwise(words) if flag in WRITTEN and value != "-"), "")
    written = folder / target
    if target and written.is_dir():
        if not any(written.iterdir()):
            yield f"nothing was written into {target}"
        return
    text = _text(written) if target else ran.out
    if not text.strip():
        yield f"{target} was not written" if target else "nothing was printed"
    elif not reads_as(text, shape(words)):
        yield f"no {shape(words)}: {text[:80]!r}"


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def shape(words: Sequence[str]) -> str:
    """The format that a command asks for."""
    pairs = dict(pairwise(words))
    if "--json" in words:
        return "json"
    asked = pairs.get("--format") or pairs.get("--export-format")
    return asked or {".html": "html", ".json": "json"}.get(Path(pairs.get("-o", "")).suffix, "text")


def reads_as(text: str, form: str) -> bool:
    """Whether a text is what its format says."""
    match form:
        case "json":
            return isinstance(json.loads(text), dict | list)
        case "ndjson":
            return all(isinstance(json.loads(line), dict) for line in text.splitlines())
        case "csv":
            return {len(row) > 1 for row in csv.reader(io.StringIO(text))} == {True}
        case "html":
            return text.lower().startswith("<!doctype html")
    return True
