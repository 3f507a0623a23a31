"""The addresses that both ports have, under their own prefix."""

from __future__ import annotations

import time
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request
from starlette.responses import Response

from agent_trace.web.answers import answer
from agent_trace.web.asking import Ask
from agent_trace.web.door import Door, holds
from agent_trace.web.earlier import collected, shapes, team, team_shapes
from agent_trace.web.earlier.finding import Finds
from agent_trace.web.earlier.speaking import answering, not_here

From = Annotated[
    str | None, Query(alias="from", description="First day: 2026-11-18; this month unless told otherwise.")
]
To = Annotated[str | None, Query(alias="to", description="Last day, included.")]
Anything = Annotated[Any, Body()]
REFUSED = "Refused: this server does not do that."


def add_shared(router: APIRouter) -> None:
    """Who may ask, settings, daily cost and the team."""
    _add_state(router)
    _add_team(router)
    for path in ("/settings/insights", "/team/budget", "/team/insights/context", "/team/insights/generate"):
        router.add_api_route(path, _refused, methods=["POST"], responses=answering(shapes.Answer), summary=REFUSED)


def _add_state(router: APIRouter) -> None:
    @router.get("/auth/check", responses=answering(shapes.AuthCheck), summary="Whether a token is needed, and right.")
    def auth_check(request: Request) -> Response:
        """Never refused."""
        door: Door = request.app.state.door
        is_required = door.needs_secret or bool(door.team)
        return answer(
            shapes.AuthCheck(auth_required=is_required, auth_valid=not is_required or holds(door, request.headers))
        )

    @router.get("/settings/insights", responses=answering(shapes.Configured), summary="Whether insights can be made.")
    def insight_settings() -> Response:
        """They cannot: nothing is sent to a model."""
        return answer(shapes.Configured())

    @router.get("/analytics/cost/daily", responses=answering(shapes.DailyCost), summary="What each day cost.")
    def daily_cost(asking: Ask, finds: Finds) -> Response:
        """The last 30 days on which something happened."""
        return answer(asking.ask(lambda one: collected.daily_cost(one, finds)))


def _add_team(router: APIRouter) -> None:
    @router.get("/team/overview", responses=answering(team_shapes.Overview), summary="What everything came to.")
    def overview(asking: Ask, finds: Finds, first: From = None, last: To = None) -> Response:
        """The sums of `outcomes` over these days."""
        return answer(asking.ask(lambda one: team.overview(one, finds, team.span(one, first, last))))

    @router.get("/team/members", responses=answering(team_shapes.Members), summary="The one person of this machine.")
    def members(asking: Ask, finds: Finds, first: From = None, last: To = None) -> Response:
        """With the same sums."""
        return answer(asking.ask(lambda one: team.members(one, finds, team.span(one, first, last))))

    @router.get("/team/cost/daily", responses=answering(team_shapes.Days), summary="What each day cost.")
    def cost(asking: Ask, finds: Finds, first: From = None, last: To = None) -> Response:
        """The sums of `cost` over these days."""
        return answer(asking.ask(lambda one: team.daily(one, finds, team.span(one, first, last))))

    @router.get("/team/analytics", responses=answering(team_shapes.Analytics), summary="By model, tool, hour and day.")
    def analytics(asking: Ask, finds: Finds, first: From = None, last: To = None) -> Response:
        """Sessions stand under the hour in which they began."""
        return answer(asking.ask(lambda one: team.analytics(one, finds, team.span(one, first, last))))

    @router.get("/team/budget", responses=answering(team_shapes.BudgetAnswer), summary="What this month cost.")
    def budget(asking: Ask, finds: Finds) -> Response:
        """No budget can be set here."""
        return answer(asking.ask(lambda one: team.budget(one, finds)))

    @router.get("/team/insights/context", responses=answering(shapes.Configured), summary="What insights would know.")
    def context() -> Response:
        """Nothing is set up."""
        return answer(shapes.Configured())


def _refused(_body: Anything = None) -> Response:
    """Not part of this server."""
    return not_here()


def refused(session_id: str, asking: Ask, _body: Anything = None) -> Response:
    """Nothing of a session is sent to a model; NotFoundError where there is none."""
    asking.ask(lambda workspace: collected.known(workspace, session_id))
    return not_here()


def health(service: str, request: Request) -> Response:
    """That it runs, and since when."""
    started: float = request.app.state.live.started.timestamp()
    return answer(shapes.Health(service=service, uptime_sec=max(0, int(time.time() - started))))
