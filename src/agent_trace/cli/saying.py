"""How a command says what it did: as blocks for a person, as JSON for a program."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click
import msgspec

from agent_trace.app.written import encode
from agent_trace.cli.output import screen_width, speaks_unicode, wants_color
from agent_trace.render.blocks import AnyBlock


def say(done: msgspec.Struct, blocks: Callable[[], Iterable[AnyBlock]], *, json: bool) -> None:
    """Print what was done."""
    if json:
        click.echo(encode(done))
        return
    from agent_trace.render.text import render_text

    for line in render_text(blocks(), width=screen_width(), color=wants_color(), unicode=speaks_unicode()):
        click.echo(line)
