"""What a page asks of the list: which entries it wants, in which order, what they come to and what else it could ask."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import count
from operator import attrgetter
from typing import Any, Literal, TypeVar

import msgspec

from agent_trace.app.entries import Cut, Entries, Entry, Kind
from agent_trace.app.sums import added
from agent_trace.app.workspace import Workspace
from agent_trace.app.written import packed
from agent_trace.config import Config
from agent_trace.model.selection import Selection
from agent_trace.model.summary import Summary, Totals

Sort = Literal[
    "started", "ended", "agent", "title", "repo", "branch", "duration", "prompts", "cost", "tokens", "commits", "lines",
    "errors", "findings", "waste", "retries",
]  # fmt: skip
HELD = 6
"""Cuts that are held at once."""
ANSWERS = 200
"""Answers that are held of one cut."""
FACETS = 50
"""Values that are counted apart of one facet."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Which roots a page wants. What is empty or None does not matter."""

    cut: Cut = Cut()
    agents: tuple[str, ...] = ()
    cwd: str | None = None
    repo: str | None = None
    project: str | None = None
    branch: str | None = None
    labels: tuple[str, ...] = ()
    starred: bool = False
    q: str = ""
    min_cost: Decimal | None = None
    max_cost: Decimal | None = None
    productive: Literal["yes", "no", "unknown", ""] = ""
    state: str = ""
    hidden: bool = False
    """Hidden sessions too."""


class Ordered(msgspec.Struct, frozen=True, kw_only=True):
    """A question with an order."""

    question: Question
    sort: Sort = "ended"
    ascending: bool = False


class Facet(msgspec.Struct, frozen=True, kw_only=True):
    """A value that a page could ask for."""

    key: str
    count: int


class Facets(msgspec.Struct, frozen=True, kw_only=True):
    """How many roots there would be under each value, everything else as it is asked."""

    agent: tuple[Facet, ...]
    repo: tuple[Facet, ...]
    branch: tuple[Facet, ...]
    model: tuple[Facet, ...]
    label: tuple[Facet, ...]
    state: tuple[Facet, ...]


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What was worked out for one question."""

    entries: tuple[Entry, ...]
    """In the order of the index: newest first."""
    totals: Totals
    unpriced: tuple[str, ...]
    facets: Facets
    tail: bytes
    """Totals, unpriced models and facets as JSON."""


def question(selection: Selection, **more: Any) -> Question:
    """A question of a selection and of what only a page asks."""
    return Question(
        cut=Cut(since=selection.since, until=selection.until, model=selection.model),
        agents=selection.agents,
        cwd=selection.cwd,
        repo=selection.repo,
        project=selection.project,
        branch=selection.branch,
        labels=selection.labels,
        starred=selection.starred,
        **more,
    )


Answer = TypeVar("Answer")


class Listing:
    """The lists of a server, held while nothing changes. Any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._cuts: OrderedDict[tuple[str, Cut], tuple[Any, Entries]] = OrderedDict()
        self._config: Config | None = None
        self._numbers = count(1)

    def entries(self, workspace: Workspace, mark: object, cut: Cut) -> Entries:
        """The entries of a cut, brought up to date where the mark or the minute is another."""
        with self._lock:
            config = msgspec.structs.replace(workspace.config, cost="priced", timezone="", start_of_week="monday")
            if config != self._config:
                self._cuts.clear()
                self._config = config
            found = self._current(workspace, mark, cut)
            while len(self._cuts) > HELD:
                self._cuts.popitem(last=False)
            return found

    def _current(self, workspace: Workspace, mark: object, cut: Cut) -> Entries:
        minute = int(workspace.now.timestamp() // 60)
        whole = None if cut.is_whole else self._current(workspace, mark, Cut())
        held = self._cuts.pop((workspace.config.cost, cut), None)
        found = Entries(cut, whole, self._numbers) if held is None or held[1].whole is not whole else held[1]
        now = (mark, minute) if whole is None else whole.generation
        if held is None or held[0] != now:
            found.bring_up_to_date(workspace, wrote=whole is not None or held is None or held[0][0] != mark)
        self._cuts[workspace.config.cost, cut] = (now, found)
        return found

    def known(self, workspace: Workspace, mark: object, asked: Question) -> Known:
        """Everything about a question but the order."""
        with self._lock:
            entries = self.entries(workspace, mark, asked.cut)
            return _once(entries, asked, lambda: _known(list(entries), asked))

    def ordered(self, workspace: Workspace, mark: object, asked: Ordered) -> tuple[Entry, ...]:
        """The entries of a question in an order."""
        with self._lock:
            found = self.known(workspace, mark, asked.question)
            entries = self.entries(workspace, mark, asked.question.cut)
            return _once(entries, asked, lambda: in_order(found.entries, asked.sort, ascending=asked.ascending))

    def once(self, workspace: Workspace, mark: object, cut: Cut, name: Hashable, work: Callable[[], Answer]) -> Answer:
        """What was worked out under a name while the entries of a cut stayed as they are, else now."""
        with self._lock:
            return _once(self.entries(workspace, mark, cut), name, work)


def _once(entries: Entries, asked: Hashable, work: Callable[[], Answer]) -> Answer:
    """What was worked out for a question before, else now."""
    found: Answer | None = entries.answers.get(asked)
    if found is None:
        while len(entries.answers) >= ANSWERS:
            entries.answers.pop(next(iter(entries.answers)))
        found = entries.answers[asked] = work()
    return found


# ---------------------------------------------------------------- choosing

Test = Callable[[Sequence[Entry]], Sequence[Entry]]
"""The entries that pass, in their order."""


def passing(entries: Sequence[Entry], tests: Iterable[Test]) -> Sequence[Entry]:
    """The entries that pass all tests, in their order."""
    for test in tests:
        entries = test(entries)
    return entries


def _each(test: Callable[[Entry], bool]) -> Test:
    return lambda entries: list(filter(test, entries))


def _kinds(test: Callable[[Kind], bool]) -> Test:
    """A test of what sessions have alike is made once for all of them."""

    def run(entries: Sequence[Entry]) -> Sequence[Entry]:
        there = set(map(KIND_OF, entries))
        some = {kind for kind in there if test(kind)}
        return entries if len(some) == len(there) else [one for one in entries if one.kind in some]

    return run


KIND_OF: Callable[[Entry], Kind] = attrgetter("kind")
HIDDEN = "hidden"
"""The one test that sums do not go by."""


def _known(entries: Sequence[Entry], asked: Question) -> Known:
    tests = dict(_tests(asked))
    hides = tests.pop(HIDDEN, None)
    counted = passing(entries, tests.values())
    chosen = tuple(hides(counted) if hides else counted)
    totals = added(
        list(map(attrgetter("figures"), counted)),
        untold=sum(map(attrgetter("untold"), counted)),
        cut=not asked.cut.is_whole,
    )
    unpriced = tuple(sorted(frozenset().union(*(kind.unpriced for kind in set(map(KIND_OF, counted))))))
    entries = hides(entries) if hides else entries
    facets = _facets(entries, chosen, tests)
    parts = ((b'"totals":', totals), (b',"unpriced":', unpriced), (b',"facets":', facets))
    tail = b"".join(name + packed(value) for name, value in parts)
    return Known(entries=chosen, totals=totals, unpriced=unpriced, facets=facets, tail=tail)


def _tests(asked: Question) -> Iterator[tuple[str, Test]]:
    """What an entry must pass, by what it looks at."""
    yield from ((name, _kinds(test)) for name, test in _selected(asked))
    if asked.cwd is not None:
        yield "cwd", _below(asked.cwd)
    if not asked.hidden:
        yield HIDDEN, _kinds(lambda kind: not kind.hidden)
    if asked.productive:
        wanted = {"yes": True, "no": False}.get(asked.productive)
        yield "productive", _kinds(lambda kind: kind.productive is wanted)
    if asked.state:
        yield "state", _kinds(lambda kind: kind.state == asked.state)
    for number, word in enumerate(asked.q.lower().split()):
        yield f"q{number}", _holding(word)
    if asked.min_cost is not None or asked.max_cost is not None:
        yield "cost", _costs(asked.min_cost, asked.max_cost)


def _selected(asked: Question) -> Iterator[tuple[str, Callable[[Kind], bool]]]:
    """What a selection says of roots, as the index reads it; their folders apart."""
    if asked.agents:
        yield "agent", lambda kind: kind.agent in asked.agents
    for name, part in (("repo", asked.repo), ("project", asked.project)):
        if part is not None:
            yield name, _within(part.lower())
    if asked.branch is not None:
        yield "branch", lambda kind: kind.branch == asked.branch
    if asked.labels:
        yield "label", lambda kind: not kind.labels.isdisjoint(asked.labels)
    if asked.starred:
        yield "starred", lambda kind: kind.starred


def _below(folder: str) -> Test:
    above = folder.rstrip("/") + "/"
    return _each(lambda one: one.summary.cwd == folder or (one.summary.cwd or "").startswith(above))


def _within(part: str) -> Callable[[Kind], bool]:
    return lambda kind: part in kind.place


def _holding(word: str) -> Test:
    return lambda entries: [one for one in entries if word in one.words]


def _costs(least: Decimal | None, most: Decimal | None) -> Test:
    def test(one: Entry) -> bool:
        cost = one.summary.total.cost_usd
        return cost is not None and (least is None or cost >= least) and (most is None or cost <= most)

    return _each(test)


# ---------------------------------------------------------------- what else could be asked


def _facets(entries: Sequence[Entry], chosen: Sequence[Entry], tests: Mapping[str, Test]) -> Facets:
    shown = Counter(map(KIND_OF, chosen))

    def among(name: str) -> Mapping[Kind, int]:
        if name not in tests:
            return shown
        return Counter(map(KIND_OF, passing(entries, (test for other, test in tests.items() if other != name))))

    def under(name: str) -> tuple[Facet, ...]:
        return _counted(((getattr(kind, name),), number) for kind, number in among(name).items())

    return Facets(
        agent=under("agent"),
        repo=under("repo"),
        branch=under("branch"),
        model=_counted((kind.models, number) for kind, number in among("model").items()),
        label=_counted((kind.labels, number) for kind, number in among("label").items()),
        state=under("state"),
    )


def _counted(values: Iterable[tuple[Iterable[str | None], int]]) -> tuple[Facet, ...]:
    """The most frequent values."""
    found: Counter[str | None] = Counter()
    for names, number in values:
        for name in names:
            found[name] += number
    del found[None]
    ranked = sorted(found.items(), key=lambda pair: (-pair[1], pair[0] or ""))[:FACETS]
    return tuple(Facet(key=key, count=count) for key, count in ranked if key)


# ---------------------------------------------------------------- order

KEYS: Mapping[Sort, Callable[[Summary], Any]] = {
    "started": lambda one: one.started,
    "ended": lambda one: one.ended,
    "agent": lambda one: one.agent,
    "title": lambda one: None if one.title is None else one.title.lower(),
    "repo": lambda one: one.repo or one.cwd,
    "branch": lambda one: one.branch,
    "duration": lambda one: one.duration_s,
    "prompts": lambda one: one.prompts,
    "cost": lambda one: one.total.cost_usd,
    "tokens": lambda one: one.total.usage.tokens,
    "commits": lambda one: one.commits,
    "lines": lambda one: None if one.lines_added is None else one.lines_added + (one.lines_removed or 0),
    "errors": lambda one: one.total.errors,
    "findings": lambda one: one.findings,
    "waste": lambda one: one.waste_usd,
    "retries": lambda one: one.retries,
}
"""What each order looks at."""


def in_order(entries: Sequence[Entry], sort: Sort, *, ascending: bool) -> tuple[Entry, ...]:
    """Entries in an order; what is unknown comes last in either direction, equal ones newest first."""
    key = KEYS[sort]
    told = [(value, one) for one in entries if (value := key(one.summary)) is not None]
    untold = [one for one in entries if key(one.summary) is None]
    told.sort(key=lambda pair: pair[0], reverse=not ascending)
    return (*(one for _, one in told), *untold)
