"""Every agent, report and command keeps its contract, and the contracts can be broken."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from types import ModuleType
from typing import Annotated, Any, Literal

import click
import msgspec
import pytest

from agent_trace import registry
from agent_trace.cli.main import command_names, program
from agent_trace.model.agent import Agent, Home
from tests.conftest import FOREIGN
from tests.house import members


@pytest.mark.parametrize("name", registry.names("agents"))
def test_an_agent_keeps_its_contract(name: str) -> None:
    assert members.agent_faults(name, registry.load("agents", name)) == []


def test_the_folder_of_a_room_is_listed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens the index again and again asks for the agents each time."""
    found = registry.names("agents")
    monkeypatch.setattr("pkgutil.iter_modules", None)
    assert registry.names("agents") == found


def test_no_two_agents_share_a_colour() -> None:
    colours = [module.AGENT.colour for module in registry.members("agents").values()]
    assert sorted(colours) == sorted(set(colours))


def test_no_variable_leads_a_test_out_of_its_home() -> None:
    homes = [home for module in registry.members("agents").values() for home in module.AGENT.homes]
    assert sorted({home.variable for home in homes if not home.variable.startswith(FOREIGN)} - {""}) == []


@pytest.mark.parametrize("name", registry.names("reports"))
def test_a_report_keeps_its_contract(name: str) -> None:
    assert members.report_faults(registry.load("reports", name)) == []


@pytest.mark.parametrize("name", registry.names("exports"))
def test_an_export_keeps_its_contract(name: str) -> None:
    assert members.export_faults(registry.load("exports", name)) == []


@pytest.mark.parametrize("name", registry.names("cli.commands"))
def test_a_command_keeps_its_contract(name: str) -> None:
    assert members.command_faults(registry.load("cli.commands", name)) == []


def test_no_report_and_command_share_a_name() -> None:
    assert set(registry.names("reports")) & set(registry.names("cli.commands")) == set()


@pytest.mark.parametrize("name", sorted(command_names()))
def test_no_flag_means_two_things(name: str) -> None:
    command = program.get_command(click.Context(program), name)
    assert command is not None
    assert members.clashing_flags(command) == []


# ---------------------------------------------------------------- the contracts can be broken


class GoodOptions(msgspec.Struct, frozen=True, kw_only=True):
    by: Annotated[Literal["day", "week"], msgspec.Meta(description="The key.")] = "day"
    names: Annotated[tuple[str, ...], msgspec.Meta(description="Which.")] = ()
    limit: Annotated[Decimal | None, msgspec.Meta(description="How much.")] = None


class ThawedOptions(msgspec.Struct, kw_only=True):
    pass


def good_report() -> ModuleType:
    module = ModuleType("cost", "What it cost.")

    def compute(scope: Any, options: Any, facts: Any) -> dict[str, int]:
        return {}

    def layout(result: Any, options: Any, facts: Any) -> Iterator[str]:
        yield ""

    vars(module).update(SCOPE="usage", Options=GoodOptions, compute=compute, layout=layout)
    return module


def without_schema(scope: Any, options: Any, facts: Any) -> ModuleType:
    return ModuleType("x")


def test_a_good_report_has_no_fault() -> None:
    assert members.report_faults(good_report()) == []


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("__doc__", None, "docstring"),
        ("__doc__", "No full stop", "docstring"),
        ("SCOPE", "galaxy", "SCOPE is none of"),
        ("Options", dict, "Options is no frozen Struct"),
        ("Options", ThawedOptions, "Options is no frozen Struct"),
        ("compute", None, "compute() is missing"),
        ("compute", len, "compute() takes"),
        ("compute", without_schema, "has no JSON schema"),
        ("layout", None, "layout() is missing"),
    ],
)
def test_a_fault_of_a_report_is_found(name: str, value: object, fault: str) -> None:
    module = good_report()
    setattr(module, name, value)
    assert [fault in found for found in members.report_faults(module)] == [True]


@pytest.mark.parametrize(
    ("hint", "default", "fault"),
    [
        (str, "", "has no description"),
        (Annotated[str, msgspec.Meta(description="")], "", "has no description"),
        (Annotated[str, msgspec.Meta(description="A name.")], msgspec.NODEFAULT, "has no default"),
        (Annotated[float, msgspec.Meta(description="A share.")], 0.5, "is no str"),
        (Annotated[dict[str, str] | None, msgspec.Meta(description="A map.")], None, "is no str"),
        (Annotated[tuple[str, int], msgspec.Meta(description="A pair.")], ("", 0), "is no str"),
    ],
)
def test_a_fault_of_an_option_is_found(hint: object, default: object, fault: str) -> None:
    field = ("it", hint) if default is msgspec.NODEFAULT else ("it", hint, default)
    options = msgspec.defstruct("Options", [field], frozen=True)  # a member's own Options, made on the fly
    assert [fault in found for found in members.options_faults(options)] == [True]


def good_agent() -> ModuleType:
    module = ModuleType("nova", "Nova's logs.")
    agent = Agent(name="nova", title="Nova", homes=(Home(path="~/.nova"),), files=("*.jsonl",))
    vars(module).update(AGENT=agent, parse=lambda path, rows: iter(()))
    return module


def test_a_good_agent_has_no_fault() -> None:
    assert members.agent_faults("nova", good_agent()) == []


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("__doc__", "", "docstring"),
        ("AGENT", "nova", "AGENT is no Agent"),
        ("AGENT", Agent(name="other", title="N", homes=(Home(path="~"),), files=("*",)), "AGENT.name is 'other'"),
        ("AGENT", Agent(name="nova", title="N", homes=(), files=("*",)), "no homes"),
        ("AGENT", Agent(name="nova", title="N", homes=(Home(path="~"),)), "no logs"),
        ("AGENT", Agent(name="nova", title="N", homes=(Home(path="$X/n"),), files=("*",)), "needs more than nothing"),
        ("AGENT", Agent(name="nova", title="N", homes=(Home(path="~", variable="X"),), files=("*",)), "more than X"),
        ("AGENT", Agent(name="nova", title="N", homes=(Home(path="~"),), files=("*",), colour="#fff000"), "colour"),
        ("AGENT", Agent(name="nova", title="N", homes=(Home(path="~"),), files=("*",), colour="red"), "colour"),
        ("parse", None, "parse() is missing"),
    ],
)
def test_a_fault_of_an_agent_is_found(name: str, value: object, fault: str) -> None:
    module = good_agent()
    setattr(module, name, value)
    assert [fault in found for found in members.agent_faults("nova", module)] == [True]


def good_export() -> ModuleType:
    module = ModuleType("csv", "A line an event.")
    vars(module).update(SUFFIX=".csv", encode=lambda session, facts: {})
    return module


def test_a_good_export_has_no_fault() -> None:
    assert members.export_faults(good_export()) == []


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("__doc__", "", "docstring"),
        ("SUFFIX", None, "SUFFIX is no ending"),
        ("SUFFIX", "csv", "SUFFIX is no ending"),
        ("encode", None, "encode() is missing"),
        ("encode", lambda session: b"", "encode() takes"),
    ],
)
def test_a_fault_of_an_export_is_found(name: str, value: object, fault: str) -> None:
    module = good_export()
    setattr(module, name, value)
    assert [fault in found for found in members.export_faults(module)] == [True]


def good_command() -> ModuleType:
    module = ModuleType("sync", "Reads what is new.")

    def run(full: bool) -> bool:
        return full

    vars(module).update(arguments=(click.Option(["--full"], is_flag=True, help="All of it."),), run=run)
    return module


def test_a_good_command_has_no_fault() -> None:
    assert members.command_faults(good_command()) == []


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("__doc__", None, "docstring"),
        ("arguments", None, "arguments is no sequence"),
        ("arguments", ["--full"], "arguments is no sequence"),
        ("arguments", [click.Option(["--full"])], "--full has no help"),
        ("arguments", [click.Argument(["path"])], "run() does not take"),
        ("run", None, "run() is missing"),
    ],
)
def test_a_fault_of_a_command_is_found(name: str, value: object, fault: str) -> None:
    module = good_command()
    setattr(module, name, value)
    assert [fault in found for found in members.command_faults(module)] == [True]


def test_two_parameters_with_one_flag_are_found() -> None:
    command = click.Command("x", params=[click.Option(["--order"]), click.Option(["--sort", "--order"])])
    assert members.clashing_flags(command) == ["--order"]
