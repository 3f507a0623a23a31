"""Why an event happened: the chain of causes that led to it, from the first one on.

`why 41` asks about event 41 of the latest session, `why SESSION 41` of another; `12/3` is event 3 of the sub-agent that
call 12 started. A result comes from its call, a retry from the failure before it, an edit from what was read, a call
from the text that named its file, from a refusal that made the agent go another way, or from the prompt; a sub-agent from its
parent's call. `--json` has the whole graph behind the event.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

import msgspec

from agent_trace.analysis.attempts import attempts
from agent_trace.analysis.causes import Causes, How, Link, causes
from agent_trace.errors import NotFoundError
from agent_trace.model.events import ToolResult, UserPrompt
from agent_trace.model.facts import Facts
from agent_trace.model.session import DIGITS
from agent_trace.model.summary import Summary
from agent_trace.render.blocks import AnyBlock, Entry, Fields, Heading, Prose, Timeline, field
from agent_trace.render.numbers import clip
from agent_trace.reports._happened import Row, rows, told
from agent_trace.reports._parts import Part
from agent_trace.reports._pointed import Pointed, pointed
from agent_trace.reports._retold import Retold
from agent_trace.reports._scopes import SessionScope, made_now
from agent_trace.reports._telling import entry
from agent_trace.reports._words import relative

SCOPE = "session"
ARGUMENT = "event"
_PARENT = "../"


class Options(msgspec.Struct, frozen=True, kw_only=True):
    event: Annotated[str, msgspec.Meta(description="Which event: a number, as `replay` shows it, or an id.")] = ""


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """One event led to another."""

    source: str
    """The number of what came first."""
    target: str
    how: How
    path: str = ""
    """The file that was read or named."""
    words: str
    """The same as a sentence about the target."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    session: Summary
    chosen_by: str = ""
    event: str
    """Its number; `../12` is an event of the parent's session."""
    chain: tuple[str, ...]
    """Numbers of events, from the first cause to the event itself."""
    nodes: tuple[Row, ...]
    """All events behind it, in the order of their logs."""
    causes: tuple[Cause, ...]
    """All links between them, the nearest to the event first; of each event the strongest first."""


def compute(scope: SessionScope, options: Options, facts: Facts) -> Result:
    return _retold(scope, options.event, facts) or _told(scope, options.event, facts)


def _retold(scope: SessionScope, event: str, facts: Facts) -> Result | None:
    """Of a long session's own event, from what is kept; None: the session must be read."""
    if scope.keep is made_now or not (event.isascii() and event.isdigit()) or len(event) >= DIGITS:
        return None
    number, story = int(event), Retold(scope, facts.cost)
    graph = scope.keep("causes", Causes, lambda: _first_graph(scope, story))
    edges, steps = graph.behind(number), graph.chain(number)
    numbers = {number, *(one for one, _ in edges), *(link.source for _, link in edges)}
    nodes = {row.number: row for row in story.rows(numbers)}
    first = nodes.get(str(steps[0][0]))
    if str(number) not in nodes or first is None or (first.kind, first.title) == ("user_prompt", "task"):
        return None
    results = {name for name, row in nodes.items() if row.kind == "tool_result"}
    return Result(
        session=scope.summary,
        chosen_by=scope.chosen_by,
        event=str(number),
        chain=tuple(str(one) for one, _ in steps),
        nodes=tuple(nodes.values()),
        causes=tuple(_kept_cause(one, link, scope.summary.cwd, str(link.source) in results) for one, link in edges),
    )


def _first_graph(scope: SessionScope, story: Retold) -> Causes:
    """The causes of a session that was read for them: all that can be asked about it is kept."""
    session = scope.whole()
    story.keep_all()
    return causes(session, attempts(session, scope.owns))


def _kept_cause(number: int, link: Link, cwd: str | None, is_failure: bool) -> Cause:
    path = relative(link.note, cwd)
    words = _words(link, f"#{link.source}", path, is_failure=is_failure)
    return Cause(source=str(link.source), target=str(number), how=link.how, path=path, words=words)


def _told(scope: SessionScope, event: str, facts: Facts) -> Result:
    """By reading the session, and those above and below it that the event leads to."""
    asked = pointed(scope, event, "agent-trace why")
    chain: list[str] = []
    nodes: list[Row] = []
    found: list[Cause] = []
    one: Pointed | None = asked
    while one is not None:
        graph = causes(one.whole, attempts(one.whole, scope.owns))
        steps = graph.chain(one.number)
        edges = graph.behind(one.number)
        found += [_cause(one, number, link) for number, link in edges]
        numbers = {one.number, *(number for number, _ in edges), *(link.source for _, link in edges)}
        shown = told(one.part, scope.book, facts.cost, start=one.part.session.started)
        nodes = [*rows(shown, frozenset(numbers)), *nodes]
        chain = [*(f"{one.part.prefix}{number}" for number, _ in steps), *chain]
        first, one = one, _outer(one, steps[0][0], scope)
        if one is not None:
            found.append(_started(one, f"{first.part.prefix}{steps[0][0]}"))
    return Result(
        session=scope.summary,
        chosen_by=scope.chosen_by,
        event=f"{asked.part.prefix}{asked.number}",
        chain=tuple(chain),
        nodes=tuple(nodes),
        causes=tuple(found),
    )


def _outer(one: Pointed, first: int, scope: SessionScope) -> Pointed | None:
    """The call of the parent's that a chain begins with, where it begins with a task."""
    task = one.whole.event(first)
    if not (isinstance(task, UserPrompt) and task.by == "parent"):
        return None
    summary = one.part.summary
    if one.outer is not None or summary.parent is None or one.part.prefix:
        return one.outer
    try:
        session = scope.read_child(summary.parent)
    except NotFoundError:
        return None
    names = {summary.id, summary.id.rpartition("/")[2].removeprefix("agent-")}
    for step in session.steps:
        if step.result is not None and step.result.child in names:
            above = Part(session, msgspec.structs.replace(summary, id=summary.parent, parent=None), _PARENT, {})
            return Pointed(above, session, step.number)
    return None


def _started(one: Pointed, task: str) -> Cause:
    call = f"{one.part.prefix}{one.number}"
    return Cause(source=call, target=task, how="sub-agent", words=f"the task that #{call} gave")


# ---- one link


def _cause(asked: Pointed, number: int, link: Link) -> Cause:
    path = _path(asked, number, link)
    prefix = asked.part.prefix
    return Cause(
        source=f"{prefix}{link.source}",
        target=f"{prefix}{number}",
        how=link.how,
        path=path,
        words=_words(
            link,
            f"#{prefix}{link.source}",
            path,
            is_failure=isinstance(asked.whole.event(link.source), ToolResult),
        ),
    )


def _path(asked: Pointed, number: int, link: Link) -> str:
    """The path of a link, in words that may be told: where the door changed them, the call's own."""
    if not link.note or asked.part.session is asked.whole:
        return relative(link.note, asked.part.summary.cwd)
    step = next((step for step in asked.part.session.steps if step.number == number), None)
    return relative(step.call.paths[0], asked.part.summary.cwd) if step is not None and step.call.paths else ""


def _words(link: Link, source: str, path: str, *, is_failure: bool) -> str:
    named = path or "its file"
    match link.how:
        case "result":
            return f"the answer to {source}"
        case "retry":
            return f"a retry: {source} had failed, and nothing changed in between"
        case "iteration":
            return f"tried again after {source} had failed" if is_failure else f"tried again after the change {source}"
        case "denial":
            return f"another way after {source} was refused"
        case "read":
            return f"{source} gave the content of {named}"
        case "path":
            return f"{source} names {named}"
        case "prompt":
            return f"made for the prompt {source}"
        case "part":
            return f"part of {source}"
        case _:
            return f"follows {source}"


# ---------------------------------------------------------------- layout


def layout(result: Result, options: Options, facts: Facts) -> Iterator[AnyBlock]:
    yield Heading(text=f"Why did event #{result.event} happen?")
    nodes = {row.number: row for row in result.nodes}
    yield Fields(items=(field("session", result.session.id, result.chosen_by or clip(result.session.title or "", 60)),))
    yield Timeline(entries=tuple(_entries(result, nodes)))
    others = [one.words for one in result.causes if one.target == result.event][1:]
    if others:
        yield Prose(text=f"Also: {'; '.join(others)}.", tone="dim")
    if len(result.chain) == 1:
        yield Prose(text="Nothing in the log led to it.", tone="dim")


def _entries(result: Result, nodes: dict[str, Row]) -> Iterator[Entry]:
    for place, number in enumerate(result.chain):
        row = nodes[number]
        drawn = entry(row, result.session.cwd)
        link = _link(result.causes, result.chain[place - 1], number) if place else None
        body = "" if link is None else f"← {link.words}"
        yield msgspec.structs.replace(
            drawn, body=body if number != result.event else "\n".join(filter(None, (body, drawn.body)))
        )


def _link(found: Sequence[Cause], source: str, target: str) -> Cause | None:
    return next((one for one in found if (one.source, one.target) == (source, target)), None)
