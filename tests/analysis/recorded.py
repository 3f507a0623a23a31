"""Recorded runs of real agents whose truth tells of commits: their sessions, read from the agents' own files."""

from __future__ import annotations

import json
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from agent_trace.analysis.counting import counted_once
from agent_trace.analysis.outcome import Outcome, outcome
from agent_trace.model.session import Session, by_session
from agent_trace.sync.members import members

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
Truth = dict[str, Any]


def runs(key: str) -> list[Path]:
    """Folders of the runs whose truth has a key."""
    return sorted(path.parent for path in CORPUS.rglob("truth.json") if key in truth(path.parent))


def truth(run: Path) -> Truth:
    """What really happened."""
    found: Truth = json.loads((run / "truth.json").read_text(encoding="utf-8"))
    return found


def name_of(run: Path) -> str:
    """The run as a test names it."""
    return run.relative_to(CORPUS).as_posix()


def sessions(run: Path, *, clip: int | None = None) -> dict[str, Session]:
    """All sessions of a run; of each text so many characters, or all."""
    agent = truth(run).get("agent") or run.relative_to(CORPUS).parts[0]
    found: dict[str, Session] = {}
    for path, rows in _logs(agent, run):
        found.update(by_session(members([agent])[agent].parse(path, rows, None, clip=clip), agent))
    return found


def outcomes(run: Path) -> dict[str, Outcome]:
    """What each session of a run produced, every commit in one of them: forks come behind what they were forked from."""
    order = [step.get("session") for step in truth(run)["steps"]]
    found = sorted(sessions(run).items(), key=lambda one: order.index(one[0]) if one[0] in order else len(order))
    return counted_once({name: outcome(session) for name, session in found})


def files_of(run: Path) -> dict[str, bytes]:
    """The agent's own files of a run, out of its archive where they are kept in one."""
    found = {
        path.relative_to(run).as_posix(): path.read_bytes()
        for path in run.rglob("*")
        if path.suffix in (".jsonl", ".sql")
    }
    for archive in run.glob("*.tar.xz"):
        with tarfile.open(archive) as held:
            for one in held.getmembers():
                content = held.extractfile(one)
                if content is not None:
                    found[one.name] = content.read()
    return found


def _logs(agent: str, run: Path) -> Iterator[tuple[str, list[tuple[int, bytes]]]]:
    files = files_of(run)
    for name in sorted(one for one in files if one.endswith(".jsonl")):
        yield name, _placed(files[name].split(b"\n"))
    database = members([agent])[agent].agent.databases
    for script in sorted(one for one in files if one.endswith(".sql")):
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
            db.row_factory = sqlite3.Row
            db.executescript(files[script].decode())
            for name in sorted(
                (row[0] for row in db.execute(database[0].sessions[0])), reverse=True
            ):  # the oldest first
                rows = [
                    msgspec.json.encode({"table": table, **dict(row)})
                    for table, statement in database[0].rows[:3]
                    for row in db.execute(statement, {"id": name})
                ]
                yield f"{PurePosixPath(script).stem}.db#{name}", _placed(rows)


def _placed(lines: list[bytes]) -> list[tuple[int, bytes]]:
    found, offset = [], 0
    for line in lines:
        if line:
            found.append((offset, line))
        offset += len(line) + 1
    return found
