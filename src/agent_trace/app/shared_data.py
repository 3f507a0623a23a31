"""The data of a shared file as JSON, written while the sessions are told: they are never in the memory as a whole.

A reader finds the fields of Shared and of ReplayDocument; those that are known last come last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import msgspec

from agent_trace.app.shared_documents import Document, Moments
from agent_trace.app.written import packed
from agent_trace.reports._replay_document import ReplayDocument
from agent_trace.reports._shared import Shared

LATER = frozenset({"head", "events", "spans", "documents", "raw"})
"""Fields that are not written with the others."""
TOGETHER = 500
"""Lines of a log that are written at once."""


class Writing:
    """Writes a Shared: its documents one after the other, the logs where they are asked for, then the rest."""

    def __init__(self, put: Callable[[bytes], None]) -> None:
        self._put = put
        self._put(b'{"documents":[')
        self._documents = self._logs = 0

    def document(self, one: Document, events: Moments) -> ReplayDocument:
        """A session; it is given back without its events."""
        outline = one.outline
        self._put((b"," if self._documents else b"") + _open(outline) + b',"events":[')
        self._documents += 1
        self._listed(events)
        self._put(b'],"spans":' + packed(one.spans))
        told = msgspec.structs.replace(outline, head=one.head)
        self._put(b',"head":' + packed(told.head) + b"}")
        return told

    def log(self, session: str, lines: Iterator[str]) -> None:
        """The lines of a session's log."""
        self._put((b"," if self._logs else b'],"raw":{') + packed(session) + b":[")
        self._logs += 1
        self._listed(iter(lambda: tuple(islice(lines, TOGETHER)), ()))
        self._put(b"]")

    def end(self, shared: Shared) -> None:
        """What is left of it."""
        self._put((b"}," if self._logs else b'],"raw":{},') + _open(shared)[1:] + b"}")

    def _listed(self, parts: Iterable[tuple[object, ...]]) -> None:
        """The elements of a list, some at a time."""
        comma = b""
        for some in parts:
            if some:
                self._put(comma + packed(some)[1:-1])
                comma = b","


def _open(one: msgspec.Struct) -> bytes:
    """An object that goes on."""
    return packed({name: getattr(one, name) for name in one.__struct_fields__ if name not in LATER})[:-1]
