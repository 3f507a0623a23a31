"""The masker that the configuration and the command line ask for."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from agent_trace.config import Config
from agent_trace.privacy.masking import Masker
from agent_trace.privacy.rules import PiiKind, flag_rules


def masker(
    config: Config, *, cwd: str | None = None, patterns: Sequence[str] = (), pii: Collection[PiiKind] | None = None
) -> Masker:
    """The masker for what was done in a folder; raises UsageError for a pattern that is refused."""
    del cwd  # the rules of a repository
    return Masker(flag_rules(patterns), mode=config.privacy_mode, pii=config.pii if pii is None else pii)
