"""Sessions that are shared from their kept pages: the file, the page and the count of what was masked stay what they were."""

from __future__ import annotations

import base64
import gzip
import json
import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent_trace.app import kept_pages, shared_documents, sharing
from agent_trace.app.choosing import choose
from agent_trace.app.leaving import MANY, SHORT, Door, door
from agent_trace.app.packing import AT_ONCE, WAITING, Packing
from agent_trace.app.reading_twice import Reading, Twice
from agent_trace.app.scopes import Request, scope_of
from agent_trace.app.workspace import Workspace
from agent_trace.config import load_config
from agent_trace.errors import NotFoundError
from agent_trace.model.events import UserPrompt
from agent_trace.model.session import Session
from agent_trace.privacy.tiers import Tier
from agent_trace.render.text import render_text
from agent_trace.reports import _replay_pages, replay_document
from agent_trace.reports._judged import chosen, judged, relabelled
from agent_trace.reports._replay_words import Heard
from agent_trace.reports._shared import Shared, summary
from agent_trace.store.sources import sources_of
from tests import stories
from tests.reports.recorded import FIX, SUB_AGENT, run, sessions
from tests.reports.small import NOW, copy_run
from tests.reports.understood import BARE, BROKEN, HOMES, home_of

WORDS = ("[a-z]+_test", "Bash|bash|py|README", "commit [a-z]+")


@dataclass(frozen=True)
class Way:
    """How a session is shared."""

    tier: Tier = 3
    redact: bool | None = None
    mask: bool = False
    patterns: Sequence[str] = ()
    full: bool = False
    raw: bool = False
    pictures: bool = False
    checks: bool = False

    def door(self, workspace: Workspace, key: str) -> Door:
        more = () if self.redact is False else sharing.persons(workspace, key)
        found = door(
            workspace.config, leaves=True, tier=self.tier, redact=self.redact, mask=self.mask, patterns=self.patterns,
            more=more,
        )  # fmt: skip
        found.places = {} if self.checks else None
        return found


WAYS = (
    Way(), Way(tier=2), Way(tier=1), Way(redact=False), Way(full=True), Way(tier=2, full=True),
    Way(redact=False, full=True), Way(mask=True, patterns=WORDS, checks=True), Way(patterns=WORDS, full=True),
    Way(raw=True, pictures=True),
)  # fmt: skip


def shared(workspace: Workspace, key: str, way: Way) -> tuple[Any, list[str], dict[str, int], Any]:
    """The data, the page without scripts, what was masked, and where."""
    found: list[bytes] = []
    passage = way.door(workspace, key)
    given = sharing.share(workspace, key, passage, put=found.append, full=way.full, raw=way.raw, pictures=way.pictures)
    data = b"".join(found)
    assert msgspec.json.decode(data, type=Shared).passage == given.shared.passage
    page = list(render_text(summary(given.shared, given.failures, workspace.facts, has_viewer=True), width=100))
    places = [(one, given.numbers.get((one.session, one.event))) for one in passage.places or ()]
    return json.loads(data), page, passage.masked, places


def lengthen(patch: pytest.MonkeyPatch) -> None:
    """From here on every session is long, and falls into many blocks."""
    patch.setattr(kept_pages, "LONG", 0)
    patch.setattr(_replay_pages, "EACH", 7)


def assert_alike(workspace: Workspace, keys: Sequence[str], ways: Sequence[Way], patch: pytest.MonkeyPatch) -> None:
    told = [shared(workspace, key, way) for key in keys for way in ways]
    with patch.context() as patched:
        lengthen(patched)
        for key in sessions(workspace):
            kept_pages.keep_pages(workspace, choose(workspace, key))
        patched.setattr(shared_documents, "opened", None)
        assert [shared(workspace, key, way) for key in keys for way in ways] == told


@pytest.mark.parametrize("name", [*HOMES[::2], *BARE[::3], *stories.RUNS[::9], BROKEN])
def test_a_session_is_shared_alike_from_its_pages(name: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with home_of(name, home) as workspace:
        assert_alike(workspace, sessions(workspace), (Way(), Way(mask=True, patterns=WORDS, checks=True)), monkeypatch)


@pytest.mark.parametrize("name", [HOMES[4], HOMES[7], BARE[-1]])
@pytest.mark.parametrize("way", WAYS[1:], ids=str)
def test_in_every_way(name: str, way: Way, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with home_of(name, home) as workspace:
        assert_alike(workspace, sessions(workspace), (way,), monkeypatch)


def test_what_counts_in_another_session_does_so_here_too(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with home_of("claude/2.1.329/fix", home, "claude/2.1.197/fix") as workspace:
        keys = sessions(workspace)
        assert_alike(workspace, keys, (Way(), Way(tier=2)), monkeypatch)
        documents = [shared(workspace, key, Way())[0]["documents"][0] for key in keys]
        assert any(event.get("inherited") for one in documents for event in one["events"])


@pytest.mark.full
@pytest.mark.parametrize("name", [*HOMES, *BARE, *stories.RUNS, BROKEN])
def test_every_recorded_session_in_every_way(name: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with home_of(name, home) as workspace:
        assert_alike(workspace, sessions(workspace), WAYS, monkeypatch)


# ---- what may go wrong


def test_two_homes_that_hold_one_log_tell_it_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy_run("2.1.329/fix", home)
    other = home / "other" / ".claude"
    shutil.copytree(home / ".claude", other)
    config = load_config({"AGENT_TRACE_HOME": str(home / ".agent-trace"), "AGENT_TRACE_ARCHIVE": "off"})
    both = {"HOME": str(home), "CLAUDE_CONFIG_DIR": f"{home / '.claude'},{other}"}
    with closing(Workspace(config, environment=both, now=NOW)) as workspace:
        workspace.sync()
        assert len(sources_of(workspace.db, choose(workspace, FIX).id)) == 2
        assert_alike(workspace, [FIX], (Way(),), monkeypatch)
        row = choose(workspace, FIX)
        told = Reading(row).whole(workspace).told.events
        assert tuple(one.told for one in Reading(row).each(workspace)) == told
        next(other.rglob(f"{FIX}.jsonl")).unlink()
        assert tuple(one.told for one in Reading(row).each(workspace)) == told
        next((home / ".claude").rglob(f"{FIX}.jsonl")).unlink()
        with pytest.raises(NotFoundError):
            list(Reading(row).each(workspace))


@pytest.mark.parametrize("less", [True, False])
def test_a_log_that_tells_of_others_than_were_kept_is_not_shared(
    home: Path, monkeypatch: pytest.MonkeyPatch, less: bool
) -> None:
    lengthen(monkeypatch)
    with run("2.1.329/fix", home) as workspace:
        kept_pages.keep_pages(workspace, choose(workspace, FIX))
        each = Reading.each
        if less:
            monkeypatch.setattr(Reading, "each", lambda *given: list(each(*given))[:-1])
        else:
            monkeypatch.setattr(Reading, "each", lambda *given: [*(many := list(each(*given))), many[-1]])
        with pytest.raises(NotFoundError, match="was changed meanwhile"):
            shared(workspace, FIX, Way())


def test_a_sub_agent_that_cannot_be_read_is_missing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with run("2.1.329/fix", home) as workspace:
        lengthen(monkeypatch)
        for key in (FIX, SUB_AGENT):
            kept_pages.keep_pages(workspace, choose(workspace, key))
        assert shared(workspace, FIX, Way())[0]["missing"] == {}
        each = Reading.each

        def gone(self: Reading, given: Workspace) -> Iterator[Heard]:
            if self._row.key == SUB_AGENT:
                raise NotFoundError("it is gone")
            return each(self, given)

        monkeypatch.setattr(Reading, "each", gone)
        data = shared(workspace, FIX, Way())[0]
        assert ([one["session"] for one in data["documents"]], data["missing"]) == ([FIX], {SUB_AGENT: "it is gone"})


def test_nothing_of_a_long_session_is_read_as_a_whole(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lengthen(monkeypatch)
    with run("2.1.329/fix", home) as workspace:
        kept_pages.keep_pages(workspace, choose(workspace, FIX))
        kept_pages.keep_pages(workspace, choose(workspace, SUB_AGENT))
        whole, read = Reading.whole, list[str]()

        def counted(self: Reading, given: Workspace) -> Twice:
            read.append(self._row.key)
            return whole(self, given)

        monkeypatch.setattr(Reading, "whole", counted)
        monkeypatch.setattr(kept_pages, "opened", None)
        assert shared(workspace, FIX, Way())[0]["documents"][0]["total"] > 0
        assert set(read) <= {SUB_AGENT}  # what a finding in it is about


def test_a_finding_in_a_sub_agent_whose_log_is_gone_is_about_nothing(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace:

        def gone(_: str) -> Session:
            raise NotFoundError("it is gone")

        scope = scope_of(workspace, replay_document, replay_document.Options(), Request(session=FIX))
        found = judged(scope, chosen((), every=True), "cost", options={}).findings
        told = tuple(relabelled(found, msgspec.structs.replace(scope, read_child=gone)))
        assert tuple(relabelled(found, scope)) == found
        assert [one.label for one in told] == [one.label if one.session == FIX else "" for one in found]
        one = msgspec.structs.replace(found[0], session=SUB_AGENT, event=1)
        assert next(relabelled([one], msgspec.structs.replace(scope, read_child=gone))).label == ""


# ---- its parts


def test_what_comes_piece_by_piece_is_packed_as_one() -> None:
    chance = random.Random(7)
    data = chance.randbytes((2 * WAITING + 1) * AT_ONCE + 1)
    for size in (1 << 30, AT_ONCE + 5, 100_001):
        packing = Packing()
        for place in range(0, len(data), size):
            packing.put(data[place : place + size])
        text = b"".join(packing.text())
        assert gzip.decompress(base64.b64decode(text, validate=True)) == data
    assert gzip.decompress(base64.b64decode(b"".join(Packing().text()))) == b""


def test_a_text_that_was_looked_at_counts_and_is_told_again(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace:
        passage = Way(checks=True).door(workspace, FIX)
        secret = "write to someone@firm.example"
        for at in ("1", "2"):
            masked = passage.masked_event(UserPrompt(id=at, session="s", text=secret))
            assert masked == UserPrompt(id=at, session="s", text="write to [REDACTED:email]", size=25)
        assert (passage.masked, [one.event for one in passage.places or ()]) == ({"email": 1}, ["1", "2"])
        for number in range(MANY + 2):
            assert passage.text(f"nothing {number}") == f"nothing {number}"
        assert passage.text(secret + " " * SHORT).rstrip() == "write to [REDACTED:email]"
        assert passage.masked == {"email": 1}
