"""What a detector found in a session: the claim that something was waste, a risk, or worth knowing."""

from __future__ import annotations

from typing import Literal

import msgspec

TokenClass = Literal["input", "output", "cache_read", "cache_write_5m", "cache_write_1h"]
TOKEN_CLASSES: tuple[TokenClass, ...] = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h")


class Claim(msgspec.Struct, frozen=True):
    """Tokens of one model call that were spent for nothing."""

    call: str
    """The id of the event of the model call."""
    kind: TokenClass
    tokens: int


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a rule found."""

    rule: str
    """`RETRY_LOOP`."""
    kind: Literal["waste", "risk", "info"] = "waste"
    summary: str
    """One sentence that is true of the session, without any word of it: figures, names of kinds and times."""
    about: str = ""
    """The id of the event whose words name what it is about: a command, a path."""
    evidence: tuple[str, ...]
    """Ids of the events that show it."""
    claims: tuple[Claim, ...] = ()
    steps: tuple[str, ...] = ()
    """Ids of the tool calls whose time was spent for nothing."""
    times: tuple[tuple[int, int], ...] = ()
    """Stretches of UTC milliseconds that were lost besides: waiting."""
    confidence: float
    """0 to 1: how often such a finding is expected to be right; docs/detectors-judged.md tells of those that were read by hand."""
    fix: str
    """What to write into the instructions, to copy."""
