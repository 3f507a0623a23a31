"""Requests that wait until a test lets them go."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
"""Until what was asked of the page is painted, and what follows a painting is done."""


class Held:
    """Requests that wait until the test lets them go."""

    def __init__(self, page: Page, pattern: str | re.Pattern[str]) -> None:
        self.page = page
        self.routes: list[Route] = []
        self.holding = True
        page.route(pattern, self._take)

    def _take(self, route: Route) -> None:
        if self.holding:
            self.routes.append(route)
        else:
            route.continue_()

    def first(self) -> Route:
        """The one that waits longest; a request is told of before it is held."""
        pumped(self.page, lambda: bool(self.routes))
        return self.routes.pop(0)

    def release(self) -> None:
        """From now on nothing waits."""
        self.holding = False
        while self.routes:
            self.routes.pop(0).continue_()


def pumped(page: Page, done: Callable[[], bool]) -> None:
    """Lets what the browser tells reach this test until something of it has."""
    for _ in range(10_000):
        if done():
            return
        page.evaluate("null")
    raise AssertionError("it never came")
