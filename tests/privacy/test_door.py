"""The door: every text of every event is masked whole, then cut down to the tier; ids and figures pass."""

from __future__ import annotations

from typing import Any, get_args

import msgspec
import pytest

from agent_trace.app.doorway import passed
from agent_trace.app.leaving import IDS, Door, cut, door, masker_of
from agent_trace.config import Config
from agent_trace.errors import UsageError
from agent_trace.model import events as model
from agent_trace.model.events import AnyEvent, Event
from agent_trace.model.ledger import LedgerRow
from agent_trace.model.summary import Summary, Totals
from agent_trace.model.usage import BillingClass
from agent_trace.pricing.book import Book
from agent_trace.pricing.shipped import shipped
from agent_trace.reports._book_scope import Record
from agent_trace.reports._scopes import Hit, HitsScope, UsageScope
from tests.privacy.filled import filled, free_texts
from tests.privacy.samples import KEY

CONFIG = Config()
MASKING = masker_of(CONFIG)


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """A fact of a shape that no door knows."""

    name: str
    value: str
    places: tuple[str, ...] = ()
    number: int = 1


def door_of(tier: Any = 3) -> Door:
    return Door(tier, MASKING)


# ---------------------------------------------------------------- which door


def test_what_stays_here_passes_as_it_is() -> None:
    found = door(CONFIG, leaves=False)
    assert (found.is_open, found.redacts, found.tier) == (True, False, 3)
    assert found.events(None, 10) is None


def test_what_leaves_is_masked_and_of_its_tier() -> None:
    found = door(CONFIG, leaves=True)
    assert (found.is_open, found.redacts, found.tier) == (False, True, 2)
    assert door(Config(leaving_tier=1), leaves=True).tier == 1


@pytest.mark.parametrize(
    ("asked", "tier", "redacts"),
    [
        ({"tier": 1}, 1, False),
        ({"redact": True}, 3, True),
        ({"mask": True}, 3, True),
        ({"patterns": ("JIRA-[0-9]+",)}, 3, True),
    ],
)
def test_a_flag_decides_where_nothing_leaves(asked: dict[str, Any], tier: int, redacts: bool) -> None:
    found = door(CONFIG, leaves=False, **asked)
    assert (found.tier, found.redacts, found.is_open) == (tier, redacts, False)


def test_all_of_it_leaves_when_asked_for() -> None:
    assert door(CONFIG, leaves=True, tier=3, redact=False).is_open
    assert not door(CONFIG, leaves=True, redact=False).redacts


def test_flags_that_contradict_each_other() -> None:
    with pytest.raises(UsageError, match="masks nothing"):
        door(CONFIG, leaves=True, redact=False, mask=True)
    with pytest.raises(UsageError, match="refused"):
        door(CONFIG, leaves=True, patterns=("(?<=a)b",))


def test_persons_and_patterns() -> None:
    found = door(CONFIG, leaves=True, mask=True, patterns=("JIRA-[0-9]+",))
    assert found.text("ask you@example.org about JIRA-12") == "ask [REDACTED:email] about [REDACTED:pattern_1]"
    assert found.text("ask you@example.org about JIRA-12", cwd="/home/you") == found.text(
        "ask you@example.org about JIRA-12"
    )
    assert found.masked == {"email": 1, "pattern_1": 1}
    assert door(CONFIG, leaves=True).text("ask you@example.org") == "ask you@example.org"
    assert door(Config(pii=("email",)), leaves=True).text("ask you@example.org") == "ask [REDACTED:email]"


# ---------------------------------------------------------------- events


@pytest.mark.parametrize("kind", get_args(AnyEvent))
def test_every_text_of_every_event_is_masked(kind: type[Event]) -> None:
    texts = {name: (f"a {KEY} b",) if name in ("paths", "alternatives") else f"a {KEY} b" for name in free_texts(kind)}
    told = {name: text for name, text in texts.items() if name not in IDS}
    found = door_of().event(filled(kind, **told))
    assert KEY not in str(msgspec.to_builtins(found))
    assert all("[REDACTED:" in str(getattr(found, name)) for name in told)
    assert door_of().event(filled(kind, **texts)).id == texts["id"]


@pytest.mark.parametrize("kind", get_args(AnyEvent))
def test_an_event_without_secrets_is_the_same(kind: type[Event]) -> None:
    event = filled(kind)
    assert door_of().event(event) is event
    assert Door().event(event) is event


def test_half_of_something_is_no_id() -> None:
    event = filled(model.Linked, other="x7Yq\"'")
    assert door_of().event(event) == msgspec.structs.replace(event, other="?")
    assert Door().event(event) is event


@pytest.mark.parametrize(
    ("title", "told"), [("short words", "short words"), ("w " * 60 + "sk-half", "w " * 59 + "w …")]
)
def test_half_of_a_secret_at_the_end_of_a_cut_title(title: str, told: str) -> None:
    assert door_of().title(title) == told
    assert Door().title(title) == title


def test_masking_comes_before_the_cut() -> None:
    through = door_of().events("/home/you", 12)
    assert through is not None
    found = through(filled(model.UserPrompt, text=f"go: {KEY}", size=900))
    assert isinstance(found, model.UserPrompt)
    assert (found.text, found.size) == ("go: [REDACTE", len("go: [REDACTED:anthropic_key]"))


def test_a_cut_leaves_ids_and_short_texts() -> None:
    event = filled(model.ToolCall, id="i" * 40, call="c" * 40, tool="Tool", input="long" * 10, title="short")
    assert cut(event, None) is event
    assert cut(event, 40) is event
    assert cut(event, 8) == msgspec.structs.replace(event, input="longlong")


def test_at_tier_1_files_are_still_counted() -> None:
    through = door_of(1).events(None, None)
    assert through is not None
    paths = ["/a", "/b", "/a", ""]
    found = [through(filled(model.FileWrite, path=path)) for path in paths]
    said = [one.path for one in found if isinstance(one, model.FileWrite)]
    assert said == ["withheld (tier 1)", "withheld (tier 1) 2", "withheld (tier 1)", ""]


# ---------------------------------------------------------------- what is said of it


def test_a_value_counts_once_and_is_never_told() -> None:
    one = door_of(2)
    for _ in range(3):
        one.text(f"use {KEY}")
    one.text("password=" + "hunter2" + "hunter2")
    assert set(one.masked.values()) == {1}
    assert len(one.masked) == 2
    assert one.said.startswith("tier 2: paths, commands and diffs, but no prompts")
    assert KEY not in one.said
    assert "1 password" in one.said


def test_what_was_not_masked_is_said_too() -> None:
    assert Door(1).said == "tier 1: figures alone; nothing was masked"
    assert door_of().said == "tier 3: everything; masked: nothing was found"
    kept = door(Config(tier=2), leaves=True, tier=3)
    assert kept.said == "tier 3 of what is stored (tier 2): everything; masked: nothing was found"
    assert door(Config(tier=2), leaves=True, redact=False).stored == 2


def test_lines_of_a_log() -> None:
    line = f'{{"text": "{KEY}"}}'.encode()
    assert Door().line(line) == line
    assert Door(2).line(line) == b"withheld (tier 2)"
    one = door_of()
    assert len(one.line(line)) == len(line)
    assert KEY.encode() not in one.line(line)
    assert list(one.masked.values()) == [1]


# ---------------------------------------------------------------- rows and facts


def test_a_summary() -> None:
    row = Summary(id="s", agent="a", title=f"use {KEY}", cwd="/w", repo="/w", branch=f"b-{KEY}", labels=(KEY, "good"))
    all_of_it = door_of().summary(row)
    assert KEY not in str(msgspec.to_builtins(all_of_it))
    assert (all_of_it.cwd, all_of_it.labels[1]) == ("/w", "good")
    assert door_of(2).summary(row).title is None
    assert door_of(1).summary(row) == Summary(id="s", agent="a")
    assert Door(2).summary(row).branch == row.branch


def test_titles_and_paths() -> None:
    assert (door_of(3).title("t"), door_of(2).title("t"), door_of(3).title(None)) == ("t", None, None)
    assert (door_of(2).path("/w"), door_of(1).path("/w"), door_of(3).path(None)) == ("/w", None, None)


def test_facts_of_any_shape() -> None:
    facts = Setting(name="api_key", value="q8Zr4LxT0mVb" + "2NcY7KpW", places=("/home/you/x", "~/y", "text/html", KEY))
    assert Door().record(facts) is facts
    found = door_of(2).record(facts)
    assert found.value.startswith("[REDACTED:")
    assert found.places[:3] == facts.places[:3]
    assert found.places[3].startswith("[REDACTED:")
    least = door_of(1).record(facts)
    assert least.places[:3] == ("withheld (tier 1)", "withheld (tier 1)", "text/html")
    assert least.number == 1


def _ledger(*keys: tuple[str, ...]) -> tuple[LedgerRow, ...]:
    return tuple(LedgerRow(key=key, cls=BillingClass(model="opus"), day=0) for key in keys)


def test_keys_of_the_ledger_stay_apart() -> None:
    rows = _ledger(("own", "/a", "main"), ("own", "/b", "main"), ("sub", "/a", KEY), ("own", "", ""))
    scope = UsageScope(rows=rows, totals=Totals(), unpriced=(), book=Book.load(shipped()))
    group = ("side", "project", "branch")
    assert passed(scope, Door(3), group).rows == rows
    seen = [row.key for row in passed(scope, door_of(2), group).rows]
    assert seen[:2] == [rows[0].key, rows[1].key]
    assert seen[2][2].startswith("[REDACTED:")
    least = [row.key for row in passed(scope, door_of(1), group).rows]
    one, two = "withheld (tier 1)", "withheld (tier 1) 2"
    assert least == [("own", one, one), ("own", two, one), ("sub", one, two), ("own", "", "")]


def test_hits_and_records() -> None:
    hit = Hit(session="s", agent="a", title="t", cwd="/w", number=1, event="e", at=None, kind="k", tool="T", path="/w/p",
              failed=False, text="passed before")  # fmt: skip
    found = passed(HitsScope(query=KEY, hits=(hit,), more=False), door_of(1))
    assert found.query.startswith("[REDACTED:")
    assert found.hits == (msgspec.structs.replace(hit, title=None, cwd=None, path=None),)


def test_a_scope_that_no_door_knows_is_masked() -> None:
    assert passed(Setting(name="x", value=KEY), door_of(3)).value.startswith("[REDACTED:")


def test_what_was_recorded_loses_its_title() -> None:
    from decimal import Decimal

    from agent_trace.reports._book_scope import BookScope

    record = Record(session="s", agent="a", title="t", usd=Decimal(1), rows=())
    scope = passed(BookScope(book=Book.load(shipped()), records=lambda: (record,)), door_of(2))
    assert scope.records() == (msgspec.structs.replace(record, title=None),)
