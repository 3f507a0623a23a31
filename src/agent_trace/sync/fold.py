"""A fast pass for agents that have none of their own: the full reader's events, folded to what the first tier stores.

It is also the yardstick for those that have one: both must find the same.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from agent_trace.agents._jsonl import is_torn
from agent_trace.model.events import (
    ErrorRaised,
    Event,
    Interrupted,
    LlmResponse,
    PermissionAnswered,
    PermissionAsked,
    SessionEnded,
    SessionStarted,
    Titled,
    ToolCall,
    ToolResult,
    Unknown,
    UsageRecorded,
    UserPrompt,
)
from agent_trace.model.scan import (
    GAP_MS,
    MAIN,
    CallSeen,
    CostRecord,
    Link,
    Part,
    ResultSeen,
    Scan,
    ToolSeen,
    Unread,
    digest,
)
from agent_trace.model.usage import Usage

if TYPE_CHECKING:
    from agent_trace.sync.members import Member

PICO = 10**12
MICRO = 10**6
TITLE = 200


class FoldState(msgspec.Struct, kw_only=True):
    """What must be known between two pieces of a log."""

    reader: bytes | None = None
    open: dict[str, tuple[int, int]] = msgspec.field(default_factory=dict)
    """Tool call id → time and the API call's key, of each without a result so far."""
    branches: dict[str, str] = msgspec.field(default_factory=dict)
    """Session → the branch it was last on."""
    last: dict[str, int] = msgspec.field(default_factory=dict)
    """Session → the time of its last event that has one."""
    credits: dict[str, int] = msgspec.field(default_factory=dict)
    """Root session → the vendor's own unit as told so far, sub-agents included, in millionths."""
    asked: set[str] = msgspec.field(default_factory=set)
    """Sessions that end with a question for a permission."""


class FoldingScanner:
    """Folds events to a Scan. `skip` holds names of events that another session made, as keys."""

    def __init__(self, member: Member, path: str, state: bytes | None, *, skip: frozenset[int] = frozenset()) -> None:
        self.member, self.path, self.skip = member, path, skip
        self.scan = Scan()
        self.state = msgspec.msgpack.decode(state, type=FoldState) if state else FoldState()
        self.reader: Any = member.reader_state(self.state.reader)
        self.names: dict[str, str] = {}

    def feed(self, data: bytes, offset: int, *, final: bool = True) -> None:
        """Fold the events of a piece that begins at `offset`, at the start of a line."""
        end = data.rfind(b"\n") + 1
        if final and not self._is_unfinished(data[end:], offset + end):
            end = len(data)
        rows: list[tuple[int, bytes]] = []
        position = offset
        for line in data[:end].split(b"\n"):
            if line:
                rows.append((position, line))
            position += len(line) + 1
        for event in self.member.parse(self.path, rows, self.reader, clip=TITLE, inherited=self.skip):
            self._event(event)
        self.scan.offset = offset + end

    def _is_unfinished(self, tail: bytes, position: int) -> bool:
        """A last line without its newline that breaks off: its writer is not done with it."""
        if not tail.lstrip().startswith(b"{") or not is_torn(tail):
            return False
        session = self.member.place(self.path).session
        self.scan.torn = Unread(offset=position, length=len(tail), reason="unfinished line", session=session)
        return True

    def finish(self) -> tuple[Scan, FoldState]:
        """What was found, and what the reader of the next tail must know."""
        if self.reader is not None:
            self.state.reader = msgspec.msgpack.encode(self.reader)
        return self.scan, self.state

    def _event(self, event: Event) -> None:
        part = self.scan.part(event.session)
        part.rows += 1
        name = event.twin or event.id
        self.scan.rows.append((name, event.at, _part_in_talk(event)))
        if event.inherited or (self.skip and digest(name.encode("utf-8", "replace")) in self.skip):
            return
        part.own += 1
        if event.at is not None:
            part.touch(event.at)
            self.state.last[event.session] = event.at
        self._fold(event, part)
        if part.tail == "ask":
            self.state.asked.add(event.session)
        elif part.tail:
            self.state.asked.discard(event.session)

    def _fold(self, event: Event, part: Part) -> None:
        match event:
            case LlmResponse():
                self._call(event, part)
            case ToolCall():
                self._tool(event, part)
            case ToolResult():
                self._result(event, part)
            case UserPrompt():
                self._prompt(event, part)
            case Unknown():
                self._unread(event)
            case _:
                self._tell(event, part)

    def _tell(self, event: Event, part: Part) -> None:
        """What events say of the session as a whole."""
        match event:
            case SessionStarted():
                self._start(event, part)
            case Titled():
                part.custom_title = event.title if event.by == "person" else part.custom_title
                part.ai_title = event.title if event.by == "agent" else part.ai_title
            case UsageRecorded():
                self._record(event)
            case PermissionAsked() | PermissionAnswered():
                self._permission(event, part)
            case SessionEnded():
                part.tail = "end"
            case Interrupted():
                part.tail = "interrupt"
            case ErrorRaised():
                part.api_errors += 1

    def _permission(self, event: PermissionAsked | PermissionAnswered, part: Part) -> None:
        """A call that is asked about waits; an answer that only tells of what was before ends nothing."""
        if isinstance(event, PermissionAsked):
            part.tail = "ask"
        elif event.session in self.state.asked:
            part.tail = "tool"

    def _start(self, event: SessionStarted, part: Part) -> None:
        part.cwd, part.branch = part.cwd or event.cwd, event.branch or part.branch
        part.version = event.version or part.version
        part.starter, part.agent_type = part.starter or event.starter, part.agent_type or event.agent_type
        if event.branch:
            self.state.branches[event.session] = event.branch

    def _record(self, event: UsageRecorded) -> None:
        models = {model: _kinds(usage) for model, usage in event.models.items()}
        at = self.state.last.get(event.session, event.at)
        record = CostRecord(session=event.session, at=at, models=models, usd=event.usd, duration_ms=event.run_ms)
        self.scan.records.append(record)
        if event.credits is not None:
            told = self.state.credits.get(_root(event.session), 0)
            self._bill(event.session, max(0, round(Decimal(event.credits) * MICRO) - told))

    def _bill(self, session: str, credits: int) -> None:
        """Add to what a session cost in the vendor's own unit."""
        part, root = self.scan.part(session), _root(session)
        part.credits = (part.credits or 0) + credits
        self.state.credits[root] = self.state.credits.get(root, 0) + credits

    def _prompt(self, event: UserPrompt, part: Part) -> None:
        part.content = True
        if event.by == "parent":
            part.task = part.task or event.text
            return
        part.tail = "prompt"
        part.first_prompt = part.first_prompt or " ".join(event.text.split())
        self.scan.prompts.append((digest((event.twin or event.id).encode("utf-8", "replace")), event.session, event.at))

    def _call(self, event: LlmResponse, part: Part) -> None:
        part.content, part.tail = True, "answer"
        usage, cls = event.usage, event.cls
        seen = CallSeen(
            key=digest(event.call.encode("utf-8", "replace")),
            request=None,
            session=event.session,
            rank=MAIN,
            at=event.at,
            last=event.at or 0,
            model=cls.model if cls else "",
            speed=cls.speed if cls else "",
            geo=cls.geo if cls else "",
            tier=cls.tier if cls else "",
            input=usage.input,
            output=usage.output,
            cache_read=usage.cache_read,
            cache_write_5m=usage.cache_write_5m,
            cache_write_1h=usage.cache_write_1h,
            reasoning=usage.reasoning,
            web_searches=usage.web_searches,
            recorded=None if event.recorded_usd is None else round(Decimal(event.recorded_usd) * PICO),
            branch=self.state.branches.get(event.session),
            counts=int(event.counts),
        )
        if event.credits is not None:
            self._bill(event.session, round(Decimal(event.credits) * MICRO))
        held = self.scan.calls.get(event.call)
        if held is None:
            self.scan.calls[event.call] = seen
        else:
            held.absorb(seen)

    def _tool(self, event: ToolCall, part: Part) -> None:
        part.content, part.tail = True, "tool"
        call = digest((event.response or event.id).encode("utf-8", "replace"))
        if event.response is None and not self.member.agent.tells_calls:
            self._hold(event)
        key = digest(event.call.encode("utf-8", "replace"))
        self.scan.tools.append(ToolSeen(key=key, call=call, name=event.tool, at=event.at))
        self.state.open[event.call] = (event.at or 0, call)
        asked = self.scan.calls.get(event.response or "")
        if asked is not None and asked.tool is None:
            asked.tool = event.tool

    def _hold(self, event: ToolCall) -> None:
        """Stand in for the model call that asked for a tool and that the log does not show: none, of unknown usage."""
        self.scan.calls[event.id] = CallSeen(
            key=digest(event.id.encode("utf-8", "replace")),
            request=None,
            session=event.session,
            rank=MAIN,
            at=event.at,
            last=event.at or 0,
            tool=event.tool,
            branch=self.state.branches.get(event.session),
            counts=0,
        )

    def _result(self, event: ToolResult, part: Part) -> None:
        part.content, part.tail = True, "result"
        started = self.state.open.pop(event.call, None)
        part.lines_added += event.lines_added
        part.lines_removed += event.lines_removed
        part.refused += event.refused
        if started is None:
            return
        since, call = started
        if since and event.at is not None and event.at - since > GAP_MS:
            part.stretch(since, event.at)
        if event.child is not None:
            self.scan.links.append(Link(agent_id=event.child, tool_id=event.call, call=call))
        really = event.really_failed
        if event.failed or really:
            key = digest(event.call.encode("utf-8", "replace"))
            self.scan.results.append(ResultSeen(tool=key, call=call, failed=event.failed, step_failed=really))

    def _unread(self, event: Unknown) -> None:
        origin = event.origin
        offset, length = (origin.offset, origin.length) if origin else (0, 0)
        self.scan.unread.append(Unread(offset=offset, length=length, reason=event.reason, session=event.session))


def _kinds(usage: Usage) -> list[int]:
    kinds = (
        usage.input,
        usage.output,
        usage.cache_read,
        usage.cache_write_5m,
        usage.cache_write_1h,
        usage.web_searches,
    )
    return [kind or 0 for kind in kinds]


def _root(session: str) -> str:
    return session.partition("/")[0]


def _part_in_talk(event: Event) -> int:
    """0: not part of the conversation; 1: an answer or a result; 2: where a person went on."""
    if isinstance(event, UserPrompt):
        return 2
    return int(isinstance(event, LlmResponse | ToolCall | ToolResult))
