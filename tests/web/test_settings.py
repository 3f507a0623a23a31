"""Settings: what holds, where it comes from, and changing it without losing a line of the person's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agent_trace.config import load_config
from agent_trace.web.live import Live
from tests.web.conftest import WRITE

PATH = "/api/v2/settings"


def by_key(client: TestClient) -> dict[str, Any]:
    return {one["key"]: one for one in client.get(PATH).json()["settings"]}


def file_of(home: Path) -> Path:
    return home / ".agent-trace" / "config.toml"


def test_every_setting_says_where_it_comes_from(
    client: TestClient, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGENT_TRACE_AUTHOR", "Ada")
    file_of(home).write_text('cost = "best" # always\n\n[[prices]]\nmodel = "x"\ninput = 1\n')
    found = by_key(client)
    assert (found["cost"]["source"], found["author"]["source"], found["tier"]["source"]) == (
        "file",
        "environment",
        "default",
    )
    assert (found["cost"]["type"], found["cost"]["choices"]) == ("choice", ["priced", "recorded", "best"])
    assert (found["retention"]["type"], found["retention"]["optional"]) == ("number", True)
    assert found["pii"]["type"] == "choices"
    assert (found["author"]["editable"], found["author"]["variable"]) == (False, "AGENT_TRACE_AUTHOR")


def test_a_change_keeps_every_other_line(client: TestClient, home: Path, live: Live) -> None:
    file_of(home).write_text('# mine\ncost = "best"\nauthor = "Ada"\n\n[[discounts]]\nmodel = "cost = 3"\npercent = 5')
    answered = client.patch(PATH, json={"cost": "recorded", "timezone": "Europe/Berlin", "author": None}, headers=WRITE)
    assert answered.status_code == 200, answered.text
    assert file_of(home).read_text() == (
        '# mine\ncost = "recorded"\n\ntimezone = "Europe/Berlin"\n[[discounts]]\nmodel = "cost = 3"\npercent = 5'
    )
    assert file_of(home).stat().st_mode & 0o777 == 0o600
    assert [one.kind for one in live.changes.since(live.changes.version - 1) or ()] == ["settings"]
    assert client.get("/api/v2/status").json()["zone"] == "Europe/Berlin"


def test_the_first_change_makes_the_file(client: TestClient, home: Path) -> None:
    answered = client.patch(PATH, json={"retention": 90, "pii": ["email", "phone"]}, headers=WRITE)
    assert answered.status_code == 200
    config = load_config()
    assert (config.retention, config.pii) == (90, ("email", "phone"))


@pytest.mark.parametrize(
    "body",
    [
        {"home": "/tmp"},
        {"prices": [{"model": "x", "input": "free", "output": 1}]},
        {"prices": {"model": "x"}},
        {"discounts": [{"percent": 120}]},
        {"homes": [{"agent": "nobody", "path": "/"}]},
        {"cost": "free"},
        {"retention": 0},
        {"tier": "3"},
        {"timezone": "Nowhere/Land"},
        {"author": "a\nb"},
        {"author": 'x"\n[[prices]]'},
        [],
    ],
)
def test_a_change_without_sense_writes_nothing(body: object, client: TestClient, home: Path) -> None:
    assert client.patch(PATH, json=body, headers=WRITE).status_code == 400
    assert not file_of(home).exists()


def test_what_the_environment_sets_cannot_be_changed(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_TRACE_TIER", "3")
    answered = client.patch(PATH, json={"tier": 2}, headers=WRITE)
    assert (answered.status_code, answered.json()["detail"]) == (400, "tier is set by AGENT_TRACE_TIER")
