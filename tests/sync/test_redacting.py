"""A redacted session: masked in everything that is stored, at every later reading, in an index made anew."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent_trace.store.archive import frames_of, unpack
from tests.sync.program import run
from tests.sync.stories import Story, chat
from tests.sync.tables import differences, dump, synced

TOKEN = "gh" + "p_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
PASSWORD = "correct" + "-horse-" + "battery9"
UNPLACED = ("call", "tool", "prompt", "usage", "unread")


def careless(home: Path) -> Story:
    story = chat(1)
    story.prompt(f"deploy with {TOKEN}")
    story.say(f"I use {TOKEN}")
    story.use("Bash", {"command": f"PGPASSWORD={PASSWORD} psql"}, json.dumps({"password": PASSWORD}))
    story.title(f"deploy {TOKEN}")
    story.write(home)
    return story


def leaks(home: Path) -> list[str]:
    """Files of our home that hold the secrets, the archive unpacked, in the form of full text too."""
    found = []
    for path in sorted((home / ".agent-trace").rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            if path.suffix == ".zst":
                data += b"".join(unpack(str(path), frame) for frame in frames_of(str(path)))
            if any(one.encode().lower() in data.lower() for one in (TOKEN, TOKEN[6:], PASSWORD)):
                found.append(path.name)
    return found


def test_check_tells_types_and_places_and_no_value(home: Path) -> None:
    story = careless(home)
    out, said = run(home, "redact", story.session, "--check", "--json", code=1)
    found = json.loads(out)
    assert TOKEN not in out + said
    assert PASSWORD not in out + said
    assert {one["kind"] for one in found["findings"]} >= {"github_token", "password"}
    assert all(one["event"] and one["session"] == story.session for one in found["findings"] if one["event"])
    assert found["applied"] is False
    text, _ = run(home, "redact", story.session, "--check", code=1)
    assert "would be masked" in text


def test_a_clean_session_needs_nothing(home: Path) -> None:
    story = chat(1)
    story.write(home)
    out, _ = run(home, "redact", story.session, "--check")
    assert "nothing would be masked" in out


@pytest.mark.parametrize("mode", ["on", "only-index", "off"])
def test_applied_it_is_nowhere_and_stays_away(home: Path, mode: str) -> None:
    story = careless(home)
    synced(home, AGENT_TRACE_ARCHIVE=mode)
    before = dump(home / ".agent-trace" / "data.db", only=UNPLACED)
    assert leaks(home) != []
    out, _ = run(home, "redact", story.session, "--apply", AGENT_TRACE_ARCHIVE=mode)
    assert "an agent's own file is never edited" in out
    assert leaks(home) == []
    index = synced(home, AGENT_TRACE_ARCHIVE=mode)
    assert differences(before, dump(index, only=UNPLACED)) == []
    index.unlink()
    synced(home, AGENT_TRACE_ARCHIVE=mode)
    assert leaks(home) == []
    assert TOKEN.encode() in next(iter((home / ".claude").rglob("*.jsonl"))).read_bytes()


def test_what_is_said_later_is_masked_too(home: Path) -> None:
    story = careless(home)
    run(home, "redact", story.session, "--apply")
    story.say(f"again {TOKEN}")
    story.write(home)
    synced(home)
    assert leaks(home) == []
    out, _ = run(home, "replay", story.session)
    assert "again [REDACTED:github_token]" in out


def test_the_archive_alone_is_masked(home: Path) -> None:
    story = careless(home)
    synced(home)
    for log in (home / ".claude").rglob("*.jsonl"):
        log.unlink()
    run(home, "redact", story.session, "--apply")
    assert leaks(home) == []
    out, _ = run(home, "replay", story.session)
    assert "deploy with [REDACTED:github_token]" in out


def test_flags_of_one_call_are_no_rules_for_ever(home: Path) -> None:
    story = careless(home)
    _, said = run(home, "redact", story.session, "--apply", "--redact-pattern", "x+", code=2)
    assert "config/privacy.yml" in said


def test_redact_on_masks_every_session_before_it_is_stored(home: Path) -> None:
    careless(home)
    synced(home, AGENT_TRACE_REDACT="on")
    assert leaks(home) == []


def test_redact_on_later_masks_what_was_stored(home: Path) -> None:
    careless(home)
    before = dump(synced(home), only=UNPLACED)
    index = synced(home, AGENT_TRACE_REDACT="on")
    assert leaks(home) == []
    assert differences(before, dump(index, only=UNPLACED)) == []
    synced(home)
    assert leaks(home) != []  # the agent's own log has it still


def test_a_rule_of_the_repository_holds_for_its_own_sessions(home: Path) -> None:
    project = home / "project"
    (project / ".git").mkdir(parents=True)
    (project / "config").mkdir()
    (project / "config" / "privacy.yml").write_text("custom_patterns:\n  - pattern: 'ACME-\\d+'\n    name: acme\n")
    for number, folder in enumerate((project, home / "elsewhere"), 1):
        story = chat(number)
        story.prompt("order ACME-4711 now")
        for row in story.rows:
            row["cwd"] = str(folder)
        story.write(home)
    synced(home, AGENT_TRACE_REDACT="on")
    inside, _ = run(home, "replay", chat(1).session, AGENT_TRACE_REDACT="on")
    outside, _ = run(home, "replay", chat(2).session, AGENT_TRACE_REDACT="on")
    assert "ACME-4711" not in inside
    assert "ACME-4711" in outside


def test_a_rule_of_the_person_that_is_refused_is_named_with_its_line(home: Path) -> None:
    careless(home)
    rules = home / ".agent-trace" / "config" / "privacy.yml"
    rules.parent.mkdir(parents=True)
    rules.write_text("custom_patterns:\n  - pattern: '(?<=x)y'\n")
    _, said = run(home, "sync", code=2, AGENT_TRACE_REDACT="on")
    assert "privacy.yml:2" in said
    assert leaks(home) == []
