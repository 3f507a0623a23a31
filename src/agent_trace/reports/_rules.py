"""What the rules found, counted, and each finding with what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from agent_trace.analysis.waste import advice
from agent_trace.render.blocks import AnyBlock, Column, Field, Fields, Heading, Prose, Table, cell
from agent_trace.render.numbers import count
from agent_trace.reports._judged import Found
from agent_trace.reports._stating import facts_of, price_of, sentence_of
from agent_trace.reports._words import rule_words


class RuleCount(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule found."""

    rule: str
    findings: int
    sessions: int
    """Root sessions in which it found something."""
    fix: str
    """What to do about it."""


def rule_counts(found: Mapping[str, Mapping[str, int]]) -> tuple[RuleCount, ...]:
    """Session → rule → findings, added up; what was found most often comes first."""
    rules = sorted({rule for one in found.values() for rule in one})
    made = (
        RuleCount(
            rule=rule,
            findings=sum(one.get(rule, 0) for one in found.values()),
            sessions=sum(rule in one for one in found.values()),
            fix=advice(rule),
        )
        for rule in rules
    )
    return tuple(sorted(made, key=lambda one: (-one.findings, one.rule)))


def advice_fields(rules: Sequence[RuleCount]) -> Fields:
    """What to do about each rule's findings."""
    return Fields(items=tuple(Field(label=rule_words(one.rule), value=one.fix, is_marked=True) for one in rules))


def rules_table(rules: Sequence[RuleCount]) -> Table:
    """Rules with their counts."""
    columns = (
        Column(title="rule"),
        Column(title="found", align="right"),
        Column(title="sessions", align="right"),
    )
    rows = tuple(
        (cell(rule_words(one.rule), value=one.rule), cell(count(one.findings)), cell(count(one.sessions)))
        for one in rules
    )
    return Table(title="Findings by rule", columns=columns, rows=rows)


def finding_blocks(found: Sequence[Found], own: str) -> Iterator[AnyBlock]:
    """Each finding as `findings` tells it; `own` is the session that is told of."""
    for number, one in enumerate(found, 1):
        yield Heading(text=f"{number}. {rule_words(one.rule)}{price_of(one)}", level=2)
        yield Prose(text=sentence_of(one))
        yield Fields(items=tuple(facts_of(one, own)))
