"""What counts as a prompt: a text that a person, or the program that drives the agent, gave."""

from __future__ import annotations

PERSONAL = frozenset({"typed", "sdk"})
"""Values of promptSource (2.1.19x and later) that mean a person or a driving program."""

MACHINE_STARTS = (
    "<task-notification",
    "<command-",
    "<local-command-",
    "<bash-",
    "[Request interrupted",
)
"""How texts begin that Claude Code itself writes as user rows."""


def is_prompt(
    text: str, *, source: str | None, origin: str | None, meta: bool, summary: bool, side: bool, image: bool = False
) -> bool:
    """Decide from the row's own fields where it has them (2.1.19x and later), else from its text."""
    if side:
        return False
    if source is not None or origin is not None:
        return source in PERSONAL or origin == "human"
    if meta or summary or not (text.strip() or image):
        return False
    return not text.lstrip().startswith(MACHINE_STARTS)


def is_interruption(text: str) -> bool:
    return text.startswith("[Request interrupted")


def title_of(text: str, limit: int = 200) -> str:
    """A prompt on one line, cut to a title."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
