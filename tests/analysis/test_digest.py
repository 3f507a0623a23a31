"""An outcome as it is kept: read back whole, in other words, united with what a log lost."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from agent_trace.analysis.asking import Asking
from agent_trace.analysis.commits import Commit
from agent_trace.analysis.digest import TEXTS, decoded, encoded, name_of, plain, rewritten, united
from agent_trace.analysis.outcome import Lines, Outcome, Productive
from agent_trace.analysis.pull_requests import PullRequest
from agent_trace.analysis.undone import Undone
from agent_trace.analysis.verification import TestRun
from agent_trace.model.events import LlmResponse, ToolCall
from agent_trace.model.session import Session
from agent_trace.model.usage import BillingClass
from agent_trace.privacy.tiers import RECORDS, tiered_record
from tests.analysis.recorded import name_of as name_of_run
from tests.analysis.recorded import outcomes, runs

A = PullRequest(url="https://github.com/a/b/pull/1", number=1, title="one", state="open", events=("p",))


def commit(event: str, **more: object) -> Commit:
    return msgspec.structs.replace(Commit(event=event, number=1, message=f"m {event}"), **more)


def made(*events: str, **more: object) -> Outcome:
    whole = Outcome(session="s", commits=tuple(map(commit, events)), productive=Productive(bool(events), "so"))
    return msgspec.structs.replace(whole, **more)


@pytest.mark.parametrize("run", runs("repositories"), ids=name_of_run)
def test_it_is_read_back_as_it_was(run: Path) -> None:
    for found in outcomes(run).values():
        assert decoded(encoded(found)) == found == plain(found)
        assert rewritten(found, lambda text, _: text) == found


def test_what_is_no_outcome_is_none() -> None:
    assert decoded(b"\xc1") is None
    assert decoded(msgspec.msgpack.encode({"session": 1})) is None


def test_lone_surrogates_become_question_marks() -> None:
    odd = made("e", branch="b\ud800", files=("a\udfff",))
    assert plain(odd) == made("e", branch="b?", files=("a?",))
    assert decoded(encoded(plain(odd))) == plain(odd)


def test_other_words_everywhere_and_no_other_ids() -> None:
    found = made("e", branch="b", files=("f",), pull_requests=(A,), undone=(UNDONE,), tests=(TEST,))
    other = rewritten(found, lambda text, name: f"{name}:{len(text)}")
    assert (other.session, other.branch, other.files) == ("s", "branch:1", ("files:1",))
    assert (other.commits[0].event, other.commits[0].message) == ("e", "message:3")
    assert (other.pull_requests[0].title, other.pull_requests[0].state) == ("title:3", "open")
    assert (other.undone[0].paths, other.tests[0].program) == (("paths:1",), "program:6")
    assert other.productive.why == "why:2"


UNDONE = Undone(event="u", number=1, how="reset", paths=("p",), lines_added=1, lines_removed=0)
TEST = TestRun(event="t", number=1, purpose="test", program="pytest", result="passed")


def test_what_a_log_lost_stays_and_what_it_tells_is_judged_anew() -> None:
    old = made("gone", "seen", tests=(TEST,), undone=(UNDONE,), edit_lines=Lines(5, 1), branch="old", files=("a",))
    new = made(edit_lines=Lines(2, 3), files=("b",), productive=Productive(None, "changed nothing"))
    found = united(old, new, {"seen"})
    assert [one.event for one in found.commits] == ["gone"]
    assert (found.tests, found.undone, found.edit_lines) == ((TEST,), (UNDONE,), Lines(5, 3))
    assert (found.branch, found.files, found.productive) == ("old", ("a", "b"), Productive(True, "so"))
    assert united(old, made("gone", "seen")).commits == made("gone", "seen").commits
    assert united(made(), made("new")).productive == Productive(True, "so")


def test_pull_requests_of_two_readings_are_one() -> None:
    later = PullRequest(url=A.url, number=1, state="merged", merged_here=True, changed_here=True, events=("q",))
    other = PullRequest(number=2, repository="a/b")
    found = united(made(pull_requests=(A, other)), made(pull_requests=(later,))).pull_requests
    assert found[0] == other
    assert (found[1].state, found[1].title, found[1].merged_here, found[1].events) == (
        "merged",
        "one",
        True,
        ("p", "q"),
    )


def test_names_of_pull_requests() -> None:
    assert name_of(A) == "https://github.com/a/b/pull/1"
    assert name_of(PullRequest(repository="a/b", number=2)) == "a/b#2"
    assert name_of(PullRequest(events=("e",))) == "e"
    assert name_of(PullRequest()) == "?"


def test_the_model_is_that_of_the_call() -> None:
    def answer(name: str, model: str) -> LlmResponse:
        return LlmResponse(id=name, session="s", call=name, cls=BillingClass(model=model), at=1)

    events = (
        ToolCall(id="t0", session="s"),
        answer("one", "m1"),
        answer("two", "m2"),
        ToolCall(id="t1", session="s", response="one", at=7),
        ToolCall(id="t2", session="s"),
        LlmResponse(id="none", session="s", call="none"),
        ToolCall(id="t3", session="s", response="none", at=9),
    )
    asking = Asking(Session("s", "made", events))
    assert [asking.commit(commit(name)).model for name in ("t0", "t1", "t2", "t3", "lost")] == [
        None, "m1", "m2", "m2", None,
    ]  # fmt: skip
    found = asking.pull_request(msgspec.structs.replace(A, events=("t0", "t1", "t3")))
    assert (found.model, found.at) == ("m1", 9)


# ---- tiers

KINDS = (Outcome, Commit, PullRequest, TestRun, Undone, Productive, Lines)


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_has_its_tier(kind: type[msgspec.Struct]) -> None:
    assert set(RECORDS[kind.__name__]) == set(kind.__struct_fields__)
    free = {name for name, keep in RECORDS[kind.__name__].items() if keep != 1}
    assert TEXTS & set(kind.__struct_fields__) <= free | {"files"}


def test_a_tier_keeps_what_it_may() -> None:
    found = made("e", branch="b", files=("f",), pull_requests=(A,), undone=(UNDONE,), tests=(TEST,))
    assert tiered_record(found, 3, leaving=True) == found
    second = tiered_record(found, 2, leaving=False)
    assert second == msgspec.structs.replace(found, pull_requests=(msgspec.structs.replace(A, title=None),))
    first = tiered_record(found, 1, leaving=True)
    assert (first.branch, first.files, first.commits[0].message, first.commits[0].event) == (None, (), None, "e")
    assert (first.pull_requests[0].url, first.pull_requests[0].state) == (None, "open")
    assert (first.tests[0].program, first.tests[0].result) == ("withheld (tier 1)", "passed")
    assert (first.productive.value, first.productive.why) == (True, "withheld (tier 1)")
    assert first.undone[0].paths == ()
