"""What a session produced, at each tier, where it is stored and where it leaves, and masked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent_trace.app.choosing import choose
from agent_trace.app.outcomes import look_at_quiet
from agent_trace.app.redacting import apply
from agent_trace.app.workspace import Workspace
from tests.commands.terminal import Terminal
from tests.privacy.sinks import holding
from tests.sync.committing import Log
from tests.sync.tables import workspace

SUBJECT, BRANCH, ADDRESS = "canarysubject", "canarybranch", "canaryowner/canaryrepository"
TITLE, OUTPUT, PROGRAM = "canarytitle", "canaryoutput", "canaryprogram"
SECOND = (SUBJECT, BRANCH, ADDRESS, PROGRAM)
"""Of tier 2."""
THIRD = (TITLE, OUTPUT)
SECRET = "AKIA" + "QYLPMN5HHHFPZAM2"


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Runs the program and reads what it wrote."""
    return Terminal(capsys, monkeypatch)


@pytest.fixture
def told(home: Path) -> Log:
    """A session that committed, opened a pull request and looked at it."""
    log = Log(home)
    log.ran(f"git commit -m {SUBJECT}", f"{OUTPUT}\n[{BRANCH} 1234567] {SUBJECT}\n 1 file changed, 2 insertions(+)")
    log.ran("gh pr create --fill", f"{OUTPUT}\nhttps://github.com/{ADDRESS}/pull/7")
    log.ran("gh pr view 7", f"title:\t{TITLE}\nstate:\tOPEN\nnumber:\t7\nurl:\thttps://github.com/{ADDRESS}/pull/7")
    log.ran(f"./{PROGRAM}-tests.sh", "3 passed")
    return log


def looked(home: Path, tier: int, folder: str = "keep") -> Workspace:
    found = workspace(home, folder, AGENT_TRACE_TIER=str(tier))
    found.sync()
    found.sync_text()
    look_at_quiet(found)
    return found


@pytest.mark.parametrize(
    ("tier", "kept", "gone"), [(3, (*SECOND, *THIRD), ()), (2, SECOND, THIRD), (1, (), (*SECOND, *THIRD))]
)
def test_what_is_stored(tier: int, kept: tuple[str, ...], gone: tuple[str, ...], home: Path, told: Log) -> None:
    looked(home, tier).close()
    assert [one for one in kept if not holding(home / "keep", one)] == []
    assert [one for one in gone if holding(home / "keep", one)] == []


def test_a_lower_tier_scrubs(home: Path, told: Log) -> None:
    looked(home, 3).close()
    told.path.unlink()
    for tier, gone in ((2, THIRD), (1, (*SECOND, *THIRD))):
        looked(home, tier).close()
        assert [one for one in gone if holding(home / "keep", one)] == []


def test_a_log_that_can_be_read_no_more_is_scrubbed_where_it_is_stored(home: Path, told: Log) -> None:
    first = workspace(home, "keep")
    first.sync()
    look_at_quiet(first)
    first.close()
    told.path.unlink()
    second = looked(home, 2)
    rows = second.db.execute("SELECT sha, counts FROM made").fetchall()
    second.close()
    assert rows == [("1234567", 1)]
    assert [one for one in THIRD if holding(home / "keep", one)] == []
    looked(home, 1).close()
    assert [one for one in SECOND if holding(home / "keep", one)] == []


@pytest.mark.parametrize(
    ("tier", "kept", "gone"), [("3", (*SECOND, TITLE), (OUTPUT,)), ("2", SECOND, THIRD), ("1", (), (*SECOND, *THIRD))]
)
def test_what_leaves(
    tier: str, kept: tuple[str, ...], gone: tuple[str, ...], home: Path, told: Log, terminal: Terminal
) -> None:
    for words in (("outcome", told.key), ("show", told.key)):
        for form in ("html", "json", "markdown"):
            out = terminal.run(*words, "--format", form, "--tier", tier).out.replace("&#8203;", "")
            if words[0] == "outcome" and form == "json":
                assert [one for one in kept if one not in out] == []
            assert [one for one in gone if one in out] == []
    counts = json.loads(terminal.run("outcome", told.key, "--json", "--tier", tier).out)["outcome"]
    assert (counts["standing"], counts["opened"], counts["tests"][0]["passed"]) == (1, 1, 3)


def test_a_secret_in_a_commit_message(home: Path) -> None:
    log = Log(home)
    log.ran(f"git commit -m 'use {SECRET}'", f"[main 1234567] use {SECRET}\n 1 file changed, 2 insertions(+)")
    found = looked(home, 3)
    assert holding(home / "keep", SECRET) != []
    apply(found, choose(found, log.key))
    look_at_quiet(found)
    assert found.db.execute("SELECT sha, counts FROM made").fetchall() == [("1234567", 1)]
    found.close()
    assert holding(home / "keep", SECRET) == []


def test_masked_where_the_log_is_gone(home: Path) -> None:
    log = Log(home)
    log.ran(f"git commit -m 'use {SECRET}'", f"[main 1234567] use {SECRET}\n 1 file changed, 2 insertions(+)")
    first = workspace(home, "keep")
    first.sync()
    look_at_quiet(first)
    log.path.unlink()
    first.sync()
    apply(first, choose(first, log.key))
    assert first.db.execute("SELECT sha, counts FROM made").fetchall() == [("1234567", 1)]
    first.close()
    assert holding(home / "keep", SECRET) == []
