"""Say whether the server of this home runs, and where; the exit code is 3 where it does not."""

from __future__ import annotations

import time

import click

from agent_trace.config import load_config
from agent_trace.errors import NotFoundError
from agent_trace.render.numbers import duration

arguments = [click.Option(["--json"], is_flag=True, help="Print it as JSON.")]


def run(json: bool) -> None:
    """Print where it is."""
    from agent_trace.app.instance import running
    from agent_trace.app.written import encode

    found = running(load_config())
    if found is None:
        raise NotFoundError("no server of this home runs", hint="agent-trace serve starts one")
    if json:
        click.echo(encode(found))
        return
    age = duration(max(0.0, time.time() - found.started))
    click.echo(f"{found.address}  process {found.pid}, version {found.version}, for {age}")
    if found.api_port is not None:
        click.echo(f"{found.address.rpartition(':')[0]}:{found.api_port}/v1")
