"""What a one-file member must define to show up everywhere: the contracts of agents, reports and commands."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from types import ModuleType, NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import click
import msgspec

from agent_trace.model.agent import Agent, Home
from agent_trace.reports._scopes import Scope

PLAIN = (str, int, bool, Decimal)
SCOPES: tuple[str, ...] = get_args(Scope)


def agent_faults(name: str, module: ModuleType) -> list[str]:
    """What an agent's module lacks."""
    faults = documentation_faults(module)
    agent = getattr(module, "AGENT", None)
    if not isinstance(agent, Agent):
        return [*faults, "AGENT is no Agent"]
    if agent.name != name:
        faults.append(f"AGENT.name is {agent.name!r}, the file {name!r}")
    if not agent.homes or not (agent.files or agent.bundles or agent.databases or agent.gaps):
        faults.append("AGENT has no homes or no logs")
    faults += [f"the home {home.path} needs more than {home.variable or 'nothing'}" for home in strays(agent)]
    if not is_readable(agent.colour):
        faults.append(f"the colour {agent.colour} cannot be read on white and on black")
    return faults + callable_faults(reader_of(module), "parse")


def strays(agent: Agent) -> list[Home]:
    """Homes whose path holds another variable than the one they name: they would be looked at and never found."""
    return [
        home for home in agent.homes if set(re.findall(r"\$(\w+)", home.path)) != set(filter(None, [home.variable]))
    ]


CONTRAST = 3.0
"""What WCAG asks of graphics."""


def is_readable(colour: str) -> bool:
    """Whether a colour, as #rrggbb, stands out from white and from black."""
    if not re.fullmatch(r"#[0-9a-f]{6}", colour):
        return False
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05
    return min(1.05 / light, light / 0.05) >= CONTRAST


def reader_of(module: ModuleType) -> ModuleType:
    """Where a member's `parse` is: the module, or `parse` in its folder."""
    if not hasattr(module, "__path__"):
        return module
    try:
        return importlib.import_module(f"{module.__name__}.parse")
    except ModuleNotFoundError:
        return module


def report_faults(module: ModuleType) -> list[str]:
    """What a report's module lacks."""
    faults = documentation_faults(module)
    if getattr(module, "SCOPE", None) not in SCOPES:
        faults.append(f"SCOPE is none of {', '.join(SCOPES)}")
    options = getattr(module, "Options", None)
    if not (isinstance(options, type) and issubclass(options, msgspec.Struct) and options.__struct_config__.frozen):
        faults.append("Options is no frozen Struct")
    else:
        faults += options_faults(options)
    for function, parameters in (
        ("compute", ("scope", "options", "facts")),
        ("layout", ("result", "options", "facts")),
    ):
        faults += callable_faults(module, function, parameters)
    return faults or result_faults(module)


def options_faults(options: type[msgspec.Struct]) -> Iterator[str]:
    """Fields that can not become a flag, a query parameter and a schema: no description, default or plain type."""
    hints = get_type_hints(options, include_extras=True)
    for field in msgspec.structs.fields(options):
        hint, described = hints[field.name], False
        if get_origin(hint) is Annotated:
            hint, *notes = get_args(hint)
            described = any(isinstance(note, msgspec.Meta) and note.description for note in notes)
        if not described:
            yield f"Options.{field.name} has no description"
        if field.required:
            yield f"Options.{field.name} has no default"
        if not is_plain(hint):
            yield f"Options.{field.name} is no str, int, bool, Decimal, Literal or tuple of these"


def is_plain(hint: Any) -> bool:
    """Whether every surface can ask a person for a value of this type."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return all(isinstance(choice, str) for choice in inner)
    if origin is tuple:
        return len(inner) == 2 and inner[1] is Ellipsis and is_plain(inner[0])
    if origin in (Union, UnionType):
        return all(one is NoneType or is_plain(one) for one in inner)
    return hint in PLAIN


def result_faults(report: ModuleType) -> list[str]:
    """Whether the type that compute() returns can be put down as a JSON schema."""
    result = get_type_hints(report.compute).get("return")
    try:
        msgspec.json.schema(result)
    except (TypeError, NameError) as error:
        return [f"compute() returns {result!r}, which has no JSON schema: {error}"]
    return []


def export_faults(module: ModuleType) -> list[str]:
    """What an export's module lacks."""
    faults = documentation_faults(module)
    suffix = getattr(module, "SUFFIX", None)
    if not isinstance(suffix, str) or not (suffix == "" or re.fullmatch(r"\.[a-z0-9.]+", suffix)):
        faults.append("SUFFIX is no ending of a file's name, nor empty for a folder")
    return faults + callable_faults(module, "encode", ("session", "facts"))


def command_faults(module: ModuleType) -> list[str]:
    """What a command's module lacks."""
    faults = documentation_faults(module)
    arguments = getattr(module, "arguments", None)
    if not isinstance(arguments, Sequence) or not all(isinstance(one, click.Parameter) for one in arguments):
        return [*faults, "arguments is no sequence of click parameters"]
    faults += [f"{one.opts[0]} has no help" for one in arguments if isinstance(one, click.Option) and not one.help]
    faults += callable_faults(module, "run")
    if not faults and not takes(module.run, {str(one.name) for one in arguments}):
        faults.append("run() does not take what arguments declares")
    return faults


def takes(function: Any, names: set[str]) -> bool:
    """Whether a function can be called with exactly these keywords."""
    try:
        inspect.signature(function).bind(**dict.fromkeys(names))
    except TypeError:
        return False
    return True


def documentation_faults(module: ModuleType) -> list[str]:
    """Whether the module says what it is, in a first paragraph that ends with a full stop, a bar or a colon."""
    first = inspect.cleandoc(module.__doc__ or "").split("\n\n")[0]
    return [] if first.endswith((".", ":", "?")) else ["its docstring has no first sentence"]


def callable_faults(module: ModuleType, name: str, parameters: tuple[str, ...] = ()) -> list[str]:
    """Whether the module has a function of this name that begins with these parameters."""
    function = getattr(module, name, None)
    if not callable(function):
        return [f"{name}() is missing"]
    found = tuple(inspect.signature(function).parameters)
    return [] if found[: len(parameters)] == parameters else [f"{name}() takes {found}, not {parameters}"]


def clashing_flags(command: click.Command) -> list[str]:
    """Flags and names that two parameters of one command share."""
    flags = [flag for parameter in command.params for flag in (*parameter.opts, *parameter.secondary_opts)]
    names = [str(parameter.name) for parameter in command.params]
    return sorted({each for each in flags if flags.count(each) > 1} | {each for each in names if names.count(each) > 1})
