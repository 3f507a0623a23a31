"""The row in hand: whose it is, when it was, what its events are called and what led to them."""

from __future__ import annotations

from typing import Any

from agent_trace.agents.codex.layout import place
from agent_trace.agents.codex.parse_state import ParseState, remember
from agent_trace.agents.codex.rows import Row
from agent_trace.agents.codex.usage import Counts, usage_of
from agent_trace.model.events import Event, LlmResponse, Origin, Unknown
from agent_trace.model.scan import digest
from agent_trace.model.usage import BillingClass, Usage, band

_UNSIGNED = 2**64 - 1
NOTHING = Row("", {}, b"")
UNKNOWN = Usage()


class Reader:
    """Holds one row at a time; the hearers of its kind tell the events."""

    def __init__(
        self, path: str, state: ParseState, *, clip: int | None, inherited: frozenset[int], source: int
    ) -> None:
        self.state, self.clip, self.inherited, self.source = state, clip, inherited, source
        self.place = place(path)
        self.out: list[Event] = []
        self.row, self.shown = NOTHING, b""
        self.at: int | None = None
        self.origin = Origin(offset=0, length=0)
        self._name: str | None = None

    def take(self, row: Row, shown: bytes) -> None:
        """Turn to the next row; `shown` is its line."""
        self.row, self.shown, self._name = row, shown, None
        self.at = row.at if row.at is not None else self.state.last

    @property
    def session(self) -> str:
        """The session's id."""
        return self.state.session or self.place.session

    @property
    def thread(self) -> str:
        """The thread that made the row in hand: this one, or the one it was copied from."""
        return self.state.origin or self.state.thread or self.session

    @property
    def name(self) -> str:
        """What a row that has no id of its own is called: the same in a copy that keeps its time."""
        if self._name is None:
            thread = self.thread.encode("utf-8", "replace")
            self._name = self.once(stand_in(thread + b"\n" + self.row.raw))
        return self._name

    def own_name(self, own: str) -> str:
        """What the events of a record are named after: its own id, else its row."""
        return self.once(own) if own else self.name

    def once(self, name: str) -> str:
        """A name, with `~2` behind it where it was given before, then `~3`."""
        names = self.state.names
        count = names.pop(name, 0) + 1
        remember(names, name, count, ParseState.NAMES)
        return name if count == 1 else f"{name}~{count}"

    def cut(self, text: str) -> str:
        """As much of a text as was asked for."""
        return text if self.clip is None else text[: self.clip]

    # ---- telling

    def tell(self, kind: type[Event], name: str, /, **fields: Any) -> None:
        """An event of the row in hand; it follows from the one before unless its fields say otherwise."""
        state = self.state
        fields.setdefault("parent", state.previous)
        fields.setdefault("at", self.at)
        fields.setdefault("origin", self.origin)
        fields.setdefault("inherited", state.is_copying or self.is_foreign(fields.get("twin") or name))
        self.out.append(kind(id=name, session=self.session, **fields))
        if not fields.get("continues"):
            state.previous = name

    def tell_call(
        self,
        name: str,
        key: str,
        spent: Counts | None,
        *,
        at: int | None,
        model: str = "",
        tier: str = "",
        twin: str = "",
        continues: bool = False,
    ) -> None:
        """A model call, or a later row of one. Where no model or tier is given, the turn's; bare items make none."""
        usage = UNKNOWN if spent is None else usage_of(spent)
        cls = BillingClass(model=model or self.state.model, tier=tier or self.state.tier, band=band(usage.prompt))
        counts = not self.row.bare
        self.tell(
            LlmResponse,
            name,
            call=key,
            cls=cls,
            usage=usage,
            at=at,
            twin=twin,
            continues=continues,
            counts=counts,
            window=self.state.window,
        )

    def is_foreign(self, name: str) -> bool:
        """An event of another session's, by what it is known by there."""
        return bool(self.inherited) and digest(name.encode("utf-8", "replace")) in self.inherited

    def unread(self, reason: str) -> None:
        """Keep a record that could not be understood."""
        raw = self.shown.decode("utf-8", "replace").strip("\x00\r\n\ufeff")
        self.tell(Unknown, f"{self.name}.unread", raw=self.cut(raw), reason=reason)


def stand_in(record: bytes) -> str:
    """An id for what has none."""
    return format(digest(record) & _UNSIGNED, "016x")
