"""What the agents' own data cannot show of what happened: each gap is expected, and none beyond them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from tests.live.script import Role
from tests.live.server import Served

KINDS = ("input", "output", "cache_read", "cache_write")


class Gaps(msgspec.Struct, frozen=True, kw_only=True):
    """What one agent's log does not hold."""

    unseen: frozenset[Role] = frozenset()
    """Calls that stand nowhere."""
    unlogged: frozenset[Role] = frozenset()
    """Calls that only the agent's own account knows: their tokens are `unlogged`, and they are in no count."""
    marks: Mapping[str, int] = msgspec.field(default_factory=dict)
    """Scenario → results that the agent marks as failed, where these are not those that the author knows will fail."""
    failed: Mapping[str, int] = msgspec.field(default_factory=dict)
    """Scenario → steps that really fail, likewise."""


SILENT = {"branches": 0, "commits": 0, "decoys": 0, "edits": 1, "requests": 0}
"""The stories of commits, where no command that failed is marked: of the edits one is."""
GAPS: Mapping[str, Gaps] = {
    "claude": Gaps(unlogged=frozenset({"compaction"})),
    # an exit code is all that it marks: a patch that did not apply and a tool of MCP that failed are told by their texts
    "codex": Gaps(marks={"fix": 3, "edits": 1}),
    # a shell command that failed is marked `completed`: both of the story's are told by their exit codes
    "opencode": Gaps(unseen=frozenset({"title"}), marks={"short": 0, "fix": 3, **SILENT}),
    # likewise; and reading .env is refused, which the author did not know
    "gemini": Gaps(unseen=frozenset({"compaction", "side"}), marks={"short": 0, "fix": 4, **SILENT}, failed={"fix": 6}),
    "pi": Gaps(unseen=frozenset({"compaction"})),
    # likewise; after its compaction it refuses to edit a file that it read before, so there is nothing to commit
    "qwen": Gaps(marks={"short": 0, "fix": 3, "compact": 1}, failed={"compact": 2}),
    # a shell command that failed is marked as a success: both of the story's are told by their exit codes
    "copilot": Gaps(marks={"short": 0, "fix": 3}),
}


def summed(calls: Iterable[Served]) -> dict[str, int]:
    """Tokens by kind."""
    found = list(calls)
    return {kind: sum(call.usage[kind] for call in found) for kind in KINDS}


def told(usage: Mapping[str, Any]) -> dict[str, int]:
    """The same from what agent-trace prints."""
    written = (usage["cache_write_5m"] or 0) + (usage["cache_write_1h"] or 0)
    return {
        "input": usage["input"] or 0,
        "output": usage["output"] or 0,
        "cache_read": usage["cache_read"] or 0,
        "cache_write": written,
    }


def by_model(calls: Iterable[Served]) -> dict[str, tuple[int, int]]:
    """Model → calls and output tokens."""
    calls_of, output_of = Counter[str](), Counter[str]()
    for call in calls:
        calls_of[call.model] += 1
        output_of[call.model] += call.usage["output"]
    return {model: (number, output_of[model]) for model, number in calls_of.items()}
