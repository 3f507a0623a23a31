"""What the earlier tools' addresses refuse, and how they say it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from agent_trace.web.app import Port
from agent_trace.web.asking import Asking
from agent_trace.web.door import Door
from agent_trace.web.earlier.speaking import failed
from tests.web.earlier import FIX, WRITE, asking_at, client, got, lay_out

BEFORE: dict[Port, str] = {"api": "/v1", "dashboard": "/api"}
GUARDED = Door(team="sesame", secret="open", needs_secret=True)


@pytest.fixture
def asking(home: Path) -> Iterator[Asking]:
    lay_out(home, ("claude/2.1.329/fix",))
    with asking_at(home, author="Ada") as found:
        yield found


@pytest.mark.parametrize("port", get_args(Port))
def test_nothing_is_set_up_and_nothing_is_made(port: Port, asking: Asking) -> None:
    asked = client(asking, port)
    session = f"/sessions/{FIX}/insights" if port == "api" else f"/session/{FIX}/insights"
    paths = ["/settings/insights", "/team/budget", "/team/insights/context", "/team/insights/generate?force=1", session]
    for path in paths:
        answer = asked.post(BEFORE[port] + path, json={"apiKey": "x"}, headers=WRITE)
        assert answer.status_code == 400
        assert answer.json().keys() == {"status", "message"}
        assert answer.json()["status"] == "error"
        assert "nothing was sent" in answer.json()["message"]
    assert got(asked, BEFORE[port] + "/settings/insights") == {"status": "ok", "configured": False}
    unknown = asked.post((BEFORE[port] + session).replace(FIX, "nobody"), json={}, headers=WRITE)
    assert [unknown.status_code, unknown.json()] == [404, {"status": "error", "message": "session not found"}]


@pytest.mark.parametrize("port", get_args(Port))
def test_errors_have_the_form_of_that_dashboard(port: Port, asking: Asking) -> None:
    asked = client(asking, port)
    session = "/v1/sessions/nobody" if port == "api" else "/api/session/nobody"
    assert asked.get(session).json() == {"status": "error", "message": "session not found"}
    wrong = asked.get(BEFORE[port] + "/team/overview?from=whenever")
    assert [wrong.status_code, wrong.json()["status"]] == [400, "error"]
    body = asked.post(
        BEFORE[port] + "/team/budget", content=b"{", headers={**WRITE, "Content-Type": "application/json"}
    )
    assert [body.status_code, body.json()["status"]] == [400, "error"]


def test_unknown_addresses_and_methods_of_the_api(asking: Asking) -> None:
    asked = client(asking, "api")
    assert asked.get("/v1/nothing").json() == {"status": "error", "message": "Not Found"}
    refused = asked.post("/v1/sessions", json={}, headers=WRITE)
    assert [refused.status_code, refused.json()["status"]] == [405, "error"]


def test_other_errors_are_not_hidden() -> None:
    with pytest.raises(RuntimeError, match="a fault"):
        failed(RuntimeError("a fault"))


@pytest.mark.parametrize("port", get_args(Port))
def test_whether_a_token_is_needed_is_always_told(port: Port, asking: Asking) -> None:
    path = BEFORE[port] + "/auth/check"
    assert got(client(asking, port), path) == {"status": "ok", "authRequired": False, "authValid": True}
    asked = client(asking, port, GUARDED)
    assert got(asked, path) == {"status": "ok", "authRequired": True, "authValid": False}
    for token, valid in (("sesame", True), ("open", True), ("guess", False)):
        answer = asked.get(path, headers={"Authorization": f"Bearer {token}"})
        assert answer.json() == {"status": "ok", "authRequired": True, "authValid": valid}


@pytest.mark.parametrize("port", get_args(Port))
def test_without_the_token_nothing_is_told(port: Port, asking: Asking) -> None:
    asked = client(asking, port, GUARDED)
    path = BEFORE[port] + "/team/overview"
    refused = asked.get(path)
    assert refused.status_code == 401
    assert refused.json().keys() == {"status", "message"}
    assert refused.headers["www-authenticate"] == "Bearer"
    ours = asked.get("/api/projects" if port == "dashboard" else "/docs")
    assert [ours.status_code, ours.json().keys()] == [401, {"detail", "hint"}]
    assert asked.get(path, headers={"Authorization": "Bearer sesame"}).status_code == 200


def test_who_wants_a_page_gets_a_page_of_health(asking: Asking) -> None:
    asked = client(asking)
    assert got(asked, "/health")["service"] == "dashboard"
    page = asked.get("/health", headers={"Accept": "text/html,*/*"})
    assert page.headers["content-type"].startswith("text/html")
    assert got(client(asking, "api"), "/health")["uptimeSec"] >= 0


def test_the_person_is_named(asking: Asking) -> None:
    asked = client(asking, "api")
    assert {row["userDisplayName"] for row in got(asked, "/v1/sessions")["sessions"]} == {"Ada"}
    assert got(asked, f"/v1/sessions/{FIX}")["session"]["user"] == {"id": "dev", "displayName": "Ada"}
    assert got(asked, "/v1/team/members")["members"][0]["displayName"] == "Ada"
