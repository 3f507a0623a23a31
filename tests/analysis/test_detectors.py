"""The literate cases of tests/rules: what each rule finds in small sessions, in both forms of a log, and what it leaves alone."""

from __future__ import annotations

import ast
import re

import msgspec
import pytest

from agent_trace import registry
from agent_trace.analysis.attempts import attempts
from agent_trace.analysis.spared import rates_of
from agent_trace.analysis.waste import ROOM, Settled, detectors, grounds, waste
from agent_trace.model.events import ToolCall
from agent_trace.model.session import Session
from agent_trace.pricing.book import Book
from agent_trace.pricing.shipped import shipped
from tests.analysis.told_sessions import Case, cases, pages, session

BOOK = Book.load(shipped())
RULES = {one.name: one for one in detectors()}
CASES = [(rule, name) for rule, page in pages().items() for name in cases(page)]
PARTS = ("What:", "Why it matters:", "What to do:")


def found(rule: str, told: Session, case: Case) -> list[str]:
    """What a rule alone finds, as the page says it."""
    detector = RULES[rule]
    given = {name: ast.literal_eval(value) for name, value in case.options.items()}
    options = {rule: msgspec.convert(given, type(detector.options()))}
    all_of_it = waste(told, grounds(told, attempts(told)), BOOK, [detector], options)
    return [drawn(one) for one in all_of_it.findings]


def drawn(one: Settled) -> str:
    parts = [
        one.finding.summary,
        f"{one.tokens:,} tokens" if one.tokens else "",
        f"{one.seconds:g} s" if one.seconds else "",
    ]
    return " · ".join(filter(None, parts))


@pytest.mark.parametrize("united", [False, True], ids=["a row for each block", "united rows"])
@pytest.mark.parametrize(("rule", "name"), CASES)
def test_a_case_reads_as_the_page_says(rule: str, name: str, united: bool) -> None:
    case = cases(pages()[rule])[name]
    assert found(rule, session(case.lines, united=united), case) == list(case.expected)


@pytest.mark.parametrize("rule", registry.names(ROOM))
def test_a_rule_keeps_its_contract(rule: str) -> None:
    module = registry.load(ROOM, rule)
    text = module.__doc__ or ""
    assert re.match(rf"{rule.upper()}: \S", text)
    assert [part for part in PARTS if f"\n\n{part} " not in text] == []
    assert (module.Options(), 0 < module.PRECEDENCE < 100) == (module.Options(), True)
    assert [field.name for field in msgspec.structs.fields(module.Options) if field.required] == []


def test_no_two_rules_have_the_same_precedence() -> None:
    assert len({one.precedence for one in RULES.values()}) == len(RULES)


@pytest.mark.parametrize("rule", registry.names(ROOM))
def test_a_rule_has_a_page_with_something_found_and_something_left_alone(rule: str) -> None:
    told = cases(pages()[rule]).values()
    assert any(case.expected for case in told)
    assert sum(not case.expected for case in told) >= 2


def test_there_is_no_page_without_a_rule() -> None:
    assert set(pages()) == set(RULES)


def test_without_a_book_nothing_has_a_rate() -> None:
    told = session(cases(pages()["cache_miss"])["another model"].lines, united=True)
    known = grounds(told, attempts(told))
    (found,) = RULES["cache_miss"].detect(told, RULES["cache_miss"].options(), known)
    assert sum(claim.tokens for claim in found.claims) == 60_000 * 92 // 100
    assert rates_of(known, known.flow.calls[0].event) is None


def test_what_a_side_chain_reads_again_is_its_own_reading() -> None:
    case = cases(pages()["compaction_rebuild"])["three files"]
    told = session(case.lines, united=True)
    events = (msgspec.structs.replace(one, side=True) if isinstance(one, ToolCall) else one for one in told.events)
    aside = Session(told.id, told.agent, tuple(events))
    rule = RULES["compaction_rebuild"]
    for one, expected in ((told, 1), (aside, 0)):
        known = grounds(one, attempts(one, lambda _: True), lambda _: True)
        assert (len(known.attempts), len(list(rule.detect(one, rule.options(), known)))) == (6, expected)


def test_nothing_is_sent_again_by_the_first_call_of_a_context() -> None:
    told = session(cases(pages()["compaction_rebuild"])["three files"].lines, united=True)
    flow = grounds(told, attempts(told)).flow
    assert [one.prompt for one in flow.calls] == [9000, 12100, 4000, 7100]
    assert [flow.resent(place) for place in range(4)] == [0, 9000, 0, 4000]
