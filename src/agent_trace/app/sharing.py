"""A session in one file that opens anywhere: its ReplayDocuments, packed, with the viewer and a page for who has no scripts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from importlib.resources import files
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from agent_trace import __version__
from agent_trace.app.choosing import choose
from agent_trace.app.faces import faces
from agent_trace.app.packing import Packing
from agent_trace.app.pictures import images_of
from agent_trace.app.scopes import Request, scope_of
from agent_trace.app.sessions import starts_beside
from agent_trace.app.shared_data import Writing
from agent_trace.app.shared_documents import Document, Moments, document_of
from agent_trace.errors import AgentTraceError, NotFoundError
from agent_trace.model.events import SessionStarted
from agent_trace.privacy.rules import Rule
from agent_trace.privacy.whereabouts import whereabouts
from agent_trace.render.envelope import Viewer, render_envelope
from agent_trace.render.numbers import clip
from agent_trace.reports import replay_document
from agent_trace.reports._replay_document import Moment, ReplayDocument
from agent_trace.reports._shared import Failures, Passage, Shared, summary
from agent_trace.reports.replay_document import Options
from agent_trace.store.sessions import SessionRow
from agent_trace.sync.progress import Told

if TYPE_CHECKING:
    from agent_trace.app.leaving import Door
    from agent_trace.app.workspace import Workspace

Put = Callable[[bytes], None]
SCRIPT, STYLE = "viewer.js", "viewer.css"
"""What the dashboard's build puts beside its pages."""
ACCOUNTS = ("USER", "LOGNAME", "USERNAME")
HOMES = ("HOME", "USERPROFILE")


def persons(workspace: Workspace, name: str) -> tuple[Rule, ...]:
    """What masks the home, the account and the machine: those of here, and those that the session tells of."""
    return persons_of(workspace, [choose(workspace, name)])


def persons_told(workspace: Workspace, names: Iterable[str]) -> tuple[Rule, ...]:
    """What masks them in a report that leaves: of here, and of those of its sessions that are named and known."""
    found = []
    for name in names:
        with suppress(AgentTraceError):  # the report says itself what is wrong with a name
            found.append(choose(workspace, name))
    return persons_of(workspace, found)


def persons_of(workspace: Workspace, rows: Iterable[SessionRow]) -> tuple[Rule, ...]:
    """The same for several sessions that leave together."""
    here = workspace.environment
    beside = chain.from_iterable(starts_beside(workspace, row) for row in rows)
    told = [one for one in beside if isinstance(one, SessionStarted)]
    machine = os.uname().nodename if hasattr(os, "uname") else here.get("COMPUTERNAME", "")
    hosts = [machine, machine.partition(".")[0], *(one.host or "" for one in told)]
    users = [*(here.get(one, "") for one in ACCOUNTS), *(one.user or "" for one in told)]
    return whereabouts([here.get(one, "") for one in HOMES], users, hosts)


def share(
    workspace: Workspace,
    name: str,
    door: Door,
    *,
    put: Put = lambda _: None,
    full: bool = False,
    raw: bool = False,
    pictures: bool = False,
    told: Told = lambda _: None,
) -> Given:
    """A session and all that it started, as the door lets them pass. Raises NotFoundError, WithheldError.

    `put` is given the data of the file, piece by piece. `pictures`: with the images of the log, at tier 3; nobody can
    mask what is on them.
    """
    request = Request(session=name, door=None if door.is_open else door, told=told)
    giving = _Giving(workspace, put, Options(full=full), request, pictures=pictures and door.tier == 3)
    documents, missing = [giving.document(name)], dict[str, str]()
    for child in documents[0].head.children if documents[0].head is not None else ():
        try:
            documents.append(giving.document(child.id))
        except NotFoundError as error:
            missing[child.id] = door.record(str(error))
    for one in documents if raw else ():
        giving.log(one.session)
    passage = Passage(
        tier=door.tier,
        redacted=door.redacts,
        masked=door.masked,
        said=door.said,
        holds=door.holds,
        images=giving.pictures,
        raw=raw,
        full=full,
    )
    root = documents[0].session
    shared = Shared(
        made_by=__version__,
        root=root,
        documents=tuple(documents),
        missing=missing,
        passage=passage,
        agents=faces(workspace, {one.agent for one in documents}),
    )
    giving.end(shared)
    return Given(shared, giving.failures, giving.numbers)


class Given(NamedTuple):
    """What was given away, without the events themselves."""

    shared: Shared
    failures: Failures
    """Of the session itself."""
    numbers: dict[tuple[str, str], str]
    """The number of an event by its session and its id, where it is asked what would be masked."""


class _Giving:
    """Tells one session after the other."""

    def __init__(self, workspace: Workspace, put: Put, options: Options, request: Request, *, pictures: bool) -> None:
        self._workspace, self._options, self._request = workspace, options, request
        self._writing = Writing(put)
        self.pictures = pictures
        self.failures = Failures()
        self.numbers: dict[tuple[str, str], str] = {}
        self._is_first = True

    def document(self, name: str) -> ReplayDocument:
        """A session; it is given back without its events. NotFoundError where nothing of it can be read."""
        one = document_of(self._workspace, self._options, self._asked(name))
        events = one.moments()
        first = next(events, ())  # nothing is written of what cannot be read
        found = self._writing.document(one, self._heard(one, chain((first,), events)))
        self._is_first = False
        return found

    def log(self, name: str) -> None:
        """The lines of a session's log."""
        scope = scope_of(self._workspace, replay_document, self._options, self._asked(name))
        self._writing.log(name, (line.decode("utf-8", "replace") for line in scope.raw()))

    def end(self, shared: Shared) -> None:
        self._writing.end(shared)

    def _asked(self, name: str) -> Request:
        return msgspec.structs.replace(self._request, session=name)

    def _heard(self, one: Document, events: Moments) -> Moments:
        """The events as they are written."""
        session = one.outline.session
        images = dict(images_of(self._workspace, choose(self._workspace, session))) if self.pictures else {}
        for some in events:
            if self._is_first:
                self.failures.hear(some)
            if self._request.door is not None and self._request.door.places is not None:
                self.numbers.update(((session, moment.id), moment.number) for moment in some)
            yield tuple(map(partial(_pictured, images=images), some)) if images else some


def _pictured(moment: Moment, images: Mapping[str, str]) -> Moment:
    return msgspec.structs.replace(moment, image=images[moment.id]) if moment.id in images else moment


def page(workspace: Workspace, given: Given, data: Sequence[bytes]) -> Iterator[bytes]:
    """The file, piece by piece; `data`: of the session, packed."""
    viewer, shared = built(), given.shared
    head = shared.documents[0].head
    title = clip((head.session.title if head is not None else None) or shared.root, 100)
    blocks = summary(shared, given.failures, workspace.facts, has_viewer=bool(viewer.script))
    before, behind = render_envelope(blocks, viewer, title=title)
    yield before.encode("utf-8", "replace")
    yield from data
    yield behind.encode("utf-8", "replace")


def shared_page(workspace: Workspace, name: str, door: Door, **asked: Any) -> tuple[Given, Iterator[bytes]]:
    """What `share` gives away, and its file."""
    packing = Packing()
    given = share(workspace, name, door, put=packing.put, **asked)
    return given, page(workspace, given, packing.text())


def built() -> Viewer:
    """The viewer that was built into this copy; empty where it was built without."""
    static = files("agent_trace") / "web" / "static"
    found = [one.read_text(encoding="utf-8") if (one := static / name).is_file() else "" for name in (SCRIPT, STYLE)]
    return Viewer(*found)
