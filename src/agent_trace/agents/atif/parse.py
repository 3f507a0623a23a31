"""The reader of a trajectory: every step as events, in the order of the document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypedDict

import msgspec

from agent_trace.agents._clock import milliseconds
from agent_trace.agents.atif.layout import place
from agent_trace.agents.atif.records import Path, Step, Trajectory, content, gather, text, written
from agent_trace.agents.atif.spending import spent, summed
from agent_trace.model.events import (
    AssistantText,
    Attachment,
    Event,
    Linked,
    LlmResponse,
    Origin,
    SessionStarted,
    Thinking,
    ToolCall,
    ToolResult,
    Unknown,
    UsageRecorded,
    UserPrompt,
)
from agent_trace.model.scan import digest
from agent_trace.model.tools import ToolKind
from agent_trace.model.usage import BillingClass, band

CLIP = 2048
"""Characters of a text that an event holds, unless told otherwise."""
_CUT = ("text", "input", "output", "raw")
_DERIVED = re.compile(r"(?P<root>.+)-(?P<how>cont|summarization)-\d+\b.*\Z", re.DOTALL)
"""How Harbor names the trajectory that goes on with one, and those that summed one up."""
_NAMES: Mapping[ToolKind, str] = {
    "read": "read_file read view",
    "write": "write_file file_write write create",
    "edit": "edit edit_file str_replace_editor str_replace apply_patch replace",
    "search": "grep glob search search_files",
    "shell": "bash shell bash_command execute_bash exec run_command terminal",
    "fetch": "web_search web_fetch fetch",
    "agent": "task agent delegate spawn_agent",
    "plan": "todo_write update_plan",
}
_KINDS: Mapping[str, ToolKind] = {name: kind for kind, names in _NAMES.items() for name in names.split()}
_TELLING = ("command", "keystrokes", "cmd", "path", "file_path", "pattern", "query", "url", "prompt", "description")


class Head(TypedDict):
    """What all events of one step share."""

    session: str
    at: int | None
    origin: Origin
    inherited: bool


def parse(
    path: str,
    rows: Iterable[tuple[int, bytes]],
    state: None = None,
    *,
    clip: int | None = CLIP,
    inherited: frozenset[int] = frozenset(),
    source: int = 0,
) -> Iterator[Event]:
    """The events of a document, of its sub-agents too."""
    found = gather(rows, source)
    root = _root(found[()], path)
    for names, one in found.items():
        for event in _Teller(names, one, root).events():
            yield _finished(event, clip, inherited)


def _root(own: Trajectory, path: str) -> str:
    return text(own.head.get("session_id")) or text(own.head.get("trajectory_id")) or place(path).session


def _finished(event: Event, clip: int | None, inherited: frozenset[int]) -> Event:
    changes: dict[str, object] = {}
    if clip is not None:
        texts = {name: getattr(event, name, "") for name in _CUT}
        changes = {name: found[:clip] for name, found in texts.items() if len(found) > clip}
    if inherited and digest(event.id.encode("utf-8", "replace")) in inherited:
        changes["inherited"] = True
    return msgspec.structs.replace(event, **changes) if changes else event


class _Teller:
    """Tells the steps of one trajectory."""

    def __init__(self, names: Path, one: Trajectory, root: str) -> None:
        self.names, self.one, self.root = names, one, root
        self.session = f"{root}/agent-{names[-1]}" if names else root
        self.starter = f"{root}/agent-{names[-2]}" if len(names) > 1 else root if names else None
        self.derived = None if names else _DERIVED.match(root)
        if self.derived is not None and self.derived["how"] == "summarization":
            self.starter = self.derived["root"]
        agent = one.head.get("agent")
        self.agent: Mapping[str, Any] = agent if isinstance(agent, dict) else {}
        self.model = text(self.agent.get("model_name"))
        name = "" if names else text(one.head.get("trajectory_id"))
        self.base = f"{self.session}.{name}" if name and name != root else self.session
        """What its events are named after: several documents may share a session's id."""
        self.calls: set[str] = set()

    def events(self) -> Iterator[Event]:
        """All events of the trajectory."""
        if self.one.head:
            yield from self._begin()
        for step in self.one.steps.values():
            yield from self._step(step)
        steps = [step.value for step in self.one.steps.values() if step.value.get("source") == "agent"]
        total = summed(self.one.head.get("final_metrics"), self.model, steps)
        if total is not None:
            at = milliseconds(text(steps[-1].get("timestamp"))) if steps else None
            yield UsageRecorded(
                id=f"{self.base}.total", session=self.session, at=at, models=total.models, usd=total.usd
            )

    def _begin(self) -> Iterator[Event]:
        first = next(iter(self.one.steps.values()), None)
        at = milliseconds(text(first.value.get("timestamp"))) if first else None
        yield SessionStarted(
            id=f"{self.base}.start",
            session=self.session,
            at=at,
            version=text(self.agent.get("version")) or None,
            starter=self.starter,
            agent_type=(text(self.agent.get("name")) or None) if self.starter else None,
        )
        if self.derived is not None and self.derived["how"] == "cont":
            yield Linked(id=f"{self.base}.link", session=self.session, at=at, how="resume", other=self.derived["root"])

    def _step(self, step: Step) -> Iterator[Event]:
        name = f"{self.base}.{step.name}"
        head: Head = {
            "session": self.session,
            "at": milliseconds(text(step.value.get("timestamp"))),
            "origin": step.origin,
            "inherited": step.value.get("is_copied_context") is True,
        }
        if step.reason:
            yield Unknown(id=name, raw=step.raw, reason=step.reason, **head)
            return
        said = content(step.value.get("message"))
        match step.value.get("source"):
            case "user":
                yield UserPrompt(id=name, text=said, size=len(said), by="parent" if self.starter else "person", **head)
            case "agent":
                yield from self._agent(step, name, said, head)
                return
            case "system":
                if said:
                    yield Attachment(id=name, kind="system prompt", text=said, size=len(said), **head)
            case other:
                yield Unknown(id=name, raw=written(step.value), reason=f"unknown source {text(other)!r}", **head)
        yield from self._observed(step, name, head, {})

    def _agent(self, step: Step, name: str, said: str, head: Head) -> Iterator[Event]:
        thought = text(step.value.get("reasoning_content"))
        if thought:
            yield Thinking(id=f"{name}.thinking", text=thought, size=len(thought), **head)
        key = None
        if step.value.get("llm_call_count") != 0:
            key = f"{name}.call"
            yield self._response(step, key, head)
        if said:
            yield AssistantText(id=name, text=said, size=len(said), **head)
        called: dict[str, ToolCall] = {}
        asked = step.value.get("tool_calls")
        for number, one in enumerate(asked if isinstance(asked, list) else (), 1):
            call = self._call(one, f"{name}.tool{number}", key, head)
            called.setdefault(text(one.get("tool_call_id")) if isinstance(one, dict) else call.call, call)
            yield call
        yield from self._observed(step, name, head, called)

    def _response(self, step: Step, key: str, head: Head) -> LlmResponse:
        model = text(step.value.get("model_name")) or self.model
        told = spent(step.value.get("metrics"))
        return LlmResponse(
            id=key,
            call=key,
            cls=BillingClass(model=model, band=band(told.usage.prompt)) if model else None,
            usage=told.usage,
            recorded_usd=told.usd,
            **head,
        )

    def _call(self, value: object, name: str, response: str | None, head: Head) -> ToolCall:
        one: Mapping[str, Any] = value if isinstance(value, dict) else {}
        tool, given = text(one.get("function_name")), one.get("arguments", {})
        named: Mapping[str, Any] = given if isinstance(given, dict) else {}
        call = text(one.get("tool_call_id")) or name
        while call in self.calls:
            call += "+"
        self.calls.add(call)
        shown = text(given) if isinstance(given, str) else written(given)
        titles = (text(named.get(key)) for key in _TELLING)
        paths = (text(named.get(key)) for key in ("path", "file_path"))
        return ToolCall(
            id=name,
            call=call,
            response=response,
            tool=tool,
            kind="mcp" if tool.startswith("mcp__") else _KINDS.get(tool.lower(), "other"),
            input=shown,
            size=len(shown),
            title=next(filter(str.strip, titles), ""),
            paths=tuple(filter(None, paths)),
            **head,
        )

    def _observed(self, step: Step, name: str, head: Head, called: Mapping[str, ToolCall]) -> Iterator[Event]:
        """What came back: from tools, or from the environment."""
        observation = step.value.get("observation")
        results = observation.get("results") if isinstance(observation, dict) else None
        for number, one in enumerate(results if isinstance(results, list) else (), 1):
            if not isinstance(one, dict):
                continue
            said, child = content(one.get("content")), _child(one.get("subagent_trajectory_ref"))
            asked = text(one.get("source_call_id"))
            call = called.get(asked) if asked else None
            result = f"{name}.result{number}"
            if call is None and child is None:
                if said:
                    yield Attachment(id=result, kind="observation", text=said, size=len(said), **head)
                continue
            extra = one.get("extra")
            yield ToolResult(
                id=result,
                parent=call.id if call else None,
                call=call.call if call else result,
                tool=call.tool if call else "",
                output=said,
                size=len(said),
                failed=isinstance(extra, dict) and extra.get("is_error") is True,
                child=child,
                **head,
            )


def _child(value: object) -> str | None:
    """The first sub-agent that a result refers to: one inside the document by its own id, else by its session's."""
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            found = text(one.get("trajectory_id")) or text(one.get("session_id"))
            if found:
                return found
    return None
