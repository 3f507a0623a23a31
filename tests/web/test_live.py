"""What changes is told: to who listens, to who was away, to nobody twice."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agent_trace.app.annotations import add_labels, annotate, hide, rename, star
from agent_trace.app.choosing import choose
from agent_trace.app.moving import Moving
from agent_trace.app.watching import split, watched
from agent_trace.app.workspace import Workspace
from agent_trace.config import load_config
from agent_trace.web.app import create_app
from agent_trace.web.asking import Asking
from agent_trace.web.changes import KEPT, Change, Changes
from agent_trace.web.live import Live
from tests.web.conftest import ADDRESS

WAIT_S = 30.0


async def first(stream: AsyncIterator[Change], count: int) -> list[str]:
    found: list[str] = []
    while len(found) < count:
        one = await asyncio.wait_for(anext(stream), WAIT_S)
        found.append(one.kind)
    return found


def test_who_listens_is_greeted_and_hears_everything_in_order() -> None:
    changes = Changes()

    async def listening() -> list[str]:
        stream = changes.listen()
        found = await first(stream, 1)
        changes.tell("sessions", ids=["a"])
        thread = threading.Thread(target=changes.tell, args=("settings",))
        thread.start()
        found += await first(stream, 2)
        await asyncio.to_thread(thread.join)  # it may still be waking those who listen
        changes.close()
        return found + [one.kind async for one in stream]

    assert asyncio.run(listening()) == ["hello", "sessions", "settings"]


def test_who_was_away_hears_what_it_missed() -> None:
    changes = Changes()
    last = changes.tell("sessions", ids=["a"])
    changes.tell("sessions", ids=["b"])
    changes.tell("settings")

    async def listening(after: int) -> list[str]:
        return await first(changes.listen(after), 3 if after == last else 2)

    assert asyncio.run(listening(last)) == ["hello", "sessions", "settings"]
    assert asyncio.run(listening(last - 5)) == ["hello", "reset"], "before this server"
    assert asyncio.run(listening(last + 50)) == ["hello", "reset"], "of another clock"


def test_what_is_too_long_ago_is_a_new_beginning() -> None:
    changes = Changes()
    start = changes.version
    for _ in range(KEPT + 1):
        changes.tell("sessions", ids=[])
    assert changes.since(start) is None
    assert len(changes.since(start + 1) or ()) == KEPT


def test_the_stream_has_ids_and_goes_on_after_one(asking: Asking) -> None:
    live = Live(asking)
    number = live.changes.tell("sessions", ids=["one"])
    live.changes.tell("sessions", ids=["two"])
    live.changes.close()
    with TestClient(create_app(asking, live=live), base_url=ADDRESS) as client:
        answered = client.get("/api/v2/changes", headers={"Last-Event-ID": str(number)})
    assert answered.headers["content-type"].startswith("text/event-stream")
    events = [
        dict(line.split(": ", 1) for line in one.splitlines())
        for one in answered.text.replace("\r", "").split("\n\n")
        if one
    ]
    assert [one["event"] for one in events] == ["hello", "sessions"]
    assert json.loads(events[1]["data"]) == {"version": number + 1, "ids": ["two"]}
    assert events[1]["id"] == str(number + 1)


def test_an_answer_says_after_which_change_it_was_made(client: TestClient, live: Live) -> None:
    first = live.changes.version
    found = client.get("/api/v2/overview")
    assert found.headers["X-Agent-Trace-Change"] == str(first)
    live.changes.tell("sessions", ids=["one"])
    again = client.get("/api/v2/overview", headers={"If-None-Match": found.headers["ETag"]})
    gone = client.get("/api/v2/sessions/nobody")
    told = [(one.status_code, one.headers["X-Agent-Trace-Change"]) for one in (again, gone)]
    assert told == [(304, str(first + 1)), (404, str(first + 1))]
    assert "X-Agent-Trace-Change" not in client.get("/sessions").headers


def test_what_is_told_while_an_answer_is_made_is_not_said_to_be_in_it(
    client: TestClient, live: Live, asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = live.changes.version
    ask = asking.ask

    def asked(*given: Any, **shown: Any) -> Any:
        found = ask(*given, **shown)
        live.changes.tell("sessions", ids=["late"])
        return found

    monkeypatch.setattr(asking, "ask", asked)
    assert client.get("/api/v2/status").headers["X-Agent-Trace-Change"] == str(first)
    assert live.changes.version == first + 1


def test_only_what_changed_has_moved(asking: Asking) -> None:
    moving = Moving()
    assert asking.ask(moving.look) == ()
    assert asking.ask(moving.look) == ()

    def say(workspace: Workspace) -> tuple[str, ...]:
        rows = [choose(workspace, f"latest~{number}") for number in range(5)]
        star(workspace, rows[0])
        hide(workspace, rows[1])
        rename(workspace, rows[2], "x")
        add_labels(workspace, rows[3], ["x"])
        annotate(workspace, rows[4], note="x")
        return tuple(sorted(row.key for row in rows))

    expected = asking.ask(say)
    assert asking.ask(moving.look) == expected
    assert asking.ask(moving.look) == ()


def test_a_line_that_an_agent_writes_is_told(recorded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asking = Asking(load_config())
    live = Live(asking)
    heard = threading.Event()
    told: list[Any] = []
    tell = live.changes.tell

    def listening(kind: str, **data: Any) -> int:
        told.append((kind, data))
        heard.set()
        return tell(kind, **data)

    monkeypatch.setattr(live.changes, "tell", listening)
    live.begin()
    try:
        assert heard.wait(WAIT_S), "what was there before is told as new"
        log = next(path for path in recorded.rglob("*.jsonl") if "agent-" not in path.name)
        row = next(json.loads(line) for line in log.read_text().splitlines() if '"type":"user"' in line)
        told.clear()
        heard.clear()
        with log.open("a") as file:
            row |= {"uuid": "11111111-1111-4111-8111-111111111111", "timestamp": "2026-11-21T05:44:00.000Z"}
            row["message"]["content"] = "one more thing"
            file.write(json.dumps(row) + "\n")
        while not any(log.stem in data.get("ids", ()) for _, data in told):
            assert heard.wait(WAIT_S)
            heard.clear()
        assert live.last_sync is not None
    finally:
        live.finish()
        asking.close()


def test_where_no_more_folders_can_be_watched_they_are_looked_at(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    def watch(*_: Any, **__: Any) -> Any:
        raise OSError(28, "OS file watch limit reached")

    monkeypatch.setattr("watchfiles.watch", watch)
    live = Live(asking)
    live._hear(("/nowhere",), True, None, threading.Event())
    assert live.polls
    assert live.notices == (
        "no more folders can be watched: all are looked at every second: [Errno 28] OS file watch limit reached",
    )


def test_what_goes_wrong_is_a_notice_and_no_end(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    live = Live(asking, watches=False)
    monkeypatch.setattr(
        "agent_trace.app.workspace.Workspace.sync", lambda *_, **__: (_ for _ in ()).throw(OSError("no disk"))
    )
    live._look()
    assert live.notices == ("no disk",)
    assert live.syncing is False


def test_the_server_says_how_it_is(client: TestClient) -> None:
    found = client.get("/api/v2/status").json()
    assert (found["tier"], found["due_bytes"], found["running"], found["syncing"]) == (3, 0, [], False)


def test_only_folders_where_logs_grow_are_watched(asking: Asking, recorded: Path) -> None:
    with asking.workspace() as workspace:
        found = watched(workspace)
    assert (found.deep, found.flat) == ((str(recorded / ".claude" / "projects"),), ())
    assert str(recorded) in found.above
    assert {".codex", ".gemini", ".local"} <= found.awaited
    assert not {".claude", "projects"} & found.awaited


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [
        ("projects/**/*.jsonl", ("projects", False)),
        ("sessions/*.jsonl", ("sessions", True)),
        ("*.md", ("", True)),
        ("tmp/*/chats/*.json", ("tmp", False)),
        ("sessions/sessions.db", ("sessions", True)),
    ],
)
def test_the_folder_of_a_glob_ends_before_its_first_wildcard(pattern: str, parts: tuple[str, bool]) -> None:
    assert split(pattern) == parts


def test_a_folder_that_may_come_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asking: Asking) -> None:
    home = tmp_path / "codex"
    home.mkdir()
    (tmp_path / "chat.md").write_text("")
    monkeypatch.setenv("CODEX_HOME", str(home))
    monkeypatch.setenv("AIDER_CHAT_HISTORY_FILE", str(tmp_path / "chat.md"))
    with asking.workspace() as workspace:
        found = watched(workspace)
    assert str(tmp_path) in found.flat
    assert str(home) in found.above
    assert "sessions" in found.awaited


def test_only_what_is_awaited_wakes(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    batches = [set(), {(1, "/home/dev/.bash_history")}, set(), {(1, "/home/dev/.codex")}, {(1, "/home/dev/x")}]
    live, woken = Live(asking), []

    def watch(*_: Any, **__: Any) -> Any:
        for batch in batches:
            live._wake.clear()
            yield batch
            woken.append(live._wake.is_set())

    monkeypatch.setattr("watchfiles.watch", watch)
    live._hear(("/home/dev",), False, frozenset({".codex"}), threading.Event())
    assert woken == [True, False, False, True, False]
    woken.clear()
    live._hear(("/home/dev",), False, None, threading.Event())
    assert woken == [True, True, False, True, True]


def test_a_link_and_what_it_leads_to_are_one_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asking: Asking
) -> None:
    (tmp_path / "real" / "sessions").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    monkeypatch.setenv("CODEX_HOME", f"{tmp_path}/real,{tmp_path}/link")
    with asking.workspace() as workspace:
        found = watched(workspace)
    assert [path for path in found.deep if "sessions" in path] == [str(tmp_path / "real" / "sessions")]


def test_a_server_that_ends_does_not_finish_reading_first(recorded: Path) -> None:
    asking = Asking(load_config())
    live = Live(asking, watches=False)
    live.end()
    live._look()
    assert live.last_sync is None
    assert asking.ask(lambda workspace: workspace.db.execute("SELECT count(*) FROM session").fetchone()[0]) == 0
    live.finish()
    asking.close()


def test_while_another_process_reads_nothing_is_said(asking: Asking) -> None:
    from agent_trace.sync.lock import lock

    live = Live(asking, watches=False)
    with lock(asking.config.lock_file, wait_s=0) as held:
        assert held
        live._look()
    assert (live.last_sync, live.notices) == (None, ())


def test_what_could_not_be_told_is_told_the_next_time(asking: Asking) -> None:
    live = Live(asking)
    live._tell()
    failing = [OSError("no memory")]

    def warm() -> None:
        if failing:
            raise failing.pop()

    live.after.append(warm)
    asking.ask(lambda workspace: star(workspace, choose(workspace, "latest")))
    before = live.changes.version
    live._tell()
    assert (live.changes.since(before), live.notices) == ([], ("no memory",))
    live._tell()
    assert [one.kind for one in live.changes.since(before) or ()] == ["sessions"]
