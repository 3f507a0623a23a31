"""`schema`: what JSON looks like."""

from __future__ import annotations

import json

import pytest

from agent_trace import registry
from agent_trace.cli.commands.schema import names
from tests.commands.terminal import Terminal


def test_the_names(terminal: Terminal) -> None:
    ran = terminal.run("schema")
    assert ran.out.splitlines() == names()
    assert {name.replace("-", "_") for name in names()} == {"summary", *registry.names("reports")}


@pytest.mark.parametrize("name", names())
def test_every_name_has_a_schema(terminal: Terminal, name: str) -> None:
    schema = json.loads(terminal.run("schema", name).out)
    assert schema["$ref"].removeprefix("#/$defs/") in schema["$defs"]


def test_the_pinned_names_of_a_summary(terminal: Terminal) -> None:
    schema = json.loads(terminal.run("schema", "summary").out)
    assert {"id", "parent", "own", "subagents", "unlogged", "total"} <= set(schema["$defs"]["Summary"]["properties"])
    amounts = schema["$defs"]["Amounts"]["properties"]
    assert {"calls", "cost_usd", "cost_basis", "recorded_usd", "usage"} <= set(amounts)


def test_options_describe_the_flags(terminal: Terminal) -> None:
    schema = json.loads(terminal.run("schema", "prices", "--options").out)
    assert schema["$defs"]["Options"]["properties"]["model_name"]["description"].startswith("Any name of a model")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("nothing",), 3, "no report is called 'nothing'"),
        (("--options",), 2, "--options needs a report"),
        (("summary", "--options"), 2, "summary is no report"),
    ],
)
def test_what_has_none(terminal: Terminal, words: tuple[str, ...], code: int, said: str) -> None:
    ran = terminal.run("schema", *words)
    assert (ran.code, said in ran.err) == (code, True)
