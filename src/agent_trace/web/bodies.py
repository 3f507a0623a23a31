"""What a write brings: JSON of a type of ours, read before the work begins."""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec
from fastapi import Depends, Request

from agent_trace.errors import UsageError

Kind = TypeVar("Kind")


async def _body(request: Request) -> bytes:
    return await request.body()


Body = Annotated[bytes, Depends(_body)]


def decoded(data: bytes, kind: type[Kind]) -> Kind:
    """The body as a type; nothing at all is an empty object. Raises UsageError."""
    try:
        return msgspec.json.decode(data or b"{}", type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"the body makes no sense: {error}") from error
