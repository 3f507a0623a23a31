"""What the addresses of a dashboard with a collector answer with, at /v1 of its API and below /api of its pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType


class Shape(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Names are in camelCase there."""


class Answer(Shape, frozen=True, kw_only=True):
    """What every success says."""

    status: Literal["ok"] = "ok"


class Failure(Shape, frozen=True, kw_only=True):
    """What everything else says."""

    status: Literal["error"] = "error"
    message: str


class Health(Answer, frozen=True, kw_only=True):
    service: str
    uptime_sec: int


class AuthCheck(Answer, frozen=True, kw_only=True):
    auth_required: bool
    auth_valid: bool


class Line(Shape, frozen=True, kw_only=True):
    """A session in a list: its sums are those of its total, sub-agents included."""

    session_id: str
    user_id: str
    git_repo: str | None
    git_branch: str | None
    started_at: datetime | None
    ended_at: datetime | None
    """null while it runs."""
    prompt_count: int | None
    tool_call_count: int | None
    total_cost_usd: float | None
    commit_count: int | None
    lines_added: int | None
    lines_removed: int | None


class NamedLine(Line, frozen=True, kw_only=True):
    user_display_name: str | None


class Lines(Answer, frozen=True, kw_only=True):
    count: int
    sessions: tuple[Line, ...]


class NamedLines(Answer, frozen=True, kw_only=True):
    count: int
    sessions: tuple[NamedLine, ...]


class Snapshot(NamedLines, frozen=True, kw_only=True):
    emitted_at: datetime


class EventTokens(Shape, frozen=True, kw_only=True):
    input: int | None
    output: int | None
    cache_read: int | UnsetType = UNSET
    cache_write: int | UnsetType = UNSET


class TimelineEvent(Shape, frozen=True, kw_only=True):
    id: str
    type: str
    """user_prompt, assistant_response, thinking, llm_response, tool_call, tool_result …"""
    timestamp: datetime | None
    prompt_id: str | UnsetType = UNSET
    status: str | UnsetType = UNSET
    cost_usd: float | UnsetType = UNSET
    tokens: EventTokens | UnsetType = UNSET
    details: dict[str, Any] | UnsetType = UNSET


class User(Shape, frozen=True, kw_only=True):
    id: str
    display_name: str | UnsetType = UNSET


class Environment(Shape, frozen=True, kw_only=True):
    project_path: str | UnsetType = UNSET
    git_repo: str | UnsetType = UNSET
    git_branch: str | UnsetType = UNSET


class Metrics(Shape, frozen=True, kw_only=True):
    prompt_count: int | None
    api_call_count: int | None
    tool_call_count: int | None
    total_cost_usd: float | None
    total_input_tokens: int | None
    total_output_tokens: int | None
    total_cache_read_tokens: int | None
    total_cache_write_tokens: int | None
    lines_added: int | None
    lines_removed: int | None
    files_touched: tuple[str, ...]
    models_used: tuple[str, ...]
    tools_used: tuple[str, ...]


class Commit(Shape, frozen=True, kw_only=True):
    """One that stands and counts here."""

    sha: str | None
    """null: git did not show it."""
    prompt_id: str | UnsetType = UNSET
    message: str | UnsetType = UNSET
    lines_added: int | UnsetType = UNSET
    lines_removed: int | UnsetType = UNSET
    committed_at: datetime | UnsetType = UNSET


class PullRequest(Shape, frozen=True, kw_only=True):
    """One that was opened or updated."""

    repo: str | None
    pr_number: int | None
    state: str | None
    url: str | UnsetType = UNSET


class Git(Shape, frozen=True, kw_only=True):
    commits: tuple[Commit, ...]
    pull_requests: tuple[PullRequest, ...]


class Session(Shape, frozen=True, kw_only=True):
    session_id: str
    agent_type: str
    user: User
    environment: Environment
    started_at: datetime | None
    ended_at: datetime | UnsetType = UNSET
    active_duration_ms: int | None
    timeline: tuple[TimelineEvent, ...]
    """Empty where the log is gone and was not kept."""
    metrics: Metrics
    git: Git


class SessionAnswer(Answer, frozen=True, kw_only=True):
    session: Session


class TimelineAnswer(Answer, frozen=True, kw_only=True):
    timeline: tuple[TimelineEvent, ...]


class PageMetrics(Shape, frozen=True, kw_only=True):
    """Those that the pages' own address has."""

    prompt_count: int | None
    tool_call_count: int | None
    total_cost_usd: float | None
    total_input_tokens: int | None
    total_output_tokens: int | None
    total_cache_read_tokens: int | None
    total_cache_write_tokens: int | None
    lines_added: int | None
    lines_removed: int | None
    files_touched: tuple[str, ...]
    models_used: tuple[str, ...]
    tools_used: tuple[str, ...]


class PageEnvironment(Shape, frozen=True, kw_only=True):
    git_branch: str | UnsetType = UNSET


class PageSession(Shape, frozen=True, kw_only=True):
    session_id: str
    environment: PageEnvironment
    started_at: datetime | None
    ended_at: datetime | UnsetType = UNSET
    timeline: tuple[TimelineEvent, ...]
    metrics: PageMetrics
    git: Git


class PageSessionAnswer(Answer, frozen=True, kw_only=True):
    session: PageSession


class DailyPoint(Shape, frozen=True, kw_only=True):
    date: str
    total_cost_usd: float | None
    session_count: int
    prompt_count: int
    tool_call_count: int


class DailyCost(Answer, frozen=True, kw_only=True):
    points: tuple[DailyPoint, ...]


class Configured(Answer, frozen=True, kw_only=True):
    """Nothing is set up: no insight can be made."""

    configured: bool = False
