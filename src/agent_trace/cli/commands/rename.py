"""Give a session a title of your own: it wins over the agent's in every list, report and page.

SESSION is an id, the beginning of one, `latest`, `this` or the path of a log. --reset brings the agent's title back. The
agent's log is not changed; the title is kept beside the archive and survives a rebuild of the index.
"""

from __future__ import annotations

from functools import partial

import click

from agent_trace.cli.annotating import AUTHOR, JSON, NO_SYNC, SESSION, each
from agent_trace.errors import UsageError

arguments = [
    SESSION,
    click.Argument(["title"], nargs=-1),
    click.Option(["--reset"], is_flag=True, help="Take your title back."),
    AUTHOR,
    NO_SYNC,
    JSON,
]


def run(session: str, title: tuple[str, ...], reset: bool, author: str, no_sync: bool, json: bool) -> None:
    """Rename, or take it back."""
    from agent_trace.app.annotations import Work, rename, take_back
    from agent_trace.model.annotations import Renamed

    if bool(title) == reset:
        raise UsageError("say the title, or --reset", hint='agent-trace rename latest "Mend the parser"')

    work: Work = partial(rename, title=" ".join(title), author=author)
    if reset:
        work = partial(take_back, kind=Renamed)
    each([session], work, no_sync=no_sync, json=json)
