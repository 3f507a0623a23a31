"""Sessions that nobody went on with are forgotten by themselves; a repository's are forgotten together."""

from __future__ import annotations

import json
from pathlib import Path

from agent_trace.config import load_config
from tests.sync.program import run
from tests.sync.stories import Story, chat, family
from tests.sync.tables import workspace

LATER = "2027-03-01T00:00:00Z"


def ids(home: Path, **more: str) -> set[str]:
    out, _ = run(home, "list", "--json", "--limit", "0", environment=more)
    return {one["id"] for one in json.loads(out)["sessions"]}


def moved(number: int, folder: str) -> tuple[str, Story]:
    """A session that worked elsewhere."""
    story = chat(number)
    for row in story.rows:
        row["cwd"] = folder
    return story.session, story


def test_what_is_older_than_that_is_forgotten(home: Path) -> None:
    old, *below = family(1)
    for story in (old, *below):
        story.write(home)
    ended = max(row["timestamp"] for row in old.rows if "timestamp" in row)
    day_after = f"{ended[:8]}{int(ended[8:10]) + 2:02}T00:00:00Z"
    assert old.session in ids(home, AGENT_TRACE_RETENTION="30", AGENT_TRACE_NOW=day_after)
    _, said = run(home, "list", AGENT_TRACE_RETENTION="30", AGENT_TRACE_NOW=LATER)
    assert "forgotten: nobody went on with it for 30 days" in said
    assert ids(home, AGENT_TRACE_NOW=LATER) == set()


def test_without_it_nothing_is_ever_forgotten(home: Path) -> None:
    story = chat(1)
    story.write(home)
    assert load_config({"HOME": str(home)}).retention is None
    assert ids(home, AGENT_TRACE_NOW="2040-01-01T00:00:00Z") == {story.session}


def test_a_repository_is_forgotten_whole_and_its_namesakes_stay(home: Path) -> None:
    names = {}
    for number, folder in enumerate(("/src/demo", "/src/demo/sub", "/src/demo2", "/other/Demo", "/src/my-demo"), 1):
        names[folder], story = moved(number, folder)
        story.write(home)
    run(home, "forget", "--repo", "/src/demo", "--yes")
    assert ids(home) == {names["/src/demo2"], names["/other/Demo"], names["/src/my-demo"]}
    run(home, "forget", "--repo", "demo", "--yes")
    assert ids(home) == {names["/src/demo2"], names["/src/my-demo"]}


def test_a_repository_and_a_day_choose_together(home: Path) -> None:
    session, story = moved(1, "/src/demo")
    story.write(home)
    run(home, "forget", "--repo", "demo", "--before", "2020-01-01", "--yes")
    assert ids(home) == {session}
    run(home, "forget", "--repo", "demo", "--before", "2030-01-01", "--yes")
    assert ids(home) == set()


def test_names_and_a_choice_do_not_go_together(home: Path) -> None:
    _, said = run(home, "forget", "latest", "--repo", "demo", code=2)
    assert "--before and --repo" in said


def test_it_says_how_many(home: Path) -> None:
    for number in (1, 2):
        chat(number).write(home)
    opened = workspace(home, AGENT_TRACE_RETENTION="1", AGENT_TRACE_NOW=LATER)
    opened.sync()
    assert opened.db.execute("SELECT count(*) FROM session").fetchone() == (0,)
    assert any("2 sessions were forgotten" in note for note in opened.notes)
    opened.close()
