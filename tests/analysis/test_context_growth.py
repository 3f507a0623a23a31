"""What the context grew from, stretch by stretch: one scale in each window, and nothing below 0 that is not named so."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest

from agent_trace.analysis.context import UNLOGGED, context
from agent_trace.analysis.context_growth import GONE, LESS, MORE, Grown, Stretch, grown
from agent_trace.model.events import Compacted, Event, UserPrompt
from agent_trace.model.session import Session
from tests.analysis.test_contents import HERE, call, prompt, result, text

SAID, ASKED, READ = "answers and tool calls", "prompts", "results of Read"


def told(*events: Event) -> list[Grown]:
    """Of each prompt; of what came before the first as well."""
    session = Session("s", "x", events)
    pieces = [Stretch(turn.events[0].number, turn.events[-1].number) for turn in session.turns]
    return grown(session, context(session, lambda model, at: None), pieces)


def parts(one: Grown) -> dict[str, int]:
    return {share.what: share.tokens for share in one.shares}


def copied(size: int) -> UserPrompt:
    return UserPrompt(id="copied", size=size, inherited=True, **HERE)


COMPACTED = Compacted(id="compacted", trigger="auto", summary="s" * 80, **HERE)


def test_the_first_prompt_has_what_its_first_call_was_given_beside_the_texts() -> None:
    first, second = told(prompt(40), call("a", 110), text("t", 40), prompt(80), call("b", 200), text("u", 40))
    assert (first.before, first.after, second.before, second.after) == (None, 120, 120, 210)
    assert parts(first) == {UNLOGGED: 100, ASKED: 22, SAID: 22, LESS: -24}
    assert parts(second) == {ASKED: 44, SAID: 22, MORE: 24}
    assert [(share.what, share.texts) for share in second.shares] == [(ASKED, 1), (MORE, 0), (SAID, 1)]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((), []),
        ((prompt(), text("t", 40)), [{}]),
        ((call("a", 90), prompt(40), call("b", 100)), [{UNLOGGED: 90, MORE: 10}, {ASKED: 20, LESS: -10}]),
        ((prompt(40), call("a", 90), prompt(40)), [{UNLOGGED: 80, ASKED: 20}, {}]),
        ((prompt(0), call("a", 90), prompt(0), call("b", 190)), [{UNLOGGED: 100}, {UNLOGGED: 100}]),
        ((prompt(0), call("a", 190), prompt(0), call("b", 90)), [{UNLOGGED: 100, MORE: 100}, {LESS: -100}]),
    ],
)
def test_what_is_not_known_is_not_made_up(events: Sequence[Event], expected: list[dict[str, int]]) -> None:
    assert [parts(one) for one in told(*events)] == expected


def test_what_a_fork_copied_stands_in_the_prompt_whose_call_was_first_given_it() -> None:
    begun, own = told(copied(400), call("a", 500, inherited=True), prompt(40), call("b", 300))
    assert (begun.before, begun.after, begun.shares) == (None, None, ())
    assert (own.before, own.after, parts(own)) == (None, 310, {UNLOGGED: 190, ASKED: 120})


def test_what_was_gone_before_a_fork_began_is_no_part_of_its_context() -> None:
    gone = msgspec.structs.replace(COMPACTED, inherited=True)
    *_, own = told(copied(4000), call("a", 900, inherited=True), gone, prompt(80), call("b", 100, 0))
    assert (own.before, own.after, parts(own)) == (
        None,
        100,
        {UNLOGGED: 60, ASKED: 20, "summaries of what came before": 20},
    )


def test_a_compaction_takes_what_was_before_it_and_begins_a_scale_of_its_own() -> None:
    first, second, third = told(
        prompt(40), call("a", 100), prompt(40), result("c", 400), call("b", 290), text("t"), COMPACTED, call("d", 120),
        prompt(40), call("e", 160),
    )  # fmt: skip
    assert (first.after, second.after, third.after) == (110, 130, 170)
    assert parts(second) == {UNLOGGED: 100, "summaries of what came before": 47, LESS: -17, GONE: -110}
    assert parts(third) == {ASKED: 23, MORE: 17}
    assert READ not in parts(first) | parts(second)


def test_what_a_compaction_without_a_call_put_there_counts_with_the_next_call() -> None:
    first, second = told(prompt(40), call("a", 100), text("t"), COMPACTED, prompt(40), call("b", 50))
    assert parts(first) == {UNLOGGED: 90, ASKED: 20}
    assert parts(second) == {UNLOGGED: 20, "summaries of what came before": 27, ASKED: 13, GONE: -110}


def test_what_was_answered_behind_its_call_stands_with_it() -> None:
    (one,) = told(prompt(40), call("a", 100, 0), text("t", 40), result("c", 40), call("b", 120, 0), text("u", 40))
    assert parts(one) == {UNLOGGED: 90, SAID: 16, ASKED: 7, READ: 7}
