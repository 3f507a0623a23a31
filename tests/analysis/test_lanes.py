"""Lanes of a waterfall: what ran at the same time never lies in one."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from agent_trace.analysis.lanes import Stay, lanes

STAYS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 20)), max_size=30)


@given(STAYS)
def test_no_two_overlap_in_a_lane(pairs: list[tuple[int, int]]) -> None:
    found = list(lanes(Stay(str(place), start, start + long) for place, (start, long) in enumerate(pairs)))
    assert len(found) == len(pairs)
    for one, other in combinations(found, 2):
        if one.lane == other.lane:
            assert one.stay.end <= other.stay.start or other.stay.end <= one.stay.start


def test_a_lane_is_used_again_when_it_is_free() -> None:
    found = [(lane.stay.name, lane.lane) for lane in lanes([Stay("a", 0, 10), Stay("b", 5, 7), Stay("c", 7, 9)])]
    assert found == [("a", 0), ("b", 1), ("c", 1)]
