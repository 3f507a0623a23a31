"""What the fast pass fills in: merging the same rows again, in any order, changes nothing."""

from __future__ import annotations

import msgspec
import pytest

from agent_trace.model.scan import GAP_MS, MAIN, PROGRESS, CallSeen, Part, Scan, digest, merge_parts, unite


def call(**fields: object) -> CallSeen:
    """A sighting of one call."""
    plain = CallSeen(key=1, request=None, session="s", rank=MAIN, at=10, last=10, model="m", input=1, output=5)
    return msgspec.structs.replace(plain, **fields)


def united(left: CallSeen, right: CallSeen) -> CallSeen:
    """Two sightings as one."""
    held = msgspec.structs.replace(left)
    held.absorb(right)
    return held


def test_digests_are_equal_everywhere() -> None:
    assert digest(b"msg_1") == digest(b"msg_1") != digest(b"msg_2")
    assert digest(b"") == -5426141060434712860


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (call(output=6), call(output=5, input=100)),
        (call(output=0), call(output=None)),
        (call(cache_read=1), call()),
        (call(last=11, model="later"), call()),
    ],
)
def test_the_best_row_counts_in_either_order(better: CallSeen, worse: CallSeen) -> None:
    for merged in (united(better, worse), united(worse, better)):
        assert (merged.output, merged.input, merged.cache_read, merged.model) == (
            better.output,
            better.input,
            better.cache_read,
            better.model,
        )


def test_other_facts_unite() -> None:
    merged = united(call(at=None), call(at=5, request="r", tool="Bash", branch="main", recorded=7))
    assert (merged.at, merged.request, merged.tool, merged.branch, merged.recorded) == (5, "r", "Bash", "main", 7)
    assert united(call(at=5), call(at=9)).at == 5
    assert united(call(recorded=1), call(recorded=2)).recorded == 1


def test_the_best_rank_owns() -> None:
    merged = united(call(rank=PROGRESS, session="parent", request="p"), call(session="child", request="c"))
    assert (merged.rank, merged.session, merged.request) == (MAIN, "child", "c")


def test_stretches_unite_over_small_gaps() -> None:
    assert unite([[10, 20], [0, 5], [20 + GAP_MS, 30 + GAP_MS]]) == [[0, 30 + GAP_MS]]
    assert unite([[0, 1], [2 + GAP_MS, 3 + GAP_MS]]) == [[0, 1], [2 + GAP_MS, 3 + GAP_MS]]


def test_a_part_knows_when_it_was_active() -> None:
    part = Part()
    assert (part.started, part.ended) == (None, None)
    for at in (100, 200, 50, 10 * GAP_MS):
        part.touch(at)
    assert part.spans == [[50, 200], [10 * GAP_MS, 10 * GAP_MS]]
    assert (part.started, part.ended) == (50, 10 * GAP_MS)


def test_pieces_of_a_log_merge_in_order() -> None:
    left = Part(rows=1, spans=[[0, 1]], lines_added=1, branch="one", cwd="/a", first_prompt="first", custom_title="old")
    right = Part(
        rows=2, spans=[[5, 6]], lines_added=2, branch="two", cwd="/b", first_prompt="second", custom_title="new"
    )
    merged = merge_parts(left, right)
    assert (merged.rows, merged.spans, merged.lines_added) == (3, [[0, 6]], 3)
    assert (merged.branch, merged.cwd, merged.first_prompt, merged.custom_title) == ("two", "/a", "first", "new")


def test_a_scan_makes_parts_as_they_are_asked_for() -> None:
    scan = Scan()
    assert scan.part("s") is scan.part("s")
    assert list(scan.parts) == ["s"]
