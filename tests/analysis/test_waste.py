"""The frame of waste: claims by precedence, prices, united times; and the literate cases of its first rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from agent_trace import registry
from agent_trace.analysis.attempts import attempts
from agent_trace.analysis.waste import Detector, Grounds, Waste, detectors, grounds, priced, united, waste
from agent_trace.model.findings import Claim, Finding, TokenClass
from agent_trace.model.session import Session
from agent_trace.model.usage import BillingClass
from agent_trace.pricing.book import Book
from agent_trace.pricing.shipped import shipped
from tests.analysis.telling import Case, cases, place, session

BOOK = Book.load(shipped())
CASES = cases("understanding/retry_loop.md")
STORY = session("> go\n$ make a\n= 2\n$ make b\n= 2")


class Options(msgspec.Struct, frozen=True, kw_only=True):
    pass


def judged(found: Session, *rules: Detector) -> Waste:
    return waste(found, grounds(found, attempts(found)), BOOK, rules or None)


def rule(name: str, precedence: int, *claims: Claim, steps: tuple[str, ...] = ()) -> Detector:
    """A rule that claims what it is told to."""

    def detect(session: Session, options: Any, facts: Grounds) -> Iterator[Finding]:
        yield Finding(rule=name, summary=name, evidence=(), claims=claims, steps=steps, confidence=1.0, fix="")

    return Detector(name, precedence, Options, detect)


def output(tokens: int, call: str = "m1", kind: TokenClass = "output") -> Claim:
    return Claim(call, kind, tokens)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_rule_finds_what_the_page_says(case: Case) -> None:
    steps = {step.call.id: str(place(case.session)[step.number]) for step in case.session.steps}
    told = [
        f"{' '.join(steps[name] for name in one.finding.evidence if name in steps)} claims {one.tokens} tokens {one.seconds:g}s"
        for one in judged(case.session).findings
    ]
    assert told == case.expected


def test_a_finding_says_what_happened_and_what_to_do() -> None:
    (found,) = judged(CASES["the same build fails three times"].session).findings
    assert found.finding.rule == "RETRY_LOOP"
    assert found.finding.summary.startswith("failed 3 times in a row with the same arguments")
    assert found.finding.about == found.finding.evidence[0]
    # two calls of 100 x 5 + 50 x 25 + 1000 x 0.5 dollars a million, and two results of 5 tokens in the call behind them
    assert found.usd == Decimal("0.00455")
    assert (found.lost_to, "change something" in found.finding.fix) == ((), True)


def test_every_detector_keeps_its_contract() -> None:
    modules = registry.members("analysis.detectors")
    precedences = [module.PRECEDENCE for module in modules.values()]
    assert len(set(precedences)) == len(precedences)
    for name, module in modules.items():
        said = module.__doc__ or ""
        assert re.match(rf"{name.upper()}: ", said), name
        assert all(word in said for word in ("What: ", "Why it matters: ", "What to do: ")), name
        assert module.Options() == msgspec.json.decode(b"{}", type=module.Options), name
    assert [one.precedence for one in detectors()] == sorted(precedences, reverse=True)


def test_options_reach_their_rule() -> None:
    found = CASES["near miss: once more is no loop"].session
    module = registry.load("analysis.detectors", "retry_loop")
    known = grounds(found, attempts(found))
    assert len(waste(found, known, BOOK, options={"retry_loop": module.Options(repeats=1)}).findings) == 1


# ---------------------------------------------------------------- claims


def test_the_higher_precedence_gets_a_token() -> None:
    found = judged(STORY, rule("high", 2, output(20)), rule("low", 1, output(50), output(30, "m2")))
    assert [(one.tokens, one.lost_to) for one in found.findings] == [(20, ()), (30, ("high",))]
    assert found.tokens == 50


def test_a_rule_that_lost_everything_claims_no_time_either() -> None:
    found = judged(STORY, rule("high", 2, output(5), steps=("c1",)), rule("low", 1, output(50), steps=("c1", "c2")))
    assert [(one.tokens, one.usd is None, one.seconds) for one in found.findings] == [(5, False, 1.0), (0, True, 0.0)]
    assert found.seconds == 1.0


def test_no_more_is_claimed_than_was_used() -> None:
    found = judged(STORY, rule("a", 1, output(40), output(40), output(1, "m9"), output(7, kind="input")))
    assert [(claim.kind, claim.tokens) for claim in found.findings[0].claims] == [
        ("output", 40),
        ("output", 10),
        ("input", 7),
    ]


def test_seconds_are_united() -> None:
    found = judged(STORY, rule("a", 2, steps=("c1", "gone")), rule("b", 1, steps=("c1", "c2")))
    assert ([one.seconds for one in found.findings], found.seconds) == ([1.0, 2.0], 2.0)
    assert united([(0, 1000), (500, 2000), (5000, 6000), (5500, 5600)]) == 3.0
    assert united([]) == 0.0


def test_a_step_lasted_as_long_as_it_says() -> None:
    events = tuple(
        msgspec.structs.replace(event, run_ms=400) if event.id == "c1.r" else event for event in STORY.events
    )
    timeless = tuple(msgspec.structs.replace(event, at=None) for event in STORY.events)
    only = rule("a", 1, steps=("c1",))
    assert judged(Session("s", "x", events), only).seconds == 0.4
    assert judged(Session("s", "x", timeless), only).seconds == 0.0


def test_tokens_without_a_price_cost_nobody_knows_what() -> None:
    strange = tuple(
        msgspec.structs.replace(event, cls=BillingClass(model="nobody-knows-it")) if event.id == "m1" else event
        for event in STORY.events
    )
    found = judged(Session("s", "x", strange), rule("a", 1, output(5)))
    assert (found.tokens, found.usd) == (5, None)
    assert priced((), {}, BOOK) is None


def test_calls_of_others_are_no_ground() -> None:
    aside = tuple(msgspec.structs.replace(event, side=True) for event in STORY.events)
    found = Session("s", "x", aside)
    owns = frozenset({"m2"}).__contains__
    known = grounds(found, attempts(found, owns), owns)
    assert (list(known.calls), list(known.asked)) == (["m2"], ["m2"])
    assert not grounds(found, ()).calls
