"""A stand-up of a session: what was done, what was tried and given up, and what a person should look at. No model is asked.

Files that were read and changed, approaches and those that were abandoned, new dependencies, TODO and FIXME that were added,
large changes (over 100 changed lines in a file, over 20 files), files of logins and migrations to review, and the
session's figures. Texts of edits are looked at as far as events hold them (2 kB).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

import msgspec

from agent_trace.analysis.approaches import approaches
from agent_trace.analysis.attempts import Attempt
from agent_trace.analysis.outcome import outcome
from agent_trace.analysis.review import LARGE, MANY, Concern, concern, dependencies, remarks
from agent_trace.model.facts import Facts
from agent_trace.model.session import Session
from agent_trace.model.summary import Summary
from agent_trace.render.blocks import AnyBlock, Fields, Heading, Node, Outline, Prose, field
from agent_trace.render.numbers import clip, count, duration
from agent_trace.reports._amounts import money
from agent_trace.reports._scopes import SessionScope
from agent_trace.reports._sides import Words, files_of
from agent_trace.reports._understood import Understood
from agent_trace.reports._words import many, relative
from agent_trace.reports._worked_on import lines_of

SCOPE = "session"
TOLD = frozenset({"edit", "verify", "install", "ship", "change", "run", "delegate"})
"""Kinds of work whose approaches are told; of others only those that were given up."""
MOST = 15
"""Lines of one part that are listed; the rest are counted, and stand in the JSON."""
_TESTS = {
    "passed": "the last test or check passed",
    "failed": "the last test or check failed",
    "unknown": "the last test or check does not tell",
    "none": "no test or check was run",
}
UNTOLD = "withheld"
"""In the place of words that the tier does not let pass."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    pass


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was changed by edit tools."""

    path: str
    lines_added: int
    lines_removed: int
    large: bool
    """More than 100 changed lines."""
    review: Concern | None
    """What it should be reviewed for."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What was worked on: a phase."""

    label: str
    failed: bool
    first_event: int


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """An approach."""

    label: str
    attempts: int
    event: int
    """Its last attempt."""
    abandoned: Literal["", "failed", "undone"]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """Something that an edit or an install brought in."""

    event: int
    text: str
    where: str
    """The file, or the command."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    session: Summary
    chosen_by: str = ""
    tasks: tuple[Task, ...]
    read: tuple[str, ...]
    changed: tuple[Changed, ...]
    approaches: tuple[Tried, ...]
    """In the order of their first attempts, abandoned ones among them."""
    dependencies: tuple[Line, ...]
    remarks: tuple[Line, ...]
    """TODO and FIXME."""
    many_files: bool
    """More than 20 files were changed."""
    commits: int
    pull_requests: int
    tests: Literal["passed", "failed", "unknown", "none"]
    tool_calls: int | None
    errors: int | None
    failed_steps: int | None
    retries: int
    iterations: int


def compute(scope: SessionScope, options: Options, facts: Facts) -> Result:
    one, summary = Understood(scope), scope.summary
    made = outcome(one.session)
    files = files_of(one)
    changed = tuple(_changed(one.session, files.changed))
    return Result(
        session=summary,
        chosen_by=scope.chosen_by,
        tasks=tuple(Task(label=one.name(row), failed=row.failed, first_event=row.first) for row in one.phases),
        read=tuple(files.read.values()),
        changed=changed,
        approaches=tuple(
            Tried(
                label=one.label(way.attempts[-1]),
                attempts=len(way.attempts),
                event=way.attempts[-1],
                abandoned=way.abandoned if way.by is not None else "",
            )
            for way in approaches(one.phases, made.undone)
            if way.work in TOLD or way.abandoned
        ),
        dependencies=tuple(_lines(one, dependencies, once=True)),
        remarks=tuple(_lines(one, lambda step: ((row.text, row.path) for row in remarks(step)))),
        many_files=len(changed) > MANY,
        commits=len(made.standing),
        pull_requests=sum(request.changed_here for request in made.pull_requests),
        tests=made.tests[-1].result if made.tests else "none",
        tool_calls=summary.own.tool_calls,
        errors=summary.own.errors,
        failed_steps=summary.failed_steps,
        retries=sum(row.retries for row in one.phases),
        iterations=sum(row.iterations for row in one.phases),
    )


def _changed(session: Session, files: Words) -> Iterator[Changed]:
    for path, told in files.items():
        use = session.files[path]
        yield Changed(
            path=told,
            lines_added=use.lines_added,
            lines_removed=use.lines_removed,
            large=use.lines_added + use.lines_removed > LARGE,
            review=concern(path),
        )


def _lines(one: Understood, find: Callable[[Attempt], Any], *, once: bool = False) -> Iterator[Line]:
    """What was found in the steps as they are, in words that may be told; `once`: the same thing counts once."""
    seen: set[str] = set()
    for step in one.attempts:
        told, found = one.told(step.number), list(find(step))
        words = found if told is step else list(find(told)) if told is not None else []
        for place, (text, _) in enumerate(found):
            if once and text in seen:
                continue
            seen.add(text)
            said, where = words[place] if len(words) == len(found) else (UNTOLD, UNTOLD)
            yield Line(event=step.number, text=clip(said, 200), where=relative(where, one.cwd))


# ---------------------------------------------------------------- layout


def layout(result: Result, options: Options, facts: Facts) -> Iterator[AnyBlock]:
    one = result.session
    yield Heading(text=f"Stand-up: {clip(one.title or one.id, 90)}")
    made = [many(result.commits, "commit"), many(result.pull_requests, "pull request"), _TESTS[result.tests]]
    calls = [many(result.tool_calls, "tool call"), many(result.errors, "error"), f"retries: {result.retries}"]
    lines = f"+{count(one.lines_added)} -{count(one.lines_removed)} lines by edit tools"
    yield Fields(
        items=(
            field("session", one.id, result.chosen_by),
            field("agent", one.agent, one.state),
            field("time", duration(one.duration_s), f"{duration(one.active_s)} active"),
            field("cost", money(one.total)),
            field("made", ", ".join(made)),
            field(
                "steps",
                ", ".join(calls),
                f"iterations: {result.iterations}, failed steps: {count(result.failed_steps)}",
            ),
            field("files", f"{count(len(result.read))} read, {count(len(result.changed))} changed", lines),
        )
    )
    for title, rows in _parts(result):
        if rows:
            yield from _part(title, rows)


def _parts(result: Result) -> Iterator[tuple[str, list[Node]]]:
    yield (
        "Worked on",
        [Node(text=f"#{row.first_event} {row.label}", detail="failed" if row.failed else "") for row in result.tasks],
    )
    yield (
        "Changed",
        [Node(text=row.path, detail=lines_of(row.lines_added, row.lines_removed)) for row in result.changed],
    )
    yield "Read", [Node(text=path) for path in result.read]
    yield "Tried", [_tried(row) for row in result.approaches if not row.abandoned]
    yield "Tried and given up", [_tried(row) for row in result.approaches if row.abandoned]
    yield "New dependencies", [_line(row) for row in result.dependencies]
    yield "TODO and FIXME added", [_line(row) for row in result.remarks]
    yield "To review", list(_review(result))


def _review(result: Result) -> Iterator[Node]:
    if result.many_files:
        yield Node(text=f"{many(len(result.changed), 'file')} were changed", detail="a large change")
    for row in result.changed:
        why = [f"large: {count(row.lines_added + row.lines_removed)} lines"] if row.large else []
        why += [row.review] if row.review else []
        if why:
            yield Node(text=row.path, detail=", ".join(why))


def _part(title: str, rows: Sequence[Node]) -> Iterator[AnyBlock]:
    yield Heading(text=title, level=2)
    yield Outline(nodes=tuple(rows[:MOST]))
    if len(rows) > MOST:
        yield Prose(text=f"… {count(len(rows) - MOST)} more", tone="dim")


def _tried(row: Tried) -> Node:
    why = f", {row.abandoned}" if row.abandoned else ""
    return Node(text=row.label, detail=f"{many(row.attempts, 'attempt')}, the last #{row.event}{why}")


def _line(row: Line) -> Node:
    return Node(text=row.text, detail=f"#{row.event} {row.where}")
