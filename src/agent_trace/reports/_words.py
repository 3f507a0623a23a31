"""Words and paths as several reports write them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import pairwise

from agent_trace.render.numbers import count
from agent_trace.reports._given import given

SHORTEST = 8
"""An id is never shortened to fewer characters."""


def many(number: int | None, thing: str) -> str:
    """`1 event`, `1,234 events`, `? events`."""
    return f"{count(number)} {thing}{'' if number == 1 else 's'}"


def short_ids(ids: Iterable[str]) -> dict[str, str]:
    """Each id as people type it: eight characters, or as many more as tell it from the others.

    Ids that begin with a time differ late where sessions began at once.
    """
    known = sorted(set(ids))
    least = dict.fromkeys(known, SHORTEST)
    for one, other in pairwise(known):
        alike = next(
            (place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(one)
        )
        least[one], least[other] = max(least[one], alike + 1), max(least[other], alike + 1)
    return {one: one[: least[one]] for one in known}


def rule_words(name: str) -> str:
    """`RETRY_LOOP` as "Retry loop": as the dashboard calls a rule."""
    return name.lower().replace("_", " ").capitalize()


def last_name(path: str | None) -> str:
    """The last name of a path of any system."""
    bare = (path or "").rstrip("/\\")
    return bare.rpartition("/" if "/" in bare else "\\")[2]


def relative(path: str, cwd: str | None) -> str:
    """A path below the folder that the session ran in; others as they are."""
    return path.removeprefix(f"{cwd.rstrip('/')}/") if cwd else path


def as_words(text: str) -> str:
    """A call's arguments on a line: `taskId: 1 · status: completed`, as far as they go where they were cut.

    What is no JSON object is left as it is.
    """
    found = given(text)
    return worded(found.value) if found is not None and isinstance(found.value, dict) else text


def worded(value: object) -> str:
    """A value of JSON on a line."""
    if isinstance(value, dict):
        return " · ".join(f"{name}: {worded(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(worded, value))
    return value if isinstance(value, str) else json.dumps(value)
