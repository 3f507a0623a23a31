"""What an export holds at each tier: a canary in every field of every event, looked for in every file."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from agent_trace.app.exporting import formats
from agent_trace.app.leaving import Door, masker_of
from agent_trace.config import Config
from agent_trace.exports import traces
from agent_trace.exports._facts import Files
from agent_trace.model.events import LlmResponse, SessionStarted, ToolCall
from agent_trace.model.session import Session
from agent_trace.privacy.tiers import Tier
from agent_trace.registry import load
from tests.exports.sessions import facts
from tests.privacy.canaries import FREE, canary, least, planted, session
from tests.privacy.samples import KEY


def written(tier: Tier, *, form: str = "traces") -> str:
    """Everything that an export writes at a tier."""
    through, whole = Door(tier), session()
    passed = Session("s1", "claude", tuple(map(through.kept, whole.events)))
    told = facts(whole)
    told = msgspec.structs.replace(told, summary=through.summary(told.summary), redacted=False)
    files: Files = load("exports", form).encode(passed, told)
    return b"\n".join(files.values()).decode()


def meta_of(files: Files) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(
        next(data for path, data in files.items() if path.endswith("meta.json"))
    )
    return found


@pytest.mark.parametrize("form", formats())
@pytest.mark.parametrize("tier", [1, 2, 3])
def test_a_tier_holds_just_what_it_says(tier: Tier, form: str) -> None:
    found = written(tier, form=form)
    told = {(kind, name) for kind, name in FREE if canary(kind, name) in found}
    assert told == {(kind, name) for kind, name in FREE if least(kind, name) <= tier}


@pytest.mark.parametrize(("kind", "tier"), [("shell", 2), ("edit", 2), ("agent", 3), ("search", 3)])
def test_arguments_of_tools(kind: str, tier: int) -> None:
    call = planted(ToolCall, kind=kind, input='{"command": "canary-argument"}', title="canary-title")
    for asked in (1, 2, 3):
        kept = Door(asked).kept(call)
        assert ("canary-argument" in repr(kept), "canary-title" in repr(kept)) == (asked >= tier, asked >= tier)


def test_secrets_are_masked_and_marked() -> None:
    door = Door(3, masker_of(Config()))
    one, two = planted(ToolCall, input=f'{{"command": "login {KEY}"}}'), planted(LlmResponse)
    events = tuple(map(door.masked_event, (planted(SessionStarted), one, two)))
    whole = Session("s1", "claude", events)
    told = facts(whole, redacted=True, masked=frozenset({one.id}))
    files = traces.encode(whole, told)
    meta, lines = meta_of(files), next(data for path, data in files.items() if path.endswith("events.ndjson"))
    marked = {line["event_id"]: line.get("redacted") for line in map(msgspec.json.decode, lines.splitlines())}
    assert meta["redacted"] is True
    (asked,) = (
        line["data"]["arguments"]
        for line in map(msgspec.json.decode, lines.splitlines())
        if "arguments" in line["data"]
    )
    assert asked == {"command": "login [REDACTED:anthropic_key]"}
    assert (marked[one.id], marked[two.id]) == (True, None)
    assert KEY.encode() not in lines


@pytest.mark.parametrize(("redacted", "said"), [(True, True), (False, False), (None, None)])
def test_a_folder_says_whether_it_was_masked(redacted: bool | None, said: bool | None) -> None:
    whole = session()
    assert meta_of(traces.encode(whole, facts(whole, redacted=redacted))).get("redacted") is said
