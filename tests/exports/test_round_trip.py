"""Every session of the corpus: exported, fit for agent-strace, and read back as it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pytest

from agent_trace.agents.claude.parse import parse as parse_claude
from agent_trace.exports import traces
from agent_trace.exports._names import file_name
from agent_trace.model import portable
from agent_trace.model.session import Session, by_session
from tests.agents.claude import logs
from tests.agents.traces import folders
from tests.exports.sessions import back, bare, facts


def corpus() -> list[tuple[str, Session]]:
    """All sessions of all logs of the corpus, whole."""
    found: list[tuple[str, Session]] = []
    for name in logs.LOGS:
        events = parse_claude(name, logs.lines(logs.content(name)), clip=None)
        found += [(f"{name} {key}", session) for key, session in by_session(events, "claude").items()]
    for name in folders.FOLDERS:
        found += [(f"{name} {key}", session) for key, session in folders.sessions(name).items()]
    return found


CORPUS = dict(corpus())


# ---------------------------------------------------------------- there and back


@pytest.mark.parametrize("name", CORPUS)
def test_a_session_comes_back_as_it_was(name: str) -> None:
    session = CORPUS[name]
    assert back(session) == bare(session.events)


@pytest.mark.parametrize("name", [name for name in CORPUS if len(CORPUS[name].events) < 200])
def test_what_comes_back_is_counted_alike(name: str) -> None:
    session = CORPUS[name]
    again = Session(session.id, "traces", tuple(back(session)))
    assert bare(again.errors) == bare(session.errors)
    views = ("call_count", "usage", "models", "tool_calls", "files", "children", "started", "ended")
    assert {view: getattr(again, view) for view in views} == {view: getattr(session, view) for view in views}


@pytest.mark.parametrize("name", CORPUS)
def test_every_line_is_one_that_agent_strace_reads(name: str) -> None:
    """contracts: no unknown key or type, one session, unique ids, finite times, strings, a chain of hashes, ASCII."""
    session = CORPUS[name]
    files = traces.encode(session, facts(session))
    data = next(data for path, data in files.items() if path.endswith("events.ndjson"))
    assert data.isascii()
    before: bytes | None = None
    names: set[str] = set()
    for raw in data.splitlines():
        line = json.loads(raw)
        assert_line(line, file_name(session.id))
        assert line["event_id"] not in names
        names.add(line["event_id"])
        assert line.get("prev_hash") == (None if before is None else hashlib.sha256(before).hexdigest())
        before = raw


def assert_line(line: Mapping[str, Any], session: str) -> None:
    """Keys in their order, types that are known, data as the replay of agent-strace wants it."""
    assert list(line) == [key for key in portable.LINE_KEYS if key in line]
    assert line["event_type"] in portable.EVENT_TYPES
    assert (line["session_id"], type(line["timestamp"]), type(line["data"])) == (session, float, dict)
    data = line["data"]
    assert list(data)[-1] == portable.OURS
    assert isinstance(data.get("arguments", {}), dict)
    texts = ("prompt", "text", "reason", "result", "error", "tool_name", "choice", "uri", "model")
    assert {type(data[key]) for key in texts if key in data} <= {str}


@pytest.mark.parametrize("name", CORPUS)
def test_meta_holds_nothing_that_agent_strace_does_not_know(name: str) -> None:
    session = CORPUS[name]
    found = traces.meta(session, facts(session))
    assert set(found) <= set(portable.META_KEYS)
    assert found["session_id"] == file_name(session.id)
    assert isinstance(found["attribution"], dict)
    assert not {None, "", 0} & {value for value in found.values() if not isinstance(value, dict)}
    assert {type(found[key]) for key in ("started_at", "ended_at", "total_duration_ms") if key in found} <= {float}


def test_exporting_again_gives_the_same_bytes() -> None:
    session = next(iter(CORPUS.values()))
    again = Session(session.id, session.agent, tuple(back(session)))
    assert traces.encode(again, facts(again)) == traces.encode(session, facts(session))
