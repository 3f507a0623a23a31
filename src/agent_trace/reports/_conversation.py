"""A session as a conversation to be read: what was asked, said and done, each once and in the order of its log.

A result stands below its call. What only counts (model calls, files that a call touched) is told by the figures of each
prompt. At detail `none` tools are left out, at `brief` a line tells of each, at `full` all that they were given and
returned, and what the model thought.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from agent_trace.analysis.shell_steps import arguments
from agent_trace.model import events as model
from agent_trace.model.events import Event, ToolCall, ToolResult
from agent_trace.model.facts import Facts
from agent_trace.model.session import Session
from agent_trace.model.summary import Summary
from agent_trace.render.blocks import AnyBlock, Code, Diff, DiffLine, Field, Fields, Heading, Note, Prose, field
from agent_trace.render.numbers import clip, count, duration
from agent_trace.reports._amounts import money
from agent_trace.reports._words import many

Detail = Literal["none", "brief", "full"]
_LINE = 160
_LANGUAGE = re.compile(r"[\w+#.-]*")
_COUNTED = (model.LlmRequest, model.LlmResponse, model.UsageRecorded, model.FileRead, model.FileWrite)
"""Events without words of their own: what they say stands in figures, or in the call that did it."""


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
    pictures: Mapping[str, str] = {}
    """The id of an event → the image that came with it: its file, or an address that carries it."""


def conversation(page: Page, facts: Facts) -> Iterator[AnyBlock]:
    """The whole of it."""
    yield Heading(text=clip(page.summary.title or page.summary.id, 100))
    yield Fields(items=tuple(_head(page.summary, facts)))
    yield from _around(page)
    told: set[str] = set()
    results = page.session.results
    for _, event in page.session.numbered:
        if isinstance(event, ToolResult) and event.id in told:
            continue
        yield from _event(event, page, facts)
        yield from _picture(event, page)
        if isinstance(event, ToolCall) and (result := results.get(event.call)) is not None and result.id not in told:
            told.add(result.id)
            yield from _result(result, page, beside=True)
            yield from _picture(result, page)


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
    yield field("tool calls", count(one.own.tool_calls), f"{count(one.failed_steps)} failed")
    yield field("cost", money(one.total))


def _around(page: Page) -> Iterator[AnyBlock]:
    if page.contents:
        yield Prose(text="all sessions", link=page.contents)
    if page.parent:
        yield Prose(text="the session that started this one", link=page.parent)
    for title, file in page.children:
        yield Prose(text=f"sub-agent: {clip(title, 80)}", link=file)


# ---- events


def _event(event: Event, page: Page, facts: Facts) -> Iterator[AnyBlock]:
    match event:
        case model.UserPrompt():
            name = "Task" if event.by == "parent" else "Prompt"
            yield Heading(text=f"{name}{_stamp(event, facts)}{_aside(event)}", level=2)
            yield from _speech(event.text)
        case model.AssistantText():
            yield Prose(text=f"Answer{_stamp(event, facts)}{_aside(event)}", tone="strong")
            yield from _speech(event.text)
        case model.Thinking() if page.detail == "full":
            yield Prose(text="Thinking", tone="strong")
            yield Prose(text=event.text or f"({many(event.size, 'character')})", tone="dim")
        case ToolCall():
            yield from _call(event, page)
        case ToolResult():
            yield from _result(event, page, beside=False)
        case model.Command():
            yield Prose(text=f"Command {event.name}", tone="strong")
            yield from _code(event.text)
        case _:
            yield from _rest(event, page)


def _rest(event: Event, page: Page) -> Iterator[AnyBlock]:
    """What went wrong, what changed, and what was put beside the words."""
    match event:
        case model.ErrorRaised():
            again = "" if event.retry is None else ", tried again"
            yield Note(text=f"error{again}: {event.text or event.status or ''}")
        case model.Interrupted():
            yield Note(text=f"interrupted {event.text}".strip())
        case model.Compacted():
            yield Note(text=f"the context was compacted {event.trigger}".strip(), tone="plain")
            yield from _code(event.summary)
        case model.Blocked():
            yield Note(text=f"{event.tool} was blocked: {event.reason}")
        case model.Unknown():
            yield Note(text=f"a record that could not be read: {event.reason}")
            yield from _code(event.raw)
        case _ if page.detail == "full":
            yield from _small(event)


def _small(event: Event) -> Iterator[AnyBlock]:
    match event:
        case model.Attachment():
            yield Prose(text=f"{event.kind} beside it", tone="dim")
            yield from _code(event.text)
        case model.Decision():
            yield Note(text=" · ".join(filter(None, (event.choice, event.reason, *event.alternatives))), tone="plain")
        case model.PermissionAnswered():
            yield Prose(text=f"permission: {event.decision} {event.by}".strip(), tone="dim")
        case model.Linked():
            yield Prose(text=f"{event.how} {event.other}".strip(), tone="dim")
        case model.ModelChanged():
            yield Prose(text=f"model {event.model}", tone="dim")
        case model.Titled():
            yield Prose(text=f"title {event.title}", tone="dim")
        case model.SessionEnded():
            yield Prose(text=f"ended {event.reason}".strip(), tone="dim")


# ---- tools


def _call(call: ToolCall, page: Page) -> Iterator[AnyBlock]:
    if page.detail != "none":
        brief = f" {clip(' '.join((call.title or call.input).split()), _LINE)}" if page.detail == "brief" else ""
        yield Prose(text=f"{call.tool}{brief}{_aside(call)}", tone="strong")
        if page.detail == "full":
            yield from _given(call)
    if call.call in page.starts:
        yield Prose(text="what the sub-agent did", link=page.starts[call.call])


def _given(call: ToolCall) -> Iterator[AnyBlock]:
    """A command as it was typed, whatever else it was given below; other arguments as they are."""
    given = arguments(call)
    typed = next((name for name, value in given.items() if value == call.title), "") if call.kind == "shell" else ""
    if typed:
        yield Code(text=call.title, language="sh")
        given = {name: value for name, value in given.items() if name != typed}
        if given:
            yield Code(text=json.dumps(given, ensure_ascii=False, indent=2), language="json")
    else:
        yield from _code(call.input or call.title, "json" if given else "")


def _result(result: ToolResult, page: Page, *, beside: bool) -> Iterator[AnyBlock]:
    state = _state(result)
    if page.detail == "none":
        return
    if state or not beside:
        name = "" if beside else f"result of {result.tool or 'a call that is not in the log'} "
        yield Note(text=f"{name}{state}".strip(), tone="warning" if state else "plain")
    if page.detail == "full":
        yield from _code(result.output)
        if result.patch:
            yield Diff(path="what it changed", lines=tuple(map(_line, result.patch.removesuffix("\n").split("\n"))))


def _state(result: ToolResult) -> str:
    words = (
        "refused" if result.refused else "failed" if result.failed or result.really_failed else "",
        "interrupted" if result.interrupted else "",
        f"exit code {result.exit_code}" if result.exit_code else "",
    )
    return ", ".join(filter(None, words))


def _line(text: str) -> DiffLine:
    match text[:1]:
        case "+":
            return DiffLine(mark="+", text=text[1:])
        case "-":
            return DiffLine(mark="-", text=text[1:])
        case "@":
            return DiffLine(mark="@", text=text)
        case _:
            return DiffLine(mark=" ", text=text[1:])


# ---- words


def _speech(text: str) -> Iterator[AnyBlock]:
    """Paragraphs, and what stands between fences as code."""
    for place, part in enumerate(text.split("```")):
        if place % 2:
            first, newline, rest = part.partition("\n")
            named = bool(newline) and _LANGUAGE.fullmatch(first.strip()) is not None
            yield from _code(rest if named else part, first.strip() if named else "")
        else:
            for paragraph in part.split("\n\n"):
                if paragraph.strip():
                    yield Prose(text=paragraph.strip("\n"))


def _code(text: str, language: str = "") -> Iterator[AnyBlock]:
    if text.strip():
        yield Code(text=text, language=language)


def _stamp(event: Event, facts: Facts) -> str:
    if event.at is None:
        return ""
    return f" · {datetime.fromtimestamp(event.at / 1000, facts.zone):%Y-%m-%d %H:%M:%S}"


def _aside(event: Event) -> str:
    """Where it does not belong to what the session itself did."""
    return " (copied from the session before)" if event.inherited else " (aside)" if event.side else ""
