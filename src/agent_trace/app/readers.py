"""How a report about a session gets at events: the session's own are read once, those of a sub-agent when it asks for them."""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

from agent_trace.app.reading_twice import Reading, Twice
from agent_trace.app.sessions import CLIP, read_session
from agent_trace.store.sessions import by_key

if TYPE_CHECKING:
    from agent_trace.app.scopes import Request
    from agent_trace.app.workspace import Workspace
    from agent_trace.model.session import Session
    from agent_trace.store.sessions import SessionRow


class Readers:
    """One report's question about one session."""

    def __init__(
        self, workspace: Workspace, row: SessionRow, report: ModuleType, options: Any, request: Request
    ) -> None:
        self._workspace, self._row, self._door, self._hears = workspace, row, request.door, request.told
        self._clip: int | None = report.characters(options) if hasattr(report, "characters") else CLIP
        self._ends: bool | None = report.keeps_ends(options) if hasattr(report, "keeps_ends") else None
        """None: the report takes what is told of a text for its figures too, as far as nothing is masked."""
        self.told = cache(lambda: self._told(row))
        self._own = cache(lambda: self._twice(row))

    def figures(self) -> Session:
        """The session's events before they pass the door."""
        if self._ends is not None:
            return self._own().figures
        return self.told() if self._door is None else read_session(self._workspace, self._row, clip=self._clip)

    def told_child(self, key: str) -> Session:
        """A sub-agent's events, by its id."""
        return self._told(self._child(key))

    def figures_child(self, key: str) -> Session:
        """The same before they pass the door."""
        return read_session(self._workspace, self._child(key), clip=self._clip if self._ends is None else CLIP)

    def _child(self, key: str) -> SessionRow:
        return by_key(self._workspace.db, key)[0]

    def _told(self, row: SessionRow) -> Session:
        if self._ends is not None:
            return (self._own() if row is self._row else self._twice(row)).told
        through = None if self._door is None else self._door.events(row.cwd, self._clip)
        return read_session(self._workspace, row, clip=self._clip, through=through)

    def _twice(self, row: SessionRow) -> Twice:
        through = None if self._door is None else self._door.events(row.cwd, self._clip)
        return Reading(row, through, ends=bool(self._ends), told=self._hears).whole(self._workspace)
