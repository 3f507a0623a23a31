"""The kinds of tools that all agents share."""

from __future__ import annotations

from typing import Literal

ToolKind = Literal["read", "write", "edit", "search", "shell", "fetch", "agent", "skill", "plan", "ask", "mcp", "other"]
"""Each agent maps its tool names to these."""

EDITING: frozenset[ToolKind] = frozenset({"write", "edit"})
