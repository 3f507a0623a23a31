"""One session: what it did, its events a page at a time, what the person says of it."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.web.conftest import WRITE

ONE = "/api/v2/sessions/latest"


def said(client: TestClient, method: str, path: str, body: object = None, session: str = "latest") -> Any:
    answered = client.request(method, f"/api/v2/sessions/{session}{path}", json=body, headers=WRITE)
    assert answered.status_code in (200, 201), answered.text
    return answered.json()


def test_a_session_is_what_show_says(client: TestClient) -> None:
    assert client.get(ONE).text == client.get("/api/reports/show").text
    name = client.get(ONE).json()["id"]
    assert client.get(f"/api/v2/sessions/{name}").text == client.get("/api/reports/show").text


def test_a_sub_agent_has_a_slash_in_its_name(client: TestClient) -> None:
    everyone = client.get("/api/reports/list").json()["sessions"]
    child = next(one["id"] for one in everyone if one["parent"])
    assert client.get(f"/api/v2/sessions/{child}").json()["id"] == child
    assert client.get(f"/api/v2/sessions/{child}/events?limit=1").json()["total"] > 1


def test_events_come_a_page_at_a_time_and_none_twice(client: TestClient) -> None:
    whole = client.get("/api/reports/replay").json()
    found: list[Any] = []
    after: str | None = "0"
    while after is not None:
        page = client.get(f"{ONE}/events?limit=7&after={after}").json()
        found += page["events"]
        assert page["total"] == whole["event_count"]
        after = page["next"]
    assert found == whole["events"]


def test_events_of_some_kinds_alone(client: TestClient) -> None:
    page = client.get(f"{ONE}/events?type=assistant_response,user_prompt").json()
    assert {one["kind"] for one in page["events"]} == {"assistant_response", "user_prompt"}
    assert client.get(f"{ONE}/events?type=nothing").status_code == 400
    assert client.get(f"{ONE}/events?after=9999").status_code == 404


@pytest.mark.parametrize("name", ["nothing", "%2Fetc%2Fpasswd", "..%2F..%2Fetc", "~root", "a%00b", "this"])
def test_no_name_of_a_session_leads_anywhere_else(name: str, client: TestClient) -> None:
    assert client.get(f"/api/v2/sessions/{name}").status_code in (400, 404)
    assert client.get(f"/api/v2/sessions/{name}/events").status_code in (400, 404)


def test_a_note_is_made_and_taken_back(client: TestClient) -> None:
    made = said(client, "POST", "/annotations", {"event": "3", "note": "look here", "label": "odd"})
    assert (made["note"], made["label"], made["event_id"] != "") == ("look here", "odd", True)
    bookmark = said(client, "POST", "/annotations", {"at": "0s", "bookmark": True})
    listed = client.get("/api/reports/annotations").json()
    assert [one["annotation_id"] for one in listed["annotations"]] == [made["annotation_id"], bookmark["annotation_id"]]
    assert said(client, "DELETE", f"/annotations/{made['annotation_id']}") == made
    again = client.request("DELETE", f"{ONE}/annotations/{made['annotation_id']}", headers=WRITE)
    assert again.status_code == 404


def test_labels_titles_stars_and_hiding(client: TestClient) -> None:
    assert said(client, "PUT", "/labels", {"add": ["b", "a"]})["labels"] == ["a", "b"]
    assert said(client, "PUT", "/labels", {"add": ["c"], "remove": ["a"]})["labels"] == ["b", "c"]
    own = client.get(ONE).json()["title"]
    assert said(client, "PUT", "/title", {"title": "Mine"})["title"] == "Mine"
    assert said(client, "PUT", "/title", {"title": None})["title"] == own
    assert said(client, "PUT", "/star", {"on": True})["starred"] is True
    assert said(client, "PUT", "/star", {"on": False})["starred"] is False
    assert said(client, "PUT", "/hidden", {"on": True})["hidden"] is True
    assert said(client, "PUT", "/hidden", {"on": False})["hidden"] is False


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/annotations", {}),
        ("POST", "/annotations", {"event": "1", "at": "1s", "note": "x"}),
        ("POST", "/annotations", {"note": 5}),
        ("POST", "/annotations", {"colour": "red"}),
        ("POST", "/annotations", {"bookmark": True}),
        ("PUT", "/labels", {"add": [""]}),
        ("PUT", "/labels", {"add": "a"}),
        ("PUT", "/title", {}),
        ("PUT", "/title", {"title": ""}),
        ("PUT", "/star", {"on": "yes"}),
        ("PUT", "/hidden", []),
    ],
)
def test_a_body_without_sense_changes_nothing(method: str, path: str, body: object, client: TestClient) -> None:
    before = client.get("/api/v2/sessions").content
    answered = client.request(method, ONE + path, json=body, headers=WRITE)
    assert answered.status_code == 400, answered.text
    assert client.get("/api/v2/sessions").content == before


def test_a_body_that_is_no_json_is_refused(client: TestClient) -> None:
    answered = client.put(f"{ONE}/star", content=b"{on", headers={**WRITE, "Content-Type": "application/json"})
    assert answered.status_code == 400
    assert "the body makes no sense" in answered.json()["detail"]


def test_the_forge_is_asked_on_a_click_alone(client: TestClient) -> None:
    answered = client.post("/api/v2/outcomes/latest/refresh", headers=WRITE)
    assert answered.status_code == 200
    assert answered.json()["session"] == client.get("/api/reports/outcome").json()["session"]
