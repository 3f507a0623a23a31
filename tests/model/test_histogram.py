"""Histograms of run times: what they keep, how far off a percentile is, and that they add up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agent_trace.model.histogram import merged, middle_of, part_of, percentile, read, written

TIMES = st.integers(0, 10**9)


def of(times: list[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for one in times:
        found = merged(found, {part_of(one): 1})
    return found


@given(TIMES, TIMES)
def test_parts_keep_their_order(one: int, other: int) -> None:
    assert (part_of(one) <= part_of(other)) or one > other


@given(TIMES)
def test_the_middle_is_near(time: int) -> None:
    assert abs(middle_of(part_of(time)) - time) <= time / 32


def test_short_times_are_exact() -> None:
    assert [middle_of(part_of(time)) for time in range(32)] == list(range(32))
    assert part_of(-5) == 0


@given(st.lists(TIMES, min_size=1, max_size=60), st.integers(1, 100))
def test_a_percentile_is_that_of_the_nearest_rank(times: list[int], percent: int) -> None:
    exact = sorted(times)[max(-(-percent * len(times) // 100), 1) - 1]
    found = percentile(of(times), percent, max(times))
    assert found is not None
    assert abs(found - exact) <= exact / 32
    assert found <= max(times)


@given(st.lists(TIMES, max_size=30), st.lists(TIMES, max_size=30))
def test_texts_behind_each_other_are_both_together(one: list[int], other: list[int]) -> None:
    text = f"{written(of(one))} {written(of(other))}"
    assert read(text) == of([*one, *other]) == merged(of(one), of(other))
    assert read(written(read(text))) == read(text)


def test_of_nothing_there_is_no_percentile() -> None:
    assert percentile({}, 50) is None
    assert percentile({part_of(40): 1}, 50) == 40.5
