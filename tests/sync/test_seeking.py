"""Where a text stands in a session and below it: as its document shows it, whether pages are kept, held or read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent_trace.app import kept_pages, seeking
from agent_trace.app.choosing import choose
from agent_trace.app.documents import Documents
from agent_trace.app.scopes import Request, run_report
from agent_trace.app.seeking import Seeking, Sought
from agent_trace.app.workspace import Workspace
from agent_trace.errors import NotFoundError
from agent_trace.reports import replay_document
from agent_trace.reports._replay_document import Moment, ReplayDocument
from agent_trace.reports._replay_sought import FoundIn, Words, found_in
from agent_trace.store.sources import sources_of
from tests.reports.recorded import FIX, SUB_AGENT, run
from tests.reports.understood import home_of

LOOKED_FOR = ("def", "PYTEST", "€", '"', '\\"', 'print("', "\\n", "calc.py", "the", "nothing holds this")


def document(workspace: Workspace, name: str) -> ReplayDocument:
    found: ReplayDocument = run_report(workspace, replay_document, replay_document.Options(), Request(session=name))
    return found


def shown(moments: tuple[Moment, ...], text: str) -> tuple[int, ...]:
    """The rows of the events whose texts hold it, as a viewer finds them."""
    texts = {one.number: (one.title, one.tool or "", *said(one)) for one in moments}
    diffs = {one.number: [line for hunk in one.hunks for line in hunk.lines] for one in moments}
    return tuple(
        sorted(
            {
                int(one.pair if one.kind == "tool_result" and one.pair else one.number)
                for one in moments
                if any(text.lower() in part.lower() for part in (*texts[one.number], *diffs[one.number]))
            }
        )
    )


def said(one: Moment) -> Iterator[str]:
    """Of what a call was given the values, as they are read."""
    try:
        values = [json.loads(one.text)] if one.kind == "tool_call" else []
    except ValueError:
        values = []
    if not values:
        yield from (one.text, one.tail)
    while values:
        match values.pop():
            case dict() as names:
                values += names.values()
            case list() as entries:
                values += entries
            case value:
                yield str(value)


def started(moments: tuple[Moment, ...]) -> set[str]:
    return {one.child for one in moments if one.child}


@pytest.mark.parametrize("text", LOOKED_FOR)
@pytest.mark.parametrize("kept", [False, True], ids=["read", "kept"])
def test_it_finds_what_the_document_shows(text: str, kept: bool, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with run("2.1.329/fix", home) as workspace:
        documents = {name: document(workspace, name) for name in (FIX, SUB_AGENT)}
        if kept:
            monkeypatch.setattr(kept_pages, "LONG", 0)
            for name in documents:
                kept_pages.keep_pages(workspace, choose(workspace, name))
        found = Seeking(Documents()).sought(workspace, FIX, text)
    assert found.unread == ()
    assert {one.session: one.rows for one in found.sessions} == {
        name: shown(one.events, text) for name, one in documents.items()
    }
    above, below = found.sessions
    assert (set(above.starts), below.starts) == ({SUB_AGENT}, {})
    row = documents[FIX].events[above.starts[SUB_AGENT] - 1]
    assert (row.kind, row.child) == ("tool_call", SUB_AGENT)


@pytest.mark.parametrize("agent", ["codex/0.169.0/fix", "gemini/0.61.0/fix", "qwen/0.15.10/fix"])
def test_sub_agents_of_every_agent_are_searched(agent: str, home: Path) -> None:
    with home_of(agent, home) as workspace:
        roots = workspace.db.execute(
            "SELECT DISTINCT r.key FROM session AS s JOIN session AS r ON r.id = s.root AND s.root <> s.id"
        )
        for (name,) in roots.fetchall():
            found = Seeking(Documents()).sought(workspace, name, "e")
            assert all(one.rows for one in found.sessions)
            assert started(document(workspace, name).events) == set(found.sessions[0].starts)


def test_a_sub_agent_is_read_once_until_its_log_grows(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    opened = replay_document.opened

    def heard(scope: Any, *rest: Any) -> Any:
        read.append(scope.summary.id)
        return opened(scope, *rest)

    monkeypatch.setattr(seeking, "opened", heard)
    with run("2.1.329/fix", home) as workspace:
        seek = Seeking(Documents())
        before = seek.sought(workspace, FIX, "zebra")
        assert seek.sought(workspace, FIX, "list").sessions[1].rows
        assert read == [SUB_AGENT]
        path = next(home.rglob("agent-a8936251ceec1d63b.jsonl"))
        rows = [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]
        last = next(row for row in reversed(rows) if row["type"] == "assistant")
        last["message"]["content"] = [{"type": "text", "text": "a zebra"}]
        more = {**last, "uuid": "11111111-0000-4000-8000-000000000000"}
        path.write_bytes(path.read_bytes() + msgspec.json.encode(more) + b"\n")
        workspace.sync()
        after = seek.sought(workspace, FIX, "Zebra")
    assert (before.sessions[1].rows, len(after.sessions[1].rows), read) == ((), 1, [SUB_AGENT, SUB_AGENT])


def test_few_words_are_held(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeking, "LARGEST", 3)
    seek = Seeking(Documents())
    words = (Words(number="1", kind="thinking"), Words(number="2", kind="thinking"))
    for name in ("a", "b"):
        seek._hold(name, (), words)
    assert list(seek._held) == ["b"]


def test_of_a_log_that_is_gone_it_says_so(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace:
        for log in sources_of(workspace.db, choose(workspace, SUB_AGENT).id):
            Path(log.path).unlink()
        found: Sought = Seeking(Documents()).sought(workspace, FIX, "def")
        assert ([one.session for one in found.sessions], found.unread) == ([FIX], (SUB_AGENT,))
        with pytest.raises(NotFoundError):
            Seeking(Documents()).sought(workspace, "nobody", "def")


def test_the_row_that_starts_a_sub_agent_is_its_call() -> None:
    words = [
        Words(number="1", kind="tool_call", tool="Agent", pair="3", child="s/a"),
        Words(number="2", kind="tool_result", text="orphan ZEBRA"),
        Words(number="3", kind="tool_result", pair="1", text="a zebra", child="s/a"),
    ]
    assert found_in("s", words, "Zebra") == FoundIn(session="s", rows=(1, 2), starts={"s/a": 1})
