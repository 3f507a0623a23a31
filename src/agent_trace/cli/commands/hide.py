"""Leave sessions out of `list` and the overview. They count in every sum as before, and everything else still shows them.

SESSION is an id, the beginning of one, `latest`, `this` or the path of a log. `list --hidden` shows hidden sessions too,
and `unhide` brings them back. To be rid of a session for good, `forget` it.
"""

from __future__ import annotations

from agent_trace.cli.annotating import JSON, NO_SYNC, SESSIONS, each

arguments = [SESSIONS, NO_SYNC, JSON]


def run(sessions: tuple[str, ...], no_sync: bool, json: bool) -> None:
    """Hide them."""
    from agent_trace.app.annotations import hide

    each(sessions, hide, no_sync=no_sync, json=json)
