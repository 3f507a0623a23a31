"""What a shared file says where no script runs: of very much that failed the first, with all of it counted."""

from __future__ import annotations

from pathlib import Path

import msgspec

from agent_trace.render.markdown import render_markdown
from agent_trace.reports import replay_document, show
from agent_trace.reports._replay_document import ReplayDocument
from agent_trace.reports._shared import MOST, Failures, Passage, Shared, summary
from tests.reports.recorded import FIX, asked, drawn, run

CLEARED, BEGUN = "ca9cd456-dfb4-4ae6-b366-1133d3e0a945", "1b230d15-d641-4442-beb8-2d038c90b187"
PASSAGE = Passage(tier=3, redacted=False, masked={}, said="", holds="everything", images=False, raw=False, full=False)


def test_of_very_much_that_failed_the_first_are_listed(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace:
        document: ReplayDocument = asked(workspace, replay_document, FIX)
        (one, *_) = (row for row in document.events if row.went_wrong and row.kind == "tool_result")
        failures = Failures()
        failures.hear(msgspec.structs.replace(one, number=str(number), pair=None) for number in range(MOST + 2))
        shared = Shared(made_by="1", root=FIX, documents=(document,), missing={}, passage=PASSAGE)
        text = render_markdown(list(summary(shared, failures, workspace.facts, has_viewer=False)))
    assert f"{MOST + 2} failed steps, the first {MOST} are listed" in text
    assert len(failures.first) == MOST


def test_a_session_names_what_was_cleared_when_it_began(home: Path) -> None:
    with run("2.1.329/clear", home) as workspace:
        lines = drawn(show, asked(workspace, show, BEGUN), workspace)
        assert any(line.startswith("began after") and CLEARED in line for line in lines)
