"""The questions about messages, the same of a session and of a sub-agent."""

from __future__ import annotations

import msgspec

from agent_trace.app.projects import Row
from agent_trace.app.workspace import Workspace
from agent_trace.web.earlier import tracer_shapes
from agent_trace.web.earlier.kept import Kept
from agent_trace.web.earlier.paging import Asked, page
from agent_trace.web.earlier.written_out import detail, page_of


def listed(workspace: Workspace, kept: Kept, row: Row, asked: Asked) -> tracer_shapes.Messages:
    """A page of messages. Raises UsageError for a cursor that is none."""
    view = kept.view(workspace, row)
    hits = kept.hits(workspace, row, asked.search) if asked.search else None
    return page_of(workspace, row, view, page(view.messages, asked, hits), asked.per_page)


def by_uuid(workspace: Workspace, kept: Kept, row: Row, uuid: str) -> tracer_shapes.MessageDetail:
    """One message. Raises NotFoundError."""
    view = kept.view(workspace, row)
    return detail(workspace, row, view, view.places.get(uuid, -1))


def by_index(workspace: Workspace, kept: Kept, row: Row, index: int) -> tracer_shapes.MessageDetail:
    """One message, counted from 1. Raises NotFoundError."""
    return detail(workspace, row, kept.view(workspace, row), index - 1)


def asked_of(**values: object) -> Asked:
    """What a request asks for, from its checked parameters."""
    return msgspec.convert({name: value for name, value in values.items() if value is not None}, Asked)
