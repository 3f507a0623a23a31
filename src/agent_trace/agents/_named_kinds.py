"""The agents' own words for what they put beside a conversation, as people read them."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


def spelled(kind: str) -> str:
    """`total_tokens_reminder` with blanks; what is no such word stays as it is, or a secret in it would be cut in two."""
    return kind.replace("_", " ") if _WORD.fullmatch(kind) else kind
