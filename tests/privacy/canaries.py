"""Events with a canary in every field that holds a text, each named after its place: what leaks says what it is."""

from __future__ import annotations

from typing import Any, get_args

from agent_trace.model.events import AnyEvent, Event, LlmResponse, SessionStarted
from agent_trace.model.session import Session
from agent_trace.privacy.tiers import EVERY, FIELDS
from tests.privacy.filled import filled, free_texts

FIGURES = ("recorded_usd", "credits", "usd")
CLOSED = frozenset({"by", "how", "type", "origin", "parent", "twin", "session", "starter", *FIGURES})
"""Fields with our own words in them, and ids that name something of the session itself."""


def canary(kind: type[Event], name: str) -> str:
    return f"canary-{kind.__name__.lower()}-{name.replace('_', '-')}-here"


def planted(kind: type[Event], /, **given: Any) -> Event:
    """An event with a canary in every field that holds a text."""
    names = [name for name in free_texts(kind) if name not in CLOSED]
    values: dict[str, Any] = {
        name: (canary(kind, name),) if name in ("paths", "alternatives", "processes") else canary(kind, name)
        for name in names
    }
    own: dict[str, Any] = {
        "session": "s1",
        "parent": None,
        "twin": "",
        "inherited": False,
        "side": False,
        "starter": None,
    }
    own |= dict.fromkeys(FIGURES, "1.5")
    values = {**values, **{name: value for name, value in own.items() if name in kind.__struct_fields__}}
    return filled(kind, **{**values, **given})


def session(*more: Event) -> Session:
    first = planted(SessionStarted, at=1)
    rest = [planted(kind, at=2) for kind in get_args(AnyEvent) if kind not in (SessionStarted, LlmResponse)]
    rest.append(planted(LlmResponse, at=3, continues=False))
    return Session("s1", "claude", (first, *rest, *more))


def least(kind: type[Event], name: str) -> int:
    """The first tier of what leaves that holds a field."""
    keep = {**EVERY, **FIELDS[kind]}[name]
    return keep if isinstance(keep, int) else 3


FREE = [(kind, name) for kind in FIELDS for name in free_texts(kind) if name not in CLOSED]
