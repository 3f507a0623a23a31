"""A trace of a session that has a log of its own merges into it, whichever of the two is found first."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from agent_trace.app import forgetting
from agent_trace.app.choosing import choose
from agent_trace.app.scopes import Request, run_report
from agent_trace.app.sessions import read_session
from agent_trace.app.workspace import Workspace
from agent_trace.config import load_config
from agent_trace.model.events import Attachment, Decision, Unknown
from agent_trace.render.blocks import Fields
from agent_trace.render.text import render_text
from agent_trace.reports import doctor, search, show
from agent_trace.reports import list as list_report
from agent_trace.reports._attribution import Attribution, attributed
from agent_trace.store.merged import merged_sources
from agent_trace.store.sessions import by_key
from tests.agents.traces import folders
from tests.agents.traces.folders import CORPUS, line
from tests.reports.small import NOW, ask, copy_run

RUN = "2.1.329/fix"
ROOT = "942bf1b1-e31e-4f36-8359-80dd7740a467"
STRANGER = "01a1fc90-0d33-74"
"""A session that Codex's hooks heard and whose log is not there."""


def opened(home: Path) -> Workspace:
    """A workspace of somebody who stands in the repository."""
    config = load_config({"AGENT_TRACE_HOME": str(home / ".agent-trace")})
    environment = {"HOME": str(home), "PWD": str(home / "demo"), "TZ": "UTC"}
    workspace = Workspace(config, environment=environment, now=NOW)
    workspace.sync()
    assert workspace.synced is not None
    assert workspace.synced.problems == []
    return workspace


def listed(home: Path) -> Any:
    """What `list` says, after everything was archived and indexed."""
    workspace = opened(home)
    workspace.sync_text()
    result = ask(workspace, list_report)
    workspace.close()
    return result


def hook(home: Path, *names: str) -> Path:
    """Put recorded folders into the repository."""
    store = home / "demo/.agent-traces"
    for name in names:
        shutil.copytree(next(CORPUS.glob(f"0.103.0/hooks-*/{name}")), store / name)
    return store


def write(home: Path, name: str, *records: Any, notes: Sequence[Any] = ()) -> None:
    """A folder of a test's own."""
    for path, data in folders.folder(*records, meta={"session_id": name, "attribution": {}}, notes=notes).items():
        file = home / "demo/.agent-traces" / name / Path(path).name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


@pytest.fixture
def alone(home: Path) -> Any:
    """What is listed of the logs alone."""
    (home / "demo").mkdir()
    copy_run(RUN, home)
    result = listed(home)
    shutil.rmtree(home / ".agent-trace")
    return result


def test_a_trace_beside_its_log_changes_nothing(home: Path, alone: Any) -> None:
    hook(home, "942bf1b1-e31e-4f", "e5a9a77e-df01-47")
    assert listed(home) == alone


def test_a_trace_that_comes_later_changes_nothing(home: Path, alone: Any) -> None:
    listed(home)
    hook(home, "942bf1b1-e31e-4f", "e5a9a77e-df01-47")
    assert listed(home) == alone


def test_a_log_that_comes_later_takes_the_trace_in(home: Path, alone: Any) -> None:
    hook(home, "942bf1b1-e31e-4f", "e5a9a77e-df01-47")
    (home / ".claude").rename(home / "away")
    before = listed(home)
    assert {one.id for one in before.sessions} == {
        "942bf1b1-e31e-4f", "942bf1b1-e31e-4f/agent-a8936251ceec1d63b", "e5a9a77e-df01-47",
    }  # fmt: skip
    (home / "away").rename(home / ".claude")
    assert listed(home) == alone


def test_a_log_that_goes_away_leaves_the_trace_merged(home: Path, alone: Any) -> None:
    hook(home, "942bf1b1-e31e-4f")
    listed(home)
    shutil.rmtree(home / ".claude")
    found = {one.id: one for one in listed(home).sessions}
    assert set(found) == {one.id for one in alone.sessions}
    assert found[ROOT].source_changed


def test_a_trace_that_grows_stays_merged(home: Path, alone: Any) -> None:
    store = hook(home, "942bf1b1-e31e-4f")
    listed(home)
    more = line("tool_call", "x1", tool_name="Bash", arguments={}, tool_use_id="toolu_new")
    with (store / "942bf1b1-e31e-4f/events.ndjson").open("a", encoding="utf-8") as file:
        file.write(json.dumps({**more, "session_id": "942bf1b1-e31e-4f"}) + "\n")
    assert listed(home) == alone


def test_a_trace_that_is_deleted_is_no_loss_of_its_session(home: Path, alone: Any) -> None:
    store = hook(home, "942bf1b1-e31e-4f")
    listed(home)
    shutil.rmtree(store)
    assert listed(home) == alone


def test_an_index_that_is_made_again_merges_again(home: Path, alone: Any) -> None:
    hook(home, "942bf1b1-e31e-4f")
    listed(home)
    (home / ".agent-trace/data.db").unlink()
    shutil.rmtree(home / "demo/.agent-traces")
    assert [one.id for one in listed(home).sessions] == [one.id for one in alone.sessions]


def test_the_trace_of_a_sub_agent_is_told_by_its_own_id(home: Path, alone: Any) -> None:
    call = line("tool_call", "c", tool_name="Bash", arguments={}, tool_use_id="t")
    write(home, "a8936251ceec1d63b", call)
    write(home, "a8936251ceec1d63", call)
    write(home, f"{ROOT}", call)
    assert listed(home) == alone


def test_a_trace_of_another_session_is_one(home: Path, alone: Any) -> None:
    hook(home, STRANGER)
    write(home, "942bf1b1", line("user_prompt", "p", prompt="the beginning of an id, but not sixteen characters"))
    found = listed(home)
    assert {one.id for one in found.sessions} == {one.id for one in alone.sessions} | {STRANGER, "942bf1b1"}
    assert found.totals.unknown_usage == 2
    assert found.totals.total.usage == alone.totals.total.usage


def test_what_only_a_trace_holds_shows_in_the_session(home: Path, alone: Any) -> None:
    notes = [{"annotation_id": "n1", "event_id": "c", "note": "here it went wrong", "label": "root-cause"}]
    decided = line("decision", "d", choice="retry", reason="the index was down")
    blocked = line("decision", "b", type="blocked", tool_name="Bash", reason="scope")
    write(home, ROOT[:16], line("user_prompt", "p", prompt="again"), decided, blocked, b"{bad", notes=notes)
    workspace = opened(home)
    (row,) = by_key(workspace.db, ROOT)
    session = read_session(workspace, row)
    plain = len([event for event in session.events if not isinstance(event, Decision)])
    assert [event.choice for event in session.events if isinstance(event, Decision)] == ["retry"]
    assert session.events[-1] == Attachment(
        id="n1", session=ROOT, parent="c", kind="annotation", text="here it went wrong\nlabel: root-cause", size=36,
        origin=session.events[-1].origin,
    )  # fmt: skip
    assert {event.session for event in session.events} == {ROOT}
    assert not any(isinstance(event, Unknown) for event in session.events)
    assert plain < len(session.events)
    workspace.close()


def test_a_trace_whose_file_and_archive_are_gone_hides_nothing(home: Path, alone: Any) -> None:
    write(home, ROOT[:16], line("decision", "d", choice="retry"))
    workspace = opened(home)
    (row,) = by_key(workspace.db, ROOT)
    with_it = len(read_session(workspace, row).events)
    shutil.rmtree(home / "demo/.agent-traces")
    assert len(read_session(workspace, row).events) == with_it - 1
    workspace.close()


def test_the_text_of_a_trace_is_found_once(home: Path, alone: Any) -> None:
    hook(home, "942bf1b1-e31e-4f")
    workspace = opened(home)
    workspace.sync_text()
    (source,) = merged_sources(workspace.db, by_key(workspace.db, ROOT)[0].id)
    assert workspace.db.execute("SELECT count(*) FROM doc WHERE source = ?", (source.id,)).fetchone() == (0,)
    assert (source.archive_size > 0, source.indexed, workspace.due) == (True, source.offset, 0)
    assert search.SCOPE == "hits"
    workspace.close()


def test_doctor_names_traces_beside_logs(home: Path, alone: Any) -> None:
    store = hook(home, "942bf1b1-e31e-4f")
    workspace = opened(home)
    facts = ask(workspace, doctor).machine
    assert [(one.session, len(one.logs)) for one in facts.duplicates] == [(ROOT, 2)]
    assert str(store / "942bf1b1-e31e-4f/meta.json") in facts.duplicates[0].logs
    assert facts.without_session == ()
    workspace.close()


def test_a_path_of_a_trace_means_its_session(home: Path, alone: Any) -> None:
    store = hook(home, "942bf1b1-e31e-4f", STRANGER)
    workspace = opened(home)
    names = ("942bf1b1-e31e-4f/meta.json", "942bf1b1-e31e-4f", STRANGER)
    assert [choose(workspace, str(store / name)).key for name in names] == [ROOT, ROOT, STRANGER]
    workspace.close()


def test_what_is_forgotten_takes_its_traces_along(home: Path, alone: Any) -> None:
    store = hook(home, "942bf1b1-e31e-4f")
    workspace = opened(home)
    workspace.sync_text()
    files = set((home / ".agent-trace/archive").rglob("*.zst")) | set((home / ".agent-trace/archive").rglob("*.*"))
    forgetting.forget(workspace, forgetting.plan(workspace, by_key(workspace.db, ROOT)))
    left = {path for path in files if path.exists()}
    workspace.close()
    assert len(files - left) == 3, "the log, its sub-agent's and the trace"
    assert store.exists()
    shutil.rmtree(home / ".claude")
    write(home, ROOT, line("user_prompt", "p", prompt="what it was about"))
    found = {one.id for one in listed(home).sessions}
    assert not any(name.startswith("942bf1b1") for name in found)


def test_what_hooks_heard_of_a_session_is_its_attribution(home: Path) -> None:
    copy_run(RUN, home)
    hook(home, ROOT[:16])
    workspace = opened(home)
    found = run_report(workspace, show, show.Options(), Request(session=ROOT)).attribution
    assert (found.user, found.host, found.branch, found.cwd) == ("dev", "dev", "main", "/home/dev/demo")
    assert (found.provider, len(found.commit), found.processes) == ("claude", 7, ("python3", "agent-strace"))
    workspace.close()


def test_a_hook_that_saw_the_agent(home: Path) -> None:
    store = hook(home, STRANGER)
    meta = store / STRANGER / "meta.json"
    told = json.loads(meta.read_text())
    told["attribution"] |= {"agent_provider": "cursor", "process_ancestry": "none"}
    meta.write_text(json.dumps(told))
    workspace = opened(home)
    found = run_report(workspace, show, show.Options(), Request(session=STRANGER)).attribution
    assert (found.provider, found.user, found.processes) == ("cursor", "dev", ())
    text = "\n".join(render_text(attributed_blocks(found), width=80))
    assert "User      dev" in text
    assert "Processes" not in text
    workspace.close()


def attributed_blocks(found: Attribution) -> list[Fields]:
    return [attributed(found)]
