"""The row in hand: whose it is, what it is called, and when its session began."""

from __future__ import annotations

from typing import Any

from agent_trace.agents._genai.records import mapping, string
from agent_trace.agents._genai.telling import Teller, remember
from agent_trace.agents.qwen import place
from agent_trace.agents.qwen.state import Begun, ParseState
from agent_trace.model.events import Attachment, Linked, SessionStarted


class Reader(Teller):
    """Holds one row at a time; the handlers of its type emit the events."""

    def __init__(
        self, path: str, state: ParseState, *, clip: int | None, inherited: frozenset[int], source: int
    ) -> None:
        self.main = state.session or place(path).session
        super().__init__(self.main, state, clip=clip, inherited=inherited, source=source)
        self.state = state
        self.row: dict[str, Any] = {}
        self.name = ""
        """What the row's events are named after."""
        self.is_repeated = False
        """Another row of the same uuid came before."""

    def turn(self, offset: int, line: bytes) -> None:
        """Go on to the next line, and out of a sub-agent's session."""
        super().turn(offset, line)
        self.session = self.main

    def take(self, row: dict[str, Any]) -> None:
        """Turn to a row: its session, its time and its name, which is another where one uuid has several rows."""
        self.row = row
        self.session = self.main = self.state.session = string(row, "sessionId") or self.main
        agent = string(row, "agentId")
        if agent:
            self.session = f"{self.session}/agent-{agent}"
        self.dated(string(row, "timestamp"))
        uuid = string(row, "uuid")
        own = self.scoped(uuid) if uuid else f"{self.session}.{self.fingerprint}"
        self.name = self.once(own)
        self.is_repeated = self.name != own
        self.begin()
        origin = string(mapping(row, "forkedFrom"), "sessionId")
        if origin and origin not in self.state.linked:
            remember(self.state.linked, origin, True, ParseState.SESSIONS)
            self.emit(Linked(id=f"{self.session}.fork.{origin}", how="fork", other=origin, **self.head))

    def begin(self, *, agent_type: str = "") -> None:
        """Tell that the session in hand started, and when its folder, branch or version became another."""
        row, before = self.row, self.state.begun.get(self.session)
        held = before or Begun()
        now = Begun(
            folder=string(row, "cwd") or held.folder,
            branch=string(row, "gitBranch") or held.branch,
            version=string(row, "version") or held.version,
            times=held.times,
        )
        if now == before:
            return
        now.times += 1
        remember(self.state.begun, self.session, now, ParseState.SESSIONS)
        self.emit(
            SessionStarted(
                id=f"{self.session}.start" + (f"~{now.times}" if now.times > 1 else ""),
                cwd=now.folder or None,
                branch=now.branch or None,
                version=now.version or None,
                agent_type=agent_type or None,
                **self.head,
            )
        )

    def attach(self, kind: str, text: str, name: str = "0") -> None:
        """Tell what no person typed and no model said."""
        shown, size = self.cut(text), len(text)
        self.emit(Attachment(id=f"{self.name}.{name}", kind=kind, text=shown, size=size, **self.head))
