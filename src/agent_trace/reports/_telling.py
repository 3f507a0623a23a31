"""Rows of a replay as the entries of a timeline: marks, words, and as much of each text as a reader wants."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from agent_trace.model.usage import Usage
from agent_trace.render.blocks import Entry, Tone
from agent_trace.render.numbers import dollars, duration, tokens
from agent_trace.reports._happened import Compaction, Row, sizes
from agent_trace.reports._words import as_words, many, relative

INLINE = 48
"""A text of one line up to so many characters stands beside its label; a longer one stands below."""

LINE = 240
"""So much of a text goes to a line that is cut to the screen's width."""
REST = 60
"""So few characters more are shown rather than counted."""


class Look(NamedTuple):
    mark: str
    tone: Tone = "plain"
    lines: int = 0
    """How many lines of the text are shown below; 0: none."""
    characters: int = 0
    """How many characters of it."""


LOOKS: Mapping[str, Look] = {
    "session_start": Look("●", "dim"),
    "session_title": Look("·", "dim"),
    "session_end": Look("○", "dim"),
    "user_prompt": Look("▶", "accent", 12, 1200),
    "command": Look("▶", "accent", 4, 400),
    "assistant_response": Look("•", "plain", 6, 600),
    "thinking": Look("·", "dim"),
    "llm_request": Look("·", "dim"),
    "llm_response": Look("·", "dim"),
    "tool_call": Look("→"),
    "tool_result": Look("←", "plain", 3, 300),
    "usage_record": Look("·", "dim"),
    "file_read": Look("·", "dim"),
    "file_write": Look("·", "dim"),
    "decision": Look("•", "plain", 4, 400),
    "permission_asked": Look("?", "warning"),
    "permission_answered": Look("✓", "plain"),
    "interrupted": Look("×", "warning", 1, 100),
    "model_changed": Look("·", "accent"),
    "compacted": Look("▼", "accent", 3, 300),
    "blocked": Look("✗", "bad"),
    "error": Look("✗", "bad", 4, 400),
    "attachment": Look("·", "dim"),
    "linked": Look("·", "dim"),
    "unknown": Look("!", "warning"),
}
FAILED = Look("✗", "bad", 8, 800)
REFUSED = Look("✗", "warning", 2, 200)
WITHHELD = re.compile(r"withheld \(tier [123]\)")
"""What stands in the place of a text that the tier does not let pass."""
QUIET = frozenset({"read", "write", "edit"})
"""Kinds of tools whose output repeats a file or says that all went well."""
WHOLE = Look("", "plain", 10**9, 10**9)


def entry(row: Row, cwd: str | None, *, full: bool = False) -> Entry:
    """One row as a line, and what is worth showing below it."""
    look = _look(row)
    said = _said(row, cwd, full=full)
    if WITHHELD.fullmatch(said.text):
        length = f" · {many(said.size, 'character')}" if said.size not in (0, len(said.text)) else ""
        said = said._replace(text=said.text + length, size=0)
    beside, text = said.beside, said.text
    if text and said.may_stand_beside and "\n" not in text and len(text) <= INLINE and said.size <= len(text):
        beside, text = f"{beside}  {text}" if beside else text, ""
    room = WHOLE if full else look
    return Entry(
        number=row.number,
        when=offset(row.offset_s),
        mark=look.mark,
        label=row.kind,
        text=f"[side] {beside}" if row.side else beside,
        body=excerpt(text, said.size, room.lines, room.characters) if text and room.lines else "",
        tone="dim" if row.inherited else look.tone,
        depth=row.depth,
    )


class Said(NamedTuple):
    """The words about a row."""

    beside: str
    """On its line."""
    text: str = ""
    """What is shown below, or beside where it is short."""
    size: int = 0
    """Characters of the whole of that text."""
    may_stand_beside: bool = True


def offset(seconds: float | None) -> str:
    """Time since the start: `+0.07s`, `+1m43s`, `+2h05m`, `+3d04h`; `?` if the log has none."""
    if seconds is None:
        return "?"
    sign, size = ("-" if seconds < 0 else "+"), abs(seconds)
    if round(size, 2) < 60:
        return f"{sign}{size:.2f}s"
    whole = round(size)
    if whole < 3600:
        return f"{sign}{whole // 60}m{whole % 60:02}s"
    if whole < 86_400:
        return f"{sign}{whole // 3600}h{whole % 3600 // 60:02}m"
    return f"{sign}{whole // 86_400}d{whole % 86_400 // 3600:02}h"


def excerpt(text: str, size: int, lines: int, characters: int) -> str:
    """The beginning of a text, and how much of it is left out; `size` is the length of the whole."""
    start = text.lstrip("\r\n")
    shown = "\n".join(start[:characters].split("\n", lines)[:lines]).rstrip()
    rest = start[len(shown) :].rstrip()
    beyond = max(size - len(text), 0)
    if not beyond and len(rest) <= REST:
        return shown + rest
    return f"{shown}\n… {many(len(rest) + beyond, 'more character')}"


def _look(row: Row) -> Look:
    if row.refused:
        return REFUSED
    if row.failed or row.went_wrong:
        return FAILED
    look = LOOKS.get(row.kind, LOOKS["attachment"])
    if row.kind == "tool_result" and row.tool_kind in QUIET:
        return look._replace(lines=0)
    if row.kind == "permission_answered" and not row.title.startswith("accept"):
        return look._replace(mark="✗", tone="warning")
    if row.retry is not None:
        return look._replace(mark="!", tone="warning")
    return look


def _said(row: Row, cwd: str | None, *, full: bool) -> Said:
    match row.kind:
        case "tool_call":
            return _call(row, cwd, full=full)
        case "tool_result" if full and row.patch:
            return Said(_result(row), row.patch, len(row.patch), may_stand_beside=False)
        case "tool_result":
            return Said(_result(row), row.text, row.size, may_stand_beside=False)
        case "llm_response":
            return Said(_response(row))
        case "thinking" | "attachment":
            return _noted(row, full=full)
        case "file_read" | "file_write":
            return Said(_joined(relative(row.title, cwd), _lines(row)))
        case "compacted":
            return Said(" · ".join(filter(None, (row.title, *shrunk(_compaction(row)), _ran(row)))), row.text, row.size)
        case "error":
            return Said(_joined(_attempt(row), row.title), row.text, row.size)
    return Said(_joined(row.tool, row.title), row.text, row.size)


def _compaction(row: Row) -> Compaction:
    return Compaction(row.context_before, row.context_after, row.context_told)


def shrunk(one: Compaction) -> Iterator[str]:
    """How much smaller the context became, and the agent's own figures of it."""
    if one.before is not None or one.after is not None:
        yield f"{sizes(one.before, one.after)} tokens"
    if one.told:
        yield f"as the agent counts {one.told}"


def _joined(*words: str | None) -> str:
    return " ".join(filter(None, words))


def _call(row: Row, cwd: str | None, *, full: bool) -> Said:
    """The tool and the one argument that tells what it does; in full, the whole of it, or all arguments."""
    line = _line(row, cwd)
    dollar = "$ " if row.tool_kind == "shell" and row.title else ""
    child = f"  ⇒ {row.child.rpartition('/')[2]}" if row.child else ""
    beside = f"{row.tool}  {dollar}{line}{child}".rstrip()
    if not full:
        return Said(beside)
    text = row.title if dollar else row.text
    is_told = text == row.title and "\n" not in text and len(text) <= INLINE
    return Said(beside) if is_told else Said(beside, text, len(text), may_stand_beside=False)


def _line(row: Row, cwd: str | None) -> str:
    """What the call is about; of arguments that were cut on reading, the beginning in the same words, and how long they are."""
    line = relative(row.title or as_words(row.text), cwd)[:LINE]
    is_cut = not row.title and row.size > len(row.text) and not WITHHELD.fullmatch(row.text)
    return f"{line.rstrip()}… ({many(row.size, 'character')})" if is_cut else line


def _result(row: Row) -> str:
    """How a tool came back: what went wrong, how long it took, what it changed."""
    state = "refused" if row.refused else "failed" if row.failed or row.went_wrong else ""
    parts = (
        state,
        "interrupted" if row.interrupted else "",
        f"exit code {row.exit_code}" if row.exit_code else "",
        _ran(row),
        _lines(row),
    )
    return "  ".join(filter(None, (row.tool, " · ".join(filter(None, parts)))))


def _response(row: Row) -> str:
    """Tokens first: they may not be cut, the model's name may."""
    usage = row.usage or Usage()
    cost = "not counted" if row.inherited else dollars(row.cost_usd)
    searches = f" · {many(usage.web_searches, 'search')}" if usage.web_searches else ""
    read = None if usage.input is None and not usage.prompt else usage.prompt
    return f"{tokens(read)} in · {tokens(usage.output)} out{searches} · {cost} · {row.model or 'no model'}"


def _noted(row: Row, *, full: bool) -> Said:
    """One line, of however long a text."""
    if full and row.text and (row.size > INLINE or "\n" in row.text):
        return Said(row.title, row.text, len(row.text), may_stand_beside=False)
    size = f"({many(row.size, 'character')})" if row.size and not row.text else ""
    said = row.text[:LINE].strip() or size
    return Said(": ".join(filter(None, (row.title, said))) or "(nothing to read)")


def _attempt(row: Row) -> str:
    if row.retry is None:
        return ""
    return f"attempt {row.retry}, tried again:" if row.retry else "tried again:"


def _ran(row: Row) -> str:
    return "" if row.run_s is None else duration(row.run_s)


def _lines(row: Row) -> str:
    return f"+{row.lines_added} -{row.lines_removed}" if row.lines_added or row.lines_removed else ""
