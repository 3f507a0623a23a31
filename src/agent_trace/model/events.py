"""What happened, as heard: one flat union of immutable facts.

An event's id comes from the agent's own record (its id and a block index, a call id, an item id), never from an offset,
so reading again, rewriting and archiving change nothing. Times are UTC milliseconds since 1970; None where the log has
no time. Texts are cut to what the reader asked for; `size` is the whole length in characters and `origin` says where
the rest lies.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

import msgspec

from agent_trace.model.tools import ToolKind
from agent_trace.model.usage import BillingClass, Usage


class Origin(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where an event was heard: the place of its record in the session's log."""

    offset: int
    """Byte offset of the record in its source."""
    length: int
    """Bytes of the record."""
    source: int = 0
    """Which of the session's sources, counted from 0."""


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """The root: what every event has."""

    id: str
    session: str
    at: int | None = None
    """UTC milliseconds."""
    parent: str | None = None
    """The event that led to this one: a result's call, a row's predecessor."""
    origin: Origin | None = None
    side: bool = False
    """Off the main thread: a rewound branch or a side conversation."""
    inherited: bool = False
    """Copied from the session this one was forked from: shown, never counted."""
    twin: str = ""
    """What is equal in every copy of its record, where a fork or an export gives copies other ids; empty: its id."""


class SessionStarted(Event, frozen=True, kw_only=True, tag="session_start"):
    """What a log says of its session; it may be said again, and what was said first of cwd and starter holds."""

    cwd: str | None = None
    branch: str | None = None
    version: str | None = None
    """The agent's version."""
    starter: str | None = None
    """The id of the session that started this one as its sub-agent."""
    agent_type: str | None = None
    """What kind of sub-agent it is, in the agent's own words."""
    commit: str | None = None
    """What was checked out when it began."""
    provider: str | None = None
    """Which agent it was, as somebody beside it saw."""
    user: str | None = None
    """Of the operating system."""
    host: str | None = None
    processes: tuple[str, ...] = ()
    """The programs that led to it, the nearest first."""


class Titled(Event, frozen=True, kw_only=True, tag="session_title"):
    """The session got a title; the last one holds, and a person's before the agent's."""

    title: str = ""
    by: Literal["person", "agent"] = "agent"


class SessionEnded(Event, frozen=True, kw_only=True, tag="session_end"):
    reason: str = ""


class UserPrompt(Event, frozen=True, kw_only=True, tag="user_prompt"):
    """A text that a person, or the program that drives the agent, gave."""

    text: str = ""
    size: int = 0
    by: Literal["person", "program", "parent"] = "person"
    """`parent`: the task that a session gave its sub-agent; not a prompt in any count."""


class AssistantText(Event, frozen=True, kw_only=True, tag="assistant_response"):
    text: str = ""
    size: int = 0


class Thinking(Event, frozen=True, kw_only=True, tag="thinking"):
    text: str = ""
    size: int = 0


class LlmRequest(Event, frozen=True, kw_only=True, tag="llm_request"):
    model: str = ""


class LlmResponse(Event, frozen=True, kw_only=True, tag="llm_response"):
    """One request to a model and what it used."""

    call: str = ""
    """The key of the call: equal in every file that holds it."""
    cls: BillingClass | None = None
    usage: Usage = Usage()
    recorded_usd: str | None = None
    """Dollars that the agent wrote beside the call, as a decimal string."""
    credits: str | None = None
    """The vendor's own unit, as a decimal string: never dollars."""
    stop: str | None = None
    counts: bool = True
    """False for what a call billed besides itself."""
    window: int | None = None
    """The largest context of the model in tokens, where the agent wrote it down."""
    continues: bool = False
    """A later row of a call already reported: it mends the first event and has no number of its own."""


class ToolCall(Event, frozen=True, kw_only=True, tag="tool_call"):
    call: str = ""
    """The tool-use id."""
    response: str | None = None
    """The LlmResponse that asked for it, by call key."""
    tool: str = ""
    kind: ToolKind = "other"
    input: str = ""
    """The arguments as JSON text, cut like any text."""
    size: int = 0
    title: str = ""
    """What a person would say it does: the command, the path, the pattern, the description."""
    paths: tuple[str, ...] = ()


class ToolResult(Event, frozen=True, kw_only=True, tag="tool_result"):
    call: str = ""
    tool: str = ""
    output: str = ""
    size: int = 0
    failed: bool = False
    """As the agent itself marked it."""
    exit_code: int | None = None
    went_wrong: bool | None = None
    """Whether the step really failed, where that is not what the mark says: an exit code, a known text of failure."""
    refused: bool = False
    """A permission was denied or the person rejected it: no failure of the tool."""
    asked: bool | None = None
    """Whether the tool waited for somebody to allow it; None where the log does not tell."""
    interrupted: bool = False
    run_ms: int | None = None
    """The agent's own figure, without waiting for a permission."""
    lines_added: int = 0
    lines_removed: int = 0
    patch: str = ""
    """A unified diff body where the log holds a structured patch."""
    child: str | None = None
    """The agent id of the sub-agent that this call started; where a sub-agent's session has an id of its own, that."""

    @property
    def really_failed(self) -> bool:
        """Whether the step failed: a refused permission and an interruption are no failures (docs/numbers.md)."""
        if self.refused or self.interrupted:
            return False
        return self.failed if self.went_wrong is None else self.went_wrong


class UsageRecorded(Event, frozen=True, kw_only=True, tag="usage_record"):
    """The agent's own account of the session, cumulative over its processes: what goes beyond the calls is unlogged."""

    models: Mapping[str, Usage] = msgspec.field(default_factory=dict)
    """Model → all that was used of it so far."""
    usd: str | None = None
    """Dollars in all, as a decimal string."""
    credits: str | None = None
    """The vendor's own unit in all, as a decimal string."""
    run_ms: int | None = None
    """Wall time of all processes so far."""


class FileRead(Event, frozen=True, kw_only=True, tag="file_read"):
    path: str = ""


class FileWrite(Event, frozen=True, kw_only=True, tag="file_write"):
    path: str = ""
    lines_added: int = 0
    lines_removed: int = 0


class Decision(Event, frozen=True, kw_only=True, tag="decision"):
    choice: str = ""
    reason: str = ""
    alternatives: tuple[str, ...] = ()
    """What else could have been chosen, where that was written down."""


class PermissionAsked(Event, frozen=True, kw_only=True, tag="permission_asked"):
    tool: str = ""


class PermissionAnswered(Event, frozen=True, kw_only=True, tag="permission_answered"):
    decision: str = ""
    by: str = ""
    """Who answered: config, hook, user, mode …"""


class Interrupted(Event, frozen=True, kw_only=True, tag="interrupted"):
    text: str = ""


class ModelChanged(Event, frozen=True, kw_only=True, tag="model_changed"):
    model: str = ""


class Compacted(Event, frozen=True, kw_only=True, tag="compacted"):
    trigger: str = ""
    before: int | None = None
    """Context tokens before."""
    after: int | None = None
    run_ms: int | None = None
    summary: str = ""


class Blocked(Event, frozen=True, kw_only=True, tag="blocked"):
    tool: str = ""
    reason: str = ""


class ErrorRaised(Event, frozen=True, kw_only=True, tag="error"):
    text: str = ""
    status: int | None = None
    retry: int | None = None
    """Which attempt failed, counted from 1."""


class Attachment(Event, frozen=True, kw_only=True, tag="attachment"):
    kind: str = ""
    """image, file, memory, skill, hook, queued prompt, or the agent's own word."""
    text: str = ""
    size: int = 0


class Command(Event, frozen=True, kw_only=True, tag="command"):
    """A slash command or a shell line that the person ran past the model."""

    name: str = ""
    text: str = ""


class Linked(Event, frozen=True, kw_only=True, tag="linked"):
    how: Literal["resume", "fork", "clear"] = "resume"
    other: str = ""


class Unknown(Event, frozen=True, kw_only=True, tag="unknown"):
    """A record that could not be read, or is of a kind this version does not know: kept and counted."""

    raw: str = ""
    reason: str = ""


AnyEvent = (
    SessionStarted
    | Titled
    | SessionEnded
    | UserPrompt
    | AssistantText
    | Thinking
    | LlmRequest
    | LlmResponse
    | ToolCall
    | ToolResult
    | UsageRecorded
    | FileRead
    | FileWrite
    | Decision
    | PermissionAsked
    | PermissionAnswered
    | Interrupted
    | ModelChanged
    | Compacted
    | Blocked
    | ErrorRaised
    | Attachment
    | Command
    | Linked
    | Unknown
)

KINDS: tuple[str, ...] = tuple(str(kind.__struct_config__.tag) for kind in get_args(AnyEvent))
"""The wire names of all events: the words `--filter` and `--kind` take."""


def kind_of(event: Event) -> str:
    """The wire name of an event: `tool_call`, `user_prompt` …"""
    return str(event.__struct_config__.tag)
