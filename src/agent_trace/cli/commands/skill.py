"""Print agent-trace as a skill for a coding agent: when to ask it, how, and how to read its answers.

Write it to where the agent looks for skills, in a folder of that name:

\b
mkdir -p .claude/skills/agent-trace
agent-trace skill > .claude/skills/agent-trace/SKILL.md
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

arguments: Sequence[click.Parameter] = ()


def path() -> str:
    """Where the skill lies."""
    package = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    return os.path.join(package, "skill", "SKILL.md")


def run() -> None:
    with open(path(), encoding="utf-8") as file:
        click.echo(file.read(), nl=False)
