"""An outcome as it is kept: in plain texts, rewritten where texts may not stay, united with what a log lost since."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, TypeVar

import msgspec

from agent_trace.analysis.outcome import Lines, Outcome
from agent_trace.analysis.pull_requests import PullRequest

TEXTS = frozenset("message branch directory url repository host title files program paths why".split())
"""Fields, at any depth, that came from the log in words: all others are ids, numbers and words of ours."""
Rewrite = Callable[[str, str], str]
"""(text, name of its field) → the text as it may stay."""
One = TypeVar("One", bound=Any)


def encoded(found: Outcome) -> bytes:
    """An outcome as bytes."""
    return msgspec.msgpack.encode(found)


def decoded(data: bytes) -> Outcome | None:
    """The same as it was; None for one of an older form."""
    try:
        return msgspec.msgpack.decode(data, type=Outcome)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def plain(found: Outcome) -> Outcome:
    """The same without lone surrogates, which no UTF-8 can hold: a command may spell them."""
    try:
        msgspec.json.encode(found)
    except UnicodeEncodeError:
        return rewritten(found, lambda text, _: text.encode("utf-8", "replace").decode())
    return found


def rewritten(found: One, rewrite: Rewrite) -> One:
    """A record of an outcome, or a whole one, with other words in its texts."""
    changes = {name: _rewritten(name, getattr(found, name), rewrite) for name in found.__struct_fields__}
    return msgspec.structs.replace(found, **changes)


def _rewritten(name: str, value: Any, rewrite: Rewrite) -> Any:
    if isinstance(value, msgspec.Struct):
        return rewritten(value, rewrite)
    if isinstance(value, tuple):
        return tuple(_rewritten(name, one, rewrite) for one in value)
    return rewrite(value, name) if isinstance(value, str) and name in TEXTS else value


def united(old: Outcome, new: Outcome, known: Collection[str] = ()) -> Outcome:
    """What a session produced by two readings: all of the new one, and of the old one what the log told and tells no more.

    `known` are the ids of the events that it tells now: the new reading judges those.
    """
    told = {
        *known,
        *(one.event for one in new.commits),
        *(one.event for one in new.tests),
        *(one.event for one in new.undone),
    }
    lost = [one for one in old.commits if one.event not in told]
    verdict = new.productive if new.productive.value or not old.productive.value else old.productive
    return msgspec.structs.replace(
        new,
        commits=(*lost, *new.commits),
        pull_requests=_requests(old.pull_requests, new.pull_requests),
        tests=(*(one for one in old.tests if one.event not in told), *new.tests),
        undone=(*(one for one in old.undone if one.event not in told), *new.undone),
        edit_lines=Lines(
            max(old.edit_lines.added, new.edit_lines.added), max(old.edit_lines.removed, new.edit_lines.removed)
        ),
        files=tuple(dict.fromkeys((*old.files, *new.files))),
        branch=new.branch or old.branch,
        productive=verdict,
    )


def name_of(one: PullRequest) -> str:
    """What tells a pull request from others, in every session that knows it."""
    if one.url is not None:
        return one.url
    return f"{one.repository}#{one.number}" if one.number is not None else next(iter(one.events), "?")


def _requests(old: tuple[PullRequest, ...], new: tuple[PullRequest, ...]) -> tuple[PullRequest, ...]:
    before = {name_of(one): one for one in old}
    found = []
    for one in new:
        held = before.pop(name_of(one), one)
        found.append(
            msgspec.structs.replace(
                one,
                state=one.state or held.state,
                title=one.title or held.title,
                created_here=one.created_here or held.created_here,
                merged_here=one.merged_here or held.merged_here,
                changed_here=one.changed_here or held.changed_here,
                events=tuple(dict.fromkeys((*held.events, *one.events))),
            )
        )
    return (*before.values(), *found)
