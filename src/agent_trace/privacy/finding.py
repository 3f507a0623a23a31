"""Everything that is a secret in one run of text."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from agent_trace.privacy import assignments, blocks, credentials, pii, secrets
from agent_trace.privacy.linear import Linear, over_bytes
from agent_trace.privacy.rules import PiiKind
from agent_trace.privacy.spans import Span

ESCAPED = rb"\\u00(?:2[013-589a-fA-F]|3[0-9abdfABDF]|[4-6][0-9a-fA-F]|7[0-9a-eA-E])"
"""An ASCII sign that a log has written as an escape: what it hides must be read. Quotes and `<>&` are common, and known."""
PII_RANK = pii.RANK


@cache
def prefilter(kinds: tuple[PiiKind, ...] = ()) -> Linear:
    """Finds whatever any of the built-in rules could mask; what it does not find holds no secret."""
    leads = [secrets.leads(), assignments.LEAD, credentials.LEAD, blocks.LEAD, ESCAPED]
    return over_bytes(b"|".join(b"(?:" + one + b")" for one in (*leads, *([pii.lead(kinds)] if kinds else []))))


def find(text: bytes, kinds: Collection[PiiKind] = ()) -> list[Span]:
    """What the built-in rules would mask in a text, in no order and with overlaps."""
    return [
        *blocks.find(text), *secrets.find(text), *assignments.find(text), *credentials.find(text), *pii.find(text, kinds)
    ]  # fmt: skip
