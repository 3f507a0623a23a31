"""How a request gets at the index: a few workspaces, each for one request at a time; none of them waits for the sync."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import Depends
from starlette.requests import HTTPConnection

from agent_trace.app.clockwork import IndexMark
from agent_trace.app.documents import Documents
from agent_trace.app.entries import Entry
from agent_trace.app.event_pages import EventPages
from agent_trace.app.listing import Listing, question
from agent_trace.app.seeking import Seeking
from agent_trace.app.workspace import Workspace, clock
from agent_trace.config import Config
from agent_trace.model.selection import Selection
from agent_trace.web.unchanged import Answers

Answer = TypeVar("Answer")
SIZE = 4
"""Questions that are worked on at once: more threads would only share the same processor."""
SHOWN = ("timezone", "start_of_week", "cost")
"""Settings that a request may choose for itself."""


class Asking:
    """The workspaces of a server. A request borrows one; what is asked sees the index as it stands at that moment."""

    def __init__(self, config: Config, *, environment: Mapping[str, str] = os.environ, size: int = SIZE) -> None:
        self.config, self.environment = config, environment
        self.mark = IndexMark(config)
        self.listing = Listing()
        self.pages = EventPages()
        self.documents = Documents()
        self.seeking = Seeking(self.documents)
        self.answers = Answers()
        self._lock = threading.Lock()
        self._closed = False
        first = Workspace(config, environment=environment)
        self._idle = [first]
        self.in_memory = first.db.in_memory
        """The home cannot be written: there is one workspace for all, and everybody waits for everybody."""
        self._free = threading.Semaphore(1 if self.in_memory else size)

    # ---- borrowing

    def ask(self, work: Callable[[Workspace], Answer], **shown: Any) -> Answer:
        """What `work` finds, done again where the index proved damaged on the way; `shown`: timezone, cost …"""
        with self.workspace(**shown) as workspace:
            return workspace.mended(lambda: work(workspace))

    @contextmanager
    def workspace(self, **shown: Any) -> Iterator[Workspace]:
        """One for this request alone, with the clock of this moment."""
        with self._free:
            workspace = self._taken()
            try:
                workspace.listed = None if self.in_memory else partial(self._listed, workspace)
                yield _prepared(workspace, self.config, shown, self.environment)
            finally:
                self._give_back(workspace)

    def _listed(self, workspace: Workspace, selection: Selection) -> tuple[Entry, ...]:
        """The selected roots, hidden ones too, as they are held."""
        return self.listing.known(workspace, self.mark.read(), question(selection, hidden=True)).entries

    @contextmanager
    def writing(self) -> Iterator[Workspace]:
        """A workspace of its own for who works long: the sync. No request waits for it."""
        if self.in_memory:
            with self.workspace() as workspace:
                yield workspace
            return
        workspace = Workspace(self.config, environment=self.environment)
        try:
            yield workspace
        finally:
            workspace.close()

    def _taken(self) -> Workspace:
        with self._lock:
            while self._idle:
                workspace = self._idle.pop()
                if workspace.is_current:
                    return workspace
                workspace.close()
        return Workspace(self.config, environment=self.environment)

    def _give_back(self, workspace: Workspace) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(workspace)
                return
        workspace.close()

    def close(self) -> None:
        """Close what lies idle; what is in use is closed when it comes back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for workspace in idle:
            workspace.close()
        self.mark.close()


def _prepared(
    workspace: Workspace, config: Config, shown: Mapping[str, Any], environment: Mapping[str, str]
) -> Workspace:
    """The same workspace at this moment, in the zone and the currency of one request."""
    chosen = {name: shown[name] for name in SHOWN if shown.get(name)}
    workspace.renewed(msgspec.structs.replace(config, **chosen) if chosen else config, clock(environment))
    return workspace


def asking_of(connection: HTTPConnection) -> Asking:
    """The workspaces of the server that a request came to."""
    found: Asking = connection.app.state.asking
    return found


Ask = Annotated[Asking, Depends(asking_of)]
