"""ABANDONED_WORK: edits that the session itself took back.

What: 20 lines or more that edit tools had written were taken back by checkout, restore, reset --hard, clean or a dropped
stash, or by an edit that put the old text back, before they were committed.

Why it matters: writing them was the dearest part, output tokens, and all of it is gone.

What to do: let the agent plan and say what it will change before a large edit; commit small steps, so that less is lost.

Below 20 lines it is mostly a trial that was meant to be taken back (a print, a broken line to see a test fail): the six times
that git took edits back in the corpora it took one to five lines.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Annotated

import msgspec

from agent_trace.analysis.attempts import Attempt
from agent_trace.analysis.outcome import outcome
from agent_trace.analysis.shell_steps import arguments
from agent_trace.analysis.spared import steps, written
from agent_trace.analysis.undone import Undone
from agent_trace.analysis.waste import Grounds
from agent_trace.model.events import Event, SessionStarted, ToolCall, ToolResult, UserPrompt
from agent_trace.model.findings import Finding
from agent_trace.model.session import Session

PRECEDENCE = 55
CONFIDENCE = 0.8
_FIX = (
    "Before a change of more than a few lines say what will be changed and why, and wait for a yes; commit what works."
)
_TAKING = frozenset({"checkout", "restore", "reset", "clean", "stash"})
_KEEPING = frozenset({"commit", "merge", "cherry-pick", "revert", "am", "pull", "rebase"})
_OLD = ("old_string", "oldString", "old_str", "oldText")
_NEW = ("new_string", "newString", "new_str", "newText")


class Options(msgspec.Struct, frozen=True, kw_only=True):
    lines: Annotated[int, msgspec.Meta(ge=1, description="How many changed lines must have been taken back.")] = 20


def detect(session: Session, options: Options, facts: Grounds) -> Iterator[Finding]:
    """What was taken back by git, and what was put back by an edit."""
    edits = [one for one in facts.attempts if one.work == "edit" and one.failed is False and not one.commands]
    yield from _by_git(session, edits, options, facts)
    yield from _by_edits(edits, options, facts)


def _by_git(session: Session, edits: list[Attempt], options: Options, facts: Grounds) -> Iterator[Finding]:
    numbers = {one.step.call.id: one.number for one in facts.attempts}
    by_path: dict[str, deque[Attempt]] = {}
    for edit in edits:
        by_path.setdefault(edit.purpose, deque()).append(edit)
    for one in _undone(session, facts) if edits else ():
        number = numbers[one.event]
        gone = [edit for path in one.paths for edit in _before(by_path.get(path), number)]
        lines = one.lines_added + one.lines_removed
        if lines >= options.lines and gone:
            yield _finding(gone, one.event, lines, facts)


def _before(edits: deque[Attempt] | None, number: int) -> Iterator[Attempt]:
    """The edits of a file before an event, each once: those behind it are left for what takes them back."""
    while edits and edits[0].number < number:
        yield edits.popleft()


def _undone(session: Session, facts: Grounds) -> tuple[Undone, ...]:
    """What git took back. Of a long session only what edits and what calls git is looked at."""
    called = [(one, words) for one in facts.attempts for words in _git_words(one)]
    if not any(_TAKING & words for _, words in called):
        return ()
    wanted = {one.step.call.call for one, words in called if (_TAKING | _KEEPING) & words}
    wanted |= {one.step.call.call for one in facts.attempts if one.work == "edit" and not one.commands}
    events = (event for event in session.events if _is_wanted(event, wanted))
    return outcome(Session(session.id, session.agent, tuple(events))).undone


def _git_words(one: Attempt) -> Iterator[frozenset[str]]:
    for command in one.commands:
        if command.program == "git":
            yield frozenset(command.argv)


def _is_wanted(event: Event, calls: set[str]) -> bool:
    if isinstance(event, ToolCall | ToolResult):
        return event.call in calls
    return isinstance(event, SessionStarted | UserPrompt)


def _by_edits(edits: list[Attempt], options: Options, facts: Grounds) -> Iterator[Finding]:
    made: dict[tuple[str, str, str], Attempt] = {}
    for one in edits:
        given = arguments(one.step.call)
        old = next((given[name] for name in _OLD if isinstance(given.get(name), str)), "")
        new = next((given[name] for name in _NEW if isinstance(given.get(name), str)), "")
        first = made.pop((one.purpose, new, old), None)
        lines = max(old.count("\n"), new.count("\n")) + 1
        if first is not None and old != new and lines >= options.lines:
            yield _finding([first], one.step.call.id, lines, facts)
        elif old or new:
            made[one.purpose, old, new] = one


def _finding(gone: list[Attempt], by: str, lines: int, facts: Grounds) -> Finding:
    files = len({one.purpose for one in gone})
    return Finding(
        rule="ABANDONED_WORK",
        summary=f"{lines} changed lines of {'one file' if files == 1 else f'{files} files'} were taken back",
        about=by,
        evidence=(*(one.step.call.id for one in gone), by),
        claims=tuple(written(facts, gone)),
        steps=steps(gone),
        confidence=CONFIDENCE,
        fix=_FIX,
    )
