"""What fell out of the context at a compaction: the account adds up to what the calls around it measured."""

from __future__ import annotations

from agent_trace.analysis.context import context, resets_of
from agent_trace.analysis.fallen import CAME, LESS, REST, fallen
from agent_trace.model.events import Compacted, Linked
from agent_trace.model.session import Session
from tests.analysis.test_contents import HERE, call, looked, memory, prompt, result, text, tool


def test_what_fell_out_at_a_compaction() -> None:
    again, changed = memory("m", "CLAUDE.md"), memory("n", "other.md")
    summary = Compacted(id="k2", summary="in short", **HERE)
    session, found = looked(
        prompt(), again, changed, memory("snapshot", "all of it", "system prompt"), call("a", 100), tool("c1", "a"),
        result("c1", 80), call("b", 200), Compacted(id="k", trigger="auto", before=210, **HERE), summary,
        memory("m2", "CLAUDE.md"), call("c", 60),
    )  # fmt: skip
    (lost,) = fallen(session, found)
    assert (lost.reset.event, [one.number for one in lost.texts]) == (9, [1, 3, 6, 7])
    assert [one.number for one in lost.came] == [10]
    assert lost.scale is not None
    assert lost.tokens_of(80) == lost.scale.tokens_of(80) > 0


def test_what_fell_out_at_the_second_of_two_resets() -> None:
    clear = Linked(id="l", how="clear", other="s0", **HERE)
    session, found = looked(
        prompt(), call("a", 100), clear, text("between", 40), Compacted(id="k", trigger="auto", **HERE), call("b", 60)
    )
    lost = fallen(session, found)[1]
    assert ([one.number for one in lost.texts], lost.scale, lost.tokens_of(40)) == ([4], None, 10)
    assert fallen(*looked(prompt(), call("a", 100))) == ()


def compacted(first: int, *, after: int) -> Session:
    """100 tokens of a prompt with 40 characters, a result of 400, and a summary of 8 in their place."""
    said = Compacted(id="k", before=7, after=3, summary="in short", **HERE)
    events = (prompt(), call("a", 100), result("c", 400), call("b", first - 10), text("t", 4), said, call("d", after))
    return Session("s", "x", events)


def test_tokens_around_a_compaction_are_those_that_calls_measured() -> None:
    """What an agent writes down of it leaves things out, or is its estimate."""
    session = compacted(300, after=110)
    (reset,) = context(session, lambda model, at: None).resets
    assert (reset.before, reset.after) == (300, 110)
    assert resets_of(session) == (reset,)
    assert [(one.before, one.after) for one in resets_of(Session("s", "x", session.events[:-1]))] == [(7, 3)]
    assert resets_of(Session("s", "x", session.events[:5])) == ()


def test_what_fell_out_adds_up_to_what_the_context_lost() -> None:
    session = compacted(300, after=110)
    (lost,) = fallen(session, context(session, lambda model, at: None))
    shares = {one.what: one.tokens for one in lost.shares}
    assert sum(shares.values()) == 300 - 110
    assert shares["results of Read"] > shares["prompts"] > 0 > shares[CAME]
    assert (REST in shares) != (LESS in shares)
    assert [lost.size(what) for what in ("prompts", CAME)] == [40, 8]


def test_no_text_has_more_tokens_than_characters() -> None:
    """The rest of a call that measured much more was in no text."""
    session = compacted(100_000, after=110)
    (lost,) = fallen(session, context(session, lambda model, at: None))
    shares = {one.what: one.tokens for one in lost.shares}
    assert (shares["results of Read"], shares["prompts"]) == (400, 40)
    assert shares[REST] > 99_000
