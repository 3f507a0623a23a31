"""What each tier keeps of events and rows: every field has its tier, and what is withheld says so."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, get_args

import msgspec
import pytest

from agent_trace.model import events as model
from agent_trace.model.events import AnyEvent, Event
from agent_trace.model.scan import Part
from agent_trace.model.summary import Summary
from agent_trace.model.tools import ToolKind
from agent_trace.model.usage import Amounts
from agent_trace.privacy.tiers import (
    EVERY,
    FIELDS,
    PART,
    SUMMARY,
    Tier,
    tiered,
    tiered_part,
    tiered_reason,
    tiered_summary,
    withheld,
)
from tests.house.source import ROOT, Module, modules
from tests.privacy.filled import WORDS, filled


def values(event: Event) -> dict[str, Any]:
    return {name: getattr(event, name) for name in event.__struct_fields__}


def kept(event: Event, tier: Tier, *, leaving: bool = False) -> set[str]:
    """The fields that a tier leaves as they are, besides those that every event has."""
    found = tiered(event, tier, leaving=leaving)
    return {name for name, value in values(found).items() if value == getattr(event, name)} - EVERY.keys()


@pytest.mark.parametrize("kind", get_args(AnyEvent))
def test_every_field_of_every_event_has_its_tier(kind: type[Event]) -> None:
    assert set(EVERY) | set(FIELDS[kind]) == set(kind.__struct_fields__)
    assert not set(EVERY) & set(FIELDS[kind])


def test_no_kind_of_event_is_missing() -> None:
    assert set(FIELDS) == set(get_args(AnyEvent))
    assert set(EVERY) == set(Event.__struct_fields__)
    assert set(EVERY.values()) == {1}


def test_every_field_of_a_row_has_its_tier() -> None:
    assert set(PART) == set(Part.__struct_fields__)
    assert set(SUMMARY) == set(Summary.__struct_fields__)


@pytest.mark.parametrize("kind", get_args(AnyEvent))
def test_tier_3_is_the_same_event(kind: type[Event]) -> None:
    event = filled(kind)
    assert tiered(event, 3, leaving=True) is event


@pytest.mark.parametrize("kind", get_args(AnyEvent))
@pytest.mark.parametrize(("tier", "leaving"), [(1, False), (1, True), (2, True), (2, False)])
def test_a_field_stays_exactly_from_its_tier_on(kind: type[Event], tier: Tier, leaving: bool) -> None:
    event = filled(kind)
    from_tier = {"prompt": 3 if leaving else 2, "input": 3, "reason": 3, 1: 1, 2: 2, 3: 3}
    wanted = {name for name, keep in FIELDS[kind].items() if from_tier[keep] <= tier}
    assert kept(event, tier, leaving=leaving) == wanted
    assert all(getattr(tiered(event, tier, leaving=leaving), name) == getattr(event, name) for name in EVERY)


@pytest.mark.parametrize("kind", get_args(AnyEvent))
def test_a_tier_is_taken_once(kind: type[Event]) -> None:
    event = filled(kind)
    once = tiered(event, 2, leaving=True)
    assert tiered(once, 2, leaving=True) == once
    lower = tiered(once, 1, leaving=True)
    assert lower == tiered(event, 1, leaving=True)
    assert tiered(lower, 2, leaving=True) == lower


@pytest.mark.parametrize("tier", [1, 2])
def test_what_is_withheld_says_so(tier: Tier) -> None:
    said = tiered(filled(model.AssistantText, text="four", size=4), tier, leaving=True)
    assert isinstance(said, model.AssistantText)
    assert (said.text, said.size) == (f"withheld (tier {tier})", 4)
    assert tiered(filled(model.AssistantText, text=""), tier, leaving=True) == filled(model.AssistantText, text="")


def test_paths_and_unknowns_are_empty() -> None:
    start = tiered(filled(model.SessionStarted), 1, leaving=False)
    call = tiered(filled(model.ToolCall), 1, leaving=False)
    read = tiered(filled(model.FileRead), 1, leaving=False)
    assert isinstance(start, model.SessionStarted)
    assert isinstance(call, model.ToolCall)
    assert isinstance(read, model.FileRead)
    assert (start.cwd, start.branch, start.agent_type, start.version) == (None, None, None, WORDS)
    assert (call.paths, read.path) == ((), "")


@pytest.mark.parametrize("kind", get_args(ToolKind))
@pytest.mark.parametrize("leaving", [True, False])
def test_what_a_tool_was_given_depends_on_its_kind(kind: ToolKind, leaving: bool) -> None:
    event = filled(model.ToolCall, kind=kind)
    told = {"input", "title"} & kept(event, 2, leaving=leaving)
    is_told = kind in ("shell", "edit", "write", "read") or (kind == "agent" and not leaving)
    assert told == ({"input", "title"} if is_told else set())
    assert "paths" in kept(event, 2, leaving=leaving)
    assert not {"input", "title", "paths"} & kept(event, 1, leaving=leaving)


def test_what_a_log_says_of_its_session() -> None:
    part = Part(rows=3, cwd="/mine", branch="b", version="2", custom_title="t", ai_title="t", summary="s", task="t",
                first_prompt="p", agent_type="explorer", credits=5, tail="end", spans=[[1, 2]])  # fmt: skip
    assert tiered_part(part, 3) is part
    assert tiered_part(part, 2) == part
    least = tiered_part(part, 1)
    assert least == Part(rows=3, version="2", credits=5, tail="end", spans=[[1, 2]])
    assert part.cwd == "/mine"


def test_a_row_of_a_list() -> None:
    row = Summary(id="s", agent="claude", title="t", cwd="/mine", repo="/mine", branch="b", labels=("good",), prompts=2,
                  own=Amounts(calls=1, cost_usd=Decimal("1.5"), cost_basis="priced"))  # fmt: skip
    replace = msgspec.structs.replace
    assert tiered_summary(row, 3, leaving=True) is row
    assert tiered_summary(row, 2, leaving=False) == row
    assert tiered_summary(row, 2, leaving=True) == replace(row, title=None)
    least = replace(row, title=None, cwd=None, repo=None, branch=None, labels=())
    assert tiered_summary(row, 1, leaving=False) == tiered_summary(row, 1, leaving=True) == least


# ---- why a line is not read


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("unknown record type 'canary in the mine'", "unknown record type …"),
        ('unknown block type "it\'s no type"', "unknown block type …"),
        ("unknown role {'canary': 1}", "unknown role …"),
        ("unknown bubble type 17", "unknown bubble type …"),
        ("canary canary no canary", "… no …"),
        ("data is no object, not JSON; unfinished line", "data is no object, not JSON; unfinished line"),
        ("", ""),
    ],
)
def test_a_reason_keeps_our_words_alone(reason: str, told: str) -> None:
    assert tiered_reason(reason, 2) == tiered_reason(reason, 1) == told
    assert tiered_reason(reason, 3) == reason


def _reasons(module: Module) -> Iterator[str]:
    """The texts that a reader gives as reasons: what it hands to `unread` and the like, or calls a reason."""
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args) if "unread" in name.lower():
                yield from (text for one in args[-1:] for text in _texts(one))
            case ast.keyword(arg="reason", value=value) if module.room == "agents":
                yield from _texts(value)
            case ast.Assign(targets=[ast.Name(id="reason" | "REASON" | "UNKNOWN")], value=value):
                yield from _texts(value)


def _texts(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from (*_texts(one), *_texts(other))
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "'…'" for part in parts)


def test_the_reasons_of_all_readers_are_made_of_known_words() -> None:
    found = {
        reason
        for module in modules(ROOT, "src")
        if module.name.startswith(("agent_trace.agents.", "agent_trace.sync."))
        for reason in _reasons(module)
        if not reason.startswith(("process ended", "exit code")) and "'s " not in reason
    }
    lost = {reason for reason in found if tiered_reason(reason, 1) != reason.replace("'…'", "…")}
    assert lost == set()
    assert {"not JSON", "unknown record type '…'", "unfinished line", "a step that is no object"} <= found


def test_a_line_that_is_not_understood_keeps_its_length() -> None:
    event = filled(model.Unknown, reason="unknown type 'mine'")
    least = tiered(event, 1, leaving=False)
    assert isinstance(least, model.Unknown)
    assert (least.raw, least.reason, least.origin) == (withheld(1), "unknown type …", event.origin)
