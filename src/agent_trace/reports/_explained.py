"""How an explained session is drawn: a heading per phase, its files and steps below it, and what the whole came to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from agent_trace.render.blocks import (
    AnyBlock,
    Entry,
    Field,
    Fields,
    Heading,
    Note,
    Outline,
    Prose,
    Timeline,
    Tone,
    field,
)
from agent_trace.render.numbers import clip, count, dollars, duration, percent
from agent_trace.reports._amounts import money
from agent_trace.reports._family import node
from agent_trace.reports._understood import clock
from agent_trace.reports._words import many

if TYPE_CHECKING:
    from agent_trace.model.facts import Facts
    from agent_trace.reports.explain import Changed, Done, Ending, Found, PhaseRow, Result

MOST = 25
"""Steps of one phase that are listed; the rest are counted, and stand in the JSON."""
FILES = 40
"""Files of one line."""
_WHY = {"plan": "plan", "compaction": "after a compaction", "pause": "after a pause", "another way": "after a failure"}
_KINDS = {"retry": "← retry", "iteration": "← again"}


def layout(result: Result, options: Any, facts: Facts) -> Iterator[AnyBlock]:
    yield Heading(text=clip(result.session.title or result.session.id, 100))
    yield _head(result)
    for phase in result.phases:
        yield from _phase(phase, result)
    if not result.phases:
        yield Note(text="nothing was said or done in it")
    yield Heading(text="In all", level=2)
    yield Fields(items=tuple(_sums(result)))
    if result.children:
        yield Heading(text=f"{many(len(result.children), 'sub-agent')}", level=2)
        yield Outline(nodes=tuple(node(one, result.children) for one in result.children if _is_top(one.parent, result)))
    yield Heading(text="How it ended", level=2)
    yield Prose(text=" ".join(_ended(result.ending, result.session.state)))
    if result.ending.text:
        yield Prose(text=f"“{clip(result.ending.text, 300)}”", tone="dim")


def _is_top(parent: str | None, result: Result) -> bool:
    return parent == result.session.id


def _head(result: Result) -> Fields:
    one = result.session
    return Fields(
        items=(
            field("session", one.id, result.chosen_by),
            field("agent", one.agent, one.state),
            field("duration", duration(one.duration_s), f"{duration(one.active_s)} active"),
            field("events", count(result.events), many(len(result.phases), "phase")),
            field("cost", money(one.total), f"own {money(one.own)}" if money(one.total) != money(one.own) else ""),
        )
    )


# ---- phases


def _phase(phase: PhaseRow, result: Result) -> Iterator[AnyBlock]:
    failed = " — FAILED" if phase.failed else ""
    yield Heading(text=f"Phase {phase.number}: {phase.label}{failed}", level=2)
    yield Prose(text=" · ".join(_facts(phase, result)), tone="dim")
    entries = tuple(_entries(phase))
    if entries:
        yield Timeline(entries=entries)


def _facts(phase: PhaseRow, result: Result) -> Iterator[str]:
    yield f"{clock(phase.from_s)}–{clock(phase.to_s)}"
    yield many(phase.events, "event")
    yield dollars(phase.cost_usd, calls=phase.calls, unpriced=phase.unpriced_calls)
    if phase.waste_usd is not None:
        yield f"{dollars(phase.waste_usd)} of it wasted"
    if phase.why in _WHY:
        yield _WHY[phase.why]
    if phase.failed:
        yield f"{phase.end}, #{phase.failed_event}" if phase.end else f"failed at #{phase.failed_event}"


def _entries(phase: PhaseRow) -> Iterator[Entry]:
    if phase.read:
        yield _line("·", "read", _listed(phase.read))
    if phase.searched:
        looks = "1 search or listing" if phase.searched == 1 else f"{count(phase.searched)} searches or listings"
        yield _line("·", "looked", looks)
    if phase.changed:
        yield _line("·", "changed", _listed([_counted(one) for one in phase.changed]))
    shown = _shortened(phase.done)
    yield from (_done(one) for one in shown)
    if len(shown) < len(phase.done):
        yield _line("", "", f"… {many(len(phase.done) - len(shown), 'more step')}", "dim")


def _line(mark: str, label: str, text: str, tone: Tone = "plain") -> Entry:
    return Entry(when="", mark=mark, label=label, text=text, tone=tone)


def _listed(names: Sequence[str]) -> str:
    rest = f" … {many(len(names) - FILES, 'more file')}" if len(names) > FILES else ""
    return ", ".join(names[:FILES]) + rest


def _counted(one: Changed) -> str:
    """A file with its lines, where the log counts them."""
    return f"{one.path} +{one.lines_added} -{one.lines_removed}" if one.lines_added or one.lines_removed else one.path


def _shortened(done: Sequence[Done]) -> Sequence[Done]:
    """Of many steps what failed or was tried again first, the others as far as there is room; in their order."""
    if len(done) <= MOST:
        return done
    order = sorted(range(len(done)), key=lambda place: (not (done[place].failed or done[place].kind == "retry"), place))
    kept = set(order[:MOST])
    return [one for place, one in enumerate(done) if place in kept]


def _done(one: Done) -> Entry:
    mark = "✗" if one.failed else "?" if one.failed is None else "✓"
    again = f"{_KINDS[one.kind]} of #{one.after}: " if one.kind in _KINDS else ""
    tool = f"{one.tool} " if one.what == "used" else ""
    code = f"  (exit code {one.exit_code})" if one.exit_code else ""
    tone: Tone = "bad" if one.failed else "plain"
    return Entry(
        number=str(one.event), when="", mark=mark, label=one.what, text=f"{again}{tool}{one.text}{code}", tone=tone
    )


# ---- in all


def _sums(result: Result) -> Iterator[Field]:
    whole = result.session.duration_s
    lines = f"+{count(result.lines_added)} -{count(result.lines_removed)} lines by edit tools"
    yield field("files", f"{count(result.files_read)} read, {count(result.files_changed)} changed", lines)
    yield field("failed steps", count(result.session.failed_steps))
    took = f"took {duration(result.retry_s)}, {percent(result.retry_s, whole)} of the session" if result.retries else ""
    yield field("retries", count(result.retries), took)
    yield field("iterations", count(result.iterations), "tried again after a change" if result.iterations else "")
    took = (
        f"{duration(result.failed_s)}, {percent(result.failed_s, whole)} of the session" if result.failed_phases else ""
    )
    yield field("failed phases", f"{result.failed_phases} of {len(result.phases)}", took)
    if result.compactions:
        yield field("compactions", count(result.compactions))
    if result.session.waste_usd:
        of_all = f"{percent(result.session.waste_usd, result.session.total.cost_usd)} of the cost"
        yield field(
            "wasted", dollars(result.session.waste_usd), of_all + ", sub-agents included" * bool(result.children)
        )
    yield from map(_wasted, result.waste)
    for back in result.undone:
        yield field("taken back", f"edits of {many(back.files, 'file')}", f"by git {back.how}, #{back.event}")
    for way in result.abandoned:
        tries = many(len(way.attempts), "attempt")
        went = f"went on with {clip(way.by_label, 60)} #{way.by}" if way.why == "failed" else f"taken back at #{way.by}"
        yield field("given up", clip(way.label, 60), f"{tries}, the last #{way.attempts[-1]}; {went}")


def _wasted(found: Found) -> Field:
    """What a rule claims, and where; a rule may claim tokens or time alone."""
    claimed = [dollars(found.usd)] if found.tokens else []
    claimed += [duration(found.seconds)] if found.seconds else []
    place = " ".join([found.rule, *([f"#{found.events[0]} to #{found.events[-1]}"] if found.events else [])])
    return field("waste", ", ".join(claimed) or "-", f"{place}: {clip(found.label, 60)}" if found.label else place)


def _ended(ending: Ending, state: str) -> Iterator[str]:
    if state in ("running", "waiting"):
        yield f"It is {state}."
    if ending.commits:
        yield "1 commit stands." if ending.commits == 1 else f"{ending.commits} commits stand."
    if ending.pull_requests:
        yield f"It opened or updated {many(ending.pull_requests, 'pull request')}."
    if ending.tests in ("passed", "failed"):
        later = "; files were edited after that" if ending.edits_after_tests else ""
        yield f"The last test or check {ending.tests} (#{ending.tests_event}){later}."
    yield {
        "answer": f"The agent had the last word (#{ending.event}):",
        "interruption": f"It was interrupted (#{ending.event}).",
        "API error": f"A request to the model failed (#{ending.event}).",
        "prompt": f"The last prompt was not answered (#{ending.event}).",
        "result": f"The log ends behind the result of a tool (#{ending.event}).",
        "call": f"The log ends with a tool call that has no result (#{ending.event}).",
        "nothing": "Nothing was said or done.",
    }[ending.last]
