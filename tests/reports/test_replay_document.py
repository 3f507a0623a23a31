"""The ReplayDocument of every recorded run: what it tells is what the other reports tell, and what really happened."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent_trace.app.workspace import Workspace
from agent_trace.errors import NotFoundError
from agent_trace.reports import context, explain, findings, replay, replay_document, show, token_budget
from agent_trace.reports._happened import Row
from agent_trace.reports._replay_document import Moment, ReplayDocument
from tests.reports.recorded import FIX, TERMINAL, asked, drawn, sessions
from tests.reports.small import assert_golden, forms
from tests.reports.understood import BARE, CORPUS, GOLDEN, HOMES, home_of

STORIES = ("opencode/1.18.33/edits", "opencode/1.18.33/commits", "pi/0.73.1/commits", "pi/0.73.1/requests")
AMOUNTS = ("calls", "tool_calls", "errors", "unpriced_calls", "usage", "cost_usd", "cost_basis", "recorded_usd")
MORE = frozenset(Moment.__struct_fields__) - set(Row.__struct_fields__)


def document(workspace: Workspace, session: str, **options: Any) -> ReplayDocument:
    found = asked(workspace, replay_document, session, **options)
    assert isinstance(found, ReplayDocument)
    return found


def as_told(one: Any) -> dict[str, Any]:
    """An event without its long words."""
    names = set(Row.__struct_fields__) - {"text", "patch"}
    return {name: getattr(one, name) for name in names}


def bare(tool: str | None) -> str:
    """A tool without the server that it is of."""
    return (tool or "").rpartition("__")[2]


# ---------------------------------------------------------------- what it tells is what the others tell


@pytest.mark.parametrize("name", [*HOMES, *STORIES])
def test_it_tells_what_the_other_reports_tell(name: str, home: Path) -> None:
    with home_of(name, home) as workspace:
        for session in sessions(workspace):
            found = document(workspace, session)
            assert found.head is not None
            rows = asked(workspace, replay, session).events
            assert [as_told(event) for event in found.events] == [as_told(row) for row in rows]
            shown = asked(workspace, show, session)
            own = [row for row in found.head.prompts if not row.inherited and row.by != "parent"]
            assert [(row.event, row.text, *(getattr(row, name) for name in AMOUNTS)) for row in own] == [
                (str(row.event), row.text, *(getattr(row, name) for name in AMOUNTS)) for row in shown.prompt_list
            ]
            assert (found.head.files, found.head.by_model, found.head.children) == (
                shown.files, shown.by_model, shown.children,
            )  # fmt: skip
            assert (found.head.outcome, found.head.attribution) == (shown.outcome, shown.attribution)


@pytest.mark.parametrize("name", [*HOMES, *STORIES])
def test_its_marks_are_what_was_found(name: str, home: Path) -> None:
    with home_of(name, home) as workspace:
        for session in sessions(workspace):
            found = document(workspace, session)
            assert found.head is not None
            told = asked(workspace, findings, session)
            assert (found.head.findings, found.head.waste_usd) == (told.findings, told.total_waste_usd)
            explained = asked(workspace, explain, session)
            assert [(row.label, row.first_event, row.failed, row.cost_usd) for row in found.head.phases] == [
                (row.label, row.first_event, row.failed, row.cost_usd) for row in explained.phases
            ]
            budget = asked(workspace, token_budget, session)
            assert found.head.context.points == budget.points
            marks = Counter(one.kind for one in found.head.markers)
            assert marks["compaction"] + marks["clear"] == len(budget.compactions)
            assert marks["failed"] == sum(one.went_wrong for one in found.events)
            failed = sum(one.went_wrong and not one.inherited for one in found.events)
            assert failed == (found.head.session.failed_steps or 0)


@pytest.mark.parametrize("name", [*HOMES, *STORIES])
def test_the_running_cost_ends_at_the_cost(name: str, home: Path) -> None:
    with home_of(name, home) as workspace:
        for session in sessions(workspace):
            found = document(workspace, session)
            assert found.head is not None
            spent = [one.running_cost_usd for one in found.events if one.running_cost_usd is not None]
            assert spent == sorted(spent)
            assert (spent[-1] if spent else None) == found.head.session.own.cost_usd


@pytest.mark.parametrize("name", HOMES)
def test_it_is_what_really_happened(name: str, home: Path) -> None:
    truth = msgspec.json.decode((CORPUS / name / "truth.json").read_bytes())
    with home_of(name, home) as workspace:
        documents = [document(workspace, session) for session in sessions(workspace)]
    events = [event for found in documents for event in found.events if not event.inherited]
    calls = {event.id: event.tool for event in events if event.kind == "tool_call"}
    expected = truth.get("tools", truth.get("tool_calls_by_name"))
    listed = expected.values() if "sessions" in truth and "tools" in truth else Counter(expected).elements()
    assert Counter(map(bare, calls.values())) == Counter(map(bare, listed))
    if "prompts" in truth:
        wanted = [one if isinstance(one, str) else one["text"] for one in truth["prompts"]]
        heads = [found.head for found in documents if found.head is not None and found.head.session.parent is None]
        told = [row.text for head in heads for row in head.prompts if not row.inherited and row.by != "parent"]
        assert sorted(told) == sorted(wanted)


# ---------------------------------------------------------------- pages


def test_pages_are_the_whole(home: Path) -> None:
    with home_of("claude/2.1.329/fix", home) as workspace:
        whole = document(workspace, FIX)
        pages: list[ReplayDocument] = []
        first: int | None = 1
        while first is not None:
            pages.append(document(workspace, FIX, first=first, limit=20, only="events"))
            first = pages[-1].next
        assert [event for page in pages for event in page.events] == list(whole.events)
        assert [page.head for page in pages] == [None] * len(pages)
        assert sorted(span.event for page in pages for span in page.spans) == sorted(one.event for one in whole.spans)
        assert [page.first for page in pages] == list(range(1, whole.total + 1, 20))
        assert pages[1].running_cost_usd == max(
            event.running_cost_usd for event in whole.events[:20] if event.running_cost_usd is not None
        )


def test_a_page_of_a_prompt(home: Path) -> None:
    with home_of("claude/2.1.329/fix", home) as workspace:
        found = document(workspace, FIX, prompt=2, only="events")
        assert {event.prompt for event in found.events} == {2}
        assert (found.first, found.last, found.next) == (87, 115, 116)
        assert document(workspace, FIX, prompt=2, first=100, limit=3).first == 100
        with pytest.raises(NotFoundError, match="no prompt 9"):
            document(workspace, FIX, prompt=9)


def test_a_page_beyond_the_end_is_empty(home: Path) -> None:
    with home_of("claude/2.1.329/fix", home) as workspace:
        found = document(workspace, FIX, first=5000)
        assert (found.first, found.last, found.next, found.events) == (None, None, None, ())
        assert document(workspace, FIX, only="head").events == ()


# ---------------------------------------------------------------- what is beside an event


def test_a_step_has_its_two_sides_and_its_causes(home: Path) -> None:
    with home_of("claude/2.1.329/fix", home) as workspace:
        found = {event.number: event for event in document(workspace, FIX).events}
    pairs = [event for event in found.values() if event.pair is not None]
    assert len(pairs) > 20
    assert all(found[event.pair or ""].pair == event.number for event in pairs)
    again = [event for event in found.values() if event.attempt]
    assert [found[event.after or ""].kind for event in again] == ["tool_call"] * len(again)
    assert {one.how for event in found.values() for one in event.because} >= {"result", "prompt", "answer", "path"}
    edits = [event for event in found.values() if event.hunks]
    assert edits
    assert all(event.patch == "" and event.patch_size > 0 for event in edits)
    assert {line[0] for event in edits for hunk in event.hunks for line in hunk.lines} <= {"+", "-", " "}


def test_a_compaction_says_what_fell_out(home: Path) -> None:
    with home_of("claude/2.1.329/fix", home) as workspace:
        (lost,) = [event for event in document(workspace, FIX).events if event.fell_out]
    assert lost.kind == "compacted"
    assert lost.context_before is not None
    assert {share.what for share in lost.fell_out} >= {"results of Bash", "answers and tool calls", "prompts"}
    assert not any(
        share.what.startswith("system") or share.what in ("skills", "memory files") for share in lost.fell_out
    )


@pytest.mark.parametrize("run", [one for one in (*HOMES, *BARE) if one.endswith(("/compact", "/kill", "/terminal"))])
def test_what_fell_out_is_what_context_says_at_the_next_call(run: str, home: Path) -> None:
    with home_of(run, home) as workspace:
        for key in sessions(workspace):
            events = document(workspace, key).events
            for place, event in enumerate(events):
                then = next((one.number for one in events[place:] if one.context is not None), None)
                if event.context_before is None or then is None:
                    continue
                fell = asked(workspace, context, key, event=then).fell
                said = {one.what: (one.tokens, one.texts) for one in fell.shares if one.tokens}
                assert {one.what: (one.tokens, one.texts) for one in event.fell_out} == said


def test_a_question_has_its_choices(home: Path) -> None:
    with home_of("claude/2.1.329/terminal", home) as workspace:
        found = document(workspace, TERMINAL)
    asked_for = [one for event in found.events for one in event.questions]
    assert [one.text for one in asked_for] == ["Which colour?"]
    assert len(asked_for[0].options) > 1
    assert any(event.background for event in found.events)
    assert any(span.kind == "agent" and span.child for span in found.spans)


# ---------------------------------------------------------------- as people see it


@pytest.mark.parametrize("name", GOLDEN)
def test_whole_outputs(name: str, home: Path) -> None:
    recorded, session = GOLDEN[name]
    with home_of(recorded, home) as workspace:
        result = asked(workspace, replay_document, session)
        for ending, text in forms(replay_document, result, replay_document.Options(), workspace):
            assert_golden(f"replay_document/{name}.{ending}", text.replace(str(home), "HOME"))


def test_a_page_without_its_head_says_so(home: Path) -> None:
    with home_of("claude/2.1.329/fix", home) as workspace:
        lines = drawn(replay_document, document(workspace, FIX, only="events", limit=1), workspace)
    assert any("the head was left out" in line for line in lines)


def test_the_cost_of_a_session_without_prices_is_not_known(home: Path) -> None:
    with home_of("claude/2.1.329/fix", home) as workspace:
        found = document(workspace, FIX, first=2, limit=1, only="events")
    assert found.running_cost_usd is None
    assert isinstance(found.total, int)
    assert Decimal(0) not in [event.running_cost_usd for event in found.events]


LINKED = {
    "claude/2.1.197/fix": [("0002b020", "03c28181", "73")],
    "claude/2.1.329/fix": [(FIX[:8], "e5a9a77e", "101")],
    "opencode/1.18.33/fix": [("ses_e036fac22ffe", "ses_e036f8c3dffe", "58")],
    "opencode/1.18.33/served": [
        ("ses_e01e35a74ffe", "ses_e01e34bdfffe", "3"),
        ("ses_e01e3b56bffe", "ses_e01e35de9ffe", "20"),
    ],
}  # fmt: skip
"""Run → source, copy, and the last event that was copied."""


@pytest.mark.parametrize("run", LINKED)
def test_a_copy_and_its_source_lead_to_each_other(run: str, home: Path) -> None:
    with home_of(run, home) as workspace:
        heads = {key: document(workspace, key, only="head").head for key in sessions(workspace)}
    found = [(key, link) for key, head in heads.items() if head is not None for link in head.links]
    forks = {(link.session, key, link.event) for key, link in found if link.how == "fork"}
    copies = {(key, link.session) for key, link in found if link.how == "copy"}
    assert copies == {(source, copy) for source, copy, _ in forks}
    assert {(_short(source), _short(copy), event) for source, copy, event in forks} == set(LINKED[run])


CLEARED = {
    "claude/2.1.329/terminal": [(TERMINAL[:8], "4a4d765c", "4")],
    "claude/2.1.329/clear": [("1b230d15", "3111523f", "4"), ("ca9cd456", "1b230d15", "4")],
    "claude/2.1.197/terminal": [],
}
"""Run → what was cleared, what began then, and the event that the clear is."""


@pytest.mark.parametrize("run", CLEARED)
def test_sessions_on_both_sides_of_a_clear_lead_to_each_other(run: str, home: Path) -> None:
    """Across two clears in a row; of a resumed session that was cleared, and of an older version, nothing proves it."""
    with home_of(run, home) as workspace:
        heads = {key: document(workspace, key, only="head").head for key in sessions(workspace)}
    found = [(key, link) for key, head in heads.items() if head is not None for link in head.links]
    back = {(link.session, key, link.event) for key, link in found if link.how == "clear" and link.session}
    ahead = {(key, link.session) for key, link in found if link.how == "cleared"}
    assert ahead == {(before, after) for before, after, _ in back}
    assert sorted((_short(before), _short(after), event) for before, after, event in back) == CLEARED[run]
    unknown = {_short(key) for key, link in found if link.how == "clear" and not link.session}
    assert unknown == {"claude/2.1.329/clear": {"c9094da4"}, "claude/2.1.197/terminal": {"2f98c247"}}.get(run, set())


def test_other_sessions_are_named_in_words_too(home: Path) -> None:
    """In a shared file without scripts they are all there is."""
    with home_of("claude/2.1.329/clear", home) as workspace:
        lines = drawn(replay_document, document(workspace, "1b230d15", only="head"), workspace)
        unknown = drawn(replay_document, document(workspace, "c9094da4", only="head"), workspace)
    assert "began after  ca9cd456-dfb4-4ae6-b366-1133d3e0a945  (by /clear)" in lines
    assert "went on in   3111523f-fe5d-42fa-ae7d-424df8ba0fac  (after /clear)" in lines
    assert not any("/clear" in line or "began" in line for line in unknown)
    with home_of("claude/2.1.329/fix", home) as workspace:
        assert any("copied into" in line for line in drawn(replay_document, document(workspace, FIX), workspace))


def _short(key: str) -> str:
    return key.partition("-")[0][:16]


@pytest.mark.parametrize(
    ("run", "session", "expected"),
    [
        ("claude/2.1.329/kill", "729c66ee", [("28", "interruption")]),
        ("claude/2.1.329/terminal", "b8e2ea1b", [("46", "interruption"), ("52", "refused"), ("53", "interruption")]),
        ("pi/0.73.1/fix", "01a1fc91-838a", []),
        ("opencode/1.18.33/served", "ses_e01e3b56bffe",
         [("12", "refused"), ("13", "refused"), ("22", "refused"), ("37", "interruption"), ("38", "model")]),
    ],
)  # fmt: skip
def test_what_stopped_it_is_marked_once(run: str, session: str, expected: list[tuple[str, str]], home: Path) -> None:
    """A step that a kill cut off is marked, one that an Escape cut off by the Escape; a session begins with no switch."""
    with home_of(run, home) as workspace:
        head = document(workspace, session, only="head").head
    assert head is not None
    stopped = ("interruption", "refused", "model")
    assert [(mark.event, mark.kind) for mark in head.markers if mark.kind in stopped] == expected
