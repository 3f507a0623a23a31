"""Give a session labels: `pass`, `fail`, `interesting`, or words of your own. Without a word it shows those it has.

SESSION is an id, the beginning of one, `latest`, `this` or the path of a log. `list --label fail` and every other fleet
report then find it, by a label of its own or of one of its sub-agents. Labels are kept beside the archive and survive a
rebuild of the index; `forget` removes them.
"""

from __future__ import annotations

from functools import partial

import click

from agent_trace.cli.annotating import AUTHOR, JSON, NO_SYNC, SESSION, each

arguments = [
    SESSION,
    click.Argument(["labels"], nargs=-1, metavar="[LABEL]..."),
    click.Option(["--remove"], is_flag=True, help="Take these labels off, or all where none is named."),
    AUTHOR,
    NO_SYNC,
    JSON,
]


def run(session: str, labels: tuple[str, ...], remove: bool, author: str, no_sync: bool, json: bool) -> None:
    """Label, or take labels off."""
    from agent_trace.app.annotations import Work, add_labels, remove_labels

    work: Work = partial(add_labels, labels=labels, author=author)
    if remove:
        work = partial(remove_labels, labels=labels)
    each([session], work, no_sync=no_sync, json=json)
