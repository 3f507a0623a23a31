"""Events with a value in every field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args, get_origin

import msgspec

from agent_trace.model.events import Event, Origin
from agent_trace.model.usage import BillingClass, Usage

WORDS = "a canary in the mine"
SAMPLES: dict[str, Any] = {
    "origin": Origin(offset=1, length=2),
    "cls": BillingClass(model="opus"),
    "usage": Usage(input=3),
    "models": {"opus": Usage(input=3)},
    "paths": ("/mine/canary",),
    "alternatives": (WORDS,),
}


def filled(kind: type[Event], /, **given: Any) -> Event:
    """An event with a value in every field."""
    fields = msgspec.structs.fields(kind)
    values = {one.name: SAMPLES[one.name] if one.name in SAMPLES else _sample(one.type) for one in fields}
    return kind(**{**values, **given})


def _sample(hint: Any) -> Any:
    choices = get_args(hint)
    if "mcp" in choices:
        return "mcp"
    if hint is bool or bool in choices:
        return True
    if hint is int or int in choices:
        return 7
    return WORDS if hint is str or str in choices else choices[0]


def free_texts(kind: type[Event]) -> list[str]:
    """The fields of a kind of event that hold any text."""
    fields = [one for one in msgspec.structs.fields(kind) if get_origin(one.type) is not Mapping]
    return [one.name for one in fields if one.type is str or str in get_args(one.type)]
