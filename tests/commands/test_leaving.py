"""HTML, Markdown and exports leave: masked, of tier 2, and they say so; text and JSON stay whole until told otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.commands.terminal import Terminal
from tests.privacy.samples import KEY
from tests.reports.small import Call, assert_golden, copy_run, write_log

FIX = "942bf1b1-e31e-4f36-8359-80dd7740a467"
SAID = "Make the tests pass"
"""What the person asked for in that session."""
ONE = "aaaaaaaa-0000-4000-8000-000000000001"
PATTERN = "calc[.]py"


@pytest.fixture
def recorded(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a recorded run of Claude Code."""
    monkeypatch.setenv("AGENT_TRACE_NOW", "2026-11-21T12:00:00Z")
    monkeypatch.chdir(home)
    copy_run("2.1.329/fix", home)
    return home


def secretive(home: Path) -> None:
    """A session that a secret was told to, in its folder's name too, far behind the first 2 000 characters."""
    path = write_log(home, ONE, "/home/you/shop", [Call("2026-11-20T09:00:00")])
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    rows[0]["message"]["content"] = "x" * 2040 + f" {KEY} ask you@example.org"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


# ---------------------------------------------------------------- by default


@pytest.mark.parametrize("form", ["html", "markdown"])
@pytest.mark.parametrize("report", ["show", "replay", "inspect", "stats", "session-cost"])
def test_a_page_holds_no_words_of_a_session(recorded: Path, terminal: Terminal, report: str, form: str) -> None:
    words = ["--limit", "20"] if report == "replay" else []  # all of it is the page that `share` writes
    ran = terminal.run(report, FIX, "--format", form, *words)
    assert (ran.code, SAID in ran.out) == (0, False)
    assert "tier 2: paths, commands and diffs" in ran.out
    assert ran.err.startswith(
        "agent-trace: tier 2: paths, commands and diffs, but no prompts, titles, answers or output"
    )
    assert ran.err.endswith("masked: 1 home (--tier 3 for more)\n")


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("report", ["show", "replay"])
def test_what_stays_here_is_whole(recorded: Path, terminal: Terminal, report: str, form: str) -> None:
    ran = terminal.run(report, FIX, "--format", form)
    assert (ran.code, SAID in ran.out, ran.err) == (0, True, "")


def test_a_file_is_a_page_by_its_ending(recorded: Path, terminal: Terminal) -> None:
    for name in ("page.html", "page.md"):
        ran = terminal.run("show", FIX, "-o", name)
        page = (recorded / name).read_text(encoding="utf-8")
        assert (ran.code, SAID in page, "withheld (tier 2)" in page) == (0, False, True)
        assert ran.err.splitlines()[0] == f"wrote {name}"
    terminal.run("show", FIX, "-o", "page.txt")
    assert SAID in (recorded / "page.txt").read_text()


@pytest.mark.parametrize("tier", ["1", "2", "3"])
def test_pages_as_they_look(recorded: Path, terminal: Terminal, tier: str) -> None:
    for form, ending in (("markdown", "md"), ("html", "html")):
        ran = terminal.run("show", FIX, "--format", form, "--tier", tier)
        assert_golden(f"leaving/show-{tier}.{ending}.txt", ran.out)


@pytest.mark.parametrize("width", ["80", "120"])
@pytest.mark.parametrize("report", ["replay", "projects", "cost"])
def test_text_at_tier_1(
    recorded: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch, report: str, width: str
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    words = {"replay": ["replay", FIX], "projects": ["projects"], "cost": ["cost", "--by", "project,branch"]}
    ran = terminal.run(*words[report], "--tier", "1")
    assert_golden(f"leaving/{report}-1.{width}.txt", ran.out)
    assert ran.err == "agent-trace: tier 1: figures alone; nothing was masked (--tier 2 or 3 for more)\n"


# ---------------------------------------------------------------- by flags


def test_the_whole_of_a_page(recorded: Path, terminal: Terminal) -> None:
    ran = terminal.run("show", FIX, "--format", "html", "--tier", "3", "--no-redact")
    assert (SAID in ran.out, ran.err) == (True, "")
    ran = terminal.run("show", FIX, "--format", "html", "--tier", "3")
    assert (SAID in ran.out, ran.err) == (True, "agent-trace: tier 3: everything; masked: 1 home\n")


def test_the_configuration_decides_what_leaves(recorded: Path, terminal: Terminal) -> None:
    (recorded / ".agent-trace").mkdir()
    (recorded / ".agent-trace/config.toml").write_text("leaving_tier = 3\n")
    assert SAID in terminal.run("show", FIX, "--format", "html").out
    (recorded / ".agent-trace/config.toml").write_text("leaving_tier = 1\n")
    assert "/home/dev/demo" not in terminal.run("show", FIX, "--format", "html").out


def test_text_is_masked_on_demand(recorded: Path, terminal: Terminal) -> None:
    ran = terminal.run("show", FIX, "--redact-pattern", PATTERN)
    assert "[REDACTED:pattern_1]" in ran.out
    assert "calc.py" not in ran.out
    assert ran.err == "agent-trace: tier 3: everything; masked: 1 pattern_1\n"
    found = json.loads(terminal.run("show", FIX, "--redact-pattern", PATTERN, "--json").out)
    assert found["files"][0]["path"] == "/home/dev/demo/src/[REDACTED:pattern_1]"


def test_a_secret_is_judged_whole(home: Path, terminal: Terminal) -> None:
    secretive(home)
    plain = terminal.run("replay", ONE, "--json").out
    masked = terminal.run("replay", ONE, "--json", "--redact")
    assert KEY[:6] in plain
    assert KEY[:6] not in masked.out
    assert "1 anthropic_key" in masked.err
    assert KEY not in masked.err


def test_persons_are_masked_on_demand(home: Path, terminal: Terminal) -> None:
    secretive(home)
    ran = terminal.run("inspect", ONE, "--mode", "forensic", "--mask")
    assert ("you@example.org" in ran.out, "1 email" in ran.err) == (False, True)
    ran = terminal.run("inspect", ONE, "--mode", "forensic", "--redact")
    assert ("you@example.org" in ran.out, KEY in ran.out) == (True, False)


def test_flags_that_contradict_each_other(recorded: Path, terminal: Terminal) -> None:
    ran = terminal.run("show", FIX, "--no-redact", "--mask")
    assert (ran.code, "--no-redact masks nothing" in ran.err) == (2, True)
    ran = terminal.run("show", FIX, "--tier", "4")
    assert (ran.code, "4 is not in the range" in ran.err) == (2, True)


def test_no_more_can_leave_than_is_stored(recorded: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_TRACE_TIER", "2")
    ran = terminal.run("show", FIX, "--format", "html", "--tier", "3")
    assert ran.err.endswith("tier 3 of what is stored (tier 2): everything; masked: 1 home\n")
    assert SAID in ran.out
    ran = terminal.run("show", FIX, "--format", "html")
    assert ran.err.endswith("answers or output; masked: 1 home\n")
    ran = terminal.run("export", FIX, "--tier", "3", "--no-redact", "-o", "out")
    assert ran.err.endswith("tier 3 of what is stored (tier 2): everything; nothing was masked\n")


# ---------------------------------------------------------------- lines, lists, searches


def test_lines_of_the_log(home: Path, terminal: Terminal) -> None:
    secretive(home)
    plain = terminal.run("show", ONE, "--raw")
    masked = terminal.run("show", ONE, "--raw", "--redact")
    none = terminal.run("show", ONE, "--raw", "--tier", "2")
    assert (KEY in plain.out, plain.err) == (True, "")
    assert KEY not in masked.out
    assert [len(line) for line in masked.out.splitlines()] == [len(line) for line in plain.out.splitlines()]
    assert "1 anthropic_key" in masked.err
    assert set(none.out.splitlines()) == {"withheld (tier 2)"}


def test_a_list_without_titles(recorded: Path, terminal: Terminal) -> None:
    whole = json.loads(terminal.run("list", "--json").out)["sessions"]
    told = json.loads(terminal.run("list", "--json", "--tier", "2").out)["sessions"]
    least = json.loads(terminal.run("list", "--json", "--tier", "1").out)["sessions"]
    assert {one["title"] for one in told} == {one["title"] for one in least} == {None}
    assert [one["cwd"] for one in told] == [one["cwd"] for one in whole]
    assert {(one["cwd"], one["branch"], one["repo"]) for one in least} == {(None, None, None)}


def test_hits_without_words(recorded: Path, terminal: Terminal) -> None:
    whole = json.loads(terminal.run("search", "mul", "--json").out)["hits"]
    told = json.loads(terminal.run("search", "mul", "--json", "--tier", "2").out)["hits"]
    assert [one["event"] for one in told] == [one["event"] for one in whole]
    assert any("«mul»" in one["text"] for one in whole)
    assert {one["title"] for one in told} == {None}
    spoken = [one for one in told if one["kind"] in ("user_prompt", "assistant_response", "tool_result")]
    assert {one["text"] for one in spoken} == {"withheld (tier 2)"}


def test_an_expression_finds_what_it_found(recorded: Path, terminal: Terminal) -> None:
    whole = json.loads(terminal.run("search", "--regex", "tests? pass", "--json").out)["hits"]
    told = json.loads(terminal.run("search", "--regex", "tests? pass", "--json", "--tier", "1").out)["hits"]
    assert [one["event"] for one in told] == [one["event"] for one in whole] != []


def test_the_overview_leaves_too(recorded: Path, terminal: Terminal) -> None:
    page = terminal.run("overview", "--format", "markdown")
    least = terminal.run("overview", "--format", "markdown", "--tier", "1")
    assert ("Leave a secret" in page.out, "demo" in page.out) == (False, True)
    assert "/home/dev/demo" not in least.out
    assert "Leave a secret" in terminal.run("overview").out


def test_doctor_names_no_paths_at_tier_1(recorded: Path, terminal: Terminal) -> None:
    (log,) = recorded.glob(".claude/projects/*/942bf1b1*.jsonl")
    with log.open("a") as file:
        file.write('{"type": "canary in the mine", "sessionId": "x"}\n')
    whole = terminal.run("doctor", "--format", "markdown", "--tier", "3", "--no-redact")
    least = terminal.run("doctor", "--format", "markdown", "--tier", "1")
    name = str(recorded)  # Markdown may escape what is in it
    assert ("canary" in whole.out, name in whole.out.replace("\\", "")) == (True, True)
    assert ("canary" in least.out, name in least.out.replace("\\", "")) == (False, False)
    assert "unknown record type …" in least.out


# ---------------------------------------------------------------- figures


REPORTS = (
    ("show", FIX), ("stats", FIX), ("session-cost", FIX), ("replay", FIX), ("inspect", FIX, "--mode", "forensic"),
    ("outcome", FIX), ("outcomes",), ("list",), ("projects",), ("projects", "--files", "9"),
    ("cost", "--by", "branch"), ("prices-check",), ("overview",), ("agents",),
    ("tools",), ("files",), ("waste",), ("heatmap",), ("forecast",),
)  # fmt: skip


@pytest.mark.parametrize("words", REPORTS, ids=lambda words: words[0])
@pytest.mark.parametrize("tier", ["1", "2"])
def test_no_figure_depends_on_the_tier(recorded: Path, terminal: Terminal, words: tuple[str, ...], tier: str) -> None:
    whole = json.loads(terminal.run(*words, "--json").out)
    told = json.loads(terminal.run(*words, "--json", "--tier", tier).out)
    assert dict(figures(told)) == dict(figures(whole))


WORDED = (
    ".cwd", ".branch", ".title", ".repo", ".path", ".paths", ".sha", ".subject", ".message", ".directory", ".program",
)  # fmt: skip
WITHOUT_SIZE = ("error", "compacted", "command", "decision", "unknown")
"""Kinds of events whose size is that of the text they have."""


def figures(value: Any, where: str = "") -> Iterator[tuple[str, object]]:
    """Every number, amount, flag and time of an answer, with its place."""
    if where.endswith(WORDED):
        return
    if isinstance(value, dict):
        for key, one in value.items():
            if not (key == "size" and value.get("kind") in WITHOUT_SIZE):
                yield from figures(one, f"{where}.{key}")
    elif isinstance(value, list):
        yield f"{where}#", len(value)
        for number, one in enumerate(value):
            yield from figures(one, f"{where}[{number}]")
    elif not isinstance(value, str) or where.endswith(("_usd", "at", "ended", "started", "id", "model")):
        yield where, value


@pytest.mark.parametrize("form", ["html", "markdown"])
def test_a_report_tells_as_little_of_persons_as_a_shared_file(recorded: Path, terminal: Terminal, form: str) -> None:
    ran = terminal.run("report", "session", FIX, "--format", form)
    assert ("/home/dev" in ran.out, "~/demo" in ran.out.replace("\\", "")) == (False, True)
    assert "masked: 1 home" in ran.out
    whole = terminal.run("report", "session", FIX, "--format", form, "--no-redact")
    assert ("/home/dev/demo" in whole.out, "nothing was masked" in whole.out) == (True, True)
    assert "/home/dev/demo" in terminal.run("report", "session", FIX).out
