"""Lines that are not as they should be, and what tells a rollout from other files."""

from __future__ import annotations

import msgspec
import pytest

from agent_trace.agents.codex import rows
from agent_trace.agents.codex.fields import duration_ms, number, seconds_ms
from agent_trace.agents.codex.layout import place, time_of
from agent_trace.agents.codex.parse import parse
from agent_trace.agents.codex.parse_state import ParseState
from agent_trace.agents.codex.reader import Reader
from agent_trace.agents.codex.recognition import recognises
from agent_trace.agents.codex.rows import Row
from agent_trace.agents.codex.threads import hear_thread
from agent_trace.model.events import AssistantText, SessionStarted, Titled, Unknown, UserPrompt
from agent_trace.model.scan import digest
from tests.agents.claude.logs import content as claude_content
from tests.agents.codex.logs import LOGS, PATH, THREAD, content, heard
from tests.agents.codex.written import (
    JSON,
    called,
    came_back,
    event,
    header,
    kinds,
    log,
    message,
    recorded,
    spent,
    told,
    turn,
)

GOOD = message("assistant", "Good")


def reasons(*lines: JSON | bytes) -> list[str]:
    return [one.reason for one in told(*lines) if isinstance(one, Unknown)]


def answers(data: bytes) -> list[str]:
    return [one.text for one in heard(data) if isinstance(one, AssistantText)]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"not json", "not JSON"),
        (b'{"type": "event_msg", "payl', "not JSON"),
        (b'"text"', "not an object"),
        (b"42", "not an object"),
        (b"[1]", "not an object"),
        (b'{"type":"x","payload":' + b"[" * 100_000, "not JSON"),
    ],
)
def test_a_bad_line_between_good_ones(bad: bytes, reason: str) -> None:
    found = told(header(), GOOD, bad, message("assistant", "Better"))
    assert kinds(found) == ["SessionStarted", "AssistantText", "Unknown", "AssistantText"]
    assert reasons(header(), bad) == [reason]


def test_a_bad_line_is_kept_with_its_place() -> None:
    (found,) = [one for one in told(header(), b"not json") if isinstance(one, Unknown)]
    assert (found.raw, found.session) == ("not json", THREAD)
    assert found.origin is not None
    assert found.origin.length == len("not json")


def test_records_too_deep_to_be_written_again_are_no_json(monkeypatch: pytest.MonkeyPatch) -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    monkeypatch.setattr(rows, "records", lambda _: ([{"type": "event_msg", "x": deep}], ""))
    assert [one.reason for one in heard(b"odd") if isinstance(one, Unknown)] == ["not JSON"]


@pytest.mark.parametrize("line", [b"", b"  ", b"\x00\x00", b"\xef\xbb\xbf", b"\r"])
def test_an_empty_line_is_nothing(line: bytes) -> None:
    assert list(parse(PATH, [(0, line)])) == []


def test_two_records_on_one_line() -> None:
    one, two = log(GOOD).strip(), log(message("assistant", "Better")).strip()
    assert answers(log(header()) + one + two + b"\n") == ["Good", "Better"]
    assert answers(log(header()) + one + b" " + two + b" 5\n") == ["Good", "Better"]


def test_byte_order_marks_carriage_returns_and_zeros() -> None:
    data = b"\xef\xbb\xbf" + log(header()).replace(b"\n", b"\r\n") + b"\x00\x00" + log(GOOD).replace(b"\n", b"\r\n")
    assert answers(data) == ["Good"]
    assert kinds(heard(data))[0] == "SessionStarted"


def test_invalid_text_and_lone_surrogates() -> None:
    broken = log(message("assistant", "caf\u00e9")).replace("é".encode(), b"\xe9")
    assert answers(log(header()) + broken) == ["caf\ufffd"]
    lone = log(message("assistant", "MARK")).replace(b"MARK", b"\\ud800x")
    assert answers(log(header()) + lone) == ["?x"]


def test_no_final_newline() -> None:
    assert answers(log(header(), GOOD).rstrip(b"\n")) == ["Good"]


def test_a_line_of_two_megabytes() -> None:
    (found,) = [one for one in told(header(), message("assistant", "x" * 2_000_000)) if isinstance(one, AssistantText)]
    assert (len(found.text), found.size) == (2048, 2_000_000)


def test_spaces_and_another_order_of_keys() -> None:
    line = (
        b'{ "payload": { "message": "Hi", "type": "user_message" }, "type": "event_msg", "timestamp": "2026-11-21" }\n'
    )
    found = heard(log(header()) + line)
    assert [(one.text, one.at) for one in found if isinstance(one, UserPrompt)] == [("Hi", 1795219200000)]


def test_clocks_that_run_backwards_change_no_order() -> None:
    found = told(header(50), message("assistant", "a", at=40), message("assistant", "b", at=45))
    assert [one.at for one in found] == [1795238706000, 1795238696000, 1795238701000]


@pytest.mark.parametrize(
    ("stamp", "at"),
    [
        (1795238656, 1795238656000),
        (1795238656.5, 1795238656500),
        (1795238656000, 1795238656000),
        (None, None),
        ("yesterday", None),
        ([1], None),
        (1e300, None),
    ],
)
def test_timestamps_of_every_shape(stamp: object, at: int | None) -> None:
    (found,) = heard(
        msgspec.json.encode({"timestamp": stamp, "type": "session_meta", "payload": {"id": "x"}}), "x.jsonl"
    )
    assert found.at == at


def test_a_row_without_a_time_has_that_of_the_row_before() -> None:
    found = told(header(5), GOOD | {"timestamp": None})
    assert found[1].at == found[0].at


def test_numbers_that_are_none() -> None:
    assert (number({"a": True}, "a"), number({"a": 2**60}, "a"), number({"a": 1.5}, "a")) == (None, None, None)
    assert (seconds_ms("x"), seconds_ms(True), seconds_ms(10**400), seconds_ms(1.5)) == (None, None, None, 1500)
    assert (duration_ms({}), duration_ms({"duration": {"secs": 2}})) == (None, 2000)


def test_infinities_in_a_log_are_no_numbers() -> None:
    line = b'{"timestamp": 1, "type": "event_msg", "payload": {"type": "task_started", "started_at": Infinity}}'
    assert reasons(header(), line) == []


# ---- names


def test_a_rollouts_name_ends_with_its_thread() -> None:
    assert place(PATH).session == place(PATH + ".zst").session == THREAD
    assert place("C:\\x\\rollout-" + THREAD.upper() + ".jsonl").session == THREAD
    assert place("full.jsonl").session == "full"


def test_ids_tell_when_they_were_made() -> None:
    assert time_of(THREAD) == 1795238656638
    assert [time_of(one) for one in ("5973b6c0-94b8-487b-a530-2aeb6098ae0e", "1", "", None)] == [None] * 4


def test_equal_rows_have_names_of_their_own() -> None:
    written = [event("error", message="x")] * 3
    names = [one.id for one in told(header(), *written)][1:]
    assert len(set(names)) == 3
    assert names[1].endswith("~2.error")


def test_a_row_has_one_name() -> None:
    reader = Reader(PATH, ParseState(), clip=None, inherited=frozenset(), source=0)
    reader.take(Row("event_msg", {}, b"{}"), b"{}")
    assert reader.name == reader.name == reader.own_name("")


def test_events_that_another_session_made_are_marked() -> None:
    written = [header(), called("call_1"), came_back("call_1", "x"), recorded("resp_1", spent(1, 1))]
    keys = frozenset({digest(b"call_1"), digest(b"resp_1")})
    found = heard(log(*written), inherited=keys)
    assert [one.twin or one.id for one in found if one.inherited] == ["call_1", "resp_1"]


def test_what_is_remembered_stays_small() -> None:
    state = ParseState()
    written = [one for number_ in range(500) for one in (event("error", number_, message=str(number_)), GOOD, turn())]
    heard(log(header(), *written), state=state)
    assert len(msgspec.msgpack.encode(state)) < 20_000


# ---- recognition


@pytest.mark.parametrize("name", LOGS)
def test_every_rollout_is_recognised(name: str) -> None:
    assert recognises(name, content(name)[:65_536])


def test_other_files_are_not() -> None:
    assert not recognises("a.txt", log(header()))
    assert not recognises("a.jsonl", b"")
    assert not recognises("a.jsonl", claude_content("2.1.0/hook_attachments.jsonl")[:65_536])
    assert not recognises("a.jsonl", b'{"type":"event_msg","payload":5}\n')
    assert not recognises("a.jsonl", b'{"id":"x","timestamp":"y","instructions":null}\n{"type":"user"}\n')


def test_the_first_rollouts_are_recognised_by_their_header() -> None:
    head = b'{"id":"x","timestamp":"2025-05-07T17:24:21.000Z","instructions":null}\n'
    assert recognises("a.jsonl", head + b'{"record_type":"state"}\n{"type":"message","role":"user"}\n')
    assert recognises("a.jsonl.zst", head)


# ---- the database's rows


def thread(**columns: object) -> bytes:
    return msgspec.json.encode({"table": "threads", "id": THREAD, "first_user_message": "Hi there", **columns})


def test_the_newest_version_of_a_threads_row_counts() -> None:
    written = [(0, thread(title="Old")), (50, thread(title="Hi there", name="New"))]
    found = list(parse(f"/x/state_5.sqlite#{THREAD}", written))
    assert [(one.title, one.by, one.at) for one in found if isinstance(one, Titled)] == [("New", "person", None)]


def test_a_title_that_is_the_first_message_is_none() -> None:
    assert list(hear_thread(f"x#{THREAD}", [(0, thread(title="Hi"))], 0)) == []
    (found,) = hear_thread(f"x#{THREAD}", [(0, thread(title="Greeting"))], 0)
    assert isinstance(found, Titled)
    assert (found.title, found.by) == ("Greeting", "agent")


def test_a_source_that_names_who_started_a_thread() -> None:
    source = '{"subagent":{"thread_spawn":{"parent_thread_id":"p"}}}'
    (found,) = hear_thread(f"x#{THREAD}", [(0, thread(title="", source=source))], 0)
    assert isinstance(found, SessionStarted)
    assert found.starter == "p"
    assert list(hear_thread(f"x#{THREAD}", [(0, thread(title="", source="[1]")), (9, b'{"table":"other"}')], 0)) == []


def test_a_broken_row_of_the_database_is_kept() -> None:
    (found,) = hear_thread(f"x#{THREAD}", [(0, b"{odd")], 2)
    assert isinstance(found, Unknown)
    assert found.origin is not None
    assert (found.reason, found.origin.source) == ("not JSON", 2)
