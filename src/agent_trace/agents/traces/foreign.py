"""What agent-strace's own writers say: hooks of five agents, the MCP proxy, the decorator, the importer, A2A calls."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from agent_trace.agents.traces.calls import Spent, calls_of, spent
from agent_trace.agents.traces.records import Head, Record, Trace, beside, moment, text, written
from agent_trace.agents.traces.steps import Steps
from agent_trace.model import portable
from agent_trace.model.events import (
    AssistantText,
    Attachment,
    Blocked,
    Compacted,
    Decision,
    Event,
    FileRead,
    FileWrite,
    LlmRequest,
    LlmResponse,
    SessionEnded,
    SessionStarted,
    Titled,
    Unknown,
    UserPrompt,
)

_IMPORTED = re.compile(r"imported from .* \(branch: (?P<branch>.*), v(?P<version>\S*)\)\Z", re.DOTALL)
_NOTICES = ("<task-notification", "<command-", "<local-command-", "<bash-", "<teammate-message", "[Request interrupted")
"""How texts begin that an agent puts into the conversation in a person's place."""
_RESUMED = "Continue from where you left off."
"""What Claude Code says itself when it goes on; the importer drops the mark of such rows."""


class Teller:
    """Tells the lines of one trace in their order."""

    def __init__(self, trace: Trace) -> None:
        self.trace, self.meta = trace, trace.meta
        self.calls = calls_of(trace)
        self.steps = Steps(trace)
        self.models: dict[str, str] = {}
        """Id of a request → the model it went to."""
        self.told: set[str] = set()
        """What the importer wrote: it writes all of it again when it is called again."""
        self.summaries: set[str] = set()
        self.heard: set[str] = set()
        """Keys of the model calls so far."""

        self.turns: dict[str, str] = {}
        """Id of a turn that a sub-agent inside this session took → the sub-agent."""
        self.agents: set[str] = set()
        """Sub-agents that began inside this session."""
        self.is_begun = False

    # ---- the session

    def begin(self) -> Iterator[Event]:
        """What meta.json says of the session; its title is the agent's name where nobody asked anything."""
        kinds = {record.type for record in self.trace.records}
        session, at = self.trace.session, moment(self.meta.get("started_at"))
        title = text(self.meta.get("agent_name")) or text(self.meta.get("command"))
        if "session_start" not in kinds and self.meta:
            yield self._started({"id": f"{session}.meta", "session": session, "at": at})
        if title and "user_prompt" not in kinds:
            yield Titled(id=f"{session}.title", session=session, at=at, title=title)

    def _started(self, head: Mapping[str, Any], cwd: str = "") -> SessionStarted:
        """The session's first start, with what meta.json says of it; a later one says its folder alone."""
        if self.is_begun:
            return SessionStarted(cwd=cwd or None, **head)
        self.is_begun = True
        found = self.meta.get("attribution")
        known: Mapping[str, Any] = found if isinstance(found, dict) else {}
        told = _IMPORTED.match(text(self.meta.get("command")))
        return SessionStarted(
            cwd=cwd or text(known.get("working_dir")) or None,
            branch=(told and told["branch"]) or text(known.get("git_branch")) or None,
            version=(told and told["version"]) or text(known.get("agent_version")) or None,
            starter=text(self.meta.get("parent_session_id")) or None,
            commit=text(known.get("git_commit")) or None,
            provider=_provider(known),
            user=text(known.get("os_user")) or None,
            host=text(known.get("hostname")) or None,
            processes=tuple(filter(None, map(text, _list(known.get("process_ancestry"))))),
            **head,
        )

    def tell(self, record: Record) -> Iterator[Event]:
        """The events of one line."""
        if self._is_repeated(record):
            return
        telling = _TELLINGS.get(record.type)
        if telling is not None:
            yield from telling(self, record, self._head(record))
        else:
            reason = f"unknown event type {record.type!r}" if record.type else "no event type"
            yield Unknown(raw=written(record.value), reason=reason, **self._head(record))

    def notes(self) -> Iterator[Event]:
        """What people wrote beside the session."""
        for record in self.trace.notes:
            note = portable.note_text(record.value)
            yield Attachment(
                id=record.name,
                session=self.trace.session,
                at=moment(record.value.get("created_at")),
                parent=text(record.value.get("event_id")) or None,
                origin=record.origin,
                kind=portable.NOTE,
                text=note,
                size=len(note),
            )

    def _is_repeated(self, record: Record) -> bool:
        data = record.data
        if not ("context_stream" in data or ("source" in data and "total_tokens" in data)):
            return False
        said = written([record.type, record.value.get("timestamp"), data])
        if said in self.told:
            return True
        self.told.add(said)
        return False

    def _head(self, record: Record) -> Head:
        data = record.data
        agent = text(data.get("source_agent_id")) or text(data.get("agent_id")) or self._taking(data)
        own = bool(agent) and data.get("event_subtype") != "a2a_call"
        return {
            "id": record.name,
            "session": self._inside(agent) if own else self.trace.session,
            "at": record.at,
            "parent": record.parent,
            "origin": record.origin,
            "side": data.get("is_sidechain") is True and not own,
        }

    def _taking(self, data: Mapping[str, Any]) -> str:
        """The sub-agent whose turn this is: Codex's hooks do not name it in the prompt that it got."""
        return self.turns.get(text(data.get("turn_id")), "")

    def _inside(self, agent: str) -> str:
        """The session of a sub-agent that ran inside this one."""
        return f"{self.trace.session.partition('/')[0]}/agent-{agent}"

    # ---- lines

    def start(self, record: Record, head: Head) -> Iterator[Event]:
        """A process of the agent began, or went on."""
        yield self._started(head, text(record.data.get("cwd")))

    def end(self, record: Record, head: Head) -> Iterator[Event]:
        """A process of the agent ended."""
        code, reason = record.data.get("exit_code"), text(record.data.get("reason"))
        yield SessionEnded(reason=reason or ("" if code is None else f"exit code {code}"), **head)

    def prompt(self, record: Record, head: Head) -> Iterator[Event]:
        """A prompt, the task of a sub-agent, what a compaction left, or a notice in a person's place."""
        said = text(record.data.get("prompt"))
        if record.data.get("is_compaction_summary") is True:
            yield from self._summary(record, head)
        elif said.startswith(_NOTICES) or (said == _RESUMED and "source_uuid" in record.data):
            yield Attachment(kind="notice", text=said, size=len(said), **head)
        elif said.strip():
            child = bool(self.meta.get("parent_session_id")) or head["session"] != self.trace.session
            yield UserPrompt(text=said, size=len(said), by="parent" if child else "person", **head)

    def answer(self, record: Record, head: Head) -> Iterator[Event]:
        """What the model said; from the importer also what it used."""
        data = record.data
        yield from self._summary(record, beside(head, ".summary"))
        called = self.calls.get(head["id"])
        if called is not None:
            again = called.key in self.heard
            self.heard.add(called.key)
            yield _response(called, beside(head, ".usage"), again=again)
        said = text(data.get("text"))
        if said:
            yield AssistantText(text=said, size=len(said), **head)

    def _summary(self, record: Record, head: Head) -> Iterator[Event]:
        data = record.data
        found = text(data.get("context_summary"))
        if not found and data.get("is_compaction_summary") is True:
            found = text(data.get("prompt"))
        if found and found not in self.summaries:
            self.summaries.add(found)
            yield Compacted(summary=found, **head)

    def request(self, record: Record, head: Head) -> Iterator[Event]:
        """A request to a model, as a proxy or a decorator saw it."""
        model = text(record.data.get("model"))
        for name in (head["id"], record.data.get("request_id")):
            if name is not None:
                self.models[str(name)] = model
        yield LlmRequest(model=model, **head)

    def response(self, record: Record, head: Head) -> Iterator[Event]:
        """The answer to such a request."""
        data = record.data
        asked = self.models.get(record.parent or "") or self.models.get(str(data.get("request_id"))) or ""
        yield _response(spent(data, head["id"], asked), head, again=False)
        said = next((found for name in ("text", "content", "content_preview") if (found := text(data.get(name)))), "")
        if said:
            yield AssistantText(text=said, size=len(said), **beside(head, ".text"))

    def decision(self, record: Record, head: Head) -> Iterator[Event]:
        """A decision, or what agent-strace has no type for."""
        data = record.data
        choice, reason, kind = (text(data.get(name)) for name in ("choice", "reason", "type"))
        others = data.get("alternatives")
        if kind == "blocked":
            yield Blocked(tool=text(data.get("tool_name")), reason=reason, **head)
        elif kind == "compacted":
            yield Compacted(trigger=text(data.get("trigger")), summary=text(data.get("summary")), **head)
        elif kind == "unknown":
            yield Unknown(raw=text(data.get("raw")), reason=reason, **head)
        else:
            alternatives = tuple(filter(None, map(text, others))) if isinstance(others, list) else ()
            yield Decision(choice=choice, reason=reason, alternatives=alternatives, **head)

    def file_read(self, record: Record, head: Head) -> Iterator[Event]:
        """A resource that an MCP client read."""
        yield FileRead(path=_path(record.data), **head)

    def file_write(self, record: Record, head: Head) -> Iterator[Event]:
        """A file that Cursor's agent changed, or a resource that an MCP server says has changed."""
        changed = [line[:1] for line in _diff(record.data).split("\n") if not line.startswith(("+++", "---"))]
        yield FileWrite(
            path=_path(record.data), lines_added=changed.count("+"), lines_removed=changed.count("-"), **head
        )

    def agent_start(self, record: Record, head: Head) -> Iterator[Event]:
        """A sub-agent began: inside this session, or as a session of its own, which says so itself."""
        data = record.data
        agent = text(data.get("agent_id"))
        if agent:
            kind = text(data.get("agent_type")) or None
            self.agents.add(agent)
            if text(data.get("turn_id")):
                self.turns[text(data.get("turn_id"))] = agent
            yield SessionStarted(starter=self.trace.session, agent_type=kind, **head)
        else:
            self.steps.starts(record)

    def agent_stop(self, record: Record, head: Head) -> Iterator[Event]:
        """A sub-agent ended, with what it answered. Claude Code compacts in one that never began and has no type."""
        said, agent = text(record.data.get("text")), text(record.data.get("agent_id"))
        if not agent:
            self.steps.starts(record)
            return
        if agent not in self.agents and not text(record.data.get("agent_type")):
            head["session"] = self.trace.session
            yield Compacted(summary=said, **head)
            return
        if said:
            yield AssistantText(text=said, size=len(said), **beside(head, ".text"))
        yield SessionEnded(reason=text(record.data.get("stop_reason")), **head)

    def call(self, record: Record, head: Head) -> Iterator[Event]:
        """A tool call; a call of another agent brings its answer with it."""
        called = self.calls.get(text(record.data.get("source_uuid")))
        yield from self.steps.call(record, head, called.key if called else None)

    def result(self, record: Record, head: Head) -> Iterator[Event]:
        """What a tool gave."""
        yield from self.steps.result(record, head)

    def error(self, record: Record, head: Head) -> Iterator[Event]:
        """A tool that failed, or another failure."""
        yield from self.steps.error(record, head)


def _response(called: Spent, head: Head, *, again: bool) -> LlmResponse:
    return LlmResponse(call=called.key, cls=called.cls, usage=called.usage, stop=called.stop, continues=again, **head)


def _path(data: Mapping[str, Any]) -> str:
    return text(data.get("path")) or text(data.get("uri")).removeprefix("file://")


def _diff(data: Mapping[str, Any]) -> str:
    return text(data.get("diff")) or text(data.get("patch"))


_TELLINGS: Mapping[str, Callable[[Teller, Record, Head], Iterator[Event]]] = {
    "session_start": Teller.start,
    "session_end": Teller.end,
    "user_prompt": Teller.prompt,
    "assistant_response": Teller.answer,
    "tool_call": Teller.call,
    "tool_result": Teller.result,
    "error": Teller.error,
    "llm_request": Teller.request,
    "llm_response": Teller.response,
    "decision": Teller.decision,
    "file_read": Teller.file_read,
    "file_write": Teller.file_write,
    "subagent_start": Teller.agent_start,
    "subagent_stop": Teller.agent_stop,
}


def _provider(attribution: Mapping[str, Any]) -> str | None:
    """The agent that a hook saw; it writes `unknown` where it saw none."""
    found = text(attribution.get("agent_provider"))
    return found if found and found != "unknown" else None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
