"""Which sessions an address names: by a project's key and an id."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Annotated, TypeVar

import msgspec
from fastapi import Depends
from starlette.requests import HTTPConnection

from agent_trace.app.entries import Cut, Entry
from agent_trace.app.listing import question
from agent_trace.app.projects import Project, Row, projects, started_by, stored
from agent_trace.app.workspace import Workspace
from agent_trace.errors import NotFoundError
from agent_trace.model.selection import Selection
from agent_trace.model.summary import Summary
from agent_trace.web.asking import Asking, asking_of
from agent_trace.web.earlier.kept import Kept, View, kept_of
from agent_trace.web.earlier.tracer_rows import agent_id

Answer = TypeVar("Answer")


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """A root and everything it started."""

    row: Row
    root: Summary
    children: tuple[Summary, ...]


class Child(msgspec.Struct, frozen=True, kw_only=True):
    """A sub-agent among those it belongs to."""

    row: Row
    summary: Summary
    family: Family


class Finder:
    """What a request finds its sessions with, and their figures: those that the server holds of its list."""

    def __init__(self, asking: Asking, kept: Kept) -> None:
        self.asking, self.kept = asking, kept
        self._mark: object = object() if asking.in_memory else asking.mark.read()

    # ---- figures

    def entries(
        self, workspace: Workspace, selection: Selection = Selection(), *, hidden: bool = True
    ) -> tuple[Entry, ...]:
        """The selected roots, newest first; `hidden` False: without those that the person hid."""
        asked = question(selection, hidden=hidden)
        return self.asking.listing.known(workspace, self._mark, asked).entries

    def summaries(self, workspace: Workspace, rows: Iterable[Row]) -> list[Summary]:
        """The Summaries of roots, in their order."""
        held = self.asking.listing.entries(workspace, self._mark, Cut()).known
        return [held[row.id].summary for row in rows if row.id in held]

    def once(self, workspace: Workspace, selection: Selection, name: Hashable, work: Callable[[], Answer]) -> Answer:
        """What was worked out under a name while nothing changed, else now."""
        cut = question(selection).cut
        return self.asking.listing.once(workspace, self._mark, cut, ("earlier", name, selection), work)

    # ---- sessions

    def projects(self, workspace: Workspace) -> dict[str, Project]:
        """All projects."""
        return self.once(workspace, Selection(), "projects", lambda: projects(workspace))

    def rows(self, workspace: Workspace, project: str) -> tuple[Row, ...]:
        """The roots of a project; none of one that nobody knows."""
        found = self.projects(workspace).get(project)
        return () if found is None else found.roots

    def row(self, workspace: Workspace, project: str, session: str) -> Row:
        """A root of a project. Raises NotFoundError."""
        found = next((row for row in self.rows(workspace, project) if row.key == session), None)
        if found is None:
            raise NotFoundError("Session not found", hint="/api/projects names the projects")
        return found

    def family(self, workspace: Workspace, project: str, session: str) -> Family:
        """A root with everything it started. Raises NotFoundError."""
        row = self.row(workspace, project, session)
        return self.found(workspace, row)

    def found(self, workspace: Workspace, row: Row) -> Family:
        """A root by its row. Raises NotFoundError."""
        held = self.asking.listing.entries(workspace, self._mark, Cut()).known.get(row.id)
        if held is None:  # it went while it was asked for
            raise NotFoundError("Session not found")
        return Family(row=row, root=held.summary, children=held.children)

    def subagent(self, workspace: Workspace, project: str, session: str | None, agent: str) -> Child:
        """A sub-agent of a session, or of any of a project. Raises NotFoundError."""
        roots = self.rows(workspace, project) if session is None else (self.row(workspace, project, session),)
        children = started_by(workspace, roots)
        for row in roots:
            for child in children.get(row.id, ()):
                if agent in (agent_id(child.key), child.key):
                    return self.child(workspace, row, child)
        raise NotFoundError("Subagent not found")

    def child(self, workspace: Workspace, root: Row, row: Row) -> Child:
        """A sub-agent of a root by its row. Raises NotFoundError."""
        found = self.found(workspace, root)
        own = next((one for one in found.children if one.id == row.key), None)
        if own is None:
            raise NotFoundError("Subagent not found")
        return Child(row=row, summary=own, family=found)

    def views(self, workspace: Workspace, found: Family) -> list[tuple[Row, View]]:
        """The root, and those of its sub-agents whose logs can be read. Raises NotFoundError for the root's."""
        views = [(found.row, self.kept.view(workspace, found.row))]
        for child in found.children:
            row = stored(workspace, child.id)
            try:
                if row is not None:
                    views.append((row, self.kept.view(workspace, row)))
            except NotFoundError:
                continue
        return views


def finder_of(connection: HTTPConnection) -> Finder:
    """The finder of a request."""
    return Finder(asking_of(connection), kept_of(connection))


Finds = Annotated[Finder, Depends(finder_of)]
