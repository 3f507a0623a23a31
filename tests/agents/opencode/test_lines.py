"""The tree of older versions and exports as lines, and how OpenCode's files are told from others."""

from __future__ import annotations

import json

import pytest

from agent_trace.agents.opencode import AGENT
from agent_trace.agents.opencode.lines import lines
from agent_trace.agents.opencode.recognition import recognises
from agent_trace.model.events import Unknown, UserPrompt
from tests.agents.opencode.stores import AT, CORPUS, VERSION, Json, heard_files, one, tree

EXPORT = next((CORPUS / VERSION).rglob("export-*.json")).read_bytes()
TREE = next(iter(tree("fix").values()))
MAIN = next(iter(TREE))


def rows(files: dict[str, bytes]) -> list[Json]:
    return [json.loads(line) for line in lines(files)]


def test_a_file_is_named_by_its_path() -> None:
    """Moving a session to another project left the ids inside as they were."""
    files = {
        "s/session/p/ses_1.json": b'{"id": "ses_9", "projectID": "q", "title": "T", "time": {"created": 1.0}}',
        "s\\message\\ses_1\\msg_1.json": b'{"id": "msg_9", "sessionID": "ses_9", "role": "user"}',
        "s/part/msg_1/prt_1.json": b'{"id": "prt_9", "messageID": "msg_9", "sessionID": "ses_9", "type": "text"}',
    }
    session, message, part = rows(files)
    assert (session["table"], session["id"], session["time_created"], session["parent_id"]) == (
        "session",
        "ses_1",
        1,
        None,
    )
    assert (message["table"], message["id"], message["session_id"]) == ("message", "msg_1", "ses_1")
    assert (part["table"], part["id"], part["message_id"]) == ("part", "prt_1", "msg_1")
    assert [json.loads(row["data"]) for row in (message, part)] == [{"role": "user"}, {"type": "text"}]


def test_lines_are_the_same_however_the_files_are_written() -> None:
    compact = {path: json.dumps(json.loads(data)).encode() for path, data in TREE.items()}
    assert list(lines(compact)) == list(lines(TREE))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"words", b'{"role": "user"}{}'])
def test_a_file_that_cannot_be_read_costs_only_itself(content: bytes) -> None:
    bad = dict(TREE) | {"storage/part/x/prt_bad.json": content}
    found, whole = heard_files(bad), heard_files(TREE)
    assert [event.id for event in found if not isinstance(event, Unknown)] == [event.id for event in whole]
    assert (len(found) > len(whole)) == bool(content)


def test_an_export_is_read_whatever_stands_before_it() -> None:
    said = b"Exporting session: ses_1\n"
    assert list(lines({"x": said + EXPORT})) == list(lines({"x": EXPORT}))


def test_an_export_of_hand_may_lack_what_the_document_tells() -> None:
    document = {
        "info": {"id": "ses_1", "time": {"created": AT}},
        "messages": [
            {
                "info": {"id": "msg_1", "role": "user", "time": {"created": AT}},
                "parts": [{"id": "p", "type": "text", "text": "x"}],
            },
            "odd",
        ],
    }
    assert one(heard_files({"x": json.dumps(document).encode()}), UserPrompt).session == "ses_1"


def test_a_file_alone_is_read() -> None:
    assert rows({"msg_1.json": b'{"role": "user"}'})[0]["session_id"] == ""


@pytest.mark.parametrize(
    ("head", "is_ours"),
    [
        (EXPORT[:4096], True),
        (b"\xef\xbb\xbf" + EXPORT[:4096], True),
        (b"Exporting session: ses_1\n" + EXPORT[:4096], True),
        (json.dumps(json.loads(EXPORT)).encode()[:300], True),
        (TREE[MAIN], True),
        (b"", False),
        (b'{"info": {"id": "session_1"}}', False),
        (b'{"id": "ses_1", "title": "x"}', False),
        (b'{"id": "msg_1", "sessionID": "ses_1", "role": "user", "content": "x"}', False),
        (b'{"parentUuid":null,"sessionId":"ses_1","agentSlug":"opencode","type":"user"}', False),
    ],
)
def test_files_are_told_by_their_content(head: bytes, is_ours: bool) -> None:
    assert recognises("/x/any name", head) is is_ours


def test_the_agent_says_where_its_sessions_are() -> None:
    assert [home.variable for home in AGENT.homes] == ["OPENCODE_DATA_DIR", "XDG_DATA_HOME", ""]
    assert AGENT.bundles[0].main == "storage/session/*/*.json"
    assert AGENT.kind("bash") == "shell"
