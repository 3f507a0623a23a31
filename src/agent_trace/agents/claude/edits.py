"""What an edit changed, from the structured patch that Claude Code keeps beside a result."""

from __future__ import annotations

import msgspec


class Hunk(msgspec.Struct, gc=False, rename="camel"):
    old_start: int = 0
    old_lines: int = 0
    new_start: int = 0
    new_lines: int = 0
    lines: list[str] = msgspec.field(default_factory=list)


class EditResult(msgspec.Struct, gc=False, rename="camel"):
    type: str | None = None
    file_path: str | None = None
    content: str | None = None
    structured_patch: list[Hunk] | None = None


_RESULT = msgspec.json.Decoder(EditResult)


def edit_result(raw: msgspec.Raw) -> EditResult | None:
    """The result of an edit, where it is an object."""
    text = bytes(raw)
    if text[:1] != b"{":
        return None
    try:
        return _RESULT.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def changed_lines(raw: msgspec.Raw) -> tuple[int, int]:
    """Lines added and removed, as git counts them; a created file adds the lines of its content."""
    result = edit_result(raw)
    if result is None:
        return 0, 0
    if result.type == "create":
        return count_lines(result.content or ""), 0
    return count_patch(result.structured_patch or [])


def count_patch(hunks: list[Hunk]) -> tuple[int, int]:
    """Lines that begin with + and with - in all hunks."""
    lines = [line[:1] for hunk in hunks for line in hunk.lines]
    return lines.count("+"), lines.count("-")


def count_lines(text: str) -> int:
    """Lines of a text, a last one without a newline included."""
    return text.count("\n") + (1 if text and not text.endswith("\n") else 0)


def unified(hunks: list[Hunk]) -> str:
    """The body of a unified diff."""
    return "\n".join(
        line
        for hunk in hunks
        for line in (f"@@ -{hunk.old_start},{hunk.old_lines} +{hunk.new_start},{hunk.new_lines} @@", *hunk.lines)
    )
