"""What a tracer's addresses below /api answer with."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

MessageType = Literal["assistant", "user", "subagent", "hook", "tool_result"]


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """Disjoint kinds; both kinds of cache writes are one here."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None


class Project(msgspec.Struct, frozen=True, kw_only=True):
    path_hash: str
    project_path: str
    session_count: int
    tokens: Tokens
    total_cost: float | None
    last_activity: datetime | None
    first_activity: datetime | None
    total_tokens: int | None


class Projects(msgspec.Struct, frozen=True, kw_only=True):
    projects: tuple[Project, ...]


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A root session; tokens, cost, tool calls and errors are those of its total, sub-agents included."""

    session_id: str
    slug: str | None
    """Its title."""
    status: str
    """running, idle, completed, interrupted, unknown."""
    start_time: datetime | None
    end_time: datetime | None
    duration_seconds: int | None
    message_count: int | None
    """Its own prompts, model calls and tool results."""
    tool_calls: int | None
    tokens: Tokens
    cost: float | None
    errors: int | None
    subagent_count: int
    skills_used: tuple[str, ...] | None
    """null in lists where the session used one: which one stands in its log."""


class Sessions(msgspec.Struct, frozen=True, kw_only=True):
    sessions: tuple[Session, ...]
    total: int


class Costs(msgspec.Struct, frozen=True, kw_only=True):
    """Dollars by kind of token. Searches are billed too: the total may be more than the sum."""

    input_cost: float | None
    output_cost: float | None
    cache_creation_cost: float | None
    cache_read_cost: float | None
    total_cost: float | None


class Metrics(msgspec.Struct, frozen=True, kw_only=True):
    tokens: Tokens
    cost: Costs
    duration_seconds: int | None
    message_count: int | None
    tool_calls: int | None
    error_count: int | None
    cache_hit_rate: float | None
    """Percent of the prompt's tokens."""
    models_used: tuple[str, ...]
    interruption_rate: float | None
    """Percent of the prompts; null where no log was read for the answer."""


class Tool(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    count: int
    avg_duration_seconds: float | None
    error_count: int


class Tools(msgspec.Struct, frozen=True, kw_only=True):
    tools: tuple[Tool, ...]
    total_calls: int


class ToolUse(msgspec.Struct, frozen=True, kw_only=True):
    type: Literal["tool_use"] = "tool_use"
    id: str
    name: str
    input: dict[str, Any]


class ToolResult(msgspec.Struct, frozen=True, kw_only=True):
    type: Literal["tool_result"] = "tool_result"
    tool_use_id: str
    content: str | None
    is_error: bool


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A prompt, a model's answer, or a tool's result; an answer's usage stands here once."""

    uuid: str
    type: MessageType
    timestamp: datetime | None
    content: str | None
    model: str | None
    tokens: Tokens
    tools: tuple[ToolUse, ...]
    tool_names: str
    tool_use_id: str | None
    has_tool_result: bool
    is_error: bool
    session_id: str


class Messages(msgspec.Struct, frozen=True, kw_only=True):
    messages: tuple[Message, ...]
    total: int
    page: int
    """0 where a cursor was given."""
    per_page: int
    total_pages: int
    next_cursor: str | None
    has_more: bool


class MessageDetail(msgspec.Struct, frozen=True, kw_only=True):
    uuid: str
    message_id: str | None
    type: MessageType
    timestamp: datetime | None
    content: str | None
    model: str | None
    tokens: Tokens
    tools: tuple[ToolUse, ...]
    tool_results: tuple[ToolResult, ...]
    is_error: bool
    session_id: str
    cwd: str | None
    message_index: int
    """From 1."""
    total_messages: int


class ToolOption(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    count: int


class MessageFilters(msgspec.Struct, frozen=True, kw_only=True):
    types: tuple[str, ...] = ("assistant", "user", "subagent", "hook", "tool_result")
    tools: tuple[ToolOption, ...]
    error_count: int


class Subagent(msgspec.Struct, frozen=True, kw_only=True):
    agent_id: str
    subagent_type: str | None
    description: str | None
    status: str
    start_time: datetime | None
    end_time: datetime | None
    tokens: Tokens
    tool_calls: int | None


class Subagents(msgspec.Struct, frozen=True, kw_only=True):
    subagents: tuple[Subagent, ...]
    total_count: int


class Skill(msgspec.Struct, frozen=True, kw_only=True):
    skill_name: str
    invocation_count: int
    last_used: datetime | None


class Skills(msgspec.Struct, frozen=True, kw_only=True):
    skills: tuple[Skill, ...]
    total_invocations: int


class FileChange(msgspec.Struct, frozen=True, kw_only=True):
    file_path: str
    operation: str
    """Write: the file was written whole. Edit: a part of it was."""
    lines_added: int
    lines_removed: int


class CodeChanges(msgspec.Struct, frozen=True, kw_only=True):
    files_created: int
    files_modified: int
    lines_added: int
    lines_removed: int
    net_lines: int
    changes_by_file: tuple[FileChange, ...]


class Error(msgspec.Struct, frozen=True, kw_only=True):
    timestamp: datetime | None
    tool_name: str | None
    error_message: str
    uuid: str


class Errors(msgspec.Struct, frozen=True, kw_only=True):
    errors: tuple[Error, ...]
    total: int


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A prompt and what followed until the next one."""

    user_message: str
    timestamp: datetime | None
    assistant_steps: int
    tools_used: int
    tool_names: tuple[str, ...]
    estimated_tokens: int | None
    """Not estimated: what its model calls used."""
    followed_by_interruption: bool
    model: str | None


class CommandSums(msgspec.Struct, frozen=True, kw_only=True):
    total_commands: int
    avg_steps_per_command: float | None
    avg_tools_per_command: float | None
    percentage_requiring_tools: float | None
    interruption_rate: float | None


class Commands(msgspec.Struct, frozen=True, kw_only=True):
    commands: tuple[Command, ...]
    summary: CommandSums


class Day(msgspec.Struct, frozen=True, kw_only=True):
    date: str
    """Midnight in the zone of the server."""
    input_tokens: int | None
    output_tokens: int | None
    cache_creation: int | None
    cache_read: int | None
    message_count: int
    cost: float | None


class Days(msgspec.Struct, frozen=True, kw_only=True):
    metrics: tuple[Day, ...]


class Aggregate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    tokens: Tokens
    total_cost: float | None
    session_count: int
    project_count: int | msgspec.UnsetType = msgspec.UNSET
    """Only where no project was named."""
    first_activity: datetime | None
    last_activity: datetime | None
