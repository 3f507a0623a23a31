"""What many sessions produced: the selected roots with their sub-agents, each as one piece of work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from agent_trace.app.chosen import Chosen, chosen
from agent_trace.app.ledgers import used
from agent_trace.app.outcomes import look_at, share
from agent_trace.app.summaries import totals
from agent_trace.app.workspace import Workspace
from agent_trace.model.selection import Selection
from agent_trace.model.summary import Summary
from agent_trace.pricing.amounts import unpriced_models
from agent_trace.reports._scopes import Asked, OutcomesScope, Work
from agent_trace.store.choice import milliseconds
from agent_trace.store.outcomes import commit_models, pulls
from agent_trace.store.sessions import family_ids, root_of_each, roots
from agent_trace.sync.progress import Told


def outcomes(
    workspace: Workspace, report: ModuleType, options: Any, selection: Selection, told: Told | None
) -> OutcomesScope:
    """Everything that is missing is made first, so that the sums are whole; `told` None: nothing is made."""
    if told is not None:
        look_at(workspace, family_ids(workspace.db, [row.id for row in roots(workspace.db, selection)]), told)
    sums = used(workspace, selection, ("side",))
    whole = totals(workspace, sums, selection)
    return OutcomesScope(
        works=tuple(_works(workspace, chosen(workspace, selection), selection)),
        rows=tuple(used(workspace, selection, report.group(options))),
        share=share(workspace, selection, whole.total.cost_usd),
        totals=whole,
        unpriced=unpriced_models(sums, workspace.book),
        book=workspace.book,
    )


def _works(workspace: Workspace, found: Chosen, selection: Selection) -> list[Work]:
    db, root_of = workspace.db, root_of_each(workspace.db, found.rows)
    since, until = milliseconds(selection.since, -1), milliseconds(selection.until, 2**62)
    commits: dict[int, list[str]] = defaultdict(list)
    asked: dict[int, list[Asked]] = defaultdict(list)
    for session, model in commit_models(db, root_of, since, until):
        commits[root_of[session]].append(model)
    for session, one in pulls(db, root_of):
        if since <= (max(since, 0) if one.at is None else one.at) < until:
            asked[root_of[session]].append(
                Asked(key=one.key, model=one.model or "", opened=one.created, updated=one.changed, merged=one.merged)
            )
    return [
        _work(one, found.families.get(one.id, ()), tuple(commits[row]), tuple(asked[row]))
        for row, one in zip(found.rows, found.done, strict=True)
    ]


def _work(one: Summary, family: Sequence[Summary], commits: tuple[str, ...], asked: tuple[Asked, ...]) -> Work:
    known = one.commits is not None
    return Work(
        session=one.id,
        agent=one.agent,
        project=one.repo or one.cwd or "",
        known=known,
        productive=one.productive,
        commits=commits if known else (),
        pulls=asked if known else (),
        lines_added=sum(each.lines_added or 0 for each in (one, *family)),
        lines_removed=sum(each.lines_removed or 0 for each in (one, *family)),
    )
