"""Snapshots: the first at once, another when something changed, and an end when the server ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.types import Message

from agent_trace.app.annotations import hide
from agent_trace.app.choosing import choose
from agent_trace.errors import UsageError
from agent_trace.web.app import Port, create_app
from agent_trace.web.asking import Asking
from agent_trace.web.earlier import collected, streams
from agent_trace.web.earlier.streams import Source, snapshots, streamed
from agent_trace.web.live import Live
from tests.web.earlier import FIX, SHAPES, asking_at, lay_out, misfits


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "APART_S", 0.0)


@pytest.fixture
def asking(home: Path) -> Iterator[Asking]:
    lay_out(home, ("claude/2.1.329/fix",))
    with asking_at(home) as found:
        yield found


def read(text: bytes) -> tuple[str, Any]:
    """The name and the JSON of an event."""
    first, second, *_ = text.decode().split("\n")
    return first.removeprefix("event: "), json.loads(second.removeprefix("data: "))


def heard(source: Source, count: int, between: Callable[[int], None] = lambda _: None) -> list[bytes]:
    """So many pieces of a stream; `between` is told how many came."""
    found: list[bytes] = []

    async def listen() -> None:
        async for one in snapshots(source, lambda: len(found) >= count):
            found.append(one)
            between(len(found))

    asyncio.run(listen())
    return found


def test_a_snapshot_comes_at_once_and_again_when_something_changed() -> None:
    versions = iter([1, 1, 1, 2, 3])
    made = iter([b"1", b"2", b"3"])
    source = Source(kind="sessions", version=lambda: next(versions), make=lambda: next(made))
    assert heard(source, 3) == [b"event: sessions\ndata: %d\n\n" % number for number in (1, 2, 3)]


def test_it_is_made_again_where_changes_cannot_be_told() -> None:
    made = iter([b"1", b"2"])
    source = Source(kind="sessions", version=lambda: None, make=lambda: next(made))
    assert len(heard(source, 2)) == 2


def test_a_long_silence_is_broken_by_nothing_but_a_comment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "ALIVE_S", 0.0)
    first, second = heard(Source(kind="sessions", version=lambda: 1, make=lambda: b"1"), 2)
    assert first.startswith(b"event: ")
    assert second.startswith(b": ")


def test_what_goes_wrong_is_told_and_the_stream_goes_on() -> None:
    answers: Iterator[bytes | UsageError] = iter([UsageError("'bad' is no time"), b"1"])

    def make() -> bytes:
        answer = next(answers)
        if isinstance(answer, bytes):
            return answer
        raise answer

    wrong, right = heard(Source(kind="team", version=lambda: None, make=make), 2)
    assert read(wrong) == ("bridge_error", {"message": "'bad' is no time"})
    assert read(right) == ("team", 1)


def test_it_ends_while_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "APART_S", 3600.0)
    monkeypatch.setattr(streams, "LOOK_S", 0.0)
    assert len(heard(Source(kind="sessions", version=lambda: 1, make=lambda: b"1"), 1)) == 1


ADDRESSES: list[tuple[Port, str, str]] = [
    ("api", "/v1/sessions/stream", "sessions"),
    ("dashboard", "/api/sessions/stream", "sessions"),
    ("dashboard", "/api/team/stream", "team"),
]


@pytest.mark.parametrize(("port", "path", "kind"), ADDRESSES)
def test_an_address_streams_until_the_server_ends(port: Port, path: str, kind: str, asking: Asking) -> None:
    live = Live(asking)
    app = create_app(asking, live=live, port=port)
    sent: list[Message] = []

    async def ask() -> None:
        over = asyncio.Event()

        async def receive() -> Message:
            await over.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)
            if message.get("body"):
                live.end()

        await app(_scope(app, path), receive, send)
        over.set()

    asyncio.run(ask())
    headers = dict(sent[0]["headers"])
    assert headers[b"content-type"].startswith(b"text/event-stream")
    name, data = read(sent[1]["body"])
    assert name == kind
    assert not sent[-1]["more_body"]
    assert list(misfits(data, _shape(port, kind))) == []


def _shape(port: Port, kind: str) -> Any:
    if kind == "team":
        return {
            "overview": "$overview",
            "members": "$members",
            "cost": "$team_daily",
            "budget": "$budget",
            "emittedAt": "time",
        }
    own = SHAPES[port]["/v1/sessions" if port == "api" else "/api/sessions"]
    return {**own, "emittedAt": "time"} if port == "api" else own


def _scope(app: Any, path: str) -> dict[str, Any]:
    return {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "scheme": "http", "http_version": "1.1", "headers": [(b"host", b"127.0.0.1:3100")], "app": app,
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 3100),
    }  # fmt: skip


def test_a_change_of_the_index_is_a_change_of_the_stream(asking: Asking) -> None:
    app = create_app(asking)
    request = Request(_scope(app, "/api/sessions/stream"))
    counts: list[int] = []
    answer = streamed(request, "sessions", lambda finds: lambda workspace: collected.lines(workspace, finds))

    async def listen() -> None:
        async for one in answer.body_iterator:
            counts.append(read(bytes(one, "utf-8") if isinstance(one, str) else bytes(one))[1]["count"])
            if len(counts) == 2:
                app.state.live.end()
            else:
                await asyncio.to_thread(asking.ask, lambda workspace: hide(workspace, choose(workspace, FIX)))

    asyncio.run(listen())
    assert counts == [counts[0], counts[0] - 1]
