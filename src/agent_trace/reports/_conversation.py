"""A session as a conversation to be read: what was asked, said and done, each once and in the order of its log.

A result stands below its call. What only counts (model calls, files that a call touched) is told by the figures at its
head. At detail `none` tools are left out, at `brief` a line tells of each, at `most` what they were given, returned and
changed, each once, and what the model thought; at `full` all of it as the log has it, and every note of the agent's program.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from agent_trace.analysis.context import resets_of
from agent_trace.model import events as model
from agent_trace.model.events import Event, ToolCall, ToolResult
from agent_trace.model.facts import Facts
from agent_trace.model.session import Session
from agent_trace.model.summary import Cleared, Summary
from agent_trace.model.usage import NOTHING
from agent_trace.render.blocks import AnyBlock, Field, Fields, Heading, Note, Prose, field
from agent_trace.render.numbers import clip, count, duration
from agent_trace.reports._amounts import money
from agent_trace.reports._conversation_notes import LINE, attached, left_out
from agent_trace.reports._conversation_tools import Told, code, given, returned, state_note
from agent_trace.reports._happened import compaction
from agent_trace.reports._telling import shrunk
from agent_trace.reports._words import as_words, many

Detail = Literal["none", "brief", "most", "full"]
_AT_LENGTH = ("most", "full")
_LANGUAGE = re.compile(r"[\w+#.-]*")


class Page(NamedTuple):
    """A session to be read, and what stands around it."""

    session: Session
    summary: Summary
    detail: Detail
    starts: Mapping[str, str]
    """Tool-use id → the file of the sub-agent that the call started."""
    children: tuple[tuple[str, str], ...]
    """Title and file of each sub-agent."""
    parent: str
    """The file of the session that started this one; empty: none did."""
    contents: str
    """The file that lists all."""
    cleared: Cleared = Cleared()
    """The sessions that clears part it from."""
    files: Mapping[str, str] = {}
    """The id of such a session → its file, where that is written too."""
    pictures: Mapping[str, str] = {}
    """The id of an event → the image that came with it: its file, or an address that carries it."""


def conversation(page: Page, facts: Facts) -> Iterator[AnyBlock]:
    """The whole of it."""
    yield Heading(text=clip(page.summary.title or page.summary.id, 100))
    yield Fields(items=tuple(_head(page.summary, facts)))
    yield from _around(page)
    done: set[str] = set()
    told = Told(cwd=page.summary.cwd, full=page.detail == "full", left_out=Counter())
    results, summaries = page.session.results, _summaries(page.session)
    allowed = {one.parent: one for one in page.session.events if isinstance(one, model.PermissionAnswered)}
    for _, event in page.session.numbered:
        if event.id in done:
            continue
        if event.id in summaries and isinstance(event, model.Compacted):
            yield Note(text="what it goes on with", tone="plain")
            yield from code(event.summary)
            continue
        yield from _event(event, page, facts, told)
        yield from _picture(event, page)
        if isinstance(event, ToolCall) and (answer := allowed.get(event.id)) is not None and answer.id not in done:
            done.add(answer.id)
            yield from _event(answer, page, facts, told)
        if isinstance(event, ToolCall) and (result := results.get(event.call)) is not None and result.id not in done:
            done.add(result.id)
            yield from _result(result, page, told, call=event)
            yield from _picture(result, page)
    yield from left_out(told)


def _summaries(session: Session) -> frozenset[str]:
    """The events that only bring the summary of a compaction that was told before them."""
    found: set[str] = set()
    is_open = False
    for event in session.events:
        if isinstance(event, model.Compacted):
            if is_open and event.summary and not event.trigger and event.before is None:
                found.add(event.id)
            is_open = not event.summary
    return frozenset(found)


def _picture(event: Event, page: Page) -> Iterator[AnyBlock]:
    if event.id in page.pictures:
        shown = page.pictures[event.id]
        yield Prose(text="image", image=shown) if shown.startswith("data:") else Prose(text="image", link=shown)


def _head(one: Summary, facts: Facts) -> Iterator[Field]:
    yield field("session", one.id)
    yield field("agent", one.agent, one.state)
    yield field("where", (one.cwd or "?") + (f" on {one.branch}" if one.branch else ""))
    yield field("when", "?" if one.started is None else f"{one.started.astimezone(facts.zone):%Y-%m-%d %H:%M}")
    yield field("duration", duration(one.duration_s))
    yield field("models", ", ".join(one.models) or "none")
    yield field("prompts", count(one.prompts))
    failed = f"{count(one.failed_steps)} failed"
    if one.subagents == NOTHING:
        yield field("tool calls", count(one.own.tool_calls), failed)
        yield field("cost", money(one.total))
    else:
        own = f"with sub-agents: {count(one.subagents.tool_calls)} of them are theirs; of its own {failed}"
        yield field("tool calls", count(one.total.tool_calls), own)
        yield field("cost", money(one.total), f"with sub-agents: {money(one.subagents)} of it is theirs")


def _around(page: Page) -> Iterator[AnyBlock]:
    if page.contents:
        yield Prose(text="all sessions", link=page.contents)
    if page.parent:
        yield Prose(text="the session that started this one", link=page.parent)
    for how, other in (("began", page.cleared.before), ("went on", page.cleared.after)):
        if other is not None:
            yield Prose(text=f"{how} after /clear in {other}", link=page.files.get(other, ""))
    for title, file in page.children:
        yield Prose(text=f"sub-agent: {clip(title, 80)}", link=file)


# ---- events


def _event(event: Event, page: Page, facts: Facts, told: Told) -> Iterator[AnyBlock]:
    match event:
        case model.UserPrompt():
            name = "Task" if event.by == "parent" else "Prompt"
            yield Heading(text=f"{name}{_stamp(event, facts)}{_aside(event)}", level=2)
            yield from _speech(event.text)
        case model.AssistantText() if event.text.strip():
            yield Prose(text=f"Answer{_stamp(event, facts)}{_aside(event)}", tone="strong")
            yield from _speech(event.text)
        case model.Thinking() if page.detail in _AT_LENGTH:
            yield Prose(text="Thinking", tone="strong")
            yield Prose(text=event.text or f"({many(event.size, 'character')})", tone="dim")
        case ToolCall():
            yield from _call(event, page, told)
        case ToolResult():
            yield from _result(event, page, told, call=None)
        case model.Command():
            yield Prose(text=f"Command {event.name}", tone="strong")
            yield from code(event.text)
        case _:
            yield from _rest(event, page, told)


def _rest(event: Event, page: Page, told: Told) -> Iterator[AnyBlock]:
    """What went wrong, what changed, and what was put beside the words."""
    match event:
        case model.ErrorRaised():
            again = "" if event.retry is None else ", tried again"
            yield Note(text=f"error{again}: {event.text or event.status or ''}")
        case model.Interrupted():
            yield Note(text=": ".join(filter(None, ("interrupted", event.text))))
        case model.Compacted():
            yield Note(text=_compacted(event, page.session), tone="plain")
            yield from code(event.summary)
        case model.Blocked():
            yield Note(text=f"{event.tool} was blocked: {event.reason}")
        case model.Attachment(kind="queued prompt"):
            yield from attached(event, told)
        case model.Unknown():
            yield Note(text=f"a record that could not be read: {event.reason}")
            yield from code(event.raw)
        case _ if page.detail in _AT_LENGTH:
            yield from _small(event, told)


def _compacted(event: model.Compacted, session: Session) -> str:
    by = f" ({event.trigger})" if event.trigger else ""
    figures = "; ".join(shrunk(compaction(event, resets_of(session), session.number_of(event))))
    return f"the context was compacted{by}" + (f": {figures}" if figures else "")


def _small(event: Event, told: Told) -> Iterator[AnyBlock]:
    match event:
        case model.Attachment():
            yield from attached(event, told)
        case model.Decision():
            yield Note(text=" · ".join(filter(None, (event.choice, event.reason, *event.alternatives))), tone="plain")
        case model.PermissionAnswered():
            yield Note(
                text=f"permission: {event.decision} {f'by {event.by}' if event.by else ''}".strip(), tone="plain"
            )
        case model.Linked():
            yield Note(text=_linked(event), tone="plain")
        case model.ModelChanged():
            yield Note(text=f"model: {event.model}", tone="plain")
        case model.Titled():
            yield Note(text=f"title: {event.title}", tone="plain")
        case model.SessionEnded():
            yield Note(text=f"the session ended: {event.reason}".removesuffix(": "), tone="plain")


def _linked(event: model.Linked) -> str:
    if event.how == "clear":
        return "the context was cleared" + (f": before it was {event.other}" if event.other else "")
    return f"{'goes on from' if event.how == 'resume' else 'copied from'} {event.other}"


# ---- tools


def _call(call: ToolCall, page: Page, told: Told) -> Iterator[AnyBlock]:
    if page.detail != "none":
        brief = (
            f" {clip(' '.join((call.title or as_words(call.input)).split()), LINE)}" if page.detail == "brief" else ""
        )
        yield Prose(text=f"{call.tool}{brief}{_aside(call)}", tone="strong")
        if page.detail in _AT_LENGTH:
            yield from given(call, page.session.results.get(call.call), told)
    if call.call in page.starts:
        yield Prose(text="what the sub-agent did", link=page.starts[call.call])


def _result(result: ToolResult, page: Page, told: Told, *, call: ToolCall | None) -> Iterator[AnyBlock]:
    """What came back, below its call; None: the log has none for it."""
    if page.detail != "none":
        yield from state_note(result, beside=call is not None)
        if page.detail in _AT_LENGTH:
            yield from returned(call, result, told)


# ---- words


def _speech(text: str) -> Iterator[AnyBlock]:
    """Paragraphs, and what stands between fences as code."""
    for place, part in enumerate(text.split("```")):
        if place % 2:
            first, newline, rest = part.partition("\n")
            named = bool(newline) and _LANGUAGE.fullmatch(first.strip()) is not None
            yield from code(rest if named else part, first.strip() if named else "")
        else:
            for paragraph in part.split("\n\n"):
                if paragraph.strip():
                    yield Prose(text=paragraph.strip("\n"), is_marked=True)


def _stamp(event: Event, facts: Facts) -> str:
    if event.at is None:
        return ""
    return f" · {datetime.fromtimestamp(event.at / 1000, facts.zone):%Y-%m-%d %H:%M:%S}"


def _aside(event: Event) -> str:
    """Where it does not belong to what the session itself did."""
    return " (copied from the session before)" if event.inherited else " (aside)" if event.side else ""
