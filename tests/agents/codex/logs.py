"""The logs of the corpus, and how tests read them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from agent_trace.agents.codex.parse import parse
from agent_trace.agents.codex.parse_state import ParseState
from agent_trace.model.events import Event
from agent_trace.model.session import Session, by_session

CORPUS = Path(__file__).resolve().parents[2] / "corpus/codex"
LOGS = sorted(path.relative_to(CORPUS).as_posix() for path in CORPUS.rglob("*.jsonl"))
RUNS = sorted(path.parent.relative_to(CORPUS).as_posix() for path in CORPUS.rglob("truth.json"))
"""Recorded runs: a HOME and what really happened in it."""
THREAD = "01a1fc8f-fa7e-7320-8158-48da0e1cbeaf"
PATH = f"sessions/2026/11/21/rollout-2026-11-21T05-24-16-{THREAD}.jsonl"


def content(name: str) -> bytes:
    """The bytes of a log of the corpus."""
    return (CORPUS / name).read_bytes()


def lines(data: bytes, offset: int = 0) -> Iterator[tuple[int, bytes]]:
    """What a reader is given: offsets and lines."""
    for line in data.split(b"\n"):
        if line:
            yield offset, line
        offset += len(line) + 1


def heard(
    data: bytes,
    path: str = PATH,
    state: ParseState | None = None,
    *,
    clip: int | None = 2048,
    inherited: frozenset[int] = frozenset(),
) -> list[Event]:
    """The events of some bytes as if they lay at a path."""
    return list(parse(path, lines(data), state, clip=clip, inherited=inherited))


def sessions(name: str) -> dict[str, Session]:
    """The sessions of a log of the corpus."""
    return by_session(heard(content(name), name), "codex")


def run_sessions(run: str) -> dict[str, Session]:
    """All sessions of a recorded run."""
    found = [one for name in LOGS if name.startswith(f"{run}/") for one in sessions(name).values()]
    return {one.id: one for one in found}
