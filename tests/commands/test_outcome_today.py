"""`outcome` and `show` with the repository, or the forge, at hand: more is told, no count changes."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agent_trace import registry
from agent_trace.app.scopes import Request, run_report
from agent_trace.render.text import render_text
from tests.end_to_end.truth import Home
from tests.live import forge
from tests.stories import CORPUS, RUNS, clone, git, truth, unpack

DEV = "/home/dev"
"""Where all runs were played; here their logs name a folder of the test."""


def moved_home(run: str, folder: Path) -> Path:
    """What an agent wrote, with the folder of the test in place of /home/dev."""
    home = folder / "home"
    unpack(run, home)
    for path in [one for one in home.rglob("*") if one.is_file()]:
        if path.suffix == ".db":
            move_rows(path, str(folder))
        else:
            path.write_bytes(path.read_bytes().replace(DEV.encode(), str(folder).encode()))
    return home


def move_rows(path: Path, folder: str) -> None:
    """The same in a database."""
    with closing(sqlite3.connect(path)) as db:
        for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for _, column, *_ in db.execute(f"PRAGMA table_info({table})").fetchall():
                db.execute(f"UPDATE {table} SET {column} = replace({column}, ?, ?)", (DEV, folder))
        db.commit()


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder in the PATH with the played `gh` and `glab`."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("gh", "glab"):
        shutil.copy(forge.__file__, folder / name)
        (folder / name).chmod(0o755)
    return folder


def opened(run: str, home: Path, keep: Path, programs: str | None) -> Home:
    return Home(home, keep, truth=CORPUS / run / "truth.json", programs=programs)


def sessions(run: str) -> list[str]:
    return list(dict.fromkeys(step["session"] for step in truth(run)["steps"]))


def without_today(answer: Any) -> Any:
    """An answer without what only git or a forge knows."""
    if isinstance(answer, dict):
        return {name: without_today(value) for name, value in answer.items() if name not in ("git", "today")}
    return [without_today(one) for one in answer] if isinstance(answer, list | tuple) else answer


@pytest.mark.full
@pytest.mark.parametrize("run", RUNS)
def test_the_repository_adds_and_changes_nothing(run: str, tmp_path: Path) -> None:
    home = moved_home(run, tmp_path)
    before, after = opened(run, home, tmp_path / "keep", None), opened(run, home, tmp_path / "keep2", os.defpath)
    blind = {one: (before.ask("show", session=one), before.ask("outcome", session=one)) for one in sessions(run)}
    for name in truth(run)["repositories"]:
        clone(run, name, tmp_path)
    seeing = {one: (after.ask("show", session=one), after.ask("outcome", session=one)) for one in sessions(run)}
    assert without_today(seeing) == without_today(blind)
    assert after.ask("list") == before.ask("list")
    rows = [row for _, told in seeing.values() for row in told["outcome"]["commits"]]
    true = {one["sha"]: one for told in truth(run)["repositories"].values() for one in told["commits"]}
    assert all(row["git"] is not None for row in rows if row["directory"] != f"{tmp_path}/tree")
    found = [row["git"] for row in rows if row["git"] and row["git"]["found"] == "verified"]
    assert all(one["sha"] in true for one in found)
    for one in found:
        fate = true[one["sha"]]["fate"]
        held = sorted(true[one["sha"]]["branches"])
        assert sorted(name for name in one["branches"] if not name.startswith("origin/")) == held
        assert (one["became"] in ("merged", "reachable")) == (fate == "stands")
        if fate in ("amended", "rebased") and true[true[one["sha"]]["into"]]["fate"] == "stands":
            assert one["into"] == true[one["sha"]]["into"]
    for home_of in (before, after):
        home_of.close()


CLAUDE = RUNS[0].rpartition("/")[0]


def test_show_says_what_became_of_commits(tmp_path: Path) -> None:
    run = f"{CLAUDE}/branches"
    home = opened(run, moved_home(run, tmp_path), tmp_path / "keep", os.defpath)
    folder = clone(run, "demo", tmp_path)
    first, second = sessions(run)
    told = {row["subject"]: row["git"] for row in home.ask("show", session=first)["outcome"]["commits"]}
    assert {one["became"] for one in told.values()} == {"merged"}
    revert = git(folder, "log", "--format=%H", "--grep=This reverts", "main").split()[0]
    assert told["feat: pick two"]["reverted_by"] == revert
    rebased = {row["subject"]: row["git"] for row in home.ask("outcome", session=second)["outcome"]["commits"]}
    assert {rebased[name]["became"] for name in ("feat: w1", "feat: w2")} == {"rebased"}
    home.close()


def drawn(home: Home, session: str, **options: Any) -> list[str]:
    """`outcome` as people read it."""
    report = registry.load("reports", "outcome")
    chosen = report.Options(**options)
    result = run_report(home.workspace, report, chosen, Request(session=session))
    return list(render_text(report.layout(result, chosen, home.workspace.facts), width=120))


def test_the_table_says_what_became_of_commits(tmp_path: Path) -> None:
    run = f"{CLAUDE}/commits"
    home = opened(run, moved_home(run, tmp_path), tmp_path / "keep", os.defpath)
    clone(run, "demo", tmp_path)
    lines = [line for session in sessions(run)[:2] for line in drawn(home, session)]
    rows = [line for line in lines if " feat: " in line or " wip: " in line or " docs: " in line]
    assert sum("amended as 19fc93f" in row for row in rows) == 1
    assert sum("✓ merged" in row for row in rows) == 7
    assert sum(row.rstrip(" 0123456789").endswith("reset away") for row in rows) == 2
    assert sum("reset away, rebased as cf40b1e" in row for row in rows) == 1
    home.close()


def test_refresh_asks_the_forge_and_keeps_the_answer_with_its_moment(tmp_path: Path, programs: Path) -> None:
    run = f"{CLAUDE}/requests"
    folder = moved_home(run, tmp_path)
    home = opened(run, folder, tmp_path / "keep", f"{programs}{os.pathsep}{os.environ['PATH']}")
    session = sessions(run)[0]
    before = home.ask("outcome", session=session)
    assert not (folder / ".forge.json").exists(), "nobody is asked by itself"
    assert [one["today"] for one in before["outcome"]["pull_requests"]] == [None]
    memory = {"requests": [{"forge": "gh", "number": 12, "url": "u", "title": "t", "head": "h", "state": "closed",
                            "draft": False, "own": True}], "asked": []}  # fmt: skip
    (folder / ".forge.json").write_text(json.dumps(memory))
    after = home.ask("outcome", session=session, refresh=True)
    (one,) = after["outcome"]["pull_requests"]
    assert (one["state"], one["merged"], one["today"]["state"]) == ("merged", True, "closed")
    assert one["today"]["as_of"].endswith("Z")
    assert without_today(after) == without_today(before)
    assert home.ask("outcome", session=session) == home.ask("outcome", session=session) == after, "it is kept"
    assert any("closed as of 20" in line for line in drawn(home, session))
    asked = json.loads((folder / ".forge.json").read_text())["asked"]
    assert len(asked) == 1
    home.close()


def test_refresh_says_what_it_could_not_ask(tmp_path: Path) -> None:
    run = f"{CLAUDE}/requests"
    home = opened(run, moved_home(run, tmp_path), tmp_path / "keep", None)
    said: list[str] = []
    home.workspace.say = said.append
    session = sessions(run)[1]
    told = home.ask("outcome", session=session, refresh=True)
    assert {one["today"] for one in told["outcome"]["pull_requests"]} == {None}
    assert [line.rpartition(": ")[2] for line in said] == ["gh is not installed", "glab is not installed"]
    home.close()
