"""Forks and sub-agents: which rows of a rollout were copied from another thread."""

from __future__ import annotations

from typing import Any

from agent_trace.model.events import Event, Linked, SessionStarted
from tests.agents.codex.logs import PATH, THREAD
from tests.agents.codex.written import (
    JSON,
    called,
    counted,
    event,
    header,
    message,
    only,
    session,
    spent,
    stamp,
    thread_id,
    told,
    turn,
    used,
)

PARENT = thread_id(0)
FORK = thread_id(600)
GRAND = thread_id(-600)
FORK_PATH = f"sessions/rollout-2026-11-21T05-34-16-{FORK}.jsonl"
FIRST, SECOND, OWN = spent(1000, 50), spent(200, 30, cached=1000), spent(10, 5)
BOTH, ALL = spent(1200, 80, cached=1000), spent(1210, 85, cached=1000)


def prompt(text: str, at: float) -> list[JSON]:
    """A prompt as its two rows."""
    return [message("user", text, at=at), event("user_message", at, message=text)]


def parent_rows(begins: float = 0, step: float = 10, **turn_fields: Any) -> list[JSON]:
    """What a parent did, from its header on."""
    rows = [header(name=PARENT), turn(**turn_fields), *prompt("a", 0), counted(FIRST, FIRST), counted(BOTH, SECOND)]
    return [one | {"timestamp": stamp(begins + step * number)} for number, one in enumerate(rows)]


def own_rows(at: float, **turn_fields: Any) -> list[JSON]:
    """What a fork did itself."""
    return [turn(at, **turn_fields), *prompt("b", at + 1), counted(ALL, OWN, at + 2)]


def fork_header(**fields: Any) -> JSON:
    return header(600, FORK, forked_from_id=PARENT, **fields)


def inherited(found: list[Event]) -> list[bool]:
    return [one.inherited for one in found]


def assert_only_its_own(*rows: JSON) -> None:
    """The fork made one call and was asked once; the rest is its parent's, shown and not counted."""
    found = session(*rows, path=FORK_PATH)
    assert found.id == FORK
    assert used(found.own_calls) == [(10, 0, 5)]
    assert [one.text for one in found.prompts] == ["b"]
    flags = inherited(list(found.events))
    assert any(flags)
    last = len(flags) - flags[::-1].index(True)
    assert not any(flags[last:])


def test_copied_rows_with_their_own_times() -> None:
    assert_only_its_own(fork_header(), *parent_rows(), *own_rows(620))


def test_copied_rows_with_the_time_of_the_fork_and_turns_that_tell() -> None:
    old, new = thread_id(1), thread_id(605)
    assert_only_its_own(fork_header(), *parent_rows(600, 0.01, turn_id=old), *own_rows(600.2, turn_id=new))


def test_turns_tell_even_after_a_pause_in_the_copying() -> None:
    old, new = thread_id(1), thread_id(605)
    assert_only_its_own(fork_header(), *parent_rows(600, 2, turn_id=old), *own_rows(615, turn_id=new))


def test_copied_rows_with_the_time_of_the_fork_end_with_a_pause() -> None:
    assert_only_its_own(fork_header(), *parent_rows(600, 0.01), *own_rows(604))


def test_copied_rows_end_where_the_header_is_repeated() -> None:
    assert_only_its_own(fork_header(), *parent_rows(600, 0.01), header(600.1, FORK), *own_rows(600.2))


def test_copied_rows_without_their_header() -> None:
    old, new = thread_id(1), thread_id(605)
    rows = parent_rows(600, 0.01, turn_id=old)[1:]
    assert_only_its_own(fork_header(), *rows, *own_rows(600.2, turn_id=new))


def test_a_sub_agent_that_took_its_parents_history_with_it() -> None:
    spawned = {"subagent": {"thread_spawn": {"parent_thread_id": PARENT, "depth": 1}}}
    own = own_rows(601)
    found = session(header(600, FORK, source=spawned), *parent_rows()[1:], *own, path=FORK_PATH)
    assert used(found.own_calls) == [(10, 0, 5)]
    (started,) = [one for one in found.events if isinstance(one, SessionStarted)]
    assert started.starter == PARENT


def test_a_sub_agent_without_its_parents_history_has_nothing_copied() -> None:
    rows = [header(600, FORK, parent_thread_id=PARENT), event("task_started", 600.1, turn_id=thread_id(600.1))]
    found = told(*rows, *own_rows(600.2), path=FORK_PATH)
    assert not any(inherited(found))


def test_a_fork_that_names_where_its_history_ends_has_nothing_copied() -> None:
    base = {"thread_id": PARENT, "end_ordinal_exclusive": 9, "end_byte_offset": 900}
    found = session(fork_header(history_base=base), *own_rows(601), path=FORK_PATH)
    assert not any(inherited(list(found.events)))
    assert used(found.calls) == [(10, 0, 5)]
    assert [(one.how, one.other) for one in found.events if isinstance(one, Linked)] == [("fork", PARENT)]


def test_a_fork_of_a_fork_knows_whose_each_row_is() -> None:
    grand = [header(-600, GRAND), turn(-590), counted(FIRST, FIRST, -580)]
    parent = [turn(10), called("call_1", at=20), counted(BOTH, SECOND, 21)]
    fork = session(fork_header(), header(0, PARENT), *grand, *parent, *own_rows(620), path=FORK_PATH)
    assert used(fork.own_calls) == [(10, 0, 5)]
    assert names(fork.events) >= names(session(header(-600, GRAND), *grand[1:], path=f"rollout-{GRAND}.jsonl").calls)
    own_file = session(header(0, PARENT, forked_from_id=GRAND), *grand, *parent, path=f"rollout-{PARENT}.jsonl")
    assert names(fork.events) >= names(own_file.calls)


def names(found: object) -> set[str]:
    """What events are known by in other files."""
    assert isinstance(found, tuple)
    return {one.twin or one.id for one in found}


def test_a_copy_and_its_original_have_the_same_names() -> None:
    copy = told(fork_header(), *parent_rows(), path=FORK_PATH)
    original = told(*parent_rows(), path=f"rollout-{PARENT}.jsonl")
    assert {one.id for one in original[1:]} <= {one.id for one in copy}


def test_headers_that_are_said_again_start_nothing_anew() -> None:
    again = [header(5), header(6, git={"branch": "next"}), header(7, git={"branch": "next"})]
    found = told(header(), turn(1), *again, *prompt("a", 8))
    started = [one for one in found if isinstance(one, SessionStarted)]
    assert [one.branch for one in started] == [None, "next"]
    assert not any(inherited(found))


def test_a_strange_header_in_the_middle_copies_nothing() -> None:
    found = told(header(), turn(1), header(5, PARENT + "0"), *prompt("a", 6))
    assert not any(inherited(found))


def test_an_own_header_before_any_copied_row_ends_nothing() -> None:
    found = session(fork_header(), fork_header(), *parent_rows(600, 0.01), *own_rows(604), path=FORK_PATH)
    assert used(found.own_calls) == [(10, 0, 5)]


def test_rows_without_any_time_stay_with_those_before_them() -> None:
    rows = [one | {"timestamp": None} for one in parent_rows()[1:]]
    found = told(fork_header(), header(name=PARENT), *rows, path=FORK_PATH)
    assert all(inherited(found[2:]))


def test_a_turn_from_before_its_thread_is_its_own_where_nothing_was_forked() -> None:
    found = told(header(), turn(1, turn_id=thread_id(-100)), *prompt("a", 2))
    assert not any(inherited(found))


def test_the_header_of_a_thread_names_the_session() -> None:
    (started,) = only(SessionStarted, header(name=FORK), path=PATH)
    assert started.session == FORK
    (started,) = only(SessionStarted, {"no": "header"}, header(name=FORK), path=PATH)
    assert started.session == THREAD


def test_a_header_without_an_id_is_one_too() -> None:
    found = session({"timestamp": stamp(0), "type": "session_meta", "payload": {"cwd": "/x"}}, *prompt("a", 1))
    assert (found.id, [one.text for one in found.prompts]) == (THREAD, ["a"])
