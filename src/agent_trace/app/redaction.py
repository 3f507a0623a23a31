"""The masker that the configuration asks for."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from agent_trace.config import Config
from agent_trace.privacy.masking import Masker
from agent_trace.privacy.rules import PiiKind, Rule


def masker(
    config: Config, *, cwd: str | None = None, patterns: Sequence[str] = (), pii: Collection[PiiKind] | None = None
) -> Masker:
    """The masker for what was done in a folder."""
    rules = [Rule(name="pattern", pattern=pattern) for pattern in patterns]
    return Masker(rules, mode=config.privacy_mode, pii=config.pii if pii is None else pii)
