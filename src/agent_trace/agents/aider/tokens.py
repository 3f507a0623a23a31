"""What Aider prints of tokens and dollars behind a message."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from agent_trace.agents._fields import dollars
from agent_trace.agents._untyped import MOST
from agent_trace.model.usage import Usage

_COUNT = r"([\d.,]+[kKmM]?)"
TOKENS = re.compile(rf"Tokens: {_COUNT} sent(?:, {_COUNT} cache write)?(?:, {_COUNT} cache hit)?, {_COUNT} received")
COST = re.compile(r"Cost: \$([\d.,]+) \w+, \$[\d.,]+ session")
"""On the same line, or below it where both kinds of cache were used. The message's dollars, not the session's sum."""
_SCALE = {"k": 1000, "m": 1_000_000}


def usage(line: str, model: str) -> Usage | None:
    """The tokens of a message; None for a line that tells of none.

    `sent` holds what was written to a cache, and what was read from one only where the vendor counts so (DeepSeek).
    """
    found = TOKENS.search(line)
    if found is None:
        return None
    sent, write, hit, received = (_count(one) for one in found.groups())
    within = (write or 0) + (hit or 0 if "deepseek" in model.lower() else 0)
    fresh = None if sent is None else max(sent - within, 0)
    return Usage(input=fresh, output=received, cache_read=hit, cache_write_5m=write)


def cost(line: str) -> str | None:
    """The dollars of a message as a decimal string."""
    found = COST.search(line)
    return dollars(found.group(1).replace(",", "")) if found else None


def _count(shown: str | None) -> int | None:
    """`12k` is 12 000, `1.2k` 1 200, `1,234` what it says."""
    if shown is None:
        return None
    scale = _SCALE.get(shown[-1].lower(), 1)
    try:
        found = round(Decimal(shown.rstrip("kKmM").replace(",", "")) * scale)
    except InvalidOperation:
        return None
    return found if found <= MOST else None
