"""What was noted stays with its session and its event, whatever happens to logs and index; and goes when it must."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from agent_trace.app import forgetting
from agent_trace.app.annotations import annotate, rename
from agent_trace.app.choosing import choose
from agent_trace.errors import NotFoundError
from agent_trace.model.annotations import Annotation
from agent_trace.model.selection import Selection
from agent_trace.store.annotations import encoded
from agent_trace.store.choice import choice
from tests.reports.small import copy_run
from tests.sync.program import run
from tests.sync.stories import Story, chat, family
from tests.sync.tables import dump, synced, workspace
from tests.sync.test_merging import ROOT, hook
from tests.sync.test_merging import opened as merging
from tests.sync.test_redacting import PASSWORD, TOKEN

SECRET = "xylophonist"


def noted(home: Path, session: str, **environment: str) -> list[dict[str, Any]]:
    out, _ = run(home, "annotations", session, "--json", environment=environment)
    return list(json.loads(out)["annotations"])


def marked(home: Path, **environment: str) -> Story:
    """A session with a note about an event near its end, a label and a title."""
    story = chat(1)
    story.write(home)
    run(home, "annotate", story.session, "20", "--note", "look here", "--author", "you", environment=environment)
    run(home, "label", story.session, "pass", environment=environment)
    run(home, "rename", story.session, "my own title", environment=environment)
    return story


def grown(home: Path, story: Story) -> None:
    story.prompt("one more").say("so be it").write(home)


def rewritten(home: Path, story: Story) -> None:
    """The agent drops rows before the one that the note is about."""
    log = next(home.rglob(f"{story.session}.jsonl"))
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[4:]))


def rebuilt(home: Path, story: Story) -> None:
    for file in (home / ".agent-trace").glob("data.db*"):
        file.unlink()


def moved(home: Path, story: Story) -> None:
    shutil.move(home / ".claude" / "projects" / "-home-you-shop", home / ".claude" / "projects" / "-elsewhere")
    rebuilt(home, story)


def deleted(home: Path, story: Story) -> None:
    synced(home)
    next(home.rglob(f"{story.session}.jsonl")).unlink()
    rebuilt(home, story)


@pytest.mark.parametrize("change", [grown, rewritten, rebuilt, moved, deleted])
def test_it_stays(home: Path, change: Any) -> None:
    story = marked(home)
    before = noted(home, story.session)
    synced(home)
    change(home, story)
    after = noted(home, story.session)
    assert after == before
    about = next(one for one in after if one["note"])
    assert (about["event"], about["note"], about["missing"]) == ("20", "look here", False)
    summary = json.loads(run(home, "list", "--json", "--label", "pass")[0])["sessions"][0]
    assert (summary["id"], summary["title"], summary["labels"]) == (story.session, "my own title", ["pass"])


def test_the_index_holds_nothing_of_it(home: Path) -> None:
    story = marked(home)
    run(home, "annotate", story.session, "21", "--note", SECRET, "--label", SECRET, "--author", SECRET)
    run(home, "rename", story.session, SECRET)
    synced(home)
    holders = [
        path.name
        for path in (home / ".agent-trace").rglob("*")
        if path.is_file() and SECRET.encode() in path.read_bytes()
    ]
    assert holders == ["annotations.jsonl"]


def test_an_event_that_is_nowhere_any_more(home: Path) -> None:
    story = marked(home)
    file = home / ".agent-trace" / "annotations.jsonl"
    lost = Annotation(
        annotation_id="f" * 12, agent="claude", session_id=story.session, event_id="no such", note="about nothing"
    )
    file.write_bytes(file.read_bytes() + encoded(lost) + b"\n")
    (one,) = (one for one in noted(home, story.session) if one["missing"])
    assert (one["event"], one["event_id"], one["note"]) == (None, "no such", "about nothing")
    for report in ("annotations", "show"):
        assert "gone" in run(home, report, story.session)[0]
    replayed = run(home, "replay", story.session)[0]
    assert "about nothing" in replayed
    assert "gone: the event that 1 note is about is in the log no more" in replayed


def test_events_that_cannot_be_read_are_not_called_gone(home: Path) -> None:
    story = marked(home, AGENT_TRACE_ARCHIVE="off")
    next(home.rglob(f"{story.session}.jsonl")).unlink()
    found = noted(home, story.session, AGENT_TRACE_ARCHIVE="off")
    assert [(one["missing"], one["event"]) for one in found] == [(False, None)] * 2
    assert "their events cannot be told" in run(home, "annotations", story.session, AGENT_TRACE_ARCHIVE="off")[0]
    assert "look here" in run(home, "show", story.session, AGENT_TRACE_ARCHIVE="off")[0]


@pytest.mark.parametrize("tier", ["1", "2"])
def test_a_lower_tier_keeps_what_the_person_wrote(home: Path, tier: str) -> None:
    story = marked(home)
    synced(home, AGENT_TRACE_TIER=tier)
    found = noted(home, story.session, AGENT_TRACE_TIER=tier)
    assert [one["note"] or one["label"] for one in found] == ["pass", "look here"]
    assert found[1]["event"] == ("20" if tier == "2" else None)
    summary = json.loads(run(home, "list", "--json", AGENT_TRACE_TIER=tier)[0])["sessions"][0]
    assert (summary["title"], summary["labels"]) == ("my own title", ["pass"])
    index = dump(home / ".agent-trace" / "data.db", only=["session"])
    assert "my own title" not in repr(index)
    _, said = run(
        home, "annotate", story.session, "3", "--note", "x", code=0 if tier == "2" else 3, AGENT_TRACE_TIER=tier
    )
    assert ("withheld (tier 1)" in said) == (tier == "1")


def test_a_trace_that_merges_takes_its_notes_along(home: Path) -> None:
    (home / "demo").mkdir()
    hook(home, "942bf1b1-e31e-4f")
    opened = merging(home)
    row = choose(opened, "942bf1b1-e31e-4f")
    annotate(opened, row, note="heard by a hook")
    rename(opened, row, "my own title")
    opened.close()
    copy_run("2.1.329/fix", home)
    opened = merging(home)
    row = choose(opened, ROOT)
    given = opened.given
    assert given is not None
    assert {one.name for one in given.rows} == {(row.agent, row.key)}
    assert row.title == "my own title"
    opened.close()


# ---------------------------------------------------------------- what must go


def everywhere(home: Path) -> list[str]:
    return [
        path.name
        for path in (home / ".agent-trace").rglob("*")
        if path.is_file() and SECRET.encode() in path.read_bytes()
    ]


def told_of(home: Path) -> tuple[Story, Story]:
    """A family of which something was noted in every way, beside another session."""
    root, child = family(5)
    for story in (root, child, marked(home)):
        story.write(home)
    name = f"{root.session}/agent-{child.agent}"
    run(home, "annotate", root.session, "3", "--note", SECRET, "--label", SECRET, "--bookmark")
    run(home, "annotate", name, "2", "--note", SECRET)
    run(home, "label", name, SECRET)
    run(home, "rename", root.session, SECRET)
    run(home, "star", root.session)
    run(home, "hide", name)
    return root, child


def test_forgotten_it_is_nowhere(home: Path) -> None:
    root, _ = told_of(home)
    file = home / ".agent-trace" / "annotations.jsonl"
    strange = f'{{"type":"reaction","agent":"claude","session_id":"{root.session}","text":"{SECRET}"}}\n'
    other = f'{{"note":"{SECRET}","session_id" : "{root.session}", "event_id":"e"}}\n'
    kept = b'{"type":"reaction","agent":"claude","session_id":"another","text":"stays"}\n'
    torn = f'{{"type":"annotation","annotation_id":"1","agent":"claude","session_id":"{root.session}","note":"{SECRET}'
    file.write_bytes(file.read_bytes() + strange.encode() + other.encode() + kept + torn.encode())
    Path(f"{file}.new").write_text(SECRET)
    run(home, "forget", root.session, "--yes")
    assert everywhere(home) == []
    assert kept in file.read_bytes()
    assert root.session.encode() not in file.read_bytes()
    assert [one["note"] for one in noted(home, chat(1).session)] == ["", "look here"]


def test_a_session_that_was_just_forgotten_gets_no_note(home: Path) -> None:
    root, child = told_of(home)
    opened, other = workspace(home), workspace(home)
    opened.sync()
    rows = [choose(opened, root.session), choose(opened, f"{root.session}/agent-{child.agent}")]
    other.sync()
    forgetting.forget(other, forgetting.plan(other, [choose(other, root.session)]))
    for row in rows:
        with pytest.raises(NotFoundError, match="was forgotten"):
            annotate(opened, row, note=SECRET)
        with pytest.raises(NotFoundError, match="was forgotten"):
            rename(opened, row, SECRET)
    opened.close()
    other.close()
    assert everywhere(home) == []


def test_killed_before_it_was_brought_to_its_end(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, _ = told_of(home)
    opened = workspace(home)
    opened.sync()
    what = forgetting.plan(opened, [choose(opened, root.session)])
    with monkeypatch.context() as patched:
        patched.setattr(forgetting, "drop_forgotten", lambda _: None)
        patched.setattr(forgetting, "finish", lambda _: None)
        forgetting.forget(opened, what)
    opened.close()
    assert everywhere(home) == ["annotations.jsonl"]
    synced(home)
    assert everywhere(home) == []


# ---------------------------------------------------------------- secrets


def leaking(home: Path) -> list[str]:
    """Which of the two secrets the file holds."""
    data = (home / ".agent-trace" / "annotations.jsonl").read_text()
    return [one for one in (TOKEN, PASSWORD) if one in data]


def careless(home: Path, **environment: str) -> str:
    story = chat(1)
    story.write(home)
    note = f"it used {TOKEN}\nand PGPASSWORD={PASSWORD} psql"
    run(home, "annotate", story.session, "3", "--note", note, environment=environment)
    run(home, "rename", story.session, f"leak of {TOKEN}", environment=environment)
    run(home, "label", story.session, TOKEN, environment=environment)
    return story.session


def test_redact_on_masks_before_it_is_written(home: Path) -> None:
    session = careless(home, AGENT_TRACE_REDACT="on")
    assert leaking(home) == []
    notes = noted(home, session, AGENT_TRACE_REDACT="on")
    assert [one["label"] for one in notes if one["label"]] == ["[REDACTED:github_token]"]
    assert "it used [REDACTED:github_token]\nand PGPASSWORD=[REDACTED" in next(
        one["note"] for one in notes if one["note"]
    )


def test_redact_on_later_masks_what_was_noted(home: Path) -> None:
    session = careless(home)
    assert len(leaking(home)) == 2
    synced(home, AGENT_TRACE_REDACT="on")
    assert leaking(home) == []
    assert len(noted(home, session, AGENT_TRACE_REDACT="on")) == 2


def test_a_redacted_session(home: Path) -> None:
    session = careless(home)
    out, _ = run(home, "redact", session, "--check", "--json", code=1)
    found = {(one["kind"], one["where"], one["session"]) for one in json.loads(out)["findings"]}
    assert ("github_token", "annotation.note", session) in found
    assert ("github_token", "annotation.title", session) in found
    assert TOKEN not in out
    run(home, "redact", session, "--apply")
    assert leaking(home) == []
    run(home, "annotate", session, "4", "--note", f"again {TOKEN}")
    assert leaking(home) == []
    (home / ".agent-trace" / "data.db").unlink()
    synced(home)
    assert leaking(home) == []


def test_a_selection_that_nobody_narrowed_is_refused() -> None:
    with pytest.raises(ValueError, match="narrowed first"):
        choice(Selection(labels=("pass",)))
    assert choice(Selection()) == ("", {})


def test_others_keep_their_words_when_one_session_is_redacted(home: Path) -> None:
    session = careless(home)
    chat(2).write(home)
    run(home, "annotate", chat(2).session, "3", "--note", f"mine: {TOKEN}")
    run(home, "redact", session, "--apply")
    assert [one["note"] for one in noted(home, chat(2).session)] == [f"mine: {TOKEN}"]
