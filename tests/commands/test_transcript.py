"""`transcript`: conversations that can be read, and an index that leads to every one of them."""

from __future__ import annotations

import html
import json
import re
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

from agent_trace.app.choosing import choose
from agent_trace.app.leaving import Door
from agent_trace.app.transcribing import Wanted, index_of, transcripts
from tests.commands.terminal import Terminal
from tests.reports.recorded import sessions
from tests.reports.small import Call, copy_run, write_log
from tests.reports.understood import BARE, CORPUS, HOMES, home_of
from tests.stories import unpack

ROOT = "942bf1b1-e31e-4f36-8359-80dd7740a467"
CHILD = f"claude-{ROOT}--agent-a8936251ceec1d63b"
LINK = re.compile(r"\]\(([^)]+)\)")
REFERENCE = re.compile(r'href="([^"]+)"')


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path) -> Terminal:
    monkeypatch.chdir(home)
    monkeypatch.setenv("AGENT_TRACE_NOW", "2026-11-21T12:00:00Z")
    return Terminal(capsys, monkeypatch)


def tree(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


def links(folder: Path) -> dict[str, set[str]]:
    """File → the files that it leads to, as whoever reads it understands their names."""
    found = {}
    for path in folder.iterdir():
        pattern = LINK if path.suffix == ".md" else REFERENCE
        found[path.name] = {unquote(name) for name in pattern.findall(path.read_text())}
    return found


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_every_link_leads_somewhere(terminal: Terminal, home: Path, form: str) -> None:
    copy_run("2.1.329/fix", home)
    ran = terminal.run("transcript", "--all", "-o", "out", "--format", form, "--json")
    told = json.loads(ran.out)
    found = links(home / "out")
    assert (ran.code, {Path(one["path"]).name for one in told["sessions"]} | {Path(told["index"]).name}) == (
        0,
        set(found),
    )
    ending = "md" if form == "markdown" else "html"
    assert set().union(*found.values()) <= set(found)
    assert found[f"index.{ending}"] == set(found) - {f"index.{ending}"}
    assert f"{CHILD}.{ending}" in found[f"claude-{ROOT}.{ending}"]
    assert f"claude-{ROOT}.{ending}" in found[f"{CHILD}.{ending}"]


@pytest.mark.parametrize("run", [one for one in (*HOMES, *BARE) if one.endswith("/fix")])
def test_the_index_leads_to_every_session_and_back(run: str, home: Path) -> None:
    with home_of(run, home) as workspace:
        rows = [choose(workspace, key) for key in sessions(workspace)]
        wanted = Wanted()
        made = list(transcripts(workspace, rows, Door(3), wanted, lambda _: None))
        index = {unquote(name) for name in LINK.findall(index_of(made, wanted, Door(3)))}
    files = {one.file for one in made}
    leads = {one.file: {unquote(name) for name in LINK.findall(one.text)} for one in made}
    assert (index, len(files)) == (files, len(rows))
    assert all(found <= files | {"index.md"} and "index.md" in found for found in leads.values())
    for one in made:
        parent = next((other.file for other in made if other.summary.id == one.summary.parent), None)
        assert parent is None or (one.file in leads[parent] and parent in leads[one.file])


def test_it_reads_as_it_happened(terminal: Terminal, home: Path) -> None:
    copy_run("2.1.329/fix", home)
    terminal.run("transcript", ROOT, "-o", "out", "--tier", "3")
    text = (home / "out" / f"claude-{ROOT}.md").read_text()
    words = (
        "Make the tests pass",
        "python3 -m unittest -q",
        "ERROR: test_div_zero",
        "Now add a multiply function",
        "Thanks",
    )
    places = [text.index(one) for one in words]
    assert places == sorted(places)
    assert re.findall(r"^## Prompt", text, re.MULTILINE) == ["## Prompt"] * 3


def test_each_file_counts_what_was_masked_in_it(terminal: Terminal, home: Path) -> None:
    copy_run("2.1.329/fix", home)
    ran = terminal.run("transcript", "--all", "-o", "out")
    said = {path.name: path.read_text().rpartition("masked: ")[2].strip() for path in (home / "out").iterdir()}
    holding = {path.name for path in (home / "out").iterdir() if "[REDACTED" in path.read_text()}
    assert "1 secret" in ran.err
    assert {name for name, words in said.items() if "secret" in words} == holding | {"index.md"}
    assert len(holding) == 1
    assert said[f"claude-{ROOT}.md"] == "1 home"


def test_figures_are_with_sub_agents_and_say_so(terminal: Terminal, home: Path) -> None:
    copy_run("2.1.329/fix", home)
    terminal.run("transcript", ROOT, "-o", "out")
    text, index = ((home / "out" / name).read_text() for name in (f"claude-{ROOT}.md", "index.md"))
    assert "- **tool calls:** 18 (with sub-agents: 2 of them are theirs; of its own 6 failed)" in text
    assert "of it is theirs)" in text
    assert [row.split(" | ")[3:5] for row in index.splitlines() if "2026" in row] == [["3", "18"], ["", "2"]]
    assert "with its sub-agents" in index


def test_what_was_said_is_written_unless_told_otherwise(terminal: Terminal, home: Path) -> None:
    copy_run("2.1.329/fix", home)
    terminal.run("transcript", ROOT, "-o", "whole")
    text = (home / "whole" / f"claude-{ROOT}.md").read_text()
    assert ("withheld" in text, "multiply function" in text) == (False, True)
    (home / ".agent-trace" / "config.toml").write_text("share_tier = 2")
    ran = terminal.run("transcript", ROOT, "-o", "out")
    text = (home / "out" / f"claude-{ROOT}.md").read_text()
    assert "tier 2: paths, commands and diffs" in ran.err
    assert ("withheld (tier 2)" in text, "multiply function" in text, "python3 -m unittest" in text) == (
        True,
        False,
        True,
    )


def test_again_it_touches_nothing_and_what_is_missing_comes_back(terminal: Terminal, home: Path) -> None:
    copy_run("2.1.329/fix", home)
    terminal.run("transcript", "--all", "-o", "out", "--tier", "3")
    before = tree(home / "out")
    assert terminal.run("transcript", "--all", "-o", "out", "--tier", "3").out.count("0 new or changed") == 1
    assert tree(home / "out") == before
    for name in list(before)[::2]:
        (home / "out" / name).unlink()
    terminal.run("transcript", "--all", "-o", "out", "--tier", "3")
    assert {name: data for name, (data, _) in tree(home / "out").items()} == {
        n: data for n, (data, _) in before.items()
    }
    assert {stat.S_IMODE(path.stat().st_mode) for path in (home / "out").iterdir()} == {0o600}


@pytest.mark.parametrize("run", [*HOMES, "opencode/1.18.33/edits", "pi/0.73.1/commits"])
def test_every_recorded_home_can_be_read(terminal: Terminal, home: Path, run: str) -> None:
    if run in HOMES:
        shutil.copytree(CORPUS / run / "home", home, dirs_exist_ok=True)
    else:
        unpack(run, home)
    ran = terminal.run("transcript", "--all", "-o", "out", "--tier", "3", "--json")
    told = json.loads(ran.out)["sessions"]
    assert len(told) > 0
    assert [one["missing"] for one in told] == [""] * len(told)
    assert all((home / one["path"]).stat().st_size > 300 for one in told)


KILLED = """
import os, signal, sys
from agent_trace.cli.main import main
real, left = os.replace, [int(sys.argv.pop(1))]
def replace(*where):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    real(*where)
os.replace = replace
main()
"""
"""The program, which kills itself when the n-th file is written and has no name yet."""


@pytest.mark.parametrize("place", [1, 2, 4])
def test_a_run_that_was_killed_can_be_started_again(terminal: Terminal, home: Path, place: int) -> None:
    copy_run("2.1.329/fix", home)
    words = ("transcript", "--all", "-o", "out")
    terminal.run("transcript", "--all", "-o", "whole")
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, str(place), *words, "--no-sync"], check=False, capture_output=True
    )
    assert ran.returncode == -signal.SIGKILL
    whole = {name: data for name, (data, _) in tree(home / "whole").items()}
    left = {name: data for name, (data, _) in tree(home / "out").items()}
    assert len(left) == place
    assert {name: data for name, data in left.items() if not name.endswith(".part")}.items() <= whole.items()
    terminal.run(*words)
    assert {name: data for name, (data, _) in tree(home / "out").items()} == whole


def test_a_session_that_is_gone_says_so(terminal: Terminal, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_TRACE_ARCHIVE", "off")
    path = write_log(home, "aaaaaaaa-0000-4000-8000-000000000001", "/home/dev/app", [Call("2026-11-20T10:00:00")])
    terminal.run("sync")
    path.unlink()
    ran = terminal.run("transcript", "--all", "-o", "out", "--tier", "3")
    assert (ran.code, "nothing can be read any more" in ran.out) == (0, True)
    assert "#" in (home / "out" / "claude-aaaaaaaa-0000-4000-8000-000000000001.md").read_text()


def test_nobody_can_be_led_astray(terminal: Terminal, home: Path) -> None:
    """A title makes no link, and no file lies elsewhere."""
    path = write_log(home, "aaaaaaaa-0000-4000-8000-000000000001", "/home/dev/app", [Call("2026-11-20T10:00:00")])
    evil = "x](https://evil.example) <script>alert(1)</script> ![a](https://evil.example/a.png) ../../etc"
    path.write_text(path.read_text().replace("Work in /home/dev/app", evil))
    for form in ("markdown", "html"):
        terminal.run("transcript", "--all", "-o", "out", "--tier", "3", "--format", form)
    live = {".md": re.compile(r"<script|<img|(?<!\\)\]\(https"), ".html": re.compile(r"<script|<img|href=.https")}
    pages = list((home / "out").iterdir())
    assert [live[path.suffix].findall(path.read_text()) for path in pages] == [[]] * 4


def test_a_document_marks_what_was_noted(terminal: Terminal, home: Path) -> None:
    copy_run("2.1.329/fix", home)
    terminal.run("annotate", ROOT, "17", "--note", "here it began", "--label", "start")
    told = json.loads(terminal.run("replay-document", ROOT, "--only", "head", "--json").out)["head"]
    assert [(one["event"], one["label"]) for one in told["markers"] if one["kind"] == "note"] == [("17", "start")]
    places = [int(one["event"]) for one in told["markers"]]
    assert places == sorted(places)
    assert places[-1] > 17
    assert [one["note"] for one in told["annotations"]] == ["here it began"]


def test_images_lie_beside_it_on_request(terminal: Terminal, home: Path) -> None:
    path = write_log(home, "aaaaaaaa-0000-4000-8000-000000000001", "/home/dev/app", [Call("2026-11-20T10:00:00")])
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    shown = {
        "type": "image",
        "source": {"type": "base64", "media_type": "image/jpeg", "data": "iVBORw0KGgoAAAANSUhEUg=="},
    }
    result = {"type": "tool_result", "tool_use_id": "t1", "content": [shown]}
    rows[0]["message"]["content"] = [{"type": "text", "text": "see"}, shown]
    rows[1]["message"]["content"] = [{"type": "tool_use", "id": "t1", "name": "Read", "input": {"file_path": "/a.jpg"}}]
    answer = {**rows[0], "uuid": "answer", "message": {"role": "user", "content": [result]}}
    path.write_text("".join(json.dumps(row) + "\n" for row in [*rows, answer]))
    for words in ([], ["--tier", "3"], ["--tier", "2", "--images", "link"], ["--tier", "2", "--images", "embed"]):
        terminal.run("transcript", "--all", "-o", "out", *words)
        assert len(list((home / "out").iterdir())) == 2
    terminal.run("transcript", "--all", "-o", "out", "--tier", "3", "--images", "link")
    (text,) = [one.read_text() for one in (home / "out").glob("claude-*.md")]
    files = sorted(one.name for one in (home / "out").glob("*.jpg"))
    assert len(files) == 2
    assert [name for name in LINK.findall(text) if name.endswith(".jpg")] == files
    assert (home / "out" / files[0]).read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_images_are_within_it_on_request(terminal: Terminal, home: Path, form: str) -> None:
    path = write_log(home, "aaaaaaaa-0000-4000-8000-000000000001", "/home/dev/app", [Call("2026-11-20T10:00:00")])
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    body = "iVBORw0KGgoAAAANSUhEUg=="
    shown = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": body}}
    rows[0]["message"]["content"] = [{"type": "text", "text": "see"}, shown]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    terminal.run("transcript", "--all", "-o", "out", "--images", "embed", "--format", form)
    assert len(list((home / "out").iterdir())) == 2
    (text,) = [one.read_text() for one in (home / "out").glob("claude-*")]
    address = f"data:image/png;base64,{body}"
    drawn = {"markdown": f"![image]({address})", "html": f'<img src="{address}" alt="image">'}
    assert text.count(drawn[form]) == 1
    assert ("img-src data:" in text) == (form == "html")


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_who_and_where_is_masked(terminal: Terminal, home: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    """As in a shared file: in what was said, in the head, in the index, and in why a log cannot be read."""
    monkeypatch.setenv("USER", "marialopez")
    path = write_log(
        home, "aaaaaaaa-0000-4000-8000-000000000001", "/home/marialopez/app", [Call("2026-11-20T10:00:00")]
    )
    said = f"ask marialopez, maria@firm.example, {home}/x and /Users/anna/y"
    path.write_text(path.read_text().replace("Work in /home/marialopez/app", said))
    gone = write_log(home, "aaaaaaaa-0000-4000-8000-000000000002", "/srv/b", [Call("2026-11-20T10:00:00")])
    monkeypatch.setenv("AGENT_TRACE_ARCHIVE", "off")
    terminal.run("sync")
    gone.unlink()

    def text(*words: str) -> str:
        ran = terminal.run("transcript", "--all", "-o", "out", "--format", form, *words)
        assert ran.code == 0
        return "".join(one.read_text() for one in sorted((home / "out").iterdir()))

    persons = ("marialopez", "maria@", str(home), "/Users/anna")
    masked = text()
    assert [one for one in persons if one in masked] == []
    assert ("~/app" in masked, "1 email" in masked, "is gone" in masked) == (True, True, True)
    bare = html.unescape(text("--no-redact")).replace("\\", "")  # a folder may have signs that Markdown needs marked
    assert [one for one in persons if one not in bare] == []


def test_below_tier_2_no_path_of_a_lost_log_is_told(
    terminal: Terminal, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGENT_TRACE_ARCHIVE", "off")
    path = write_log(home, "aaaaaaaa-0000-4000-8000-000000000001", "/home/dev/app", [Call("2026-11-20T10:00:00")])
    terminal.run("sync")
    path.unlink()
    terminal.run("transcript", "--all", "-o", "out", "--tier", "1")
    text = (home / "out" / "claude-aaaaaaaa-0000-4000-8000-000000000001.md").read_text()
    assert ("withheld" in text, path.name in text) == (True, False)
