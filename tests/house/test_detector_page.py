"""docs/detectors.md is what the code says, and every rule was judged."""

from __future__ import annotations

import re

import pytest

from agent_trace import registry
from agent_trace.analysis.waste import ROOM
from tests.house.source import ROOT
from tools import detector_page


def test_the_page_is_fresh() -> None:
    assert (ROOT / "docs/detectors.md").read_text(encoding="utf-8") == detector_page.page()


@pytest.mark.parametrize("name", registry.names(ROOM))
def test_a_rule_was_judged(name: str) -> None:
    judged = (ROOT / "docs/detectors-judged.md").read_text(encoding="utf-8")
    assert re.search(rf"^\| {name.upper()} \| \d+ \| \d+ \|", judged, re.MULTILINE)


@pytest.mark.parametrize("name", registry.names(ROOM))
def test_a_rule_with_two_wrong_findings_is_off(name: str) -> None:
    judged = (ROOT / "docs/detectors-judged.md").read_text(encoding="utf-8")
    found = re.search(rf"^\| {name.upper()} \| \d+ \| \d+ \| \S+ \| \S+ \| (\S+) \|", judged, re.MULTILINE)
    assert found is not None
    assert found[1] in ("0", "1") or not getattr(registry.load(ROOM, name), "ON", True)


def test_a_rule_is_told_whole() -> None:
    told = detector_page.section(registry.load(ROOM, "polling"))
    assert [words in told for words in ("**What.** Within", "**Why it matters.** Every", "| `seconds` | 120 |")] == [
        True
    ] * 3
