"""Two sequences aligned: as well as a plain longest common subsequence up to 300, in order and near-linear beyond."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_trace.analysis import alignment
from agent_trace.analysis.alignment import Pair, aligned

WORDS = st.lists(st.sampled_from("abcdef"), max_size=40)


def lcs(first: Sequence[object], second: Sequence[object]) -> int:
    """The length of a longest common subsequence, by the table of the textbook."""
    row = [0] * (len(second) + 1)
    for one in first:
        before = row
        row = [0]
        for place, other in enumerate(second):
            row.append(before[place] + 1 if one == other else max(before[place + 1], row[place]))
    return row[-1]


def paired(first: Sequence[object], second: Sequence[object]) -> int:
    """How many are paired; what `aligned` promises of order and equality is asserted."""
    found = aligned(list(map(str, first)), list(map(str, second)))
    assert [one.first for one in found if one.first is not None] == list(range(len(first)))
    assert [one.second for one in found if one.second is not None] == list(range(len(second)))
    both = [one for one in found if one.first is not None and one.second is not None]
    assert all(str(first[one.first or 0]) == str(second[one.second or 0]) for one in both)
    return len(both)


@given(WORDS, WORDS)
def test_as_many_are_paired_as_can_be(first: list[str], second: list[str]) -> None:
    assert paired(first, second) == lcs(first, second)


@given(st.randoms(use_true_random=False), st.integers(2, 40))
def test_the_same_holds_for_three_hundred(random: Random, kinds: int) -> None:
    first, second = ([random.randrange(kinds) for _ in range(300)] for _ in range(2))
    assert paired(first[:250], second) == lcs(first[:250], second)


@given(st.lists(st.integers(0, 400), max_size=900), st.lists(st.integers(0, 400), max_size=900))
def test_long_ones_keep_their_order(first: list[int], second: list[int]) -> None:
    assert paired(first, second) <= lcs(first, second)


def test_what_only_one_has_stands_where_it_stood() -> None:
    assert aligned("axb", "ayzb") == (Pair(0, 0), Pair(1, None), Pair(None, 1), Pair(None, 2), Pair(2, 3))
    assert aligned("", "") == ()


@pytest.mark.parametrize("length", [301, 2_000])
def test_a_sequence_against_itself(length: int) -> None:
    for rows in (list(range(length)), [0] * length, [place % 7 for place in range(length)]):
        assert paired(rows, rows) == length


def test_unique_places_hold_long_ones_together() -> None:
    first = [place if place % 10 == 0 else -1 for place in range(3_000)]
    second = [-2, *first[:1_500], *([-3] * 50), *first[1_500:]]
    assert paired(first, second) == len(first)


def test_a_long_search_goes_on_behind_a_long_difference() -> None:
    first = [place * place % 11 for place in range(2_000)]
    assert paired(first, [*([12] * 90), *first]) > 1_000


def test_long_ones_that_share_nothing() -> None:
    assert paired([0] * 400, [1] * 400) == 0
    assert paired([place % 5 for place in range(1_000)], [place % 7 + 10 for place in range(1_000)]) == 0


class Counted:
    """An element that counts how often it is compared."""

    compared = 0

    def __init__(self, kind: int) -> None:
        self.kind = kind

    def __hash__(self) -> int:
        return self.kind

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return isinstance(other, Counted) and self.kind == other.kind


def comparisons(length: int) -> int:
    """Two sequences of few kinds, so that nothing is unique."""
    Counted.compared = 0
    aligned(
        [Counted(place * place % 11) for place in range(length)], [Counted(place * 3 % 11) for place in range(length)]
    )
    return Counted.compared


def test_the_effort_grows_with_the_length() -> None:
    assert comparisons(20_000) <= 12 * comparisons(2_000)
    assert alignment.EXACT == 300
