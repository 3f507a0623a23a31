"""Who may come in: Host, Origin, the peer's uid, the token, and what a write must bring."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agent_trace.config import load_config
from agent_trace.errors import UsageError
from agent_trace.web import door, peers
from agent_trace.web.app import create_app
from agent_trace.web.asking import Asking
from agent_trace.web.door import Door, judged, session_of
from agent_trace.web.serving import Plan, door_for
from tests.web.conftest import ADDRESS, WRITE

SECRET = "s3cret"
TEAM = "t3am"


def asked(
    method: str = "GET", path: str = "/api/v2/sessions", host: str = "127.0.0.1:3100", **headers: str
) -> dict[str, Any]:
    given = {"host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return {
        "type": "http",
        "method": method,
        "path": path,
        "scheme": "http",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 3100),
    }


def status(door: Door, **request: Any) -> int:
    refused = judged(door, asked(**request))
    return 200 if refused is None else refused.status


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("127.0.0.1:3100", 200),
        ("localhost:9999", 200),
        ("LOCALHOST", 200),
        ("[::1]:3100", 200),
        ("traces.example.org", 200),
        ("evil.example", 403),
        ("127.0.0.1.evil.example", 403),
        ("localhost.evil.example:3100", 403),
        ("", 403),
        ("[::1", 200),
        ("0.0.0.0", 403),
    ],
)
def test_only_our_own_names_are_answered(host: str, code: int) -> None:
    assert status(Door(hosts=door.hosts_of(["traces.example.org"])), host=host) == code


@pytest.mark.parametrize(
    ("origin", "code"),
    [
        ("http://127.0.0.1:3100", 200),
        ("https://traces.example.org", 200),
        ("http://127.0.0.1:3101", 403),
        ("https://127.0.0.1:3100", 403),
        ("http://evil.example", 403),
        ("null", 403),
        ("", 403),
    ],
)
def test_only_our_own_pages_ask(origin: str, code: int) -> None:
    assert status(Door(origins=frozenset({"https://traces.example.org"})), origin=origin) == code


def test_a_page_of_another_site_may_link_here_and_nothing_more() -> None:
    assert status(Door(), sec_fetch_site="cross-site", sec_fetch_mode="navigate") == 200
    assert status(Door(), sec_fetch_site="cross-site", sec_fetch_mode="no-cors") == 403
    assert status(Door(), sec_fetch_site="same-site", sec_fetch_mode="cors") == 403
    assert status(Door(), sec_fetch_site="same-origin", sec_fetch_mode="cors") == 200


@pytest.mark.parametrize(
    ("uid", "headers", "code"),
    [
        (1000, {}, 200),
        (1001, {}, 403),
        (None, {}, 403),
        (1001, {"authorization": f"Bearer {SECRET}"}, 200),
        (1001, {"authorization": f"bearer  {SECRET}"}, 200),
        (1001, {"authorization": "Bearer wrong"}, 403),
        (1001, {"authorization": f"Basic {SECRET}"}, 403),
        (1000, {"cookie": f"a=b; agent_trace={session_of(SECRET)}"}, 200),
        (1001, {"cookie": f"a=b; agent_trace={session_of(SECRET)}"}, 403),
        (1001, {"cookie": f"agent_trace={SECRET}"}, 403),
    ],
)
def test_another_user_needs_the_token(
    uid: int | None, headers: dict[str, str], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "uid_of", lambda *_: uid)
    assert status(Door(uid=1000, secret=SECRET), **headers) == code


@pytest.mark.parametrize(
    ("path", "headers", "code"),
    [
        ("/api/v2/sessions", {}, 401),
        ("/v1/sessions", {}, 401),
        ("/docs", {}, 401),
        ("/api/v2/sessions", {"authorization": f"Bearer {SECRET}"}, 200),
        ("/api/v2/sessions", {"authorization": f"Bearer {TEAM}"}, 200),
        ("/api/v2/sessions", {"authorization": "Bearer "}, 401),
        ("/api/v2/sessions", {"cookie": f"agent_trace={session_of(SECRET)}"}, 200),
        ("/", {}, 200),
        ("/assets/main.js", {}, 200),
        ("/v1/auth/check", {}, 200),
    ],
)
def test_where_a_token_is_set_somebody_must_bring_it(path: str, headers: dict[str, str], code: int) -> None:
    assert status(Door(needs_secret=True, secret=SECRET, team=TEAM), path=path, **headers) == code


@pytest.mark.parametrize(
    ("uid", "client", "code"), [(1000, "127.0.0.1", 200), (1001, "127.0.0.1", 401), (None, "192.0.2.7", 200)]
)
def test_a_cookie_is_no_use_to_another_user_whose_port_a_browser_gave_it_to(
    uid: int | None, client: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "uid_of", lambda *_: uid)
    request = asked(cookie=f"agent_trace={session_of(SECRET)}") | {"client": (client, 50000)}
    refused = judged(Door(uid=1000, needs_secret=True, secret=SECRET), request)
    assert (200 if refused is None else refused.status) == code


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"x_agent_trace": "1"}, 200),
        ({"x_agent_trace": "1", "content_type": "application/json; charset=utf-8", "content_length": "2"}, 200),
        ({}, 403),
        ({"x_agent_trace": "1", "content_type": "text/plain", "content_length": "2"}, 415),
        ({"x_agent_trace": "1", "content_type": "application/json", "content_length": "1000001"}, 413),
        ({"x_agent_trace": "1", "origin": "http://evil.example"}, 403),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_write_brings_what_no_other_page_can(method: str, headers: dict[str, str], code: int) -> None:
    assert status(Door(), method=method, **headers) == code


def test_a_body_without_a_length_has_a_limit_too(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "MOST", 10)
    pieces = iter([b'{"on":', b" " * 20, b"true}"])
    answered = client.put(
        "/api/v2/sessions/latest/star", content=pieces, headers={**WRITE, "Content-Type": "application/json"}
    )
    assert answered.status_code == 413
    assert client.get("/api/v2/sessions?starred=1").json()["count"] == 0


def test_every_answer_forbids_what_is_not_ours(client: TestClient) -> None:
    for path in ("/", "/api/v2/sessions", "/api/nothing", "/docs"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "script-src" not in headers["content-security-policy"]
        assert "'unsafe-inline'" not in headers["content-security-policy"].partition("style-src")[0]
        assert "access-control-allow-origin" not in headers


def test_a_refusal_says_why_and_is_guarded_too(client: TestClient) -> None:
    answered = client.get("/api/v2/sessions", headers={"Host": "evil.example"})
    assert (answered.status_code, answered.json()["detail"]) == (403, "this server is not called 'evil.example'")
    assert answered.headers["x-content-type-options"] == "nosniff"


def test_the_token_of_the_fragment_becomes_a_cookie(asking: Asking) -> None:
    app = create_app(asking, door=Door(needs_secret=True, secret=SECRET, team=TEAM))
    with TestClient(app, base_url=ADDRESS) as client:
        assert client.get("/api/v2/sessions").status_code == 401
        assert client.post("/api/v2/login", json={"token": "wrong"}, headers=WRITE).status_code == 401
        given = client.post("/api/v2/login", json={"token": SECRET}, headers=WRITE)
        cookie = given.headers["set-cookie"].lower()
        assert (given.status_code, "httponly" in cookie, "samesite=strict" in cookie) == (204, True, True)
        assert SECRET not in cookie
        assert client.get("/api/v2/sessions").status_code == 200


# ---------------------------------------------------------------- setting it up


def test_a_host_that_others_reach_needs_a_token(home: Path) -> None:
    config = load_config()
    with pytest.raises(UsageError, match="lets other machines in, and no token is set"):
        door_for(config, Plan(host="0.0.0.0"), {})
    found = door_for(config, Plan(host="0.0.0.0"), {"TEAM_AUTH_TOKEN": TEAM})
    assert (found.needs_secret, found.secrets[1]) == (True, TEAM)


def test_a_public_address_is_one_of_ours(home: Path) -> None:
    found = door_for(load_config(), Plan(public_url="https://Traces.example.org:8443/x"), {})
    assert "traces.example.org" in found.hosts
    assert found.origins == frozenset({"https://traces.example.org:8443"})
    with pytest.raises(UsageError, match="is no address"):
        door_for(load_config(), Plan(public_url="traces"), {})


def test_where_the_system_does_not_say_who_asks_the_token_is_needed(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent_trace.web.serving.can_tell", lambda: False)
    found = door_for(load_config(), Plan(), {})
    assert (found.uid, found.needs_secret) == (None, True)


# ---------------------------------------------------------------- whose a connection is

TABLE = """  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0C1C 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 111 1 0
   1: 0100007F:C350 0100007F:0C1C 01 00000000:00000000 00:00000000 00000000  1001        0 222 1 0
   2: 0100007F:C353 0100007F:0C1C 05 00000000:00000000 00:00000000 00000000     0        0 0 1 0
"""
TABLE6 = """  sl  local_address                         remote_address                        st
   0: 00000000000000000000000001000000:C351 00000000000000000000000001000000:0C1C 01 0:0 0:0 0  1002        0 333 1
   1: 0000000000000000FFFF00000100007F:C352 0000000000000000FFFF00000100007F:0C1C 01 0:0 0:0 0  1003        0 444 1
"""


@pytest.fixture
def _tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tcp").write_text(TABLE)
    (tmp_path / "tcp6").write_text(TABLE6)
    found = tuple((str(tmp_path / path.rpartition("/")[2]), family) for path, family in peers.TABLES)
    monkeypatch.setattr(peers, "TABLES", (*found, (str(tmp_path / "gone"), peers.TABLES[0][1])))
    monkeypatch.setattr(peers, "owner_of", lambda *_: None)


@pytest.mark.usefixtures("_tables")
@pytest.mark.parametrize(
    ("client", "uid"),
    [
        (("127.0.0.1", 50000), 1001),
        (("::1", 50001), 1002),
        (("127.0.0.1", 50002), 1003),
        (("127.0.0.1", 50003), None),
        (("127.0.0.1", 1), None),
        (None, None),
    ],
)
def test_linux_says_whose_a_connection_is(client: Any, uid: int | None) -> None:
    server = ("::1" if client and client[0] == "::1" else "127.0.0.1", 3100)
    assert peers.uid_of(client, server) == uid


@pytest.mark.usefixtures("_tables")
def test_linux_says_who_listens() -> None:
    found = peers.listener_of(3100)
    assert found is not None
    assert (found.uid, found.inode) == (1000, 111)
    assert peers.listener_of(3101) is None
