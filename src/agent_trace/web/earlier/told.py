"""What a session and its sub-agents did, from their logs, as a tracer tells it."""

from __future__ import annotations

from collections.abc import Sequence

from agent_trace.app.projects import Row, tools_of, used
from agent_trace.app.workspace import Workspace
from agent_trace.errors import NotFoundError
from agent_trace.model.summary import Summary
from agent_trace.web.earlier import tracer_rows, tracer_shapes
from agent_trace.web.earlier.deeds import Change, counted_skills, percentage, united
from agent_trace.web.earlier.figures import mean
from agent_trace.web.earlier.finding import Family, Finder
from agent_trace.web.earlier.kept import View
from agent_trace.web.earlier.lists import skilled
from agent_trace.web.earlier.tracer_rows import moment
from agent_trace.web.earlier.written_out import argument, said_in, texts

Views = Sequence[tuple[Row, View]]


def session(workspace: Workspace, finds: Finder, found: Family) -> tracer_shapes.Session:
    """The session's row. Its log is read only where it used a skill; skills are null where that cannot be."""
    if not skilled(workspace, [found.row]):
        return tracer_rows.session(found.root, len(found.children), ())
    try:
        uses = [use for _, view in finds.views(workspace, found) for use in view.deeds.skills]
    except NotFoundError:
        return tracer_rows.session(found.root, len(found.children), None)
    return tracer_rows.session(found.root, len(found.children), tuple(name for name, _, _ in counted_skills(uses)))


def metrics(workspace: Workspace, finds: Finder, found: Family) -> tracer_shapes.Metrics:
    """Sums, and how often somebody interrupted."""
    try:
        interruptions = finds.kept.view(workspace, found.row).deeds.interruption_rate
    except NotFoundError:
        interruptions = None
    models = {name for one in (found.root, *found.children) for name in one.models}
    spent = used(workspace, ("model",), roots=[found.row])
    return tracer_rows.metrics([found.root], models, spent, workspace.book, interruptions)


def tools(workspace: Workspace, finds: Finder, found: Family) -> tracer_shapes.Tools:
    """Of the session and its sub-agents; without run times where the log cannot be read."""
    try:
        views = finds.views(workspace, found)
    except NotFoundError:
        return tracer_rows.tools_of(tools_of(workspace, [found.row]))
    return tracer_rows.tools(united(view.deeds.tools for _, view in views))


def subagents(workspace: Workspace, finds: Finder, found: Family) -> tracer_shapes.Subagents:
    """Everything that the session started, nested ones too."""
    kinds = _kinds(workspace, finds, found)
    rows = tuple(tracer_rows.subagent(one, kinds.get(one.id)) for one in found.children)
    return tracer_shapes.Subagents(subagents=rows, total_count=len(rows))


def _kinds(workspace: Workspace, finds: Finder, found: Family) -> dict[str, str]:
    """What kind of sub-agent each is: as its log says, else as it was asked for."""
    try:
        views = finds.views(workspace, found)
    except NotFoundError:
        return {}
    kinds = {row.key: view.agent_type for row, view in views if view.agent_type}
    for row, view in views:
        calls = texts(workspace, row, view, view.deeds.starts.values())
        for one in found.children:
            start = view.deeds.starts.get(tracer_rows.agent_id(one.id)) or view.deeds.starts.get(one.id)
            asked = None if start is None else argument(calls.get(start.event), "subagent_type")
            if asked:
                kinds.setdefault(one.id, asked)
    return kinds


def subagent(workspace: Workspace, finds: Finder, found: Family, summary: Summary) -> tracer_shapes.Subagent:
    """One of them."""
    return tracer_rows.subagent(summary, _kinds(workspace, finds, found).get(summary.id))


def skills(views: Views) -> tracer_shapes.Skills:
    """Which skills were used."""
    uses = [use for _, view in views for use in view.deeds.skills]
    return tracer_shapes.Skills(
        skills=tuple(
            tracer_shapes.Skill(skill_name=name, invocation_count=count, last_used=moment(at))
            for name, count, at in counted_skills(uses)
        ),
        total_invocations=len(uses),
    )


def changes(views: Views) -> tracer_shapes.CodeChanges:
    """What edit tools changed, one row for each file and way."""
    found: dict[tuple[str, str], list[Change]] = {}
    for _, view in views:
        for one in view.deeds.changes:
            found.setdefault((one.path, one.operation), []).append(one)
    files = {path for path, _ in found}
    created = {path for (path, _), some in found.items() if some[0].created}
    added = sum(one.added for some in found.values() for one in some)
    removed = sum(one.removed for some in found.values() for one in some)
    return tracer_shapes.CodeChanges(
        files_created=len(created),
        files_modified=len(files - created),
        lines_added=added,
        lines_removed=removed,
        net_lines=added - removed,
        changes_by_file=tuple(
            tracer_shapes.FileChange(
                file_path=path,
                operation=operation,
                lines_added=sum(one.added for one in some),
                lines_removed=sum(one.removed for one in some),
            )
            for (path, operation), some in found.items()
        ),
    )


def errors(workspace: Workspace, views: Views) -> tracer_shapes.Errors:
    """The results that the agent marked as failed, in the order of the logs."""
    rows = []
    for row, view in views:
        events = texts(workspace, row, view, (one.result for one in view.deeds.failures))
        rows += [
            tracer_shapes.Error(
                timestamp=moment(one.at),
                tool_name=one.tool,
                error_message=said_in(events.get(one.result.event)),
                uuid=one.uuid,
            )
            for one in view.deeds.failures
        ]
    return tracer_shapes.Errors(errors=tuple(rows), total=len(rows))


def commands(workspace: Workspace, row: Row, view: View) -> tracer_shapes.Commands:
    """The prompts of a session, each with what followed until the next one."""
    asked = view.deeds.commands
    events = texts(workspace, row, view, (one.prompt for one in asked))
    number = len(asked)
    return tracer_shapes.Commands(
        commands=tuple(
            tracer_shapes.Command(
                user_message=said_in(events.get(one.prompt.event)),
                timestamp=moment(one.at),
                assistant_steps=one.steps,
                tools_used=one.tool_calls,
                tool_names=one.tools,
                estimated_tokens=one.tokens,
                followed_by_interruption=one.interrupted,
                model=one.model,
            )
            for one in asked
        ),
        summary=tracer_shapes.CommandSums(
            total_commands=number,
            avg_steps_per_command=mean(sum(one.steps for one in asked), number),
            avg_tools_per_command=mean(sum(one.tool_calls for one in asked), number),
            percentage_requiring_tools=percentage(sum(one.tool_calls > 0 for one in asked), number),
            interruption_rate=view.deeds.interruption_rate,
        ),
    )
