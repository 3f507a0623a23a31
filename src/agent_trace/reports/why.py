"""Why an event happened, or failed: the chain of causes that led to it, how a step ended, and what followed.

`why 41` asks about event 41 of the latest session, `why SESSION 41` of another; `12/3` is event 3 of the sub-agent that
call 12 started. A result comes from its call, a retry from the failure before it, an edit from what was read, a call
from the text that named its file, from a refusal that made the agent go another way, or from the prompt; a sub-agent from its
parent's call. Of a step it shows what the agent said right before, how it failed, whether it was tried again and what worked
in the end. `--json` has the whole graph behind the event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Annotated

import msgspec

from agent_trace.analysis.attempts import attempts
from agent_trace.analysis.causes import How, Link
from agent_trace.errors import NotFoundError
from agent_trace.model.ends import ends
from agent_trace.model.events import Event, ToolResult, UserPrompt
from agent_trace.model.facts import Facts
from agent_trace.model.session import DIGITS
from agent_trace.model.summary import Summary
from agent_trace.pricing.book import Book
from agent_trace.render.blocks import AnyBlock, Entry, Fields, Heading, Prose, Timeline, field
from agent_trace.render.numbers import clip
from agent_trace.reports._follow_words import fault_told, followers, sequel_words
from agent_trace.reports._followed import Followed, Following, followed, following, is_failure, named
from agent_trace.reports._happened import Row, rows, told
from agent_trace.reports._parts import Part, part
from agent_trace.reports._pointed import Pointed, pointed
from agent_trace.reports._retold import Retold
from agent_trace.reports._scopes import SessionScope, made_now
from agent_trace.reports._telling import entry
from agent_trace.reports._words import relative

SCOPE = "session"
ARGUMENT = "event"
KEPT = "why"
"""The name that it is kept under."""
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
    """All events behind it and those that are named beside it, in the order of their logs."""
    causes: tuple[Cause, ...]
    """All links between them, the nearest to the event first; of each event the strongest first."""
    followed: Followed


def characters(options: Options) -> int | None:
    """Texts are read whole: their ends are kept, as in a replay, for the end of an output often says what was wrong."""
    return None


def keeps_ends(options: Options) -> bool:
    """Head and tail of a long text are read instead of the beginning."""
    return True


def compute(scope: SessionScope, options: Options, facts: Facts) -> Result:
    return _retold(scope, options.event, facts) or _told(scope, options.event, facts)


def _retold(scope: SessionScope, event: str, facts: Facts) -> Result | None:
    """Of a long session's own event, from what is kept; None: the session must be read."""
    if scope.keep is made_now or not (event.isascii() and event.isdigit()) or len(event) >= DIGITS:
        return None
    number, story = int(event), Retold(scope, facts.cost)
    known = scope.keep(KEPT, Following, lambda: _first(scope, story))
    edges, steps = known.causes.behind(number), known.causes.chain(number)
    numbers = {number, *(one for one, _ in edges), *(link.source for _, link in edges), *named(known, number)}
    nodes = {row.number: row for row in story.rows(numbers)}
    first = nodes.get(str(steps[0][0]))
    if str(number) not in nodes or first is None or (first.kind, first.title) == ("user_prompt", "task"):
        return None
    results = {name for name, row in nodes.items() if row.kind == "tool_result"}
    cwd = scope.summary.cwd
    beside = followed(known, number, "", lambda _, link: relative(link.note, cwd))
    below = _behind(scope, nodes.get(beside.step or ""), scope.book, facts)
    return Result(
        session=scope.summary,
        chosen_by=scope.chosen_by,
        event=str(number),
        chain=tuple(str(one) for one, _ in steps),
        nodes=tuple(map(_short, (*nodes.values(), *below))),
        causes=tuple(_kept_cause(one, link, cwd, str(link.source) in results) for one, link in edges),
        followed=msgspec.structs.replace(beside, behind=tuple(row.number for row in below)),
    )


def keep(scope: SessionScope, facts: Facts, known: Callable[[], Following]) -> None:
    """Keep all that can be asked about a long session that was understood for something else."""

    def first() -> Following:
        Retold(scope, facts.cost).keep_all()
        return known()

    scope.keep(KEPT, Following, first)


def _first(scope: SessionScope, story: Retold) -> Following:
    """What is known of a session that was read for it: all that can be asked about it is kept."""
    session = scope.whole()
    story.keep_all()
    return following(session, attempts(session, scope.owns), scope.read())


def _short(row: Row) -> Row:
    """A row with the head of a text of which the tail was read too."""
    return msgspec.structs.replace(row, text=ends(row.text, row.size).head)


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
    beside: Followed | None = None
    one: Pointed | None = asked
    while one is not None:
        known = _known(one, scope)
        steps = known.causes.chain(one.number)
        edges = known.causes.behind(one.number)
        found += [_cause(one, number, link) for number, link in edges]
        numbers = {one.number, *(number for number, _ in edges), *(link.source for _, link in edges)}
        numbers |= named(known, one.number) if beside is None else set()
        shown = told(one.part, scope.book, facts.cost, start=one.part.session.started)
        nodes = [*map(_short, rows(shown, frozenset(numbers))), *nodes]
        if beside is None:
            beside = followed(known, one.number, one.part.prefix, partial(_path, one))
            step = next((row for row in nodes if row.number == beside.step), None)
            below = _behind(scope, step, scope.book, facts)
            beside = msgspec.structs.replace(beside, behind=tuple(row.number for row in below))
            nodes += below
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
        followed=beside or Followed(),
    )


def _known(one: Pointed, scope: SessionScope) -> Following:
    key = one.part.summary.id
    owns = scope.owns if key == scope.summary.id else partial(scope.owns_child, key)
    return following(one.whole, attempts(one.whole, owns), one.part.session)


def _behind(scope: SessionScope, step: Row | None, book: Book, facts: Facts) -> list[Row]:
    """What failed in the sub-agent that a step started, by the numbers of its calls: `58/20`."""
    child = next((one for one in scope.children if step is not None and one.id == step.child), None)
    if step is None or child is None:
        return []
    try:
        session = scope.read_child(child.id)
    except NotFoundError:
        return []
    calls = {step.result.id: step.number for step in session.steps if step.result is not None}
    failed = frozenset(calls.get(event.id, number) for number, event in session.numbered if is_failure(event))
    below = part(session, child, scope, f"{step.number}/")
    return list(rows(told(below, book, facts.cost, start=session.started), failed))


def _outer(one: Pointed, first: int, scope: SessionScope) -> Pointed | None:
    """The call of the parent's that a chain begins with, where it begins with a task."""
    task = one.whole.event(first)
    if not (isinstance(task, UserPrompt) and task.by == "parent"):
        return None
    summary = one.part.summary
    if one.outer is not None or summary.parent is None or one.part.prefix:
        return one.outer
    try:
        session, whole = scope.read_child(summary.parent), scope.whole_child(summary.parent)
    except NotFoundError:
        return None
    names = {summary.id, summary.id.rpartition("/")[2].removeprefix("agent-")}
    for step in session.steps:
        if step.result is not None and step.result.child in names:
            above = Part(session, msgspec.structs.replace(summary, id=summary.parent, parent=None), _PARENT, {})
            return Pointed(above, whole, step.number)
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
    cwd, shown = asked.part.summary.cwd, asked.part.session
    if shown is asked.whole or _tells(shown.event(link.source), link.note):
        return relative(link.note, cwd)
    step = next((step for step in shown.steps if step.number == number), None)
    return relative(step.call.paths[0], cwd) if link.note and step is not None and step.call.paths else ""


def _tells(event: Event | None, path: str) -> bool:
    """Whether a text, as it may be told, names a path."""
    return bool(path) and any(path in getattr(event, name, "") for name in ("text", "output", "summary"))


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
        case "said":
            return f"{source} said what it was about to do"
        case "part":
            return f"part of {source}"
        case _:
            return f"follows {source}"


# ---------------------------------------------------------------- layout


def layout(result: Result, options: Options, facts: Facts) -> Iterator[AnyBlock]:
    one = result.followed
    yield Heading(text=f"Why did event #{result.event} {'fail' if one.fault else 'happen'}?")
    nodes = {row.number: row for row in result.nodes}
    yield Fields(items=(field("session", result.session.id, result.chosen_by or clip(result.session.title or "", 60)),))
    if one.fault:
        yield Prose(text=fault_told(one, nodes), tone="bad")
    yield Timeline(entries=tuple(_entries(result, nodes)))
    others = [cause.words for cause in result.causes if cause.target == result.event and cause.how != "said"][1:]
    if others:
        yield Prose(text=f"Also: {'; '.join(others)}.", tone="dim")
    if len(result.chain) == 1:
        yield Prose(text="Nothing in the log led to it.", tone="dim")
    said, later = (
        sequel_words(one, nodes, goes=result.session.state in ("running", "waiting")),
        tuple(_later(result, nodes)),
    )
    if said or later:
        yield Heading(text="What followed", level=2)
    if said:
        yield Prose(text=said)
    if later:
        yield Timeline(entries=later)


def _entries(result: Result, nodes: dict[str, Row]) -> Iterator[Entry]:
    """The chain, with what the agent said before the last step of it, and what came back."""
    one = result.followed
    for place, number in enumerate(result.chain):
        if number == one.step and one.said in nodes:
            said = entry(nodes[one.said], result.session.cwd)
            yield msgspec.structs.replace(said, body=f"← what the agent said right before\n{said.body}".strip())
        drawn = entry(nodes[number], result.session.cwd)
        link = _link(result.causes, result.chain[place - 1], number) if place else None
        body = "" if link is None else f"← {link.words}"
        yield msgspec.structs.replace(
            drawn, body=body if number != result.event else "\n".join(filter(None, (body, drawn.body)))
        )
    if one.result in nodes and one.result not in result.chain:
        yield entry(nodes[one.result], result.session.cwd)


def _later(result: Result, nodes: dict[str, Row]) -> Iterator[Entry]:
    """What failed behind it and what followed, each with what it has to do with it."""
    told = dict(followers(result.followed))
    for row in sorted((nodes[number] for number in told if number in nodes), key=_order):
        yield msgspec.structs.replace(entry(row, result.session.cwd), body=f"← {told[row.number]}")


def _order(row: Row) -> tuple[int, ...]:
    return tuple(int(part) for part in row.number.split("/") if part.isdigit())


def _link(found: Sequence[Cause], source: str, target: str) -> Cause | None:
    return next((one for one in found if (one.source, one.target) == (source, target)), None)
