"""A session in one file that opens anywhere: its ReplayDocuments, packed, with the viewer and a page for who has no scripts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

from agent_trace import __version__
from agent_trace.app.choosing import choose
from agent_trace.app.pictures import with_images
from agent_trace.app.scopes import Request, run_report, scope_of
from agent_trace.app.sessions import starts_beside
from agent_trace.app.written import packed
from agent_trace.errors import NotFoundError
from agent_trace.model.events import SessionStarted
from agent_trace.privacy.rules import Rule
from agent_trace.privacy.whereabouts import whereabouts
from agent_trace.render.envelope import Viewer, render_envelope
from agent_trace.render.numbers import clip
from agent_trace.reports import replay_document
from agent_trace.reports._replay_document import ReplayDocument
from agent_trace.reports._shared import Passage, Shared, summary
from agent_trace.sync.progress import Told

if TYPE_CHECKING:
    from agent_trace.app.leaving import Door
    from agent_trace.app.workspace import Workspace

SCRIPT, STYLE = "viewer.js", "viewer.css"
"""What the dashboard's build puts beside its pages."""
ACCOUNTS = ("USER", "LOGNAME", "USERNAME")
HOMES = ("HOME", "USERPROFILE")


def persons(workspace: Workspace, name: str) -> tuple[Rule, ...]:
    """What masks the home, the account and the machine: those of here, and those that the session tells of."""
    here = workspace.environment
    beside = starts_beside(workspace, choose(workspace, name))
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
    full: bool = False,
    raw: bool = False,
    pictures: bool = False,
    told: Told = lambda _: None,
) -> Shared:
    """A session and all that it started, as the door lets them pass. Raises NotFoundError, WithheldError.

    `pictures`: with the images of the log, at tier 3; nobody can mask what is on them.
    """
    options = replay_document.Options(full=full)
    request = Request(session=name, door=None if door.is_open else door, told=told)
    first: ReplayDocument = run_report(workspace, replay_document, options, request)
    documents, missing = [first], dict[str, str]()
    for child in first.head.children if first.head is not None else ():
        below = msgspec.structs.replace(request, session=child.id)
        try:
            documents.append(run_report(workspace, replay_document, options, below))
        except NotFoundError as error:
            missing[child.id] = str(error)
    lines = dict(_lines(workspace, documents, request)) if raw else {}
    pictures = pictures and door.tier == 3
    if pictures:
        documents = [with_images(workspace, one) for one in documents]
    return Shared(
        made_by=__version__,
        root=first.session,
        documents=tuple(documents),
        missing=missing,
        passage=Passage(
            tier=door.tier,
            redacted=door.redacts,
            masked=door.masked,
            said=door.said,
            images=pictures,
            raw=raw,
            full=full,
        ),
        raw=lines,
    )


def _lines(
    workspace: Workspace, documents: list[ReplayDocument], request: Request
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for one in documents:
        asked = msgspec.structs.replace(request, session=one.session)
        scope = scope_of(workspace, replay_document, replay_document.Options(), asked)
        yield one.session, tuple(line.decode("utf-8", "replace") for line in scope.raw())


def page(workspace: Workspace, shared: Shared) -> bytes:
    """The file."""
    viewer = built()
    head = shared.documents[0].head
    title = clip((head.session.title if head is not None else None) or shared.root, 100)
    blocks = summary(shared, workspace.facts, has_viewer=bool(viewer.script))
    return render_envelope(blocks, packed(shared), viewer, title=title).encode("utf-8", "replace")


def built() -> Viewer:
    """The viewer that was built into this copy; empty where it was built without."""
    static = files("agent_trace") / "web" / "static"
    found = [one.read_text(encoding="utf-8") if (one := static / name).is_file() else "" for name in (SCRIPT, STYLE)]
    return Viewer(*found)
