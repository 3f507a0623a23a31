"""Work grows with the length of a text alone: calls are counted, not seconds. `bench.masking` measures the time."""

from __future__ import annotations

import sys
from types import FrameType

import pytest

from agent_trace.privacy import matches
from agent_trace.privacy.linear import over_text
from agent_trace.privacy.masking import Masker
from agent_trace.privacy.rules import PII_KINDS, Rule
from bench.near import nearly
from bench.worst import OWN, PIECES, Worst, patterns, repeated

MASKERS = {"plain": Masker(mode="strict"), "pii": Masker(mode="strict", pii=PII_KINDS), "own": Masker(OWN)}
HOSTILE = [
    *(Worst(name, repeated(piece)) for name, piece in PIECES.items() if len(piece) < 100),
    *(
        Worst(name, repeated(next(nearly(pattern, name))[1] + b" "))
        for name, pattern in patterns()
        if name.endswith("beginning")
    ),
]


def calls(masker: Masker, text: bytes) -> int:
    """How many functions are called for a text, those of the pattern libraries too."""
    count = 0

    def counted(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event.endswith("call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        masker.line(text)
    finally:
        sys.setprofile(before)
    return count


def too_many(worst: Worst) -> bool:
    masker = MASKERS[worst.masker]
    short, whole = (calls(masker, worst.text(length)) for length in (400, 4_000))
    return whole > 14 * short + 500


@pytest.mark.full
def test_calls_grow_with_the_length_alone() -> None:
    assert len(HOSTILE) > 300
    assert [one.name for one in HOSTILE if too_many(one)] == []


@pytest.mark.parametrize(
    "text",
    [
        "password=" + "x" * 5_000 + "!",
        "{" + " " * 50_000 + "x password=hunter2!x",
        '{"password":' * 5_000 + '"hunter2!x"',
        "cookie=x=a;" * 2_000 + "password=hunter2!x",
        "sk-ant-" * 5_000 + " password=hunter2!x",
    ],
    ids="placeholder|blanks|deep|cookies|samples".split("|"),
)
def test_hostile_texts_are_read_to_their_end(text: str) -> None:
    assert "hunter2!x" not in Masker().text(text)


def test_a_secret_behind_a_long_refused_value_is_found() -> None:
    text = "token=" + "a.b" * 300 + "(token=" + "9f8e7d6c5b4a3928"
    assert "9f8e7d6c5b4a3928" not in Masker().text(text)
    assert Masker().text("authorization:" + "a" * 5_000 + " x").endswith(" x")


@pytest.mark.parametrize(
    ("pattern", "text", "spans"),
    [
        ("a(.*b)?", "aaa", [(0, 1), (1, 2), (2, 3)]),
        ("key=[a-z]+", "key=" + "x" * 100 + " key=y", [(0, 104), (105, 110)]),
        ("secret", "." * 50 + "secret" + "." * 50, [(50, 56)]),
        ("x*", "yy", []),
        ("c[^d]*d", "c" * 40, []),
        ("e(?:f{12}|f{30}g)?", "e" + "f" * 30, [(0, 13)]),
    ],
)
def test_behind_the_limit_a_rule_sees_the_next_bytes(
    pattern: str, text: str, spans: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matches, "LIMIT", 0)
    monkeypatch.setattr(matches, "AHEAD", 16)
    found = matches.matches(Rule(name="own", pattern=pattern), over_text(pattern), text.encode())
    assert [(one.start, one.end) for one in found] == spans
