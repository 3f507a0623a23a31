"""Mark sessions as favourites: `list --starred` and every other fleet report with --starred find them.

SESSION is an id, the beginning of one, `latest`, `this` or the path of a log.
"""

from __future__ import annotations

from functools import partial

import click

from agent_trace.cli.annotating import JSON, NO_SYNC, SESSIONS, each

arguments = [SESSIONS, click.Option(["--remove"], is_flag=True, help="Take the star off."), NO_SYNC, JSON]


def run(sessions: tuple[str, ...], remove: bool, no_sync: bool, json: bool) -> None:
    """Star, or take the star off."""
    from agent_trace.app.annotations import star, take_back
    from agent_trace.model.annotations import Starred

    each(sessions, partial(take_back, kind=Starred) if remove else star, no_sync=no_sync, json=json)
