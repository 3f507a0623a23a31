"""A server, a browser, and a page that remembers whatever went wrong on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from tests.browser import places, weeks
from tests.browser.places import Place

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, ViewportSize

Open = Callable[..., "Page"]
Scheme = Literal["light", "dark"]
WIDE: ViewportSize = {"width": 1280, "height": 900}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser is started by the whole run alone."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.full)


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The server over a home full of sessions; what a test changes there, it changes for itself alone."""
    with places.served(tmp_path_factory.mktemp("dashboard-home")) as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """This machine's Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        found = started.chromium.launch(
            executable_path=places.chromium(), args=["--no-sandbox", "--font-render-hinting=none"]
        )
        yield found
        found.close()


class Watched:
    """What a page must not do: speak of an error, fail, or ask anybody else."""

    def __init__(self, place: Place) -> None:
        self.address, self.offered = place.address, place.offered
        self.wrong: list[str] = []
        self.allowed: tuple[str, ...] = ()

    def console(self, message: ConsoleMessage) -> None:
        report = message.location["url"].partition("/api/reports/")[2].partition("?")[0]
        if report and report not in self.offered:
            return  # the page says that this server does not have it
        if message.type in {"error", "warning"} and not any(text in message.text for text in self.allowed):
            self.wrong.append(f"console: {message.text}")

    def failed(self, error: object) -> None:
        self.wrong.append(f"error: {error}")

    def asked(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.wrong.append(f"asked {request.url}")


@pytest.fixture
def watched(place: Place) -> Iterator[Watched]:
    """Fails a test at its end when a page of it did what no page may."""
    found = Watched(place)
    yield found
    assert found.wrong == []


@pytest.fixture
def context(browser: Browser, watched: Watched) -> Iterator[BrowserContext]:
    """A person who was never here before."""
    made = browser.new_context(
        viewport=WIDE, bypass_csp=False, reduced_motion="reduce", locale="en-GB", timezone_id="UTC"
    )
    made.set_default_timeout(15_000)
    made.on("console", watched.console)
    made.on("weberror", lambda error: watched.failed(error.error))
    made.on("request", watched.asked)
    yield made
    made.close()


@pytest.fixture
def open_at(context: BrowserContext, place: Place) -> Open:
    """Opens an address of the dashboard and waits until nothing on it is on its way."""

    def opened(path: str, *, scheme: Scheme = "light", width: int = 1280) -> Page:
        page = context.new_page()
        page.clock.set_fixed_time(weeks.NOW)
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(place.address + path)
        settled(page)
        return page

    return opened


def settled(page: Page) -> None:
    """Waits until the page has its head, and nothing stands for what is still to come."""
    page.locator("main h1").first.wait_for()
    page.wait_for_function(
        "() => ![...document.querySelectorAll('.waiting, .later')].some(one => !one.closest('[data-part]'))"
    )
