"""`share`: one file that opens from wherever it lies, asks nobody, and says what was masked in it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import shutil
import stat
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import pytest

from agent_trace.app import sharing
from agent_trace.render.envelope import Viewer
from agent_trace.reports._words import many
from tests.commands.terminal import Terminal
from tests.reports.small import Call, copy_run, write_log
from tests.reports.understood import CORPUS, HOMES

ROOT = "942bf1b1-e31e-4f36-8359-80dd7740a467"
CHILD = f"{ROOT}/agent-a8936251ceec1d63b"
DATA = re.compile(r'<script id="agent-trace-data" type="application/gzip;base64">([A-Za-z0-9+/=]+)</script>')
POLICY = re.compile(r'Content-Security-Policy" content="([^"]+)"')
ONE = "aaaaaaaa-0000-4000-8000-000000000001"
EVIL = (
    """</script><script>alert(1)</script><img src=x onerror=alert(1)>"><svg onload=alert(1)> [a](javascript:alert(1))"""
)


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path) -> Terminal:
    monkeypatch.chdir(home)
    monkeypatch.setenv("AGENT_TRACE_NOW", "2026-11-21T12:00:00Z")
    return Terminal(capsys, monkeypatch)


@pytest.fixture
def recorded(home: Path) -> Path:
    copy_run("2.1.329/fix", home)
    return home


def data_of(page: str) -> Any:
    (found,) = DATA.findall(page)
    return json.loads(gzip.decompress(base64.b64decode(found)))


def shared(terminal: Terminal, home: Path, *words: str) -> str:
    ran = terminal.run("share", *words, "-o", str(home / "one.html"))
    assert ran.code == 0, ran.err
    return (home / "one.html").read_text()


def digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


# ---- what is in it


def test_it_holds_the_session_and_its_sub_agents(terminal: Terminal, recorded: Path) -> None:
    data = data_of(shared(terminal, recorded, ROOT, "--tier", "3", "--no-redact"))
    assert (data["format"], data["version"], data["root"], data["missing"]) == ("agent-trace-share", 1, ROOT, {})
    assert [one["session"] for one in data["documents"]] == [ROOT, CHILD]
    for one in data["documents"]:
        told = json.loads(terminal.run("replay-document", one["session"], "--json").out)
        told["head"]["chosen_by"] = one["head"]["chosen_by"]
        assert one == told


@pytest.mark.parametrize("run", HOMES)
def test_every_recorded_run_can_be_shared(terminal: Terminal, home: Path, run: str) -> None:
    shutil.copytree(CORPUS / run / "home", home, dirs_exist_ok=True)
    page = shared(terminal, home, "latest", "--tier", "3")
    first = data_of(page)["documents"][0]
    assert first["total"] > 0
    failed = first["head"]["session"]["failed_steps"]
    assert many(failed, "failed step") in DATA.sub("", page) or not failed
    assert "/home/dev" not in page + json.dumps(data_of(page))


def test_it_reads_without_scripts(terminal: Terminal, recorded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "built", Viewer)
    page = shared(terminal, recorded, ROOT, "--tier", "3")
    static = DATA.sub("", page)
    for words in ("Make the tests pass", "What failed", "division by zero", "What it made", "d87a620", "1 sub-agent",
                  "1 × home folder", "everything: 127 events", "and 26 events of 1 sub-agent", "built without the viewer",
                  "2026-11-21 05:23 UTC", "claude-sonnet-4-5-20250929", "424.7k", "context after",
                  "git did not print it", "Subagent overhead, $0.04", "todos: content: Fix div"):  # fmt: skip
        assert words in static, words
    for words in ("tool_use_error", "{&quot;", "SUBAGENT_OVERHEAD", "hint: home", "tier 3: everything"):
        assert words not in static, words


def test_its_page_without_scripts_agrees_with_the_viewer(
    terminal: Terminal, recorded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "built", Viewer)
    page = shared(terminal, recorded, ROOT, "--tier", "3")
    first, static = data_of(page)["documents"][0], DATA.sub("", page)
    head, events = first["head"], first["events"]
    assert "6 failed steps, 1 error that no step caused" in static
    numbers = re.findall(r'<span class="number">(\d+)</span>', static)
    wrong = [one for one in events if one.get("went_wrong") or one["kind"] == "error"]
    assert numbers == [one.get("pair") or one["number"] for one in wrong]
    assert numbers[0] == "16"
    sums = dict(
        re.findall(r'<tr><th scope="row"[^>]*></th><td[^>]*></td><td[^>]*>([^<]+)</td>.*?(\$[\d.]+)</td></tr>', static)
    )
    cents = {name: round(Decimal(head["session"][key]["cost_usd"]), 2)
             for name, key in (("together", "own"), ("by 1 sub-agent", "subagents"),
                               ("not in the log", "unlogged"), ("the session", "total"))}  # fmt: skip
    assert sums == {name: f"${amount}" for name, amount in cents.items()}


def test_it_asks_nobody(terminal: Terminal, recorded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "built", Viewer)
    page = shared(terminal, recorded, ROOT, "--tier", "3")
    (policy,) = POLICY.findall(page)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert ("script-src" in policy, "img-src data:" in policy) == (False, True)
    assert re.findall(r"<(?:link|img|iframe|script src|object)", page) == []


def test_the_viewer_that_was_built_runs_and_no_other(
    terminal: Terminal, recorded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = Viewer("show('</script>')", "main { color: red } /* </style> */")
    monkeypatch.setattr(sharing, "built", lambda: viewer)
    page = shared(terminal, recorded, ROOT, "--tier", "3")
    script, style = "show('<\\/script>')", "main { color: red } /* <\\/style> */"
    assert f"<script>{script}</script>" in page
    assert f'<style media="not all">{style}</style>' in page
    (policy,) = POLICY.findall(page)
    assert f"script-src 'sha256-{digest(script)}'" in policy
    assert f"'sha256-{digest(style)}'" in policy
    assert "built without the viewer" not in page


def test_the_viewer_is_what_the_build_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "files", lambda _: tmp_path)
    assert sharing.built() == Viewer("", "")
    (tmp_path / "web" / "static").mkdir(parents=True)
    (tmp_path / "web" / "static" / "viewer.js").write_text("show()")
    assert sharing.built() == Viewer("show()", "")


# ---- what is masked


def test_who_and_where_is_masked(terminal: Terminal, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "marialopez")
    path = write_log(home, ONE, "/home/marialopez/app", [Call("2026-11-20T10:00:00")])
    text = (
        f"ask marialopez, maria@firm.example, {home}/x, https://u:s3cretpassw0rd1@git.firm.example/r.git /Users/anna/y"
    )
    path.write_text(path.read_text().replace("Work in /home/marialopez/app", text))
    page = shared(terminal, home, ONE, "--tier", "3")
    text = page + json.dumps(data_of(page))
    assert [one for one in ("marialopez", "maria@", str(home), "s3cretpassw0rd1", "/Users/anna") if one in text] == []
    assert {"home", "user", "email", "url_password"} <= set(data_of(page)["passage"]["masked"])
    assert "~/app" in text
    page = shared(terminal, home, ONE, "--tier", "3", "--no-redact")
    assert "marialopez" in json.dumps(data_of(page))
    assert "nothing was masked" in page


@pytest.mark.parametrize(
    ("config", "words", "tier"),
    [
        ("", [], 3), ("leaving_tier = 2", [], 3), ("share_tier = 2", [], 2), ("leaving_tier = 1", [], 1),
        ("share_tier = 2", ["--tier", "3"], 3), ("", ["--tier", "2"], 2),
    ],
)  # fmt: skip
def test_what_was_said_goes_along_unless_told_otherwise(
    terminal: Terminal, recorded: Path, config: str, words: list[str], tier: int
) -> None:
    (recorded / ".agent-trace").mkdir(exist_ok=True)
    (recorded / ".agent-trace" / "config.toml").write_text(config)
    page = shared(terminal, recorded, ROOT, *words)
    text = page + json.dumps(data_of(page))
    told = ("multiply function" in text, "python3 -m unittest" in text, f"withheld (tier {tier})" in text)
    assert told == (tier == 3, tier > 1, tier < 3)


def test_nothing_of_a_transcript_runs(terminal: Terminal, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "built", Viewer)
    path = write_log(home, ONE, "/home/dev/app", [Call("2026-11-20T10:00:00")])
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    rows[0]["message"]["content"] = EVIL
    rows[1]["message"]["content"] = [{"type": "text", "text": EVIL}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    page = shared(terminal, home, ONE, "--tier", "3", "--full", "--raw")
    assert len(re.findall("<script", page)) == 1
    assert re.findall(r"<img|<svg onload|href=.javascript", page) == []
    assert EVIL in str(data_of(page)["documents"][0]["events"])


# ---- how it is asked for


def test_lines_of_the_log_come_along_on_request(terminal: Terminal, recorded: Path) -> None:
    assert data_of(shared(terminal, recorded, ROOT, "--tier", "3"))["raw"] == {}
    raw = data_of(shared(terminal, recorded, ROOT, "--tier", "3", "--raw"))["raw"]
    assert set(raw) == {ROOT, CHILD}
    assert all(json.loads(line) for line in raw[ROOT])


def test_images_come_along_on_request(terminal: Terminal, home: Path) -> None:
    path = write_log(home, ONE, "/srv/app", [Call("2026-11-20T10:00:00")])
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    image = {
        "type": "image",
        "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgoAAAANSUhEUg=="},
    }
    rows[0]["message"]["content"] = [{"type": "text", "text": "see"}, image]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    shown = data_of(shared(terminal, home, ONE, "--tier", "3", "--images"))
    told = [(event["kind"], event["image"]) for event in shown["documents"][0]["events"] if "image" in event]
    assert told == [("attachment", "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==")]
    assert shown["passage"]["images"] is True
    for words in ([], ["--tier", "3"], ["--tier", "2", "--images"]):
        data = data_of(shared(terminal, home, ONE, *words))
        assert ("iVBORw0KGgo" in json.dumps(data), data["passage"]["images"]) == (False, False)


def test_it_goes_where_it_is_told(terminal: Terminal, recorded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(click, "launch", opened.append)
    (recorded / "there").mkdir()
    told = json.loads(terminal.run("share", ROOT, "-o", str(recorded / "there"), "--json", "--open").out)
    path = recorded / "there" / f"claude-{ROOT}.html"
    assert (told["path"], opened, told["bytes"]) == (str(path), [str(path)], path.stat().st_size)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    said = terminal.run("share", ROOT).out
    assert said.startswith(f"wrote ./claude-{ROOT}.html: ")
    assert " 127 events and 26 of 1 sub-agent, " in " ".join(said.split())


def test_replay_writes_the_same_file(terminal: Terminal, recorded: Path) -> None:
    page = shared(terminal, recorded, ROOT, "--tier", "3")
    ran = terminal.run("replay", ROOT, "--format", "html", "--tier", "3")
    assert (ran.code, ran.out) == (0, page)
    assert "masked: 1 home" in ran.err
    assert DATA.findall(terminal.run("replay", ROOT, "--format", "html", "--limit", "5", "--no-sync").out) == []
    whole = terminal.run("replay", ROOT, "--format", "html", "--tier", "3", "--no-redact", "--full", "--no-sync").out
    assert data_of(whole)["passage"]["full"] is True


def test_a_sub_agent_that_is_gone_is_named(terminal: Terminal, recorded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_TRACE_ARCHIVE", "off")
    terminal.run("sync")
    next(recorded.rglob("agent-a8936251ceec1d63b.jsonl")).unlink()
    ran = terminal.run("share", ROOT, "-o", "one.html", "--tier", "3")
    assert "sub-agent" in ran.out
    assert list(data_of((recorded / "one.html").read_text())["missing"]) == [CHILD]


def test_a_check_of_what_needs_no_mask(terminal: Terminal, home: Path) -> None:
    path = write_log(home, ONE, "/srv/app", [Call("2026-11-20T10:00:00")])
    ran = terminal.run("share", ONE, "--check", "--tier", "3")
    assert (ran.code, "nothing would be masked" in ran.out) == (0, True)
    path.write_text(path.read_text().replace("Work in /srv/app", "a@firm.example " * 2 + "in /home/x1"))
    ran = terminal.run("share", ONE, "--check", "--tier", "3")
    assert (ran.code, "email" in ran.out, "#2" in ran.out or "#1" in ran.out) == (0, True, True)


def test_a_check_names_every_place_that_it_has_room_for(terminal: Terminal, home: Path) -> None:
    path = write_log(home, ONE, "/srv/app", [Call("2026-11-20T10:00:00")])
    prompt = path.read_text().splitlines()[0]
    prompts = (json.loads(prompt) | {"uuid": f"u{nth}", "parentUuid": None} for nth in range(30))
    path.write_text("".join(json.dumps(one).replace("Work in", "ask a@firm.example in") + "\n" for one in prompts))
    ran = terminal.run("share", ONE, "--check", "--tier", "3")
    assert max(map(len, ran.out.splitlines())) <= 80
    assert len(re.findall(r"#\d+", ran.out)) == 11
    assert ran.out.count("the session's head") == 1
    assert re.search(r"and \d+\s+more\s+places", ran.out)


def test_it_says_how_its_agents_are_shown(terminal: Terminal, recorded: Path) -> None:
    (face,) = data_of(shared(terminal, recorded, ROOT, "--tier", "3"))["agents"]
    assert sorted(face) == ["colour", "mark", "name", "title"]
    assert 1 <= face["colour"] <= 8
    assert face["title"].startswith(face["mark"][0])
