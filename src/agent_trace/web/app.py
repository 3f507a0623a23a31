"""One app a port: the dashboard with its API, and the addresses of earlier tools that have a port of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Literal

from fastapi import FastAPI
from fastapi.routing import APIRoute

from agent_trace import registry
from agent_trace.web.answers import say_errors
from agent_trace.web.asking import Asking
from agent_trace.web.door import Door, Guard
from agent_trace.web.earlier.speaking import say_failures
from agent_trace.web.live import Live
from agent_trace.web.numbered import Numbered
from agent_trace.web.pages import serve_pages
from agent_trace.web.schemas import Described

Port = Literal["dashboard", "api"]
DESCRIPTION = (
    "What AI coding agents did on this machine, what it cost, and why. Times are ISO 8601 in UTC, money is a decimal "
    "string in *_usd, unknown is null, tokens are integers."
)


def create_app(
    asking: Asking, *, live: Live | None = None, door: Door | None = None, port: Port = "dashboard"
) -> FastAPI:
    """The app of one port over the workspaces of a server.

    `live` keeps up with the logs (default: nobody does) · `door` says who may come in (default: who asks a loopback name).
    """
    app = Described(
        title="agent-trace", description=DESCRIPTION, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json",
        redirect_slashes=False,
    )  # fmt: skip
    door = door or Door()
    live = live or Live(asking)
    app.state.asking, app.state.live, app.state.door = asking, live, door
    say_errors(app)
    if port == "api":
        say_failures(app)
    for route in in_order(route for module in rooms(port) for route in module.router.routes):
        app.router.routes.append(route)
    if port == "dashboard":
        serve_pages(app)
        app.add_middleware(Numbered, changes=live.changes)
    app.add_middleware(Guard, door=door)
    return app


def rooms(port: Port) -> Iterator[ModuleType]:
    """The modules of web/routes that belong to a port."""
    for module in registry.members("web.routes").values():
        if getattr(module, "PORT", "dashboard") == port:
            yield module


def in_order(routes: Iterable[object]) -> list[APIRoute]:
    """Literal addresses before those with parameters, so that none is hidden by a file that comes earlier."""
    found = [route for route in routes if isinstance(route, APIRoute)]
    return sorted(found, key=lambda route: (*map(_rank, route.path.split("/")), LAST))


LAST = 3
"""After the end of an address: one that goes on is asked before one that takes all the rest."""


def _rank(part: str) -> int:
    """A word, a parameter, a parameter that takes all the rest."""
    return 0 if "{" not in part else 2 if ":path}" in part else 1
