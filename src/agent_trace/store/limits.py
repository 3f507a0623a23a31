"""Which numbers of a log are believed: one absurd row must not stop a sync, nor make a sum overflow."""

from __future__ import annotations

from agent_trace.model.scan import CostRecord

TOKENS = 2**44
"""Of one call; half a million such calls still add up in 64 bits."""
PICODOLLARS = 10**16
"""Ten thousand dollars for one call."""
_MILLISECONDS = 2**53


def tokens(count: int | None) -> int | None:
    """A count of one call; None where it cannot be one."""
    return count if count is None or 0 <= count <= TOKENS else None


def picodollars(amount: int | None) -> int | None:
    """Millionths of a millionth of a dollar; None where they cannot be the cost of a call."""
    return amount if amount is None or abs(amount) <= PICODOLLARS else None


def session_cost(amount: int) -> int | None:
    """The same for a whole session."""
    return amount if abs(amount) <= 100 * PICODOLLARS else None


def is_believable(record: CostRecord) -> bool:
    """Whether a cost record's counts are counts."""
    counts = [count for kinds in record.models.values() for count in kinds]
    times = (record.duration_ms, record.began_ms)
    lasted = all(time is None or abs(time) <= _MILLISECONDS for time in times)
    return lasted and all(0 <= count <= TOKENS for count in counts)
