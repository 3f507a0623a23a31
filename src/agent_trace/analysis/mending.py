"""What was changed between a failure and the success that followed it: the edits of files that may have mended it.

Where the failed command, or what it printed, names files that were edited, those edits are told, each with the file. Where none of
them is named, all edits in between are told, and no file with them: nobody knows then which of them it was.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from agent_trace.analysis.causes import Link
from agent_trace.analysis.shell_steps import arguments, command_of
from agent_trace.model.session import Session, Step

CHANGES = frozenset({"edit", "write"})
LOOKED_AT = 64
"""Of the edits in between, the last that are looked at."""
_WORD = re.compile(r"""[^\s"'`()<>\[\]{},;:|=*#]+""")


class Mending:
    """The edits of a session."""

    def __init__(self, session: Session) -> None:
        self._steps: Mapping[int, Step] = {step.number: step for step in session.steps}
        self._edits: Sequence[int] = [step.number for step in session.steps if _changed(step)]

    def between(self, failed: int, known: int, success: int) -> Iterator[Link]:
        """The edits made when a failure was known and before the success; here a link's `source` is the edit."""
        first, last = bisect_right(self._edits, known), bisect_right(self._edits, success - 1)
        numbers = self._edits[max(first, last - LOOKED_AT) : last]
        side = self._steps[failed].call.side
        edits = [step for number in numbers if (step := self._steps[number]).call.side == side]
        named = list(_named(edits, self._steps[failed])) if edits else []
        yield from named or (Link(step.number, "change") for step in edits)


def _changed(step: Step) -> bool:
    return step.call.kind in CHANGES and bool(step.call.paths) and step.result is not None and not step.went_wrong


def _named(edits: Sequence[Step], failed: Step) -> Iterator[Link]:
    """Those of files that the failed step was about."""
    output = "" if failed.result is None else failed.result.output
    command = command_of(failed.call, arguments(failed.call)) or failed.call.title
    words = {word.removeprefix("./").rstrip(".") for word in _WORD.findall(f"{command}\n{output}")}
    paths = {word for word in words if "." in word or "/" in word} | set(failed.call.paths)
    for step in edits:
        found = next((path for path in step.call.paths if _is_named(path, paths)), "")
        if found:
            yield Link(step.number, "change", found)


def _is_named(path: str, words: set[str]) -> bool:
    """Whether a path, or the end of it, is among words."""
    parts = path.removeprefix("./").split("/")
    return any("/".join(parts[place:]) in words for place in range(len(parts))) or any(
        word.endswith(f"/{path}") for word in words
    )
