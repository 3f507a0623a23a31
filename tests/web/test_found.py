"""Where a text stands, as the replay asks the server."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

FOUND = "/api/v2/sessions/0002b020/found"


def test_it_tells_rows_of_the_session_and_of_its_sub_agents(client: TestClient) -> None:
    said = client.get(FOUND, params={"text": "DEF "}).json()
    above, below = said["sessions"]
    assert above["session"].startswith("0002b020")
    assert list(above["starts"]) == [below["session"]]
    assert above["rows"] == sorted(above["rows"]) != []
    assert said["unread"] == []
    events = client.get(f"/api/reports/replay-document?session={above['session']}").json()["events"]
    texts = {int(one["number"]): str(one).lower() for one in events}
    pairs = {int(one["number"]): int(one.get("pair", one["number"])) for one in events}
    assert all("def " in texts[row] + texts[pairs[row]] for row in above["rows"])


@pytest.mark.parametrize(
    "address", [FOUND, f"{FOUND}?text=", f"{FOUND}?text=a&limit=3", "/api/v2/sessions/~root/found?text=a"]
)
def test_what_it_does_not_understand_it_refuses(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 400


def test_a_session_that_is_not_there(client: TestClient) -> None:
    assert client.get("/api/v2/sessions/nobody/found?text=a").status_code == 404
