"""Every recorded run as transcripts: whatever was said and returned stands in the file of its session, as often as in its log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from agent_trace.app import transcribing
from agent_trace.app.choosing import choose
from agent_trace.app.leaving import Door
from agent_trace.app.sessions import read_session
from agent_trace.app.transcribing import Wanted, transcripts
from agent_trace.model.events import (
    AssistantText,
    Attachment,
    Compacted,
    Event,
    Thinking,
    ToolCall,
    ToolResult,
    UserPrompt,
)
from agent_trace.model.facts import Facts
from agent_trace.render.blocks import AnyBlock, Code, Diff, Note, Prose
from agent_trace.reports._conversation import Page, conversation
from tests import stories
from tests.reports.recorded import sessions
from tests.reports.understood import BARE, BROKEN, HOMES, home_of


def words(event: Event) -> str:
    match event:
        case UserPrompt() | AssistantText() | Thinking() | Attachment():
            return event.text
        case ToolResult():
            return event.output
        case Compacted():
            return event.summary
    return ""


def lines(texts: Iterable[str]) -> Counter[str]:
    """Lines with something on them; fences are left out, which become code."""
    found = (line.strip() for text in texts for line in text.split("\n"))
    return Counter(line for line in found if line and "```" not in line)


def drawn(blocks: Iterable[AnyBlock]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Prose() | Code():
                yield block.text
            case Note():  # a short one has its text behind its name: `hook: Stop`
                yield block.text.partition(": ")[2] or block.text
            case Diff():
                yield from (line.text for line in block.lines)
            case _:
                pass


@pytest.mark.parametrize("run", [*HOMES, *BARE, *stories.RUNS, BROKEN])
def test_nothing_is_lost(run: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: dict[str, list[AnyBlock]] = {}

    def heard(page: Page, facts: Facts) -> list[AnyBlock]:
        made[page.session.id] = list(conversation(page, facts))
        return made[page.session.id]

    monkeypatch.setattr(transcribing, "conversation", heard)
    with home_of(run, home) as workspace:
        rows = [choose(workspace, key) for key in sessions(workspace)]
        files = [one.file for one in transcripts(workspace, rows, Door(3), Wanted(), lambda _: None)]
        assert (len(files), len(set(files)), set(made)) == (len(rows), len(rows), {row.key for row in rows})
        for row in rows:
            events = read_session(workspace, row, clip=None).events
            told = lines(drawn(made[row.key]))
            assert lines(map(words, events)) - told == Counter()
            assert sum(map(bool, events)) > 0
            calls = Counter(one.tool for one in events if isinstance(one, ToolCall) and one.tool)
            strong = [one.text for one in made[row.key] if isinstance(one, Prose) and one.tone == "strong"]
            assert calls - Counter(text.partition(" (")[0] for text in strong) == Counter()
