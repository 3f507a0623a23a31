"""Print the JSON schema of what a report answers with `--json`, of its options, or the names of all schemas.

NAME is a report as it is typed (`cost`, `prices-check`) or `summary`, the one row per session that lists are made of.
All JSON keeps these conventions: times are ISO 8601 in UTC, money is a decimal string in `*_usd`, unknown is null,
tokens are integers. docs/numbers.md defines every figure.
"""

from __future__ import annotations

from typing import Any, get_type_hints

import click
import msgspec

from agent_trace import registry
from agent_trace.errors import NotFoundError, UsageError

SUMMARY = "summary"

arguments = [
    click.Argument(["name"], required=False),
    click.Option(["--options"], is_flag=True, help="The schema of the report's options instead of its result."),
]


def run(name: str | None, options: bool) -> None:
    """Print one schema, or the names."""
    if name is None:
        if options:
            raise UsageError("--options needs a report", hint="agent-trace schema cost --options")
        for one in names():
            click.echo(one)
        return
    schema = msgspec.json.schema(_type(name, options))
    click.echo(msgspec.json.format(msgspec.json.encode(schema), indent=2).decode())


def names() -> list[str]:
    """Everything that has a schema, as people type it."""
    return sorted([SUMMARY, *(name.replace("_", "-") for name in registry.names("reports"))])


def _type(name: str, options: bool) -> Any:
    """The type that a schema describes."""
    member = name.replace("-", "_")
    if name == SUMMARY:
        from agent_trace.model.summary import Summary

        if options:
            raise UsageError("summary is no report: it has no options")
        return Summary
    if member not in registry.names("reports"):
        raise NotFoundError(f"no report is called {name!r}", hint="known: " + ", ".join(names()))
    report = registry.load("reports", member)
    return report.Options if options else get_type_hints(report.compute)["return"]
