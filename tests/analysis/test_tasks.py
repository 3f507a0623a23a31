"""Which earlier session had a task like this one's."""

from __future__ import annotations

import pytest

from agent_trace.analysis.tasks import Earlier, last_alike, likeness, words_of
from agent_trace.analysis.waste import advice, detectors


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Fix issue 12 in the parser of dates", "Fix issue 13 in the parser of dates", True),
        ("make the tests of the calculator pass", "Please make all tests of the calculator pass!", True),
        ("go on", "go on", False),
        ("fix the tests", "fix the tests", False),
        ("write the page that sells red shoes", "write the page that sells blue hats and gloves", False),
        ("write a parser for dates", "rewrite the login page of the shop", False),
        ("", "", False),
    ],
)
def test_prompts_are_alike_where_half_of_their_words_are(one: str, other: str, alike: bool) -> None:
    share = likeness(words_of(one), words_of(other))
    assert (share >= 0.5) == alike
    assert share == likeness(words_of(other), words_of(one))


def test_the_latest_one_counts() -> None:
    same = "fix the failing parser tests now"
    old, new = Earlier(key="old", prompt=same, ended=1), Earlier(key="new", prompt=same, ended=2)
    other = Earlier(key="other", prompt="something else was asked here", ended=3)
    assert last_alike(same, (new, old, other)) == (new, 1.0)
    assert last_alike(same, (other,)) is None


def test_every_rule_says_what_to_do() -> None:
    assert {one.name for one in detectors() if not advice(one.name.upper())} == set()
    assert advice("POLLING").startswith("Run long work in the background")
    assert advice("no_such_rule") == ""
