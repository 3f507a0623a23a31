"""Where a value without quotes ends does not depend on what was read before."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from agent_trace.privacy.assignments import BARE, VALUE_REACH, Values

HERE = re.compile(rb"(?P<open>\x00)?")
PIECES = (
    "a",
    "key=",
    "; ",
    ";b",
    ",",
    ")",
    " ",
    "&amp;",
    "&x",
    "%3B",
    "%41",
    "\\n",
    "\\",
    "; some words=",
    "; words that go on until the sign =",
    ",longer_word:",
    ")x",
    "b" * 40,
)


@given(
    st.integers(VALUE_REACH - 120, VALUE_REACH),
    st.lists(st.sampled_from(PIECES), max_size=30),
    st.lists(st.integers(0, 160), max_size=12),
)
@settings(max_examples=400)
def test_a_value_within_another_ends_as_if_it_were_read_alone(fill: int, pieces: list[str], starts: list[int]) -> None:
    """Long values, so that what is looked at ends among the pieces."""
    text = b"x" * fill + "".join(pieces).encode()
    values = Values(text)
    for at in sorted(starts):
        alone = BARE.match(text, at, at + VALUE_REACH)
        met = HERE.match(text, at)
        assert met is not None
        assert values.end(met) == (alone.end() if alone else at)
