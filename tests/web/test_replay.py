"""What a replay shows beside its document: pictures and records, of that session's events alone and as nothing that runs."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agent_trace.web.asking import Asking
from tests.reports.small import Call, write_log
from tests.web.conftest import WRITE

PIXEL = "iVBORw0KGgoAAAANSUhEUg=="
JPEG = base64.b64encode(b"\xff\xd8\xff\xe0 no more of it").decode()
SESSION = "aaaaaaaa-0000-4000-8000-000000000001"
OTHER = "bbbbbbbb-0000-4000-8000-000000000002"
DOCUMENT = "/api/reports/replay-document"


def image(kind: str, data: str) -> dict[str, Any]:
    return {"type": "image", "source": {"type": "base64", "media_type": kind, "data": data}}


def test_a_large_answer_is_packed_for_who_takes_that(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"{DOCUMENT}?session=0002b020&only=head"
    small = client.get(address, headers={"accept-encoding": "gzip"})
    assert ("content-encoding" in small.headers, "vary" in small.headers) == (False, False)
    monkeypatch.setattr("agent_trace.web.squeezed.LEAST", 100)
    large = client.get(address, headers={"accept-encoding": "br, gzip"})
    plain = client.get(address, headers={"accept-encoding": "gzip;q=0"})
    assert (large.headers["content-encoding"], large.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert int(large.headers["content-length"]) < len(plain.content) == int(plain.headers["content-length"])
    assert ("content-encoding" in plain.headers, plain.headers["vary"]) == (False, "Accept-Encoding")
    assert large.json() == plain.json() == small.json()


@pytest.fixture
def pictured(asking: Asking, recorded: Path) -> str:
    """A session whose prompt shows two pictures, and a drawing that could run."""
    path = write_log(recorded, SESSION, "/home/you/shop", [Call("2026-11-21T05:40:00")])
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    drawing = image("image/svg+xml", base64.b64encode(b"<svg onload=alert(1)>").decode())
    rows[0]["message"]["content"] = [
        {"type": "text", "text": "see"}, image("image/png", PIXEL), image("image/jpg", JPEG), drawing,
    ]  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    write_log(recorded, OTHER, "/home/you/shop", [Call("2026-11-21T05:41:00")])
    with asking.writing() as workspace:
        workspace.sync()
    return SESSION


def events(client: TestClient, session: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"{DOCUMENT}?session={session}").json()["events"]
    return found


def test_the_document_is_what_the_command_line_prints(client: TestClient, asking: Asking) -> None:
    from agent_trace.app.scopes import Request, run_report
    from agent_trace.app.written import encode
    from agent_trace.reports import replay_document

    for options in ({}, {"first": 4, "limit": 9}, {"only": "head"}, {"prompt": 2, "only": "events", "full": True}):
        with asking.workspace() as workspace:
            given = replay_document.Options(**options)
            printed = encode(run_report(workspace, replay_document, given, Request(session="0002b020"))) + "\n"
        asked = {name: str(value).lower() for name, value in options.items()}
        assert client.get(DOCUMENT, params={"session": "0002b020", **asked}).json() == json.loads(printed)


def test_a_door_is_asked_for_as_elsewhere(client: TestClient) -> None:
    said = client.get(f"{DOCUMENT}?session=latest&tier=1&limit=5").json()
    assert "withheld (tier 1)" in json.dumps(said["events"])
    assert (said["head"]["resume"], said["head"]["log"]) == (None, None)


def test_the_head_tells_how_to_go_on(client: TestClient, pictured: str) -> None:
    head = client.get(f"{DOCUMENT}?session={pictured}&only=head").json()["head"]
    assert head["resume"] == f"cd /home/you/shop && claude --resume {pictured}"
    assert head["log"].endswith(f"{pictured}.jsonl")


def test_pictures_are_those_of_their_events(client: TestClient, pictured: str) -> None:
    found = {}
    for event in events(client, pictured):
        answer = client.get(f"/api/v2/sessions/{pictured}/images/{event['number']}")
        if answer.status_code == 200:
            found[answer.headers["content-type"]] = answer.content
            by_id = client.get(f"/api/v2/sessions/{pictured}/images/{event['id']}")
            assert by_id.content == answer.content
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        else:
            assert answer.status_code == 404
    assert found == {"image/png": base64.b64decode(PIXEL), "image/jpeg": base64.b64decode(JPEG)}


def test_records_are_those_of_their_events(client: TestClient, pictured: str, recorded: Path) -> None:
    lines = next(recorded.rglob(f"{pictured}.jsonl")).read_text(encoding="utf-8").splitlines()
    seen = set()
    for event in events(client, pictured):
        answer = client.get(f"/api/v2/sessions/{pictured}/raw/{event['number']}")
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.headers["x-content-type-options"] == "nosniff"
        seen.add(answer.text)
    assert seen == {f"{line}\n" for line in lines}


def test_a_sub_agent_has_its_own(client: TestClient) -> None:
    child = next(one["id"] for one in client.get("/api/reports/list").json()["sessions"] if one["parent"])
    for event in events(client, child)[:5]:
        record = client.get(f"/api/v2/sessions/{child}/raw/{event['number']}").json()
        assert record["agentId"] == child.rpartition("agent-")[2]


@pytest.mark.parametrize("event", ["0", "999", "..%2F..%2Fetc%2Fpasswd", "%2Fetc%2Fpasswd", "x%00"])
@pytest.mark.parametrize("what", ["images", "raw"])
def test_only_events_of_that_session(what: str, event: str, client: TestClient, pictured: str) -> None:
    foreign = events(client, OTHER)[0]["id"]
    for name in (event, foreign):
        assert client.get(f"/api/v2/sessions/{pictured}/{what}/{name}").status_code in (400, 404)
    for session in ("%2Fetc%2Fpasswd", "~root", "nothing"):
        assert client.get(f"/api/v2/sessions/{session}/{what}/1").status_code in (400, 404)
    assert client.post(f"/api/v2/sessions/{pictured}/{what}/1", headers=WRITE).status_code in (404, 405)
    assert client.get(f"/api/v2/sessions/{pictured}/{what}/1?path=/etc/passwd").status_code == 400
