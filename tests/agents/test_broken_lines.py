"""Logs of agents without a fast pass whose lines are not what they should be."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from agent_trace.model.events import Event, Unknown, UserPrompt
from tests.agents.told import heard, log, only

AGENTS = ("copilot", "pi")
TIMES = ("2026-11-18T12:00:00.000Z", "2026-11-18T12:00:07.000Z", "2026-11-18T12:00:09.000Z")
NOON = 1_795_003_200_000


def prompt(agent: str, number: int, **changes: Any) -> dict[str, Any]:
    """A record in which a person says which record it is."""
    words, at = f"prompt {number}", TIMES[number % len(TIMES)]
    if agent == "copilot":
        name, before = f"00000000-0000-4000-8000-{number:012}", f"00000000-0000-4000-8000-{number - 1:012}"
        record: dict[str, Any] = {"type": "user.message", "id": name, "parentId": before, "data": {"content": words}}
    else:
        message = {"role": "user", "content": words}
        record = {"type": "message", "id": f"{number:08}", "parentId": f"{number - 1:08}", "message": message}
    return {**record, "timestamp": at, **changes}


def said(events: list[Event]) -> list[str]:
    """The prompts of a log, in their order."""
    return [one.text for one in only(UserPrompt, events)]


def reasons(events: list[Event]) -> list[str]:
    """Why records were not understood."""
    return [one.reason for one in only(Unknown, events)]


Mangle = Callable[[bytes, bytes, bytes], bytes]
BROKEN: dict[str, tuple[Mangle, list[str]]] = {
    "a line that is no JSON": (lambda a, b, c: a + b"nonsense\n" + b + c, ["not JSON"]),
    "a line cut in the middle": (lambda a, b, c: a + b + b[:30] + b"\n" + c, ["not JSON"]),
    "a value that is no object": (lambda a, b, c: a + b + b'["x"]\n' + c, ["not an object"]),
    "a number beside an object": (lambda a, b, c: a + b"7" + b + c, ["not an object"]),
    "two records on a line": (lambda a, b, c: a[:-1] + b + c, []),
    "two records with a space between": (lambda a, b, c: a[:-1] + b" \t" + b + c, []),
    "a record and a torn one on a line": (lambda a, b, c: a + b[:-1] + b[:30] + b"\n" + c, ["not JSON"]),
    "no final newline": (lambda a, b, c: a + b + c[:-1], []),
    "a byte order mark": (lambda a, b, c: b"\xef\xbb\xbf" + a + b + c, []),
    "carriage returns": (lambda a, b, c: (a + b + c).replace(b"\n", b"\r\n"), []),
    "empty lines": (lambda a, b, c: a + b"\n\n \r\n\t\n" + b + c, []),
    "NUL bytes between lines": (lambda a, b, c: a + b"\x00" * 500 + b"\n" + b + c, []),
    "NUL bytes before a record": (lambda a, b, c: a + b"\x00" * 500 + b + c, []),
    "deep JSON": (lambda a, b, c: a + b + b'{"x":' * 9_000 + b"\n" + c, ["not JSON"]),
}


@pytest.mark.parametrize("agent", AGENTS)
@pytest.mark.parametrize("case", sorted(BROKEN))
def test_the_good_lines_are_read(agent: str, case: str) -> None:
    mangle, expected = BROKEN[case]
    events = heard(agent, mangle(*(log(prompt(agent, number)) for number in (1, 2, 3))))
    assert said(events) == ["prompt 1", "prompt 2", "prompt 3"]
    assert reasons(events) == expected


@pytest.mark.parametrize("agent", AGENTS)
def test_a_deep_value_is_one_record_that_is_not_understood(agent: str) -> None:
    for depth in (500, 1_500, *range(sys.getrecursionlimit() - 150, sys.getrecursionlimit() + 10)):
        deep = b'{"x":' * depth + b"1" + b"}" * depth + b"\n"
        events = heard(agent, log(prompt(agent, 1)) + deep + log(prompt(agent, 2)))
        assert said(events) == ["prompt 1", "prompt 2"]
        assert reasons(events) in (["not JSON"], ["no record type"])


@pytest.mark.parametrize("agent", AGENTS)
def test_a_cut_tail_is_kept_as_it_stands(agent: str) -> None:
    events = heard(agent, log(prompt(agent, 1)) + log(prompt(agent, 2))[:-20])
    assert said(events) == ["prompt 1"]
    assert only(Unknown, events)[0].raw == log(prompt(agent, 2))[:-20].decode()


@pytest.mark.parametrize("agent", AGENTS)
def test_invalid_utf8_becomes_the_replacement_character(agent: str) -> None:
    data = log(prompt(agent, 1)).replace(b"prompt 1", b"pr\xff\xfempt") + log(prompt(agent, 2))
    assert said(heard(agent, data)) == ["pr\ufffd\ufffdmpt", "prompt 2"]


@pytest.mark.parametrize("agent", AGENTS)
def test_lone_surrogates_become_something_that_can_be_written(agent: str) -> None:
    data = log(prompt(agent, 1)).replace(b"prompt 1", rb"one \ud83d half") + log(prompt(agent, 2))
    assert said(heard(agent, data)) == ["one ? half", "prompt 2"]


@pytest.mark.parametrize("agent", AGENTS)
def test_pairs_of_surrogates_are_one_character(agent: str) -> None:
    data = log(prompt(agent, 1)).replace(b"prompt 1", rb"\ud83d\ude00")
    assert said(heard(agent, data)) == ["😀"]


@pytest.mark.parametrize("agent", AGENTS)
def test_a_line_of_two_megabytes_is_clipped_and_measured(agent: str) -> None:
    data = log(prompt(agent, 1)).replace(b"prompt 1", b"x" * 2_000_000) + log(prompt(agent, 2))
    events = heard(agent, data)
    assert [(len(one.text), one.size) for one in only(UserPrompt, events)] == [(2048, 2_000_000), (8, 8)]
    assert said(heard(agent, data, clip=None))[0] == "x" * 2_000_000


@pytest.mark.parametrize("agent", AGENTS)
def test_a_clock_that_runs_backwards_is_told_as_it_is(agent: str) -> None:
    data = log(prompt(agent, 1, timestamp=TIMES[2]), prompt(agent, 2, timestamp=TIMES[0]))
    assert [one.at for one in only(UserPrompt, heard(agent, data))] == [NOON + 9_000, NOON]


@pytest.mark.parametrize("agent", AGENTS)
@pytest.mark.parametrize("stamp", [None, "", "yesterday", 17, {}])
def test_a_record_without_a_time_has_that_of_the_one_before(agent: str, stamp: Any) -> None:
    first, second = prompt(agent, 1, timestamp=TIMES[0]), prompt(agent, 2, timestamp=stamp)
    assert [one.at for one in only(UserPrompt, heard(agent, log(first, second)))] == [NOON, NOON]
    assert [one.at for one in only(UserPrompt, heard(agent, log(second)))] == [None]


@pytest.mark.parametrize("agent", AGENTS)
def test_the_same_id_twice_gives_two_events(agent: str) -> None:
    one = prompt(agent, 1)
    events = only(UserPrompt, heard(agent, log(one, one, one)))
    assert [event.id.removeprefix(one["id"]) for event in events] == ["", "~2", "~3"]


@pytest.mark.parametrize("agent", AGENTS)
def test_records_without_an_id_are_named_after_their_bytes(agent: str) -> None:
    one, other = prompt(agent, 1, id=None), prompt(agent, 2, id=None)
    alone, both = heard(agent, log(one)), heard(agent, log(one, other, one))
    assert [event.id.removeprefix(alone[0].id) for event in both][::2] == ["", "~2"]
    assert len({event.id for event in both}) == 3


@pytest.mark.parametrize("agent", AGENTS)
def test_a_parent_that_is_not_there_is_no_parent(agent: str) -> None:
    lost = prompt(agent, 2, parentId="not-there")
    events = only(UserPrompt, heard(agent, log(prompt(agent, 1), lost)))
    assert {event.parent for event in events} <= {None, events[0].id}


@pytest.mark.parametrize("agent", AGENTS)
def test_an_unknown_type_is_kept_with_its_reason(agent: str) -> None:
    events = heard(agent, log(prompt(agent, 1, type="quantum"), prompt(agent, 2, type=None), prompt(agent, 3)))
    assert reasons(events) == ["unknown record type 'quantum'", "no record type"]
    assert '"quantum"' in only(Unknown, events)[0].raw
    assert said(events) == ["prompt 3"]


@pytest.mark.parametrize("agent", AGENTS)
def test_a_number_beyond_all_integers_is_kept_as_text(agent: str) -> None:
    record = log(prompt(agent, 1, type="quantum", size=1)).replace(b'"size":1', b'"size":' + b"9" * 40)
    (event,) = only(Unknown, heard(agent, record))
    assert '"size":' in event.raw


@pytest.mark.parametrize("agent", AGENTS)
def test_events_say_where_they_stand(agent: str) -> None:
    first, second = log(prompt(agent, 1)), log(prompt(agent, 2))
    found = [one.origin for one in heard(agent, first + second, source=3)]
    assert [(one.offset, one.length, one.source) for one in found if one] == [
        (0, len(first) - 1, 3),
        (len(first), len(second) - 1, 3),
    ]


@pytest.mark.parametrize("agent", AGENTS)
def test_nothing_is_read_from_nothing(agent: str) -> None:
    assert heard(agent, b"") == heard(agent, b"\n\n") == []


@pytest.mark.parametrize("agent", AGENTS)
def test_what_is_remembered_of_a_long_log_is_bounded(agent: str) -> None:
    state = importlib.import_module(f"agent_trace.agents.{agent}.parse").ParseState()
    records = [prompt(agent, number % 400, id=f"{number % 400:08}") for number in range(1, 2_000)]
    events = heard(agent, log(*records), state=state)
    assert len(said(events)) == 1_999
    assert len(msgspec.msgpack.encode(state)) < 12_000
