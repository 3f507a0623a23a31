"""End the server of this home that `agent-trace serve` started."""

from __future__ import annotations

import click

from agent_trace.config import load_config
from agent_trace.errors import NotFoundError

arguments: list[click.Parameter] = []


def run() -> None:
    """Stop it and wait until it is gone."""
    from agent_trace.app.instance import stop

    found = stop(load_config())
    if found is None:
        raise NotFoundError("no server of this home runs", hint="agent-trace serve starts one")
    click.echo(f"stopped {found.address} (process {found.pid})")
