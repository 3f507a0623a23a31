"""What the composition root hands to `compute()`: one shape for each SCOPE a report may name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypeVar

import msgspec

from agent_trace.model.ledger import LedgerRow
from agent_trace.model.summary import Cleared, Share, Summary, Totals

if TYPE_CHECKING:
    from agent_trace.model.annotations import Annotation
    from agent_trace.model.events import Event
    from agent_trace.model.session import Session
    from agent_trace.pricing.book import Book
    from agent_trace.reports._agents import AgentSeen
    from agent_trace.reports._machine import Machine
    from agent_trace.reports._messages import Message
    from agent_trace.reports._outcome import Made

Scope = Literal[
    "session", "pair", "sessions", "summaries", "usage", "hits", "machine", "agents", "book", "outcomes", "commit",
    "fleet", "tools", "files", "waste",
]  # fmt: skip


class Similar(msgspec.Struct, frozen=True, kw_only=True):
    """An earlier session that was asked for a task like another's."""

    session: Summary
    likeness: float
    """Of all words of both first prompts, the share that stands in both."""


class Ways(NamedTuple):
    """How a person gets at a session beside what is told of it."""

    resume: str | None = None
    """The line for a shell that goes on with it; None: its agent has none, or it leaves this machine."""
    log: str | None = None
    """The path of its log."""


T = TypeVar("T")


class Keep(Protocol):
    """Gives what was worked out of a session under a name, or has it made and keeps it."""

    def __call__(self, name: str, kind: type[T], make: Callable[[], T]) -> T: ...


def made_now(name: str, kind: type[T], make: Callable[[], T]) -> T:
    """Nothing is kept."""
    return make()


class SessionScope(msgspec.Struct, kw_only=True):
    """One session: its row, its events, its sub-agents."""

    summary: Summary
    read: Callable[[], Session]
    """Reads the events from the log or the archive. Raises NotFoundError where neither has them."""
    whole: Callable[[], Session]
    """The same before it passes a door: for figures alone, no text of it may be told."""
    read_child: Callable[[str], Session]
    """Reads a sub-agent's events, by its id."""
    whole_child: Callable[[str], Session]
    """The same before they pass a door: for figures alone."""
    children: tuple[Summary, ...] = ()
    rows: tuple[LedgerRow, ...] = ()
    """Sums of the family's calls by session id and model."""
    raw: Callable[[], Iterable[bytes]] = tuple
    """The original lines of the log."""
    owns: Callable[[str], bool]
    """Whether a model call, by its key, is this session's own: progress reports show a sub-agent's calls too."""
    owner: Callable[[str], str | None] = lambda _call: None
    """The id of the session that a call counts in: of what a copy began with, the source."""
    copies: Callable[[], tuple[str, ...]] = tuple
    """The ids of the sessions that began as copies of this one."""
    cleared: Callable[[], Cleared] = Cleared
    owns_child: Callable[[str, str], bool] = lambda _session, _call: False
    """The same for a sub-agent, by its id."""
    book: Book
    chosen_by: str = ""
    """How the session was chosen, where that is worth saying."""
    keeps_account: bool = False
    """Some versions of its agent write down dollars."""
    beside: Callable[[], tuple[Event, ...]] = tuple
    """What secondhand logs tell of how the session began."""
    made: Callable[[], tuple[Made, ...]] = tuple
    """What the session, first, and its sub-agents produced, as far as it is known."""
    unmade: str = "its events can be read no more"
    """Why nothing is known of what the session produced, where that is so."""
    given: tuple[Annotation, ...] = ()
    """What was noted about the session, its sub-agents and their events."""
    similar: Callable[[], Similar | None] = lambda: None
    """The last session before it that was asked for a task like this one's."""
    keep: Keep = made_now
    """Spares reading a long session again. What is made must follow from the events, the summaries, the book and the name."""
    ways: Callable[[], Ways] = Ways


class PairScope(msgspec.Struct, kw_only=True):
    """Two sessions that are compared; each is read when it is asked for, so that one of them at a time is in the memory."""

    first: Callable[[], SessionScope]
    second: Callable[[], SessionScope]


class SessionsScope(msgspec.Struct, kw_only=True):
    """Root sessions that are read one after the other."""

    sessions: tuple[Callable[[], SessionScope], ...]
    """In the order asked for, as many as the limit shows."""
    count: int
    """Roots selected, shown or not."""


class SummariesScope(msgspec.Struct, kw_only=True):
    """The list: roots with their sub-agents, and sums over all that was selected."""

    sessions: tuple[Summary, ...]
    """Roots, in the order asked for, as many as the limit shows."""
    children: dict[str, tuple[Summary, ...]]
    totals: Totals
    unpriced: tuple[str, ...]
    count: int
    """Roots selected, shown or not."""
    hidden: int = 0
    """Roots selected that the person hid: in the sums, and not shown."""
    due: int = 0
    """Bytes of logs whose text is not yet searchable."""
    share: Share = Share()
    """What the selected sessions produced."""


class FleetScope(msgspec.Struct, kw_only=True):
    """Root sessions as far as the index knows them: no log is read."""

    sessions: tuple[Summary, ...]
    """The newest first, as many as the limit takes."""
    rules: Mapping[str, Mapping[str, int]]
    """Session → rule → findings, sub-agents included; sessions of which nothing is known are left out."""
    messages: tuple[Message, ...]
    """The dearest model calls of all of them."""
    totals: Totals
    unpriced: tuple[str, ...]
    count: int
    """Roots selected, taken or not."""


class Branch(msgspec.Struct, frozen=True, kw_only=True):
    """Root sessions whose last branch it was."""

    name: str
    """Empty: none was known."""
    sessions: int
    last: datetime | None


class ProjectWork(msgspec.Struct, frozen=True, kw_only=True):
    """What the selected sessions of one project produced and wasted, their sub-agents included."""

    known: int
    """Root sessions of which it is known what they produced."""
    asked: int
    """For which it is a question whether they were productive."""
    productive: int
    commits: int
    sessions: int = 0
    """Root sessions with a call in the selection."""
    last_quarter: int | None = None
    """The UTC quarter-hour of the last of these calls."""
    findings: int | None = None
    """None: of no session that is known."""
    claimed: tuple[LedgerRow, ...] = ()
    """Tokens of the selected calls that findings claim."""
    branches: tuple[Branch, ...] = ()
    """The latest first."""
    files: tuple[FileUse, ...] = ()
    """Those that most sessions touched."""


class UsageScope(msgspec.Struct, kw_only=True):
    """The ledger, grouped as the report's `group(options)` asked: keys begin with the side, own or sub."""

    rows: tuple[LedgerRow, ...]
    totals: Totals
    unpriced: tuple[str, ...]
    book: Book
    active: tuple[tuple[str, int], ...] = ()
    """Key of the time → how many root sessions made a logged call in it, where the report asks for that."""
    projects: Mapping[str, ProjectWork] = {}
    """Folder → what was done there, where the report asks for that."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A pull request that a session worked on."""

    key: int
    """Equal wherever it is worked on."""
    model: str
    """Whose call asked for it; empty: not known."""
    opened: bool
    updated: bool
    """Opened or updated."""
    merged: bool


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """What one selected root session produced with its sub-agents."""

    session: str
    agent: str
    project: str
    """The git root of its folder, else the folder; empty: not known."""
    known: bool
    productive: bool | None
    commits: tuple[str, ...] = ()
    """Of each standing one the model whose call asked for it; empty: not known."""
    pulls: tuple[Asked, ...] = ()
    lines_added: int = 0
    lines_removed: int = 0


class OutcomesScope(msgspec.Struct, kw_only=True):
    """What the selected sessions produced, and the ledger grouped as the report's `group(options)` asked."""

    works: tuple[Work, ...]
    rows: tuple[LedgerRow, ...]
    share: Share
    totals: Totals
    unpriced: tuple[str, ...]
    book: Book


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """How many root sessions were selected, and of how many it is known what they did."""

    sessions: int = 0
    known: int = 0


class ToolUse(msgspec.Struct, frozen=True, kw_only=True):
    """Calls of one agent's tool in the selected sessions."""

    agent: str
    tool: str
    kind: str
    calls: int
    failed: int
    """Results that the agent itself marked as failed."""
    timed: int = 0
    """Of which it is known how long they ran."""
    total_ms: int = 0
    longest_ms: int | None = None
    runs: str = ""
    """Their histogram, as `model.histogram` reads it."""


class ToolsScope(msgspec.Struct, kw_only=True):
    """What the selected sessions called, their sub-agents included."""

    tools: tuple[ToolUse, ...]
    known: Known


class FileUse(msgspec.Struct, frozen=True, kw_only=True):
    """What the selected sessions did to one file."""

    path: str
    reads: int
    writes: int
    lines_added: int
    lines_removed: int
    last: datetime | None
    sessions: int
    """Sub-agents count by themselves."""


class FileSession(msgspec.Struct, frozen=True, kw_only=True):
    """What one session did to the files that were asked for."""

    id: str
    agent: str
    root: str
    """The session that it belongs to; its own id where it is no sub-agent."""
    title: str | None
    cwd: str | None
    repo: str | None
    path: str
    reads: int
    writes: int
    lines_added: int
    lines_removed: int
    last: datetime | None


class FilesScope(msgspec.Struct, kw_only=True):
    """The files that the selected sessions read and wrote, as many as the limit shows."""

    files: tuple[FileUse, ...]
    sessions: tuple[FileSession, ...]
    """Where one file was asked for: the sessions that touched it, the newest first."""
    count: int
    """Files, shown or not."""
    reads: int
    writes: int
    lines_added: int
    lines_removed: int
    known: Known


class RuleFound(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule found, in the sessions that share a key."""

    key: tuple[str, ...]
    """As the report's `group(options)` asked."""
    fix: str
    findings: int
    ms: int
    """Time that it claims."""
    sessions: int
    """Root sessions."""


class WasteSession(msgspec.Struct, frozen=True, kw_only=True):
    """A root session in which something was found."""

    id: str
    agent: str
    title: str | None
    ended: datetime | None


class WasteScope(msgspec.Struct, kw_only=True):
    """What was found in the selected sessions, and the tokens that it claims, grouped as the report asked."""

    found: tuple[RuleFound, ...]
    claimed: tuple[LedgerRow, ...]
    newest: dict[str, tuple[WasteSession, ...]]
    """First part of a key → the newest of its sessions."""
    sessions: dict[str, int]
    """First part of a key → how many root sessions it stands for."""
    known: Known
    unpriced: tuple[str, ...]
    """Models of claims that the price book does not know."""
    book: Book


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One event that matches a search."""

    session: str
    agent: str
    title: str | None
    cwd: str | None
    number: int
    """The event's number, as `replay` and `show` take it."""
    event: str
    at: datetime | None
    kind: str
    tool: str | None
    path: str | None
    failed: bool
    text: str
    """The passage, with the matches between « and »."""


class HitsScope(msgspec.Struct, kw_only=True):
    """What a search found, best first."""

    query: str
    hits: tuple[Hit, ...]
    more: bool
    """There are further hits beyond the limit."""
    searched: int = 0
    """Events that were searched."""


class MachineScope(msgspec.Struct, kw_only=True):
    """What doctor looks at: plain facts of this machine."""

    facts: Machine


class AgentsScope(msgspec.Struct, kw_only=True):
    """The agents that are known, and what was found of them."""

    agents: tuple[AgentSeen, ...]
