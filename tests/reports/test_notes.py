"""What was noted, as reports and pages show it: at its event, whole, harmless, and no more of it than may leave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

from agent_trace.app.workspace import Workspace
from agent_trace.app.written import encode
from agent_trace.model.annotations import Annotation, AnyGiven, Hidden, Renamed, Starred
from agent_trace.privacy.tiers import ANNOTATION, tiered_annotation
from agent_trace.render.html import render_html
from agent_trace.render.measure import display_width
from agent_trace.reports import annotations as listing
from agent_trace.reports import list as list_report
from agent_trace.reports import replay, show
from agent_trace.reports._notes import moment, noted
from agent_trace.store.annotations import encoded
from tests.reports.recorded import FIX, SUB_AGENT, asked, drawn
from tests.reports.small import ask, assert_golden, copy_run, forms, opened
from tests.reports.test_hostile import EVIL, STEERING

AT = 1795262400.0
EVENT, LATER = "9eb07c02-cbf4-4c54-87a9-35a305d89737.0", "6b78254f-cfde-46f7-ac40-9909f4b91744.0"
LONG = "The answer was right, but it should have been found by reading docs/div.md first: " * 3


def given(number: int, session: str = FIX, **more: Any) -> Annotation:
    head = {"annotation_id": f"{number:012x}", "agent": "claude", "session_id": session, "created_at": AT}
    return Annotation(**{**head, "author": "you", **more})


ALL: Sequence[AnyGiven] = (
    Renamed(annotation_id="f1", agent="claude", session_id=FIX, title="Mend division"),
    Starred(annotation_id="f2", agent="claude", session_id=FIX),
    given(1, note=LONG, event_id=EVENT, offset_seconds=0.116, label="regression"),
    given(2, label="pass"),
    given(3, label="interesting"),
    given(4, bookmark=True, event_id=LATER, offset_seconds=0.084),
    given(5, note="a second look\n  - with lines\n  - of its own", event_id=EVENT, author="alice"),
    given(6, note="This one was worth the money."),
    given(7, note="about nothing", event_id="no such event", offset_seconds=3.5),
    given(8, session=SUB_AGENT, note="inside", event_id=""),
)


def write(home: Path, facts: Sequence[AnyGiven]) -> None:
    folder = home / ".agent-trace"
    folder.mkdir(exist_ok=True)
    (folder / "annotations.jsonl").write_bytes(b"".join(encoded(one) + b"\n" for one in facts))


@pytest.fixture
def workspace(home: Path) -> Iterator[Workspace]:
    copy_run("2.1.329/fix", home)
    write(home, ALL)
    found = opened(home)
    yield found
    found.close()


@pytest.mark.parametrize(
    ("name", "report", "options"),
    [
        ("annotations/all", listing, {}),
        ("annotations/some", listing, {"filter_author": "alice"}),
        ("annotations/replayed", replay, {"limit": 15}),
        ("annotations/shown", show, {}),
    ],
)
def test_whole_outputs(workspace: Workspace, name: str, report: ModuleType, options: dict[str, Any]) -> None:
    result = asked(workspace, report, FIX, **options)
    for ending, text in forms(report, result, msgspec.convert(options, report.Options), workspace):
        if ending != "json" or report is listing:
            assert_golden(f"{name}.{ending}", text)
    assert result


def test_the_list(workspace: Workspace) -> None:
    result = ask(workspace, list_report)
    for ending, text in forms(list_report, result, list_report.Options(), workspace):
        if ending != "json":
            assert_golden(f"annotations/listed.{ending}", text)
    (one,) = (one for one in result.sessions if one.id == FIX)
    assert (one.labels, one.starred, one.hidden, one.title) == (("interesting", "pass"), True, False, "Mend division")


def test_a_filter_of_a_replay_moves_no_note(workspace: Workspace) -> None:
    whole = asked(workspace, replay, FIX)
    some = asked(workspace, replay, FIX, filter="user_prompt")
    assert some.annotations == whole.annotations
    lines = "\n".join(drawn(replay, some, workspace))
    assert ("a second look" in lines, "worth the money" in lines) == (False, True)


def test_a_tree_shows_none(workspace: Workspace) -> None:
    assert "worth" not in "\n".join(drawn(replay, asked(workspace, replay, FIX, tree=True), workspace, tree=True))


def test_of_a_sub_agent(workspace: Workspace) -> None:
    result = asked(workspace, listing, SUB_AGENT)
    assert [one.note for one in result.annotations] == ["inside"]
    assert "inside" in [one.note for one in asked(workspace, listing, FIX).annotations]


# ---------------------------------------------------------------- hostile


def hostile() -> Sequence[AnyGiven]:
    words = EVIL.encode("utf-8", "replace").decode()
    head: dict[str, Any] = {"annotation_id": words, "agent": "claude", "session_id": FIX, "author": words}
    return (
        Renamed(**head, title=words),
        Hidden(annotation_id="", agent="claude", session_id="nowhere"),
        Annotation(**head, event_id=EVENT, note=words * 50, label=words, offset_seconds=-1e300, created_at=1.0),
        Annotation(**head, note=words, label=words),
        Annotation(**head, event_id=words, note="<script>alert(1)</script>", offset_seconds=1e15),
    )


@pytest.mark.parametrize("report", [listing, replay, show])
@pytest.mark.parametrize("width", [40, 80])
def test_hostile_notes_are_harmless(home: Path, report: ModuleType, width: int) -> None:
    copy_run("2.1.329/fix", home)
    write(home, hostile())
    found = opened(home)
    result = asked(found, report, FIX)
    lines = drawn(report, result, found, width=width)
    assert [line for line in lines if STEERING.search(line) or display_width(line) > width] == []
    page = render_html(report.layout(result, report.Options(), found.facts), title="x")
    assert "<script>alert" not in page
    assert msgspec.json.decode(encode(result), type=type(result)) == result
    found.close()


@pytest.mark.parametrize("seconds", [1e300, -1e300, float("nan"), float("inf")])
def test_a_moment_that_no_calendar_has(seconds: float) -> None:
    assert moment(seconds) is None
    assert noted(given(1, created_at=0.0), {}).created_at is None


# ---------------------------------------------------------------- what leaves


def test_every_field_has_its_tier() -> None:
    assert set(ANNOTATION) == set(Annotation.__struct_fields__)


@pytest.mark.parametrize(("tier", "kept"), [(1, set()), (2, {"label"}), (3, {"label", "note", "author"})])
def test_what_a_tier_lets_pass(tier: Any, kept: set[str]) -> None:
    one = given(1, note="a", label="b", author="c", event_id="e", bookmark=True)
    found = tiered_annotation(one, tier)
    told = {name for name in ("label", "note", "author") if getattr(found, name) == getattr(one, name)}
    assert (told, found.event_id, found.bookmark) == (kept, "e", True)
    assert tiered_annotation(given(1, author=""), tier).note == ""
