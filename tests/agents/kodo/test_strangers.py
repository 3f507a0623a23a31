"""Kodo and Windsurf: files that are found and not understood, and telling look-alikes apart."""

from __future__ import annotations

import pytest

from agent_trace import registry
from agent_trace.agents.kodo import AGENT
from agent_trace.agents.kodo.recognition import recognises
from agent_trace.agents.kodo.shapes import UNKNOWN
from agent_trace.model.events import Unknown
from agent_trace.sync.members import Member
from tests.agents.unverified import heard, rows

PATH = "/h/.kodo/sessions/2026/a.jsonl"
CLAUDE = {"type": "user", "sessionId": "s", "uuid": "u", "parentUuid": None, "message": {"role": "user"}}
CODEX = {"timestamp": "t", "type": "session_meta", "payload": {}}
PI = {"type": "session", "version": 3, "id": "s", "cwd": "/w"}
CHAT = {"role": "user", "content": "hi"}


@pytest.mark.parametrize(
    ("record", "whose"),
    [
        (CLAUDE, "a row of Claude Code"),
        (CODEX, "a row of Codex"),
        (PI, "an entry of Pi"),
        (CHAT, "a message of the chat format that many programs write"),
    ],
)
def test_a_look_alike_is_named_and_not_taken_for_kodos(record: dict[str, object], whose: str) -> None:
    (event,) = heard("kodo", rows(record), PATH)
    assert isinstance(event, Unknown)
    assert event.reason == f"it looks like {whose}, not like Kodo's; {UNKNOWN}"
    assert not recognises(PATH, rows(record)[0])


@pytest.mark.parametrize(
    "record", [{"event": "x"}, {"type": "session"}, {"type": ["session"], "cwd": "/w"}, {"sessionId": "s"}]
)
def test_a_line_of_nobodys_shape_is_kept_with_the_reason(record: dict[str, object]) -> None:
    (event,) = heard("kodo", rows(record), PATH)
    assert isinstance(event, Unknown)
    assert (event.reason, event.session) == (UNKNOWN, "a")
    assert recognises(PATH, rows(record)[0])


@pytest.mark.parametrize(
    ("path", "head", "is_one"),
    [
        (PATH, b'{"event":1}\n{"event":2}\n', True),
        (PATH.replace("/", "\\"), b'{"event":1}\n', True),
        (PATH, b"", False),
        (PATH, b"plain\n", False),
        ("/h/.kodo/sessions/a.json", b'{"event":1}\n', False),
        ("/h/elsewhere/a.jsonl", b'{"event":1}\n', False),
    ],
)
def test_a_file_is_told_by_where_it_lies(path: str, head: bytes, is_one: bool) -> None:
    assert recognises(path, head) is is_one


def test_every_jsonl_below_its_sessions_is_found() -> None:
    assert (AGENT.homes[0].path, AGENT.files) == ("~/.kodo", ("sessions/**/*.jsonl",))


def test_windsurf_has_homes_and_opens_nothing() -> None:
    windsurf = Member(registry.load("agents", "windsurf"))
    agent = windsurf.agent
    assert (agent.files, agent.bundles, agent.databases, agent.usage) == ((), (), (), "none")
    assert [home.path for home in agent.homes if not home.system] == ["~/.codeium/windsurf"]
    assert not windsurf.recognises("/h/.codeium/windsurf/cascade/a.pb", b"\x00")


def test_what_is_given_to_windsurf_all_the_same_is_kept_as_not_understood() -> None:
    (event,) = heard("windsurf", [b"\xff\x00"], "/h/a.pb")
    assert isinstance(event, Unknown)
    assert (event.session, event.reason) == ("a", "Windsurf's conversations are encrypted")
