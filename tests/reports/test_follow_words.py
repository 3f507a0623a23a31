"""What followed a step, in words."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from agent_trace.analysis.faults import Fault
from agent_trace.model.events import Blocked, ErrorRaised, ToolCall, ToolResult, UserPrompt
from agent_trace.reports._follow_words import FAULTS, fault_told, followers, sequel_words
from agent_trace.reports._followed import Followed, Led, is_failure, line_of
from agent_trace.reports._happened import Row


def nodes(**more: Any) -> dict[str, Row]:
    return {
        "4": Row(number="4", id="c", session="s", kind="tool_call", **more),
        "5": Row(number="5", id="r", session="s", kind="tool_result", exit_code=3),
    }


def test_every_way_to_fail_has_its_sentence() -> None:
    assert set(FAULTS) == set(get_args(Fault)) - {""}


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (Followed(step="4", result="5", fault="exit", telling="no"), "The command failed: exit code 3. no"),
        (
            Followed(step="4", result="5", fault="exit", telling="exit 3"),
            "The command failed: exit code 3. The command line itself ends with `exit 3`: it asked for that code.",
        ),
        (Followed(step="4", fault="exit"), "The command failed."),
        (Followed(step="4", fault="hook", telling="x"), "A hook blocked it. x"),
    ],
)
def test_how_it_failed(one: Followed, words: str) -> None:
    assert fault_told(one, nodes()) == words


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (Followed(step="4", fault="exit", again="7", tries=1, mended="7"), "Tried again: #7 worked."),
        (
            Followed(step="4", fault="exit", again="7", tries=3, mended="9"),
            "Tried again: #9 worked, the last of 3 attempts that followed.",
        ),
        (
            Followed(step="4", fault="exit", again="7", tries=2),
            "Tried again at #7, and 2 times in all, without success.",
        ),
        (
            Followed(step="4", fault="exit", other="8", worked=True),
            "Not tried again in this way; another way to the same, #8, worked.",
        ),
        (
            Followed(step="4", fault="exit", other="8", worked=False),
            "Not tried again in this way; another way to the same, #8, failed too.",
        ),
        (
            Followed(step="4", fault="exit", other="8"),
            "Not tried again in this way; another way to the same, #8, has no result.",
        ),
        (Followed(step="4", fault="timeout"), "Not tried again."),
        (Followed(step="4", fault="refused"), ""),
        (Followed(step="4"), ""),
        (Followed(step="4", behind=("4/2",)), "In the sub-agent 1 event failed."),
        (Followed(steps=1, failed=0), "1 step until the next prompt, 0 failed."),
    ],
)
def test_what_came_of_it(one: Followed, words: str) -> None:
    assert sequel_words(one, nodes()) == words


def test_of_a_session_that_goes_on_more_may_follow() -> None:
    told = (Followed(step="4", fault="exit"), Followed(step="4", fault="exit", again="7", tries=1))
    assert [sequel_words(one, nodes(), goes=True) for one in told] == [
        "Not tried again so far.",
        "Tried again at #7, which did not work so far.",
    ]


@pytest.mark.parametrize("more", [{"inherited": True}, {"side": True}])
def test_of_what_is_not_counted_nobody_says_that_it_was_not_tried_again(more: dict[str, bool]) -> None:
    assert sequel_words(Followed(step="4", fault="exit"), nodes(**more)) == ""


def test_an_event_that_followed_is_named_by_what_says_most_of_it() -> None:
    led = (Led(event="7", how="retry"), Led(event="8", how="path"), Led(event="9", how="sub-agent"))
    one = Followed(spoke="6", then="7", again="7", other="8", led=led, behind=("4/2",))
    assert dict(followers(one)) == {
        "6": "what the agent said about it",
        "7": "tried again",
        "8": "another way to the same",
        "9": "follows from it",
        "4/2": "failed in the sub-agent",
    }
    assert dict(followers(Followed(then="7"))) == {"7": "what it did next"}


def test_what_a_replay_marks_as_failed_is_what_failed_behind_a_step() -> None:
    here: dict[str, Any] = {"id": "x", "session": "s"}
    failures = [ToolResult(failed=True, **here), ToolResult(refused=True, **here), ErrorRaised(**here), Blocked(**here)]
    others = [ToolResult(**here), ErrorRaised(retry=1, **here), UserPrompt(**here)]
    assert [is_failure(event) for event in [*failures, *others]] == [True] * 4 + [False] * 3


RAN = ToolCall(id="1", session="s", kind="shell", title="make; exit 3")


@pytest.mark.parametrize(
    ("call", "output", "more", "line"),
    [
        (RAN, "built\nmain", {"exit_code": 3}, "exit 3"),
        (RAN, "withheld (tier 1)", {"exit_code": 3}, ""),
        (RAN, "built\nmain", {"exit_code": 2}, ""),
        (RAN, "built\nmain", {"interrupted": True}, ""),
        (RAN, "Not run\nmake", {}, "Not run"),
        (RAN, "The person\nsaid no", {"refused": True, "exit_code": 3}, "The person"),
        (None, "one\ntwo", {"exit_code": 3}, "one"),
    ],
)
def test_whose_words_say_what_was_wrong(call: ToolCall | None, output: str, more: dict[str, Any], line: str) -> None:
    result = ToolResult(id="2", session="s", failed=True, output=output, size=len(output), **more)
    assert line_of(result, call) == line
    assert line_of(None, call) == ""
