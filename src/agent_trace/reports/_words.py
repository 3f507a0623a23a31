"""Words and paths as several reports write them."""

from __future__ import annotations

from agent_trace.render.numbers import count


def many(number: int | None, thing: str) -> str:
    """`1 event`, `1,234 events`, `? events`."""
    return f"{count(number)} {thing}{'' if number == 1 else 's'}"


def relative(path: str, cwd: str | None) -> str:
    """A path below the folder that the session ran in; others as they are."""
    return path.removeprefix(f"{cwd.rstrip('/')}/") if cwd else path
