"""What a forge says of pull requests: asked for when the person wants it, kept with its moment, shown beside what was recorded."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from agent_trace.analysis.digest import name_of
from agent_trace.analysis.pull_requests import PullRequest
from agent_trace.app.summaries import moment
from agent_trace.app.workspace import Workspace
from agent_trace.model.scan import digest
from agent_trace.outside import github
from agent_trace.reports._outcome import Made, Today
from agent_trace.store import forge
from agent_trace.store.forge import Heard

ASKED = 30
"""Pull requests that are asked for at once."""


def refresh(workspace: Workspace, session: int, made: Sequence[Made]) -> None:
    """Ask for the present state of the pull requests that a session opened, changed or looked at."""
    requests = {_key(one): one for held in made for one in held.outcome.pull_requests}
    now = round(workspace.now.timestamp() * 1000)
    found: dict[int, Heard] = {}
    refused: dict[str, str] = {}
    for key, one in list(requests.items())[:ASKED]:
        if one.url is None:
            continue
        told = github.pull_request(one.url, workspace.environment)
        if isinstance(told, github.Refused):
            refused.setdefault(told.why, told.url)
        else:
            found[key] = Heard(told.state, now)
    for why, url in refused.items():
        workspace.say(f"nothing new of {url}: {why}")
    if len(requests) > ASKED:
        workspace.say(f"{len(requests) - ASKED} more pull requests were not asked for")
    if found:
        with workspace.db.transaction():
            forge.write(workspace.db, session, found)


def with_states(workspace: Workspace, made: Sequence[Made]) -> tuple[Made, ...]:
    """The same with what a forge said last of each pull request."""
    heard = forge.heard(workspace.db, [_key(one) for held in made for one in held.outcome.pull_requests])
    if not heard:
        return tuple(made)
    return tuple(
        msgspec.structs.replace(held, today=tuple(_today(heard.get(_key(one))) for one in held.outcome.pull_requests))
        for held in made
    )


def _today(heard: Heard | None) -> Today | None:
    return None if heard is None else Today(state=heard.state, as_of=moment(heard.at))


def _key(one: PullRequest) -> int:
    return digest(name_of(one).encode())
