"""What cannot be read, what looks odd, and what is cut."""

from __future__ import annotations

import pytest

from agent_trace.model.events import AssistantText, Unknown
from agent_trace.model.scan import digest
from tests.agents.gemini.written import HEADER, heard, kinds, message, reply, uuid
from tests.agents.genai.logs import written


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"oops", "not JSON"),
        (b'"text"', "not an object"),
        (b"{}", "no record type"),
        (b'{"type":"robot","content":"x"}', "unknown type 'robot'"),
        (b'{"type":7,"content":"x"}', "unknown type ''"),
        (b'{"type":"user","message":{}}', "message without content"),
        (b'{"$set":{"colour":"red"}}', "unknown change of 'colour'"),
        (b'{"sessionId":7}', "no record type"),
    ],
)
def test_what_cannot_be_read_is_kept(line: bytes, reason: str) -> None:
    found = heard(HEADER, line, message(1, "user", "on"))
    (unread,) = (event for event in found if isinstance(event, Unknown))
    assert (unread.raw, unread.reason) == (line.decode(), reason)
    assert kinds(found)[-1] == "UserPrompt"


def test_tool_calls_of_any_depth_are_read() -> None:
    for depth in range(100, 1100, 3):
        deep = b'{"type":"gemini","id":"x","toolCalls":[{"id":"1","name":"x","args":{"a":%s1%s}}]}'
        found = heard(deep % (b"[" * depth, b"]" * depth))
        assert kinds(found) in (["ToolCall"], ["Unknown"])


def test_a_notice_is_told_once() -> None:
    assert len(heard(message(1, "info", "x"), message(1, "info", "x"))) == 1


def test_a_line_twice_is_unread_twice() -> None:
    assert len({event.id for event in heard(b"oops", b"oops")}) == 2


def test_odd_lines() -> None:
    glued = written([message(1, "user", "a")]).strip() + written([message(2, "user", "b")])
    odd = [b"\xef\xbb\xbf" + written([HEADER]).strip() + b"\r", b" \r", b"\x00", glued.strip()]
    found = heard(
        *odd, written([message(3, "user", "c\udc80".encode("utf-8", "surrogatepass").decode("latin-1"))]).strip()
    )
    assert kinds(found) == ["SessionStarted", "UserPrompt", "UserPrompt", "UserPrompt"]


def test_texts_are_cut_and_whole_sizes_told() -> None:
    long = "x" * 2_000_000
    (text,) = (event for event in heard(reply(2, long), clip=10) if isinstance(event, AssistantText))
    assert (text.text, text.size) == ("x" * 10, 2_000_000)
    (whole,) = (event for event in heard(reply(2, long), clip=None) if isinstance(event, AssistantText))
    assert whole.text == long


def test_a_clock_that_runs_backwards() -> None:
    late, early = message(9, "user", "late"), message(1, "user", "early")
    found = heard(late, early, early | {"id": uuid(3), "timestamp": "soon"})
    assert [event.at for event in found] == [1795238769000, 1795238761000, 1795238761000]


def test_what_another_session_made_is_marked() -> None:
    plain = heard(HEADER, reply(2, "x"))
    copied = heard(HEADER, reply(2, "x"), inherited=frozenset({digest(plain[1].id.encode())}))
    assert [event.inherited for event in copied] == [False, True, False]
