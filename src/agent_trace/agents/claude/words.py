"""Record types of transcripts from 1.0 to 2.1.329, and what is done with each."""

from __future__ import annotations

CONVERSATION = frozenset({"user", "assistant", "system", "attachment", "progress"})
TITLES = frozenset({"custom-title", "ai-title", "summary", "agent-name"})
BOOKKEEPING = frozenset(
    {
        "api-request",
        "api-request-blob",
        "api-request-shape",
        "atis-latch",
        "bridge-session",
        "cost-state",
        "file-history-delta",
        "file-history-snapshot",
        "frame-link",
        "last-prompt",
        "mode",
        "permission-mode",
        "pr-link",
        "queue-operation",
        "relocated",
        "result",
        "started",
        "tools-used",
        "worktree-state",
    }
)
"""Known and of no weight: `api-request-blob` in particular holds copies of messages, which must not count twice."""

UNTHREADED = TITLES | BOOKKEEPING
"""Rows that have no uuid of their own."""
KNOWN_TYPES = CONVERSATION | TITLES | BOOKKEEPING
