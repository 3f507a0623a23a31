"""What a session did, counted as a tracer does: its commands, tools, skills, changes and errors."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec

from agent_trace.model.events import Interrupted, LlmResponse, ToolCall
from agent_trace.model.session import Session, Step, Turn
from agent_trace.model.tools import EDITING
from agent_trace.web.earlier.conversation import Message, Piece
from agent_trace.web.earlier.figures import mean, summed

_NAMED = re.compile(r'"(?:skill|skill_name|name|command)"\s*:\s*"([^"\\]+)"')
"""Under which argument agents name a skill."""


class Asked(msgspec.Struct, kw_only=True, gc=False):
    """A prompt and what followed until the next one; its text is read when it is shown."""

    prompt: Piece
    at: int | None
    steps: int
    tools: tuple[str, ...]
    tool_calls: int
    tokens: int | None
    interrupted: bool
    model: str | None


class Failure(msgspec.Struct, kw_only=True, gc=False):
    """A result that the agent marked as failed."""

    result: Piece
    uuid: str
    """Of its message."""
    at: int | None
    tool: str | None


class SkillUse(msgspec.Struct, kw_only=True, gc=False):
    """A call of a skill."""

    name: str
    at: int | None


class Change(msgspec.Struct, kw_only=True, gc=False):
    """What a session did to a file in one way."""

    path: str
    operation: str
    created: bool
    added: int
    removed: int


class ToolUse(msgspec.Struct, kw_only=True, gc=False):
    """How often a tool was used, and how long its calls ran, as far as that is known."""

    count: int
    errors: int
    run_ms: tuple[int, ...]


class Deeds(msgspec.Struct, frozen=True, kw_only=True):
    """All of a session, worked out once."""

    commands: tuple[Asked, ...]
    tools: dict[str, ToolUse]
    skills: tuple[SkillUse, ...]
    changes: tuple[Change, ...]
    failures: tuple[Failure, ...]
    starts: dict[str, Piece]
    """A sub-agent's id, as the result of the call that started it tells it → that call."""

    @property
    def interruption_rate(self) -> float | None:
        """Percent of its prompts after which somebody interrupted."""
        return percentage(sum(one.interrupted for one in self.commands), len(self.commands))


def deeds(session: Session, messages: Sequence[Message], owned: Collection[str]) -> Deeds:
    """Everything but what was copied from another session, or stands in a sub-agent's log too."""
    steps = [step for step in session.steps if _counts(step, owned)]
    return Deeds(
        commands=tuple(_commands(session.turns, owned)),
        tools=_tools(steps),
        skills=tuple(_skills(steps)),
        changes=tuple(_changes(steps)),
        failures=tuple(_failures(steps, messages)),
        starts={
            step.result.child: Piece(step.call.id, step.call.origin)
            for step in steps
            if step.result is not None and step.result.child is not None
        },
    )


def _counts(step: Step, owned: Collection[str]) -> bool:
    return not step.call.inherited and (step.call.response is None or step.call.response in owned)


def percentage(part: int, of: int) -> float | None:
    """From 0 to 100; None of nothing."""
    return mean(part * 100, of)


def _commands(turns: Iterable[Turn], owned: Collection[str]) -> Iterator[Asked]:
    for turn in turns:
        prompt = turn.prompt
        if prompt is None or prompt.inherited or prompt.by == "parent":
            continue
        events = [one.event for one in turn.events]
        replies = [one for one in events if isinstance(one, LlmResponse)]
        calls = [one for one in events if isinstance(one, ToolCall)]
        models = [one.cls.model for one in replies if one.cls is not None and one.cls.model]
        yield Asked(
            prompt=Piece(prompt.id, prompt.origin),
            at=prompt.at,
            steps=sum(one.counts for one in replies),
            tools=tuple(sorted({one.tool for one in calls})),
            tool_calls=len({one.call for one in calls}),
            tokens=summed(one.usage.tokens for one in replies if one.call in owned),
            interrupted=any(isinstance(one, Interrupted) for one in events),
            model=models[-1] if models else None,
        )


def _tools(steps: Iterable[Step]) -> dict[str, ToolUse]:
    by_name: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        by_name[step.call.tool].append(step)
    return {
        name: ToolUse(
            count=len(found),
            errors=sum(step.failed for step in found),
            run_ms=tuple(step.run_ms for step in found if step.run_ms is not None),
        )
        for name, found in by_name.items()
    }


def _skills(steps: Iterable[Step]) -> Iterator[SkillUse]:
    for step in steps:
        if step.call.kind == "skill":
            named = _NAMED.search(step.call.input)
            yield SkillUse(name=named.group(1) if named else step.call.title or step.call.tool, at=step.call.at)


def _changes(steps: Iterable[Step]) -> Iterator[Change]:
    """What edit tools changed, by file and by whether they wrote it whole; a failed edit changes nothing."""
    found: dict[tuple[str, str], Change] = {}
    for step in steps:
        result = step.result
        if step.call.kind not in EDITING or result is None or result.really_failed or result.refused:
            continue
        operation = "Write" if step.call.kind == "write" else "Edit"
        for path in step.call.paths[:1]:
            key = (path, operation)
            is_new = operation == "Write" and not result.lines_removed and key not in found
            one = found.setdefault(key, Change(path=path, operation=operation, created=is_new, added=0, removed=0))
            one.added += result.lines_added
            one.removed += result.lines_removed
    yield from found.values()


def _failures(steps: Iterable[Step], messages: Sequence[Message]) -> Iterator[Failure]:
    uuids = {one.call: one.uuid for one in messages if one.type == "tool_result"}
    for step in steps:
        result = step.result
        if result is not None and result.failed and not result.inherited:
            yield Failure(
                result=Piece(result.id, result.origin),
                uuid=uuids.get(result.call, result.id),
                at=result.at,
                tool=result.tool or step.call.tool,
            )


def united(uses: Iterable[dict[str, ToolUse]]) -> dict[str, ToolUse]:
    """The tools of several sessions, most used first."""
    found: dict[str, ToolUse] = {}
    for one in uses:
        for name, use in one.items():
            held = found.get(name)
            found[name] = use if held is None else _plus(held, use)
    return dict(sorted(found.items(), key=lambda item: (-item[1].count, item[0])))


def _plus(one: ToolUse, other: ToolUse) -> ToolUse:
    return ToolUse(count=one.count + other.count, errors=one.errors + other.errors, run_ms=one.run_ms + other.run_ms)


def counted_skills(uses: Iterable[SkillUse]) -> Iterator[tuple[str, int, int | None]]:
    """(name, how often, when last), most used first."""
    found = list(uses)
    for name, number in sorted(Counter(one.name for one in found).items(), key=lambda item: (-item[1], item[0])):
        yield name, number, max((one.at for one in found if one.name == name and one.at is not None), default=None)
