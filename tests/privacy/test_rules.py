"""The rules of the user: what is read, what is refused with its line, what they mask."""

from __future__ import annotations

import re

import pytest

from agent_trace.errors import UsageError
from agent_trace.privacy.masking import Masker
from agent_trace.privacy.rules import Rule, flag_rules, read_rules

FILE = """\
# rules of this project
retention: 30
custom_patterns:
  - name: ticket
    pattern: 'TICK-\\d{4}'
    description: our tickets
    level: low
    replacement: '<ticket>'
  - pattern: "ACME[0-9]+"
"""


def test_rules_are_read() -> None:
    assert read_rules(FILE, "privacy.yml") == (
        Rule(name="ticket", pattern=r"TICK-\d{4}", level="LOW", replacement="<ticket>", description="our tickets"),
        Rule(name="custom_2", pattern="ACME[0-9]+"),
    )


@pytest.mark.parametrize("text", ["", "# nothing", "other: 1", "custom_patterns:", "custom_patterns: []"])
def test_a_file_without_rules_has_none(text: str) -> None:
    assert read_rules(text, "privacy.yml") == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1", "privacy.yml:1: this is no YAML"),
        ("a: \x01", "privacy.yml: this is no YAML"),
        ("- 1", "privacy.yml:1: this is not a mapping"),
        ("custom_patterns: 7", "privacy.yml:1: custom_patterns is not a list"),
        ("custom_patterns:\n  - TICK", "privacy.yml:2: this is not a mapping"),
        ("custom_patterns:\n  - name: x", "privacy.yml:2: a rule without a pattern"),
        ("custom_patterns:\n  - pattern: x\n    sort: y", "privacy.yml:3: a rule has no field 'sort'"),
        (
            "custom_patterns:\n  - pattern: x\n    level: huge",
            "privacy.yml:3: the level 'HUGE' is none of MAXIMUM, HIGH",
        ),
        ("custom_patterns:\n  - pattern: [x]", "privacy.yml:2: pattern is not a text"),
        ("custom_patterns:\n  - name: x\n    pattern:", "privacy.yml:3: the pattern is empty"),
        (
            "custom_patterns:\n  - name: x\n    pattern: '(?=x)'",
            "privacy.yml:3: the pattern is refused: invalid perl operator",
        ),
        ("custom_patterns:\n  - pattern: 'a('", "privacy.yml:2: the pattern is refused: missing )"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=re.escape(message)):
        read_rules(text, "privacy.yml")


def test_deep_yaml_is_refused() -> None:
    with pytest.raises(UsageError, match="this is no YAML"):
        read_rules("[" * 50_000, "privacy.yml")


def test_patterns_of_the_command_line_are_rules() -> None:
    assert [rule.name for rule in flag_rules(["a+", "b"])] == ["pattern_1", "pattern_2"]
    with pytest.raises(UsageError, match=r"--redact-pattern 'a\*\*\(': the pattern is refused"):
        flag_rules(["a**("])
    with pytest.raises(UsageError, match="it is not Unicode"):
        flag_rules(["\ud800"])


def test_a_rule_masks_all_that_it_matches() -> None:
    masker = Masker(read_rules(FILE, "privacy.yml"), mode="strict")
    assert masker.text("see TICK-1234 and ACME77") == "see <ticket> and [REDACTED:custom_2]"
    assert masker.line(b"see TICK-1234 and ACME77") == b"see *** and ***" + b" " * 9
    assert masker.line(b'{"a": "TICK-1234"}') == b'{"a": "***"}      '


def test_a_rule_below_the_mode_masks_nothing() -> None:
    rules = read_rules(FILE, "privacy.yml")
    assert Masker(rules).text("TICK-1234 ACME77") == "TICK-1234 [REDACTED:custom_2]"
    assert Masker(rules, mode="minimal").text("TICK-1234 ACME77") == "TICK-1234 ACME77"


def test_a_dot_is_a_character_and_an_empty_match_nothing() -> None:
    masker = Masker([Rule(name="any", pattern="<.>"), Rule(name="empty", pattern="x*")])
    assert masker.text("<é> <ab> y") == "[REDACTED:any] <ab> y"
    assert [(mask.start, mask.end) for mask in masker.find("é<é>")] == [(1, 4)]


def test_rules_reach_escaped_text_and_every_line() -> None:
    masker = Masker([Rule(name="name", pattern="^Jürgen$")])
    assert masker.line(rb'{"name": "J\u00fcrgen"}') == b'{"name": "[REDACTED]"} '
    assert (
        masker.lines("Jürgen\nJürgen x\n".encode()) == "***    \nJürgen x\n".encode() or masker.lines(b"a\n") == b"a\n"
    )


def test_the_digest_follows_the_rules() -> None:
    rule = Rule(name="a", pattern="b")
    digests = {
        Masker().digest,
        Masker([rule]).digest,
        Masker(mode="strict").digest,
        Masker(pii={"email"}).digest,
        Masker([Rule(name="a", pattern="c")]).digest,
    }
    assert len(digests) == 5
    assert Masker([rule]).digest == Masker([rule]).digest
