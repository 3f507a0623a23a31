"""Which of several logs made the rows that they share."""

from __future__ import annotations

from agent_trace.analysis.ownership import ANSWER, Log, inherited

PROMPT = 2


def log(source: int, *rows: tuple[str, int | None, int]) -> Log:
    return Log(source=source, session=f"s{source}", born=source, rows=list(rows))


def test_own_rows_that_are_no_conversation_say_nothing() -> None:
    """A copy that goes on with bookkeeping alone has no claim over the log that goes on in the middle of a turn."""
    copy = log(1, ("a", 10, PROMPT), ("mode", 12, 0))
    maker = log(2, ("a", 10, PROMPT), ("b", 20, ANSWER))
    assert inherited([copy, maker]) == {1: frozenset({"a"}), 2: frozenset()}
