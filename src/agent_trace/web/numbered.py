"""Every answer of the API says after which change it was made, so that a page knows what it missed before it listened."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent_trace.web.changes import Changes

HEADER = "X-Agent-Trace-Change"


class Numbered:
    """Writes it into the head of each answer, refusals and answers without a body too."""

    def __init__(self, app: ASGIApp, changes: Changes) -> None:
        self.app, self.changes = app, changes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The number is that of when the request came: what is told from then on may not be in the answer."""
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
            return
        number = str(self.changes.version)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = number
            await send(message)

        await self.app(scope, receive, sending)
