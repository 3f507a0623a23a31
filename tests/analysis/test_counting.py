"""One commit counts once, over however many sessions."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as some

from agent_trace.analysis.counting import Claim, counting
from agent_trace.analysis.git_output import same

SHAS = ["aaaa1", "aaaa12345", "aaaa2", "bbbb1"]
claims = some.lists(
    some.builds(
        Claim,
        session=some.sampled_from("stu"),
        place=some.integers(0, 3),
        event=some.sampled_from("ef"),
        nth=some.integers(0, 1),
        at=some.none() | some.integers(0, 3),
        sha=some.none() | some.sampled_from(SHAS),
        order=some.sampled_from("stu"),
    ),
    max_size=8,
    unique_by=lambda one: (one.session, one.place),
)


def claim(session: str, sha: str | None, at: int | None = 0, *, event: str = "", place: int = 0) -> Claim:
    return Claim(session, place, event or f"{session}{place}", 0, at, sha, session)


def test_the_first_that_tells_of_a_sha_has_it() -> None:
    assert counting([claim("a", "1234567", 2), claim("b", "1234", 1)]) == {("b", 0)}
    assert counting([claim("b", "1234567", 1), claim("a", "1234567", 1)]) == {("a", 0)}
    assert counting([claim("a", "1234567", None), claim("b", "1234567", 9)]) == {("b", 0)}


def test_different_commits_all_count() -> None:
    assert counting([claim("a", "12345"), claim("b", "12346"), claim("c", None)]) == {("a", 0), ("b", 0), ("c", 0)}


def test_a_copy_without_a_sha_is_known_by_its_call_and_time() -> None:
    copied = [claim("a", None, 5, event="e"), claim("b", None, 5, event="e")]
    assert counting(copied) == {("a", 0)}
    numbered_anew = [claim("a", None, 5, event="call_1"), claim("b", None, 6, event="call_1")]
    assert counting(numbered_anew) == {("a", 0), ("b", 0)}


@given(claims)
def test_whatever_counts_is_no_two_times_the_same(given: list[Claim]) -> None:
    counts = [one for one in given if (one.session, one.place) in counting(given)]
    named = [one.sha for one in counts if one.sha is not None]
    assert not any(same(one, other) for place, one in enumerate(named) for other in named[:place])
    calls = [(one.event, one.nth, one.at) for one in counts]
    assert len(calls) == len(set(calls))


@given(claims, some.randoms())
def test_the_order_of_hearing_decides_nothing(given: list[Claim], chance: random.Random) -> None:
    shuffled = list(given)
    chance.shuffle(shuffled)
    assert counting(shuffled) == counting(given)
    assert given == [] or counting(given) != set()
