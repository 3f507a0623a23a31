"""What Claude Code writes to the status line, made up for a test."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

SESSION = "aaaaaaaa-0000-4000-8000-000000000001"


def now(**ago: int) -> str:
    """A moment before this one, as logs write it."""
    return (datetime.now(timezone.utc) - timedelta(**ago)).strftime("%Y-%m-%dT%H:%M:%S")


def heard(session: str = SESSION, **more: Any) -> bytes:
    """An input about a session."""
    return json.dumps(
        {"session_id": session, "model": {"id": "claude-opus-5", "display_name": "Opus 5"}, **more}
    ).encode()
