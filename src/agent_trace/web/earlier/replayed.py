"""Summaries, and one session in full, as a dashboard with a collector tells them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from msgspec import UNSET, UnsetType
from msgspec.structs import asdict, replace

from agent_trace.app.scopes import Request, session_scope
from agent_trace.app.workspace import Workspace
from agent_trace.errors import NotFoundError
from agent_trace.model.summary import Summary
from agent_trace.model.usage import plus
from agent_trace.reports import replay, show
from agent_trace.reports._happened import Row
from agent_trace.reports._outcome import CommitRow, PullRow
from agent_trace.web.earlier import shapes
from agent_trace.web.earlier.figures import dollars
from agent_trace.web.earlier.person import Person, person

Value = TypeVar("Value")


def given(value: Value | None) -> Value | UnsetType:
    """A value that is left out where it is not known."""
    return UNSET if value is None else value


def line(one: Summary, who: Person) -> shapes.Line:
    """A session in a list."""
    return shapes.Line(
        session_id=one.id,
        user_id=who.id,
        git_repo=one.repo,
        git_branch=one.branch,
        started_at=one.started,
        ended_at=None if one.state in ("running", "waiting") else one.ended,
        prompt_count=one.prompts,
        tool_call_count=one.total.tool_calls,
        total_cost_usd=dollars(one.total.cost_usd),
        commit_count=one.commits,
        lines_added=one.lines_added,
        lines_removed=one.lines_removed,
    )


def named_line(one: Summary, who: Person) -> shapes.NamedLine:
    """The same with the person's name."""
    return shapes.NamedLine(**asdict(line(one, who)), user_display_name=who.name)


def session(workspace: Workspace, key: str) -> shapes.Session:
    """A session in full, by exactly its id."""
    scope = session_scope(workspace, show, show.Options(), Request(session=key))
    told = show.compute(scope, show.Options(), workspace.facts)
    try:
        rows = replay.compute(scope, replay.Options(), workspace.facts).events
    except NotFoundError:
        rows = ()
    who = person(workspace)
    member = workspace.members.get(told.agent)
    title = told.agent if member is None else member.agent.title
    is_open = told.state in ("running", "waiting")
    return shapes.Session(
        session_id=told.id,
        agent_type=re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_"),
        user=shapes.User(id=who.id, display_name=given(who.name)),
        environment=shapes.Environment(
            project_path=given(told.cwd), git_repo=given(told.repo), git_branch=given(told.branch)
        ),
        started_at=told.started,
        ended_at=UNSET if is_open else given(told.ended),
        active_duration_ms=None if told.active_s is None else round(told.active_s * 1000),
        timeline=tuple(_timeline(rows)),
        metrics=_metrics(told, rows),
        git=shapes.Git(commits=tuple(_commits(told)), pull_requests=tuple(pulls(told))),
    )


def _metrics(told: show.Result, rows: Iterable[Row]) -> shapes.Metrics:
    used = told.total.usage
    models = {name for one in (told, *told.children) for name in one.models}
    return shapes.Metrics(
        prompt_count=told.prompts,
        api_call_count=told.total.calls,
        tool_call_count=told.total.tool_calls,
        total_cost_usd=dollars(told.total.cost_usd),
        total_input_tokens=used.input,
        total_output_tokens=used.output,
        total_cache_read_tokens=used.cache_read,
        total_cache_write_tokens=plus(used.cache_write_5m, used.cache_write_1h),
        lines_added=told.lines_added,
        lines_removed=told.lines_removed,
        files_touched=tuple(one.path for one in told.files or ()),
        models_used=tuple(sorted(models)),
        tools_used=tuple(
            sorted({row.tool for row in rows if row.kind == "tool_call" and row.tool and not row.inherited})
        ),
    )


def _timeline(rows: Iterable[Row]) -> Iterator[shapes.TimelineEvent]:
    prompt: str | None = None
    for row in rows:
        prompt = row.id if row.kind == "user_prompt" else prompt
        yield shapes.TimelineEvent(
            id=row.id,
            type=row.kind,
            timestamp=row.at,
            prompt_id=given(prompt),
            status=_status(row),
            cost_usd=given(dollars(row.cost_usd)),
            tokens=_tokens(row),
            details=given(_details(row) or None),
        )


def _status(row: Row) -> str | UnsetType:
    if row.kind != "tool_result":
        return UNSET
    return "error" if row.failed else "success"


def _tokens(row: Row) -> shapes.EventTokens | UnsetType:
    used = row.usage
    if used is None:
        return UNSET
    return shapes.EventTokens(
        input=used.input,
        output=used.output,
        cache_read=given(used.cache_read),
        cache_write=given(plus(used.cache_write_5m, used.cache_write_1h)),
    )


def _details(row: Row) -> dict[str, Any]:
    """What else is known of an event; texts are their first 2,048 characters."""
    found: dict[str, Any] = {
        "toolName": row.tool,
        "title": row.title or None,
        "text": row.text or None,
        "model": row.model,
        "exitCode": row.exit_code,
        "durationMs": None if row.run_s is None else round(row.run_s * 1000),
        "patch": row.patch or None,
        "childSessionId": row.child,
    }
    return {name: value for name, value in found.items() if value is not None}


def _commits(told: show.Result) -> Iterator[shapes.Commit]:
    made: tuple[CommitRow, ...] = () if told.outcome is None else told.outcome.commits
    for one in made:
        if one.stands and one.counts:
            yield shapes.Commit(
                sha=one.sha,
                prompt_id=given(one.prompt),
                message=given(one.message or one.subject),
                lines_added=given(one.lines_added),
                lines_removed=given(one.lines_removed),
                committed_at=given(one.at),
            )


def pulls(told: show.Result) -> Iterator[shapes.PullRequest]:
    """Those that were opened or updated."""
    made: tuple[PullRow, ...] = () if told.outcome is None else told.outcome.pull_requests
    for one in made:
        if one.opened or one.updated:
            state = one.today.state if one.today is not None else one.state
            yield shapes.PullRequest(
                repo=one.repository,
                pr_number=one.number,
                state=None if state is None else state.lower(),
                url=given(one.url),
            )


def for_pages(one: shapes.Session) -> shapes.PageSession:
    """The same as the pages' own address has it: with less."""
    metrics = asdict(one.metrics)
    del metrics["api_call_count"]
    unset: Callable[..., Any] = replace
    return shapes.PageSession(
        session_id=one.session_id,
        environment=shapes.PageEnvironment(git_branch=one.environment.git_branch),
        started_at=one.started_at,
        ended_at=one.ended_at,
        timeline=tuple(unset(event, tokens=UNSET) for event in one.timeline),
        metrics=shapes.PageMetrics(**metrics),
        git=shapes.Git(
            commits=tuple(unset(commit, lines_added=UNSET, lines_removed=UNSET) for commit in one.git.commits),
            pull_requests=one.git.pull_requests,
        ),
    )
