"""The logs of the corpus, and how tests read them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from agent_trace.agents._jsonl import is_torn
from agent_trace.agents.claude.parse import parse
from agent_trace.agents.claude.parse_state import ParseState
from agent_trace.model.events import Event
from agent_trace.model.session import Session, by_session

CORPUS = Path(__file__).resolve().parents[2] / "corpus/claude"
LOGS = sorted(path.relative_to(CORPUS).as_posix() for path in CORPUS.rglob("*.jsonl"))
EDGES = [name for name in LOGS if name.startswith("edges/")]
RUNS = sorted(path.parent.relative_to(CORPUS).as_posix() for path in CORPUS.rglob("truth.json"))
"""Recorded runs: a HOME and what really happened in it."""


def content(name: str) -> bytes:
    """The bytes of a log of the corpus."""
    return (CORPUS / name).read_bytes()


def lines(data: bytes, offset: int = 0) -> Iterator[tuple[int, bytes]]:
    """What a reader is given: offsets and lines, without a last line that is still being written."""
    end = data.rfind(b"\n") + 1
    whole = data[:end] if end < len(data) and is_torn(data[end:]) else data
    for line in whole.split(b"\n"):
        if line:
            yield offset, line
        offset += len(line) + 1


def heard(
    data: bytes,
    path: str = "projects/-p/log.jsonl",
    state: ParseState | None = None,
    *,
    clip: int | None = 2048,
    inherited: frozenset[int] = frozenset(),
) -> list[Event]:
    """The events of some bytes as if they lay at a path."""
    return list(parse(path, lines(data), state, clip=clip, inherited=inherited))


def sessions(name: str) -> dict[str, Session]:
    """The sessions of a log of the corpus."""
    return by_session(heard(content(name), name), "claude")
