"""Data of an event as the SDK masks it, before it is written anywhere."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any, cast

from agent_trace.privacy.masking import Masker
from agent_trace.privacy.rules import PII_KINDS, PiiKind


def masked_data(data: dict[str, Any], *, secrets: bool, pii: Collection[str]) -> dict[str, Any]:
    """A new dictionary; raises ValueError for a kind of personal data that is not known."""
    unknown = sorted(set(pii) - set(PII_KINDS))
    if unknown:
        raise ValueError(f"no kind of personal data: {', '.join(unknown)}; known: {', '.join(PII_KINDS)}")
    return cast(dict[str, Any], _masker(secrets, frozenset(pii)).value(data))


@cache
def _masker(secrets: bool, pii: frozenset[PiiKind]) -> Masker:
    return Masker(mode="moderate" if secrets else "none", pii=pii)
