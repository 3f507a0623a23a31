"""Detectors: whatever a session holds they never raise, and what they claim was there, once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_trace.analysis.attempts import attempts
from agent_trace.analysis.waste import Waste, detectors, grounds, waste
from agent_trace.model.events import (
    AssistantText,
    Attachment,
    Compacted,
    Event,
    Linked,
    LlmResponse,
    SessionStarted,
    ToolCall,
    ToolResult,
    UserPrompt,
)
from agent_trace.model.session import Session, by_session
from agent_trace.model.tools import ToolKind
from agent_trace.model.usage import BillingClass, Usage
from agent_trace.pricing.amounts import amounts
from agent_trace.pricing.book import Book
from agent_trace.pricing.calls import ledger_row
from agent_trace.pricing.shipped import shipped
from tests.agents.claude.logs import LOGS, content, heard
from tests.analysis.recorded import CORPUS, name_of, sessions
from tests.analysis.told_sessions import cases, pages
from tests.analysis.told_sessions import session as told_session
from tests.properties.test_understanding import calls_of

BOOK = Book.load(shipped())
RULES = detectors()
RUNS = sorted(path.parent for path in CORPUS.rglob("truth.json"))
MODELS = ("claude-sonnet-4-5", "claude-opus-4-5-20251101", "unheard-of")
TOOLS: dict[str, ToolKind] = {
    "Bash": "shell",
    "Edit": "edit",
    "Write": "write",
    "Read": "read",
    "Grep": "search",
    "Task": "agent",
    "mcp__a__b": "mcp",
}
WORDS = (
    "npm run build",
    "pytest tests",
    "sleep 200",
    "git checkout .",
    "a.py",
    "b.py",
    "git status",
    "rm -r x && cd y",
    "",
)

tokens = st.one_of(st.none(), st.integers(0, 300_000))
usages = st.builds(
    Usage, input=tokens, output=st.one_of(st.none(), st.integers(0, 5000)), cache_read=tokens, cache_write_5m=tokens,
    cache_write_1h=tokens,
)  # fmt: skip
times = st.one_of(st.none(), st.integers(0, 10_000_000))


@st.composite
def steps(draw: st.DrawFn, number: int, call: str) -> list[Event]:
    """A tool call of a model call, and mostly its result."""
    tool, word = draw(st.sampled_from(sorted(TOOLS))), draw(st.sampled_from(WORDS))
    given_ = {"command": word} if tool == "Bash" else {"file_path": word, "old_string": word, "new_string": "x\n" * 30}
    name, side = f"t{number}", draw(st.booleans())
    event: Any = ToolCall(
        id=name, session="s", at=draw(times), call=name, response=draw(st.sampled_from((call, "", None))), tool=tool,
        kind=TOOLS[tool], input=json.dumps(given_), title=word, paths=(word,) if word.endswith(".py") else (), side=side,
    )  # fmt: skip
    if not draw(st.integers(0, 5)):
        return [event]
    result = ToolResult(
        id=f"r{number}", session="s", at=draw(times), call=name, tool=tool, side=side,
        output=draw(st.sampled_from(("1 failed, 2 passed in 3s", "no such file: a.py", "todo.ts a.py b.py", ""))),
        size=draw(st.sampled_from((0, 500, 90_000))), failed=draw(st.booleans()), refused=not draw(st.integers(0, 9)),
        asked=draw(st.sampled_from((True, False, None))), run_ms=draw(st.sampled_from((None, 0, 500, 400_000))),
        lines_added=draw(st.integers(0, 40)),
    )  # fmt: skip
    return [event, result]


@st.composite
def made(draw: st.DrawFn) -> Session:
    """A session of anything in any order."""
    events: list[Event] = [SessionStarted(id="start", session="s", cwd="/w")]
    for number in range(draw(st.integers(0, 25))):
        kind = draw(st.integers(0, 9))
        name, at = f"e{number}", draw(times)
        if kind <= 2:
            events += draw(steps(number, f"c{draw(st.integers(0, number))}"))
        elif kind <= 6:
            cls = draw(st.sampled_from((None, *(BillingClass(model=model) for model in MODELS))))
            call = f"c{number}" if kind < 6 else "c0"
            usage, side = draw(usages), not draw(st.integers(0, 5))
            events.append(LlmResponse(id=name, session="s", at=at, call=call, cls=cls, usage=usage, side=side))
            events += [
                event
                for place in range(draw(st.integers(0, 2)))
                for event in draw(steps(1000 + 2 * number + place, call))
            ]
        elif kind == 7:
            by: Literal["person", "parent"] = draw(st.sampled_from(("person", "parent")))
            events.append(UserPrompt(id=name, session="s", at=at, text="read todo.ts a.py", size=18, by=by))
        else:
            text = " ".join(f"mcp__a__t{place}" for place in range(12))
            events.append(
                draw(
                    st.sampled_from(
                        (
                            Compacted(id=name, session="s", at=at),
                            Linked(id=name, session="s", at=at, how="clear"),
                            AssistantText(id=name, session="s", at=at, text="a.py", size=4),
                            Attachment(
                                id=name, session="s", at=at, kind="deferred tools delta", text=text, size=len(text)
                            ),
                        )
                    )
                )
            )
    return Session("s", "made", tuple(events))


def judged(session: Session) -> Waste:
    return waste(session, grounds(session, attempts(session)), BOOK, RULES)


def assert_claims_were_there(session: Session, found: Waste) -> None:
    """No token twice, none that was not used, no dollar beyond the cost, no evidence from elsewhere."""
    claimed: Counter[tuple[str, str]] = Counter()
    owners: dict[tuple[str, str], set[str]] = {}
    for one in found.findings:
        for claim in one.claims:
            assert claim.tokens > 0
            claimed[claim.call, claim.kind] += claim.tokens
            owners.setdefault((claim.call, claim.kind), set()).add(one.finding.rule)
        assert one.finding.evidence
        assert all(session.numbered_event(name) is not None for name in (*one.finding.evidence, *one.finding.steps))
        assert one.finding.kind == "waste" or not one.claims
        assert 0 < one.finding.confidence <= 1
    used = {call.id: call.usage for call in session.own_calls}
    assert all(tokens <= getattr(used[call], kind) for (call, kind), tokens in claimed.items())
    assert all(len(rules) == 1 for rules in owners.values())
    cost = amounts([ledger_row(call) for call in session.own_calls], BOOK).cost_usd
    assert found.usd is None or (cost is not None and found.usd <= cost)


@given(session=made())
@settings(max_examples=300, deadline=None)
def test_waste_is_never_more_than_what_was_used(session: Session) -> None:
    assert_claims_were_there(session, judged(session))


@given(session=made())
@settings(max_examples=60, deadline=None)
def test_judging_again_finds_the_same(session: Session) -> None:
    assert judged(session) == judged(Session(session.id, session.agent, session.events))


@cache
def recorded(run: Path) -> tuple[Session, ...]:
    return tuple(sessions(run).values())


@pytest.mark.parametrize("run", RUNS, ids=name_of)
def test_waste_of_a_recorded_run_was_there(run: Path) -> None:
    assert recorded(run)
    for session in recorded(run):
        assert_claims_were_there(session, judged(session))


def _by_default(session: Session) -> Iterator[str]:
    found = waste(session, grounds(session, attempts(session)), BOOK)
    yield from (one.finding.rule for one in found.findings)


@pytest.mark.parametrize("name", LOGS)
def test_waste_of_a_log_was_there(name: str) -> None:
    for session in by_session(heard(content(name)), "claude").values():
        assert_claims_were_there(session, judged(session))


def test_clean_sessions_yield_nothing() -> None:
    """The recorded stories of five agents that commit, branch, edit and open requests: nothing in them was for nothing."""
    clean = [run for run in RUNS if name_of(run).startswith("outcome/")]
    found = {name_of(run): rules for run in clean for one in recorded(run) if (rules := list(_by_default(one)))}
    assert (len(clean) > 10, found) == (True, {})


@pytest.mark.parametrize("rule", sorted(pages()))
def test_twice_the_session_is_twice_the_work(rule: str) -> None:
    """Of what each rule's page finds something in, told again and again."""
    case = next(one for one in cases(pages()[rule]).values() if one.expected)
    small, large = (told_session([*case.lines] * times, united=False) for times in (12, 48))
    (detector,) = (one for one in RULES if one.name == rule)
    work: list[Callable[[], object]] = []
    for told in (small, large):
        known = grounds(told, attempts(told))
        work.append(partial(waste, told, known, BOOK, [detector]))
    assert calls_of(work[1]) <= 4.6 * calls_of(work[0])
