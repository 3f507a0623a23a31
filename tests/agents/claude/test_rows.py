"""What both readers share: rows of odd shapes, usage, prompts, places, edits, tools, and telling a transcript."""

from __future__ import annotations

import msgspec
import pytest

from agent_trace.agents.claude import rows
from agent_trace.agents.claude.edits import changed_lines, count_lines, edit_result
from agent_trace.agents.claude.layout import place
from agent_trace.agents.claude.prompts import is_prompt, title_of
from agent_trace.agents.claude.recognition import recognises
from agent_trace.agents.claude.rows import (
    NO_RAW,
    ApiUsage,
    Message,
    blocks,
    decode,
    iterations,
    progress,
    prompt_text,
    value,
)
from agent_trace.agents.claude.scan import Scanner
from agent_trace.agents.claude.state import State
from agent_trace.agents.claude.tools import headline, paths
from agent_trace.agents.claude.usage import cache_writes, extras, picodollars
from agent_trace.agents.claude.words import CONVERSATION, KNOWN_TYPES, UNTHREADED
from agent_trace.model.agent import Place
from agent_trace.model.scan import MAIN
from tests.agents.claude.written import answered, log, row, said, text, tokens


def raw(something: object) -> msgspec.Raw:
    """Any value as it stands in a row."""
    return msgspec.Raw(msgspec.json.encode(something))


# ---- rows of odd shapes


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("bare", "bare"),
        ({"content": "bare"}, "bare"),
        ({"content": ["bare", 7, {"type": "text", "text": "block"}]}, "bare\nblock"),
        ({"content": 7}, ""),
        (7, ""),
        (None, ""),
    ],
)
def test_what_has_the_wrong_type_is_left_out(message: object, words: str) -> None:
    line = log({"type": "user", "uuid": "u1", "version": 7, "message": message})[:-1]
    rows, reason = decode(line)
    assert [(one.uuid, one.version, prompt_text(one)) for one in rows] == [("u1", None, words)]
    assert reason == ""


def test_usage_of_the_wrong_type_is_left_out() -> None:
    (found,), _ = decode(log(answered("a1", "msg_1", text("x"), usage="none"))[:-1])
    assert isinstance(found.message, Message)
    assert (found.message.id, found.message.usage, len(blocks(found.message))) == ("msg_1", None, 1)


def test_values_that_cannot_be_read_are_none() -> None:
    assert value(NO_RAW) is None
    assert value(msgspec.Raw(b'"\xff"')) is None
    assert value(raw([1])) == [1]


@pytest.mark.parametrize("data", [{"type": "bash_progress"}, {"type": "x", "message": "agent_progress"}])
def test_progress_that_shows_no_message(data: object) -> None:
    assert progress(raw(data)) is None
    assert progress(msgspec.Raw(b'{"type":"agent_progress","message":{"type":7}}')) is None


# ---- usage


def test_writes_without_split_are_the_five_minute_kind() -> None:
    assert cache_writes(ApiUsage(cache_creation_input_tokens=7)) == (7, 0)
    assert cache_writes(ApiUsage()) == (None, None)


def test_only_what_is_billed_beside_a_call_is_extra() -> None:
    listed = [{"type": kind} for kind in ("message", "advisor_message", "compaction", "advisor_message")]
    found = extras(Message(usage=ApiUsage(iterations=raw(listed))))
    assert [name for name, _ in found] == ["advisor_message:0", "compaction:0", "advisor_message:1"]
    assert extras(Message()) == []
    assert iterations(raw("none")) == iterations(raw(None)) == []


@pytest.mark.parametrize(
    ("written", "amount"), [(b"0.25", 250_000_000_000), (b"1", 10**12), (b'"x"', None), (b"", None)]
)
def test_dollars_as_whole_numbers(written: bytes, amount: int | None) -> None:
    assert picodollars(written) == amount


def test_a_transcript_row_owns_a_call_against_a_progress_row() -> None:
    inner = {"type": "assistant", "uuid": "i1", "message": {"id": "msg_1", "content": [], "usage": tokens(9)}}
    scanner = Scanner("projects/-p/log.jsonl")
    scanner.feed(
        log(row("progress", "p1", data={"type": "agent_progress", "message": inner}), answered("a1", "msg_1")), 0
    )
    (call,) = scanner.scan.calls.values()
    assert (call.rank, call.request, call.output) == (MAIN, "req_1", 9)


# ---- prompts, places, edits, tools


def test_a_picture_alone_is_a_prompt() -> None:
    def counts(words: str, *, image: bool) -> bool:
        return is_prompt(words, source=None, origin=None, meta=False, summary=False, side=False, image=image)

    assert counts("", image=True)
    assert not counts(" ", image=False)


def test_a_title_is_one_line() -> None:
    assert title_of(" a\n b ") == "a b"
    assert title_of("x" * 300) == "x" * 199 + "…"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("p/abc.jsonl", Place(session="abc")),
        ("p/agent-1.jsonl", Place(session="agent-1", agent_id="1")),
        ("p\\root\\subagents\\agent-1.jsonl", Place(session="root/agent-1", root="root", agent_id="1")),
        ("p/root/subagents/workflows/wf/agent-1.jsonl", Place(session="root/agent-1", root="root", agent_id="1")),
        ("subagents/agent-1.jsonl", Place(session="/agent-1", root="", agent_id="1")),
    ],
)
def test_what_a_path_says(path: str, expected: Place) -> None:
    assert place(path) == expected


def test_lines_of_an_edit() -> None:
    assert changed_lines(raw({"structuredPatch": [{"lines": ["+a", "-b", "-c", " d"]}]})) == (1, 2)
    assert changed_lines(raw({"type": "create", "content": "a\nb\n"})) == (2, 0)
    assert changed_lines(raw("Error: no")) == changed_lines(raw({"structuredPatch": 7})) == (0, 0)
    assert edit_result(raw([1])) is None
    assert [count_lines(words) for words in ("", "a", "a\n", "a\nb")] == [0, 1, 1, 2]


def test_what_a_tool_call_is_about() -> None:
    assert headline({"command": " ", "description": "List"}) == "List"
    assert headline({"questions": [{"question": "Which?"}]}) == "Which?"
    assert headline({"questions": []}) == headline({}) == ""
    assert paths({"file_path": "/a", "path": "", "notebook_path": 7}) == ("/a",)


def test_known_types_are_either_talk_or_bookkeeping() -> None:
    assert KNOWN_TYPES == CONVERSATION | UNTHREADED
    assert not CONVERSATION & UNTHREADED


@pytest.mark.parametrize(
    ("path", "head", "known"),
    [
        ("x/log.jsonl", log(said("u1", "hi")), True),
        ("x/log.jsonl", b"noise\n" + log({"type": "assistant", "message": {}}), True),
        ("x/log.jsonl", log({"type": "user", "text": "hi"}), False),
        ("x/log.jsonl", log({"type": "session_meta", "uuid": "u1"}), False),
        ("x/log.txt", log(said("u1", "hi")), False),
        ("x/log.jsonl", log(said("u1", "hi", agentSlug="aider")), False),
        ("x/log.jsonl", log(said("u1", "hi", agent="cursor")), False),
        ("x/log.jsonl", log(said("u1", "hi", agentSlug="claude_code")), True),
    ],
)
def test_a_transcript_is_told_by_its_rows(path: str, head: bytes, known: bool) -> None:
    assert recognises(path, head) is known


@pytest.mark.parametrize("kind", ["[", '{"a":'])
def test_no_depth_breaks_the_reader(kind: str) -> None:
    """From some depth on a line is not JSON for us; where that is differs between versions of Python."""
    close = "]" if kind == "[" else "}"
    said = []
    for depth in (10, *range(900, 1001), 3000, 100_000):
        found, reason = decode(f'{{"type":5,"x":{kind * depth}1{close * depth}}}'.encode())
        assert len(found) == (0 if reason else 1)
        said.append(reason)
    assert (said[0], said[-1]) == ("", "not JSON")


def test_what_was_read_but_is_too_deep_to_be_cleaned_is_no_json(monkeypatch: pytest.MonkeyPatch) -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    monkeypatch.setattr(rows, "records", lambda _: ([{"type": "user", "x": deep}], ""))
    assert decode(b"odd") == ([], "not JSON")


def test_side_chains_beyond_what_is_remembered() -> None:
    count = State.SIDES + 2
    rows = [answered(f"u{n}", f"m{n}", text("."), isSidechain=True, parentUuid=None) for n in range(count)]
    scanner = Scanner("projects/-p/log.jsonl", None)
    scanner.feed(log(*rows), 0)
    found, state = scanner.finish()
    assert len(state.sides) == State.SIDES
    assert len({one.session for one in found.calls.values()}) == count
