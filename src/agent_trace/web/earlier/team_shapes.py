"""What the addresses of a team answer with. The team here is the one person of this machine."""

from __future__ import annotations

from datetime import datetime

from agent_trace.web.earlier.shapes import Answer, Shape


class Period(Shape, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    """Days, both included."""

    start: str
    end: str


class Overview(Answer, frozen=True, kw_only=True):
    period: Period
    total_cost_usd: float | None
    total_sessions: int
    total_commits: int
    total_pull_requests: int
    """Opened or updated."""
    total_lines_added: int
    total_lines_removed: int
    member_count: int
    cost_per_commit: float | None
    cost_per_pull_request: float | None


class Member(Shape, frozen=True, kw_only=True):
    user_id: str
    display_name: str | None
    session_count: int
    total_cost_usd: float | None
    commit_count: int
    pr_count: int
    lines_added: int
    lines_removed: int
    cost_per_commit: float | None
    last_active_at: datetime | None


class Members(Answer, frozen=True, kw_only=True):
    members: tuple[Member, ...]


class MemberDay(Shape, frozen=True, kw_only=True):
    user_id: str
    total_cost_usd: float | None
    session_count: int


class Day(Shape, frozen=True, kw_only=True):
    date: str
    total_cost_usd: float | None
    session_count: int
    by_member: tuple[MemberDay, ...]


class Days(Answer, frozen=True, kw_only=True):
    points: tuple[Day, ...]


class Budget(Shape, frozen=True, kw_only=True):
    monthly_limit_usd: float
    alert_threshold_percent: float = 80


class BudgetAnswer(Answer, frozen=True, kw_only=True):
    budget: Budget | None
    """null: none is set."""
    current_month_spend: float | None
    percent_used: float | None


class ModelUse(Shape, frozen=True, kw_only=True):
    model: str
    session_count: int
    total_cost_usd: float | None


class ToolUse(Shape, frozen=True, kw_only=True):
    tool: str
    call_count: int


class RepoUse(Shape, frozen=True, kw_only=True):
    repo: str
    session_count: int
    commit_count: int | None


class MemberAnalytics(Shape, frozen=True, kw_only=True):
    user_id: str
    display_name: str | None
    total_cost_usd: float | None
    session_count: int
    commit_count: int
    pr_count: int
    lines_added: int
    lines_removed: int
    avg_session_cost_usd: float | None
    cost_per_commit: float | None
    total_input_tokens: int | None
    total_output_tokens: int | None
    models: tuple[ModelUse, ...]
    tools: tuple[ToolUse, ...]
    repos: tuple[RepoUse, ...]
    hourly_activity: tuple[int, ...]
    """Sessions by the local hour in which they began."""
    daily_activity: tuple[int, ...]
    """Sessions by the day of the week on which they began, from Sunday."""


class HeatmapCell(Shape, frozen=True, kw_only=True):
    hour: int
    day: int
    """0 is Sunday."""
    count: int


class TrendPoint(Shape, frozen=True, kw_only=True):
    date: str
    cost_usd: float | None
    session_count: int
    cumulative_cost_usd: float | None


class Analytics(Answer, frozen=True, kw_only=True):
    period: Period
    member_analytics: tuple[MemberAnalytics, ...]
    top_models: tuple[ModelUse, ...]
    top_tools: tuple[ToolUse, ...]
    hourly_heatmap: tuple[HeatmapCell, ...]
    """Hours in which a session began."""
    cost_trend: tuple[TrendPoint, ...]
    avg_cost_per_session: float | None
    avg_commits_per_session: float | None
    avg_cost_per_commit: float | None
    total_tokens_used: int | None
    cost_efficiency_score: float | None = None
    """Always null: no definition of it holds."""


class TeamSnapshot(Shape, frozen=True, kw_only=True):
    overview: Overview
    members: Members
    cost: Days
    budget: BudgetAnswer
    emitted_at: datetime
