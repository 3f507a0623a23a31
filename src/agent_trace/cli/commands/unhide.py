"""Show sessions in `list` and the overview again that were hidden.

SESSION is an id, the beginning of one, `latest`, `this` or the path of a log.
"""

from __future__ import annotations

from functools import partial

from agent_trace.cli.annotating import JSON, NO_SYNC, SESSIONS, each

arguments = [SESSIONS, NO_SYNC, JSON]


def run(sessions: tuple[str, ...], no_sync: bool, json: bool) -> None:
    """Unhide them."""
    from agent_trace.app.annotations import take_back
    from agent_trace.model.annotations import Hidden

    each(sessions, partial(take_back, kind=Hidden), no_sync=no_sync, json=json)
