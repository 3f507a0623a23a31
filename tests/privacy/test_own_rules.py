"""Own rules: what is looked for once in a whole text is what would be found string by string."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_trace.privacy.masking import Masker, any_of
from agent_trace.privacy.rules import Rule
from agent_trace.privacy.whereabouts import whereabouts
from tests.privacy.harmless_texts import harmless_texts

RULES = whereabouts(["/srv/people/ada.l", r"C:\Users\Ada L"], ["ada.l", "zoë"], ["ada-desk", "ada-desk.example.org"])
PIECES = st.sampled_from(
    ["ada.l", "xada.l", "ada.lx", "/home/bob", "/home/bob/x", r"C:\Users\Ada L", "zoë", "ZOË", "\n", "\t", '"', "\\", "/", " ",
     "ada-desk", "%2Fhome%2Fbob", "-home-ada-l-src", "n", "\u2028", "é", "key", "/srv/people/ada.l/x", "{", "}", ":", "a"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=6).map("".join)
VALUES = st.recursive(
    TEXTS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=6
)


class Thorough(Masker):
    """Looks at every string."""

    def _may_match(self, raw: bytes) -> bool:
        return True


@given(VALUES, st.integers(0, 2), st.booleans())
def test_what_is_passed_over_holds_nothing(value: object, depth: int, ascii_only: bool) -> None:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=ascii_only)
    for _ in range(depth):
        text = json.dumps({"inner": text}, ensure_ascii=ascii_only)
    quick, thorough = Masker(RULES), Thorough(RULES)
    assert quick.masked(text) == thorough.masked(text)
    assert quick.masked(text) == (quick.find(text), quick.text(text))


@pytest.mark.parametrize("pattern", ["^x", "x$", r"\Ax", r"x\z", r"\Bx", "[^a]x"])
def test_a_pattern_for_the_ends_of_a_text_is_asked_of_every_string(pattern: str) -> None:
    masker = Masker([Rule(name="ends", pattern=pattern, level="HIGH")])
    text = json.dumps({"a": "x", "b": ["yx", "x\n"]})
    assert masker.masked(text) == Thorough([Rule(name="ends", pattern=pattern, level="HIGH")]).masked(text)


def test_harmless_texts_are_passed_over_alike() -> None:
    quick, thorough = Masker(RULES), Thorough(RULES)
    for one in harmless_texts():
        assert quick.masked(one.text) == thorough.masked(one.text)


def test_rules_that_are_too_many_for_one_pattern_are_asked_one_by_one() -> None:
    rules = [Rule(name=f"own{number}", pattern=rf"k{number}-\w{{900}}", level="HIGH") for number in range(400)]
    assert any_of([rule.pattern for rule in rules]) is None
    assert any_of([rules[0].pattern, rules[1].pattern]) is not None
    text = json.dumps({"a": "k399-" + "x" * 900})
    assert Masker(rules).masked(text) == Thorough(rules).masked(text)
    assert "k399-" not in Masker(rules).text(text)
