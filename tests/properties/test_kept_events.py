"""Archives of events: any event comes back from its line, nothing that stands in one stops a reader, nothing is lost."""

from __future__ import annotations

from collections import Counter
from typing import Any, get_args

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as some

from agent_trace.model.events import AnyEvent, Event, Origin, UserPrompt
from agent_trace.model.usage import Usage
from agent_trace.privacy.tiers import tiered
from agent_trace.sync.figures import MARK, both, figures_of, line_of_figures, read_figures, scan_of
from agent_trace.sync.fold import FoldingScanner
from agent_trace.sync.kept_events import EventsMember, FiguresScanner, line_of, united
from tests.agents.told import member

KINDS = get_args(AnyEvent)
PATH = "/logs/one.jsonl"
texts = some.text(some.characters(), max_size=12)
numbers = some.integers(-(2**53), 2**53)


def _field(name: str, hint: Any) -> some.SearchStrategy[Any]:
    if name == "origin":
        return some.none() | some.builds(Origin, offset=some.integers(0, 99), length=some.integers(0, 99))
    if name in ("usd", "credits", "recorded_usd"):
        return some.none() | some.integers(0, 10**9).map(str)
    if name == "models":
        return some.dictionaries(texts, some.builds(Usage), max_size=2)
    if hint is str:
        return texts
    return some.from_type(hint)


some.register_type_strategy(str, texts)
some.register_type_strategy(int, numbers)
events = some.one_of(
    [
        some.builds(kind, **{one.name: _field(one.name, one.type) for one in msgspec.structs.fields(kind)})
        for kind in KINDS
    ]
)
few = some.lists(
    some.builds(UserPrompt, id=some.sampled_from("abc"), session=some.sampled_from("st"), text=texts), max_size=8
)


def archive() -> EventsMember:
    return EventsMember(member("codex"))


def rows_of(data: bytes) -> list[tuple[int, bytes]]:
    found, offset = [], 0
    for line in data.split(b"\n"):
        found.append((offset, line))
        offset += len(line) + 1
    return [row for row in found if row[1]]


def legible(value: Any) -> Any:
    """As it can be written down: what no UTF-8 can hold is a question mark."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {legible(key): legible(one) for key, one in value.items()}
    return [legible(one) for one in value] if isinstance(value, list | tuple) else value


@settings(max_examples=40)
@given(events, some.sampled_from([1, 2, 3]))
def test_any_event_comes_back(event: Event, tier: Any) -> None:
    """At any tier, lone surrogates too; its place is that of its line."""
    kept = tiered(event, tier, leaving=False)
    line = line_of(kept)
    assert b"\n" not in line
    (found,) = archive().parse(PATH, [(7, line)], clip=None)
    assert found.origin == Origin(offset=7, length=len(line))
    bare = msgspec.structs.replace(kept, origin=None)
    got = msgspec.to_builtins(msgspec.structs.replace(found, origin=None))
    assert legible(got) == legible(msgspec.to_builtins(bare))


@settings(max_examples=40)
@given(some.lists(some.binary(max_size=40) | events.map(line_of) | some.just(MARK + b',"parts":{}}'), max_size=6))
def test_no_archive_stops_a_reader(lines: list[bytes]) -> None:
    """What is no event is told as such; figures are none."""
    rows = rows_of(b"\n".join(lines))
    found = list(archive().parse(PATH, rows))
    assert len(found) == sum(not line.startswith(MARK) for _, line in rows)


@settings(max_examples=40)
@given(some.lists(some.binary(max_size=40) | events.map(line_of), max_size=6), some.binary(max_size=60))
def test_no_figures_stop_a_scanner(lines: list[bytes], figures: bytes) -> None:
    data = b"\n".join([MARK + figures.replace(b"\n", b" "), *lines])
    scanner = FiguresScanner(archive(), PATH, None)
    scanner.feed(data, 0)
    assert scanner.finish()[0].offset <= len(data)


@settings(max_examples=40)
@given(few, few)
def test_united_only_grows(old: list[UserPrompt], new: list[UserPrompt]) -> None:
    """What was archived keeps its place, whatever is read later; what is read later is all there."""
    names = [(event.session, event.id) for event in united(old, new)]
    assert names[: len(old)] == [(event.session, event.id) for event in old]
    counts, wanted = Counter(names), [Counter((event.session, event.id) for event in events) for events in (old, new)]
    assert counts == wanted[0] | wanted[1]


@settings(max_examples=40)
@given(few)
def test_reading_the_same_again_changes_nothing(told: list[UserPrompt]) -> None:
    assert united(told, told) == told
    assert united(united([], told), told) == told


@settings(max_examples=40)
@given(some.lists(events, max_size=6))
def test_figures_come_back(told: list[Event]) -> None:
    """What a pass over events finds, written down and read; united with itself it is the same."""
    data = b"".join(line_of(event) + b"\n" for event in told)
    scanner = FoldingScanner(archive(), PATH, None)
    scanner.feed(data, 0)
    found = figures_of(scanner.scan)
    back = read_figures(line_of_figures(found))
    assert back == found
    assert figures_of(scan_of(found)) == found
    once = both(found, found)
    assert (once.calls, once.rows, len(once.parts)) == (found.calls, found.rows, len(found.parts))
