"""Whose rows these are: a fork's rollout begins with rows of the thread it was forked from.

Three forms have been seen. Since 0.146 a fork names where its history ends (`history_base`) and holds its own rows only.
Before, its header was followed by the parent's header, that of the parent's parent and so on, and then by their rows,
with their own times or all with the time of the fork. A sub-agent that takes its parent's history with it leaves out
tool calls, and may begin in the middle of it. What tells the rows apart is the turn: its id is a UUID that begins with
the time of its making, and a turn from before the thread began is not its own. Without such ids the times of the rows
do; where those were made anew, the pause after the copying does.
"""

from __future__ import annotations

from agent_trace.agents._clock import milliseconds
from agent_trace.agents.codex.fields import Record, part, text
from agent_trace.agents.codex.layout import time_of
from agent_trace.agents.codex.parse_state import Ancestor, ParseState

PAUSE_MS = 1000
"""Copied rows are written in one go: after a longer pause the thread's own have begun."""


def begin(state: ParseState, header: Record, at: int | None) -> bool:
    """Hear a header; True where it is the thread's own."""
    name, born = text(header, "id"), _born(header, at)
    if not state.thread:
        _begin_own(state, header, name, born)
        return True
    if name == state.thread:
        if state.ancestors:
            _go_on(state)
        return True
    if not state.is_under_way and name:
        state.ancestors.append(Ancestor(name, born))
        state.is_copying, state.origin, state.has_turns = True, name, False
    return False


def _begin_own(state: ParseState, header: Record, name: str, born: int | None) -> None:
    state.thread, state.born = name or state.session, born
    forked = text(header, "forked_from_id")
    state.source = forked or starter_of(header) or ""
    if forked and not part(header, "history_base"):
        state.is_copying, state.origin = True, forked


def starter_of(header: Record) -> str | None:
    """The thread that started this one as its sub-agent."""
    spawned = part(part(part(header, "source"), "subagent"), "thread_spawn")
    return text(header, "parent_thread_id") or text(spawned, "parent_thread_id") or None


def _born(header: Record, at: int | None) -> int | None:
    made = time_of(text(header, "id"))
    return made if made is not None else milliseconds(text(header, "timestamp")) or at


def follow(state: ParseState, at: int | None, turn: str) -> None:
    """Before a row is heard: tell whether it is the thread's own."""
    if state.is_under_way or state.born is None or not state.thread:
        return
    made = time_of(turn)
    if made is not None:
        _by_turn(state, made, state.born)
    elif state.is_copying:
        _by_time(state, at, state.born)
    elif not state.source:
        state.is_under_way = True
    elif at is not None and at < state.born - PAUSE_MS:
        _copied(state, at)


def _by_turn(state: ParseState, made: int, born: int) -> None:
    if made >= born or not (state.source or state.ancestors):
        _go_on(state)
    else:
        _copied(state, made)
        state.has_turns = True


def _by_time(state: ParseState, at: int | None, born: int) -> None:
    if at is None or state.has_turns:
        return
    if at < born:
        _copied(state, at)
    elif state.last is not None and at - state.last > PAUSE_MS:
        _go_on(state)


def _copied(state: ParseState, made: int) -> None:
    """The rows at hand are of the youngest ancestor that was there when they were made."""
    older = [one for one in state.ancestors if one.born is not None and one.born <= made]
    youngest = max(older, key=lambda one: one.born or 0, default=None)
    state.is_copying, state.origin = True, youngest.id if youngest else state.origin or state.source


def _go_on(state: ParseState) -> None:
    state.is_copying, state.origin, state.is_under_way = False, "", True
