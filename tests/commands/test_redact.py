"""`redact`: files, streams, lists of places; nothing is changed in place and no value is told."""

from __future__ import annotations

import io
import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from agent_trace.cli.main import main
from tests.commands.terminal import Terminal
from tests.privacy.samples import KEY, PEM
from tests.reports.small import Call, assert_golden, write_log

ONE = "aaaaaaaa-0000-4000-8000-000000000001"
TEXT = (
    f"hello\nexport ANTHROPIC_API_KEY={KEY}\n".encode()
    + PEM
    + json.dumps({"message": {"content": [{"text": f"use {KEY}, ask you@example.org"}]}}).encode()
    + b"\ncaf\xe9 \xff\r\nlast"
)
MASKED = (
    b"hello\nexport ANTHROPIC_API_KEY=[REDACTED:anthropic_key]\n[REDACTED:private_key]\n"
    b'{"message": {"content": [{"text": "use [REDACTED:anthropic_key], ask you@example.org"}]}}\ncaf\xe9 \xff\r\nlast'
)


@pytest.fixture
def here(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a text that holds secrets."""
    monkeypatch.chdir(home)
    (home / "notes.txt").write_bytes(TEXT)
    return home


def written(terminal: Terminal, *words: str, stdin: bytes = b"") -> bytes:
    """What a run writes to stdout, byte for byte."""
    data = io.BytesIO()
    out = io.TextIOWrapper(data, encoding="utf-8")
    with terminal.patch.context() as patched:
        patched.setattr(sys, "stdout", out)
        patched.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as left:
            main(words)
    assert left.value.code == 0
    out.flush()
    return data.getvalue()


# ---------------------------------------------------------------- masking


def test_a_file_is_printed_without_its_secrets(here: Path, terminal: Terminal) -> None:
    assert written(terminal, "redact", "notes.txt") == MASKED
    assert (here / "notes.txt").read_bytes() == TEXT


def test_a_stream_goes_through(here: Path, terminal: Terminal) -> None:
    assert written(terminal, "redact", "-", stdin=TEXT) == MASKED
    assert written(terminal, "redact", "-", stdin=MASKED) == MASKED
    assert written(terminal, "redact", "-") == b""


def test_a_stream_goes_out_line_by_line(here: Path) -> None:
    """A line is there before the next one comes."""
    words = [sys.executable, "-m", "agent_trace", "redact", "-"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=here) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(3):
            process.stdin.write(f"{number} {KEY}\n".encode())
            process.stdin.flush()
            assert process.stdout.readline() == f"{number} [REDACTED:anthropic_key]\n".encode()
        process.stdin.close()
        assert process.stdout.read() == b""
    assert process.returncode == 0


def test_into_a_file_for_its_owner_alone(here: Path, terminal: Terminal) -> None:
    ran = terminal.run("redact", "notes.txt", "-o", "clean.txt")
    assert (ran.code, ran.out, ran.err) == (0, "", "wrote clean.txt\n")
    assert (here / "clean.txt").read_bytes() == MASKED
    assert stat.S_IMODE((here / "clean.txt").stat().st_mode) == 0o600


def test_the_file_itself_is_never_written(here: Path, terminal: Terminal) -> None:
    (here / "link.txt").symlink_to("notes.txt")
    for name in ("notes.txt", "link.txt"):
        ran = terminal.run("redact", "notes.txt", "-o", name)
        assert (ran.code, "is the file itself" in ran.err) == (2, True)
    assert (here / "notes.txt").read_bytes() == TEXT


def test_persons_patterns_and_modes(here: Path, terminal: Terminal) -> None:
    assert b"[REDACTED:email]" in written(terminal, "redact", "notes.txt", "--mask")
    assert b"[REDACTED:pattern_1]lo" in written(terminal, "redact", "notes.txt", "--redact-pattern", "^hel")
    (here / "soft.txt").write_text("password=" + "hunter2" + "hunter2\n")
    assert b"hunter2" not in written(terminal, "redact", "soft.txt")
    assert b"hunter2" in written(terminal, "redact", "soft.txt", "--mode", "minimal")


def test_names_in_a_document_over_several_lines(here: Path, terminal: Terminal) -> None:
    secret = "q8Zr4LxT0mVb" + "2NcY7KpW"
    (here / "settings.json").write_text(json.dumps({"services": [{"api_key": secret, "port": 1}]}, indent=2))
    found = written(terminal, "redact", "settings.json")
    assert json.loads(found)["services"][0]["api_key"].startswith("[REDACTED:")
    assert json.loads(found)["services"][0]["port"] == 1
    (here / "broken.json").write_text("{\n" + f'  "api_key": "{secret}"\n')
    assert secret.encode() not in written(terminal, "redact", "broken.json")


# ---------------------------------------------------------------- checking


@pytest.mark.parametrize("width", ["80", "120"])
def test_a_check_lists_places(here: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch, width: str) -> None:
    monkeypatch.setenv("COLUMNS", width)
    ran = terminal.run("redact", "notes.txt", "--check", "--mask")
    assert (ran.code, ran.err) == (1, "")
    assert_golden(f"redact/check.{width}.txt", ran.out)
    assert KEY not in ran.out


def test_a_check_for_programs(here: Path, terminal: Terminal) -> None:
    ran = terminal.run("redact", "notes.txt", "--check", "--json")
    found = json.loads(ran.out)
    assert (ran.code, found["file"], found["kinds"]) == (1, "notes.txt", {"anthropic_key": 2, "private_key": 1})
    record = TEXT[: TEXT.index(b'{"message')].count(b"\n") + 1
    assert [(one["line"], one["where"]) for one in found["found"]] == [
        (2, ""),
        (3, ""),
        (record, "message.content[0].text"),
    ]
    assert KEY not in ran.out
    assert terminal.run("redact", "-", "--check", "--json", stdin=TEXT).out == ran.out.replace("notes.txt", "-")


def test_a_check_that_finds_nothing(here: Path, terminal: Terminal) -> None:
    (here / "clean.txt").write_bytes(MASKED)
    ran = terminal.run("redact", "clean.txt", "--check")
    assert (ran.code, "nothing would be masked" in ran.out) == (0, True)


def test_many_places_are_shown_in_part(here: Path, terminal: Terminal) -> None:
    (here / "many.txt").write_text(f"{KEY}\n" * 203)
    ran = terminal.run("redact", "many.txt", "--check")
    assert "203 would be masked: 203 anthropic_key" in ran.out
    assert "… and 3 more" in ran.out


# ---------------------------------------------------------------- what cannot be done


def test_what_is_no_file(here: Path, terminal: Terminal) -> None:
    ran = terminal.run("redact", "missing.txt")
    assert (ran.code, "there is no file missing.txt" in ran.err) == (2, True)
    ran = terminal.run("redact", str(here))
    assert (ran.code, "cannot be read" in ran.err) == (4, True)
    ran = terminal.run("redact", "notes.txt", "--check", "--apply")
    assert (ran.code, "do not go together" in ran.err) == (2, True)
    ran = terminal.run("redact", "notes.txt", "--redact-pattern", "(?<=a)b")
    assert (ran.code, "refused" in ran.err) == (2, True)


def test_what_is_stored_of_a_session(here: Path, terminal: Terminal) -> None:
    path = write_log(here, ONE, "/home/you/shop", [Call("2026-11-20T09:00:00")])
    assert terminal.run("redact", ONE, "--check").code == 0
    with path.open("a") as file:
        file.write(json.dumps({"type": "summary", "sessionId": ONE, "summary": f"use {KEY}"}) + "\n")
    ran = terminal.run("redact", ONE, "--check")
    assert (ran.code, "anthropic_key" in ran.out, KEY in ran.out) == (1, True, False)
    before = path.read_bytes()
    terminal.run("redact", ONE, "--apply")
    assert path.read_bytes() == before
