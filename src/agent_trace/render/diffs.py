"""Lines of a diff as every medium writes them."""

from __future__ import annotations

from agent_trace.render.blocks import DiffLine


def written(line: DiffLine) -> str:
    """The line with its mark, as `diff -u` writes it; what it holds stays one line."""
    text = line.text.rstrip("\r\n")
    if line.mark == "@":
        return text if text.startswith("@@") else f"@@ {text} @@"
    return line.mark + text
