"""Which prompt a sub-agent worked for, where its log does not name the call that started it."""

from __future__ import annotations

from pathlib import Path

from agent_trace.app.prompts import asked_in
from agent_trace.store.sessions import by_key
from tests.reports.small import Call, opened, write_log

SESSION = "aaaaaaaa-0000-4000-8000-000000000001"
PARENT = [Call("2026-11-20T09:00:00"), Call("2026-11-20T09:30:00")]


def test_the_last_prompt_before_it_started(home: Path) -> None:
    log = write_log(home, SESSION, "/home/you/shop", PARENT)
    first = log.read_text(encoding="utf-8").splitlines()[0]
    later = first.replace("-prompt", "-prompt2").replace("09:00:00", "09:20:00").replace("Work in", "Go on in")
    log.write_text(log.read_text(encoding="utf-8") + later + "\n", encoding="utf-8")
    write_log(home, SESSION, "/home/you/shop", [Call("2026-11-20T09:10:00")], agent="early")
    write_log(home, SESSION, "/home/you/shop", [Call("2026-11-20T09:25:00")], agent="late")
    workspace = opened(home)
    rows = {name: by_key(workspace.db, f"{SESSION}/agent-{name}")[0] for name in ("early", "late")}
    found = {name: asked_in(workspace, row, None, None)[0] for name, row in rows.items()}
    assert {name: one and (one.session, one.text) for name, one in found.items()} == {
        "early": (SESSION, "Work in /home/you/shop"),
        "late": (SESSION, "Go on in /home/you/shop"),
    }
    workspace.close()


def test_a_prompt_that_is_none(home: Path) -> None:
    write_log(home, SESSION, "/home/you/shop", PARENT)
    workspace = opened(home)
    (row,) = by_key(workspace.db, SESSION)
    assert asked_in(workspace, row, "nowhere", None) == (None, "")
    assert asked_in(workspace, row, None, None) == (None, "")
    workspace.close()


def test_without_its_log(home: Path) -> None:
    log = write_log(home, SESSION, "/home/you/shop", PARENT)
    workspace = opened(home)
    (row,) = by_key(workspace.db, SESSION)
    log.unlink()
    found, missing = asked_in(workspace, row, "prompt", None)
    assert found is None
    assert missing
    workspace.close()
