"""Noting down what a person says of sessions and events, and taking it back: what the command line and a page may ask for.

Everything lies in one file beside the archive, and nothing of it in the index. A session that was forgotten gets no note,
not even one that another process is just writing; where a session is redacted, so is what is noted about it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec

from agent_trace.app.workspace import Workspace
from agent_trace.errors import NotFoundError, UnreachableError, UsageError
from agent_trace.model.annotations import WORDS, Annotation, Annotations, AnyGiven, Given, Hidden, Renamed, Starred
from agent_trace.model.selection import Name, Selection
from agent_trace.model.summary import Summary
from agent_trace.store.annotations import Edit, Line, encoded
from agent_trace.store.sessions import SessionRow, by_ids, members
from agent_trace.sync.lock import lock

LOCK_WAIT_S = 30.0
LONGEST = {"note": 65_536, "label": 64, "title": 300, "author": 100}
"""Characters of what a person may write."""
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
Work = Callable[[Workspace, SessionRow], object]
"""Something that is done with a session."""
Fact = TypeVar("Fact", bound=AnyGiven)


class Place(NamedTuple):
    """The event that something is noted about."""

    row: SessionRow
    event: str
    number: str
    kind: str
    at: int | None
    """UTC milliseconds."""
    offset_s: float | None


# ---------------------------------------------------------------- adding


def annotate(
    workspace: Workspace,
    row: SessionRow,
    place: Place | None = None,
    *,
    note: str = "",
    label: str = "",
    bookmark: bool = False,
    author: str = "",
) -> Annotation:
    """Note something about an event, or about a session as a whole. Raises UsageError, NotFoundError, UnreachableError."""
    words = _text("note", note)
    if not (words or label or bookmark):
        raise UsageError("there is nothing to note", hint="--note TEXT, --label WORD or --bookmark")
    if bookmark and place is None:
        raise UsageError("a bookmark marks an event", hint="name its number, or `agent-trace star` the session")
    about = row if place is None else place.row
    made = Annotation(
        **_head(workspace, about, author),
        event_id="" if place is None else place.event,
        offset_seconds=None if place is None else place.offset_s,
        note=words,
        label=_word("label", label) if label else "",
        bookmark=bookmark,
    )
    return _add(workspace, about, made)


def add_labels(workspace: Workspace, row: SessionRow, labels: Iterable[str], *, author: str = "") -> tuple[str, ...]:
    """Give a session labels, each once; all that it has then."""
    facts = [Annotation(**_head(workspace, row, author), label=_word("label", one)) for one in labels]
    masked = [_masked(workspace, row, one) for one in facts]

    def edit(lines: Sequence[Line]) -> Iterable[bytes]:
        known = {_label(line, row) for line in lines}
        fresh = {one.label: one for one in reversed(masked) if one.label not in known}
        return [*(line.data for line in lines), *(encoded(fresh[name]) for name in sorted(fresh))]

    _change(workspace, edit, row)
    return labels_of(workspace, row)


def rename(workspace: Workspace, row: SessionRow, title: str, *, author: str = "") -> str:
    """Give a session a title of the person's own, in the place of one that was given before; the title as it is kept."""
    fact = Renamed(**_head(workspace, row, author), title=_word("title", title))
    return _put(workspace, row, fact).title


def star(workspace: Workspace, row: SessionRow) -> None:
    """Mark a session as one of the person's favourites."""
    _put(workspace, row, Starred(**_head(workspace, row, "")))


def hide(workspace: Workspace, row: SessionRow) -> None:
    """Leave a session out of lists."""
    _put(workspace, row, Hidden(**_head(workspace, row, "")))


def _head(workspace: Workspace, row: SessionRow, author: str) -> dict[str, Any]:
    """What every fact begins with."""
    name = author or workspace.config.author or account()
    return {
        "annotation_id": os.urandom(6).hex(),
        "agent": row.agent,
        "session_id": row.key,
        "author": _word("author", name) if name else "",
        "created_at": round(workspace.now.timestamp(), 3),
    }


def account() -> str:
    """What the system calls the person; empty where it does not tell."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def _text(name: str, text: str) -> str:
    """A text that can be written down, as long as it may be."""
    whole = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").strip()
    if len(whole) > LONGEST[name]:
        raise UsageError(f"a {name} has at most {LONGEST[name]:,} characters, this one has {len(whole):,}")
    return whole


def _word(name: str, text: str) -> str:
    """The same on one line, with something in it."""
    found = " ".join(_text(name, text).split())
    if not found or _CONTROLS.search(found):
        raise UsageError(f"{text!r} is no {name}: it holds something to read, and no control characters")
    return found


def _masked(workspace: Workspace, row: SessionRow, fact: Fact) -> Fact:
    """A fact as it may be stored."""
    masker = workspace.keeping.masker_of([(row.agent, row.key)], [row.cwd] if row.cwd else [])
    if masker is None:
        return fact
    changes = {name: masker.text(getattr(fact, name), name) for name in WORDS if hasattr(fact, name)}
    return msgspec.structs.replace(fact, **changes)


def _add(workspace: Workspace, row: SessionRow, fact: Fact) -> Fact:
    made = _masked(workspace, row, fact)
    _change(workspace, lambda lines: [*(line.data for line in lines), encoded(made)], row)
    return made


def _put(workspace: Workspace, row: SessionRow, fact: Fact) -> Fact:
    """A fact of which a session has one: it takes the place of those before."""
    made = _masked(workspace, row, fact)

    def edit(lines: Sequence[Line]) -> Iterable[bytes]:
        return [*(line.data for line in lines if not _is(line, row, type(fact))), encoded(made)]

    _change(workspace, edit, row)
    return made


# ---------------------------------------------------------------- taking back


def delete(workspace: Workspace, row: SessionRow, text: str) -> Annotation:
    """Take back a note, a label or a bookmark of a session or one of its family, named by its id or the beginning of it."""
    family = [*by_ids(workspace.db, [row.root]), *members(workspace.db, [row.root])[row.root]]
    names = {Name(one.agent, one.key) for one in family}
    given = workspace.given
    notes = [one for name in names for one in (given.notes.get(name, ()) if given else ())]
    found = [one for one in notes if text and one.annotation_id.startswith(text)]
    if not found:
        raise NotFoundError(
            f"{text!r} is no note of this session", hint="`agent-trace annotate SESSION --list` shows ids"
        )
    if len(found) > 1:
        raise UsageError(f"{text!r} may be any of {len(found)} notes", hint="type more of the id")
    _change(workspace, lambda lines: [line.data for line in lines if line.given != found[0]])
    return found[0]


def remove_labels(workspace: Workspace, row: SessionRow, labels: Iterable[str]) -> tuple[str, ...]:
    """Take labels off a session, all where none is named; those that stay. What was noted beside one stays too."""
    gone = set(labels) or set(labels_of(workspace, row))

    def edit(lines: Sequence[Line]) -> Iterable[bytes]:
        for line in lines:
            if not (isinstance(line.given, Annotation) and _label(line, row) in gone - {""}):
                yield line.data
            elif line.given.note:
                yield encoded(msgspec.structs.replace(line.given, label=""))

    _change(workspace, edit)
    return labels_of(workspace, row)


def take_back(workspace: Workspace, row: SessionRow, kind: type[Given]) -> bool:
    """Take a title, a star or the hiding off a session; False where there was none."""
    return _change(workspace, lambda lines: [line.data for line in lines if not _is(line, row, kind)])


def _is(line: Line, row: SessionRow, kind: type[Given]) -> bool:
    return isinstance(line.given, kind) and line.given.name == (row.agent, row.key)


def _label(line: Line, row: SessionRow) -> str:
    """The label that a line gives a session as a whole; empty for none."""
    one = line.given
    return one.label if isinstance(one, Annotation) and _is(line, row, Annotation) and not one.event_id else ""


def _change(workspace: Workspace, edit: Edit, row: SessionRow | None = None) -> bool:
    """Change the file; `row`: only while that session is not forgotten."""
    if workspace.db.in_memory:
        raise UnreachableError("the home cannot be written: nothing can be noted down")
    with lock(workspace.config.annotations_lock_file, wait_s=LOCK_WAIT_S) as held:
        if not held:
            raise UnreachableError("another agent-trace is writing notes", hint="try again when it is done")
        forgotten = workspace.tombstones
        if row is not None and forgotten is not None and (row.agent, row.key) in forgotten:
            raise NotFoundError(f"{row.key} was forgotten: nothing is noted about it")
        return workspace.annotation_file.change(edit)


# ---------------------------------------------------------------- asking


def labels_of(workspace: Workspace, row: SessionRow) -> tuple[str, ...]:
    """The labels of a session as a whole, sorted."""
    given = workspace.given
    return () if given is None else given.labels.get(Name(row.agent, row.key), ())


def narrowed(workspace: Workspace, selection: Selection) -> Selection:
    """A selection with the sessions that its labels and stars choose."""
    if not (selection.labels or selection.starred):
        return selection
    given = workspace.given
    if given is None:
        return msgspec.structs.replace(selection, among=((),))
    wanted = set(selection.labels)
    labelled = {name for name, labels in given.labels.items() if wanted.intersection(labels)}
    sets = [one for one, asked in ((labelled, bool(wanted)), (given.starred, selection.starred)) if asked]
    return msgspec.structs.replace(selection, among=tuple(tuple(sorted(one)) for one in sets))


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a person says of a session, as it holds now."""

    session: str
    agent: str
    title: str | None
    labels: tuple[str, ...]
    starred: bool
    hidden: bool


def said(workspace: Workspace, number: int) -> Said:
    """What holds of the session with this row id."""
    row = by_ids(workspace.db, [number])[0]
    given, name = workspace.given or Annotations(), Name(row.agent, row.key)
    return Said(
        session=row.key,
        agent=row.agent,
        title=row.title,
        labels=given.labels.get(name, ()),
        starred=name in given.starred,
        hidden=name in given.hidden,
    )


def about(workspace: Workspace, sessions: Iterable[Summary]) -> tuple[Annotation, ...]:
    """What was noted about these sessions and their events, in the order it was."""
    given = workspace.given
    if given is None:
        return ()
    return tuple(one for each in sessions for one in given.notes.get(Name(each.agent, each.id), ()))
