"""What an address may say after its question mark: read, and described for the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import ModuleType
from typing import Any

import msgspec
from starlette.datastructures import QueryParams

from agent_trace.app.asked import FLEET, LIMITED, SORTS
from agent_trace.app.written import FORMS
from agent_trace.errors import UsageError

STAYS_HOME = frozenset({"live", "speed", "raw", "refresh"})
"""Options that play on a terminal, print a log's own bytes, or ask others: no address has them."""
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TRUE = {
    "": True,
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}
"""How a switch may be written."""


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """One name after the question mark."""

    name: str
    schema: dict[str, Any]
    """JSON schema of one value."""
    description: str
    many: bool = False
    required: bool = False

    def documented(self) -> dict[str, Any]:
        """As the OpenAPI document has it."""
        schema = {"type": "array", "items": self.schema} if self.many else self.schema
        return {
            "name": self.name,
            "in": "query",
            "required": self.required,
            "description": self.description,
            "schema": schema,
        }


def text(name: str, description: str, *, many: bool = False, required: bool = False) -> Parameter:
    """A parameter of any words."""
    return Parameter(name=name, schema={"type": "string"}, description=description, many=many, required=required)


def switch(name: str, description: str) -> Parameter:
    """A parameter that is on or off."""
    return Parameter(name=name, schema={"type": "boolean"}, description=description)


def choice(name: str, values: Sequence[str], description: str) -> Parameter:
    """A parameter with a few values."""
    return Parameter(name=name, schema={"type": "string", "enum": list(values)}, description=description)


def number(name: str, description: str, *, least: int = 0, most: int = 2**31 - 1) -> Parameter:
    """A parameter that is a whole number."""
    schema = {"type": "integer", "minimum": least, "maximum": most}
    return Parameter(name=name, schema=schema, description=description)


SELECTION = (
    text("agent", "Only this agent's sessions; may be repeated, or several between commas.", many=True),
    text("since", "From this time on: 2026-11-18, 7d, 12h, today, this-week …; `all`: from the beginning."),
    text("until", "Up to this time; a date means the end of that day."),
    text("cwd", "Only sessions that began in this folder or below it."),
    text("repo", "Only sessions whose repository's path holds this."),
    text("project", "Only sessions whose project folder's path holds this."),
    text("model", "Only calls of models whose id holds this."),
    text("branch", "Only sessions on this branch."),
    text("label", "Only sessions with this label; repeated: with any of them.", many=True),
    switch("starred", "Only sessions with a star."),
)
SHOWING = (
    text("timezone", "An IANA zone for days and times."),
    choice("start_of_week", DAYS, "First day of a week."),
    choice(
        "cost", ("priced", "recorded", "best"), "Dollars by the price book, as recorded, or recorded without a price."
    ),
)
LEAVING = (
    choice("format", FORMS, "The form of the answer; JSON unless told otherwise."),
    number("tier", "1: figures alone; 2: also paths, commands, diffs; 3: everything.", least=1, most=3),
    switch("redact", "Mask secrets; the default for HTML and Markdown."),
    switch("mask", "Mask e-mail addresses, phone, card and account numbers too."),
    text("redact_pattern", "Mask what this pattern (RE2) matches too.", many=True),
)


def of_report(report: ModuleType) -> tuple[Parameter, ...]:
    """All that the address of a report takes."""
    found = [*_named(report), *_options(report)]
    if report.SCOPE in FLEET:
        found += SELECTION
    if report.SCOPE in LIMITED:
        found.append(number("limit", "How many rows; 0: all."))
    if report.SCOPE == "summaries":
        found.append(choice("order", ("asc", "desc"), "desc: the newest or largest first."))
        found.append(choice("sort", SORTS, "Order of the sessions."))
    taken = {one.name for one in found}
    return (*found, *(one for one in (*LEAVING, *SHOWING) if one.name not in taken))


def _named(report: ModuleType) -> list[Parameter]:
    """What a report is about."""
    if report.SCOPE == "session":
        return [text("session", "An id, the beginning of one, `latest`, `latest~2`; the latest unless told otherwise.")]
    if report.SCOPE == "pair":
        return [
            text("session", "The first session; `latest~1` unless told otherwise."),
            text("other", "The second one; `latest` unless told otherwise."),
        ]
    return [text("text", "What to look for.", required=True)] if report.SCOPE == "hits" else []


def _options(report: ModuleType) -> list[Parameter]:
    """One for each field of a report's Options."""
    schema = msgspec.json.schema(report.Options)
    name = schema["$ref"].rpartition("/")[2]
    fields: Mapping[str, Any] = schema["$defs"][name].get("properties", {})
    return [_option(name, dict(one)) for name, one in fields.items() if name not in STAYS_HOME]


def _option(name: str, schema: dict[str, Any]) -> Parameter:
    description = schema.pop("description", "")
    schema.pop("default", None)
    if "anyOf" in schema:
        schema = next(one for one in schema["anyOf"] if one.get("type") != "null")
    many = schema.get("type") == "array"
    return Parameter(name=name, schema=schema["items"] if many else schema, description=description, many=many)


def read(parameters: Iterable[Parameter], query: QueryParams) -> dict[str, Any]:
    """The values that an address gives, by name; absent ones are left out. Raises UsageError for what is no parameter."""
    known = {one.name: one for one in parameters}
    values: dict[str, Any] = {}
    for name in dict.fromkeys(query.keys()):
        if name not in known:
            raise UsageError(f"there is no parameter {name!r}", hint="known: " + ", ".join(known))
        values[name] = _value(known[name], query.getlist(name))
    missing = [one.name for one in known.values() if one.required and not values.get(one.name)]
    if missing:
        raise UsageError(f"the parameter {missing[0]!r} is missing")
    return values


def _value(parameter: Parameter, given: list[str]) -> Any:
    for one in given:
        if "\0" in one:
            raise UsageError(f"{parameter.name} holds a character that no text has")
    if parameter.many:
        return tuple(given)
    if len(given) > 1:
        raise UsageError(f"{parameter.name} was given {len(given)} times")
    kind = parameter.schema.get("type")
    if kind == "boolean":
        return _switch(parameter.name, given[0])
    if kind == "integer":
        return _whole(parameter, given[0])
    allowed = parameter.schema.get("enum")
    if allowed and given[0] not in allowed:
        raise UsageError(f"{parameter.name} is one of {', '.join(allowed)}, not {given[0]!r}")
    return given[0]


def _switch(name: str, given: str) -> bool:
    found = TRUE.get(given.lower())
    if found is None:
        raise UsageError(f"{name} is true or false, not {given!r}")
    return found


def _whole(parameter: Parameter, given: str) -> int:
    least, most = parameter.schema.get("minimum", -(2**31)), parameter.schema.get("maximum", 2**31 - 1)
    try:
        found = int(given) if len(given) <= 12 else most + 1
    except ValueError:
        raise UsageError(f"{parameter.name} is a whole number, not {given!r}") from None
    if not least <= found <= most:
        raise UsageError(f"{parameter.name} is between {least} and {most}, not {given}")
    return found
