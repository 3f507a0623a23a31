"""A server, a browser, and a page that remembers whatever went wrong on it."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from agent_trace.app.workspace import Workspace, clock
from agent_trace.config import load_config
from tests.browser import places, weeks
from tests.browser.places import Place

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, ViewportSize

Open = Callable[..., "Page"]
Scheme = Literal["light", "dark"]
HANGS_MS = 60_000
"""Against a page that hangs; one that works on a busy machine takes its time."""
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


@pytest.fixture
def apart(place: Place, tmp_path: Path) -> Iterator[Workspace]:
    """An index of its own over the same logs."""
    environment = {**places.environment(place.home), "AGENT_TRACE_HOME": str(tmp_path / "apart")}
    found = Workspace(load_config(environment), environment=environment)
    found.renewed(found.config, clock(environment))
    yield found
    found.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """This machine's Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        found = started.chromium.launch(executable_path=places.chromium(), args=places.ARGUMENTS)
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
    made.set_default_timeout(HANGS_MS)
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


def _kept(place: Place) -> dict[str, Any]:
    """What config.toml holds, as the server takes it."""
    with urllib.request.urlopen(f"{place.address}/api/v2/settings") as answer:
        told = json.load(answer)
    rows = {
        one["key"]: [{k: v for k, v in row.items() if v is not None} for row in one["rows"]] for one in told["tables"]
    }
    return {**rows, **{one["key"]: one["value"] if one["source"] == "file" else None for one in told["settings"]}}


@pytest.fixture
def settings(open_at: Open, place: Place) -> Iterator[Page]:
    """The page of the settings; afterwards they are as they were, and the server knows it."""
    before = _kept(place)
    yield open_at("/settings")
    changed = {key: before[key] for key, value in _kept(place).items() if value != before[key]}
    headers = {"Content-Type": "application/json", "X-Agent-Trace": "1"}
    sent = urllib.request.Request(
        f"{place.address}/api/v2/settings", json.dumps(changed).encode(), headers, method="PATCH"
    )
    urllib.request.urlopen(sent).close()
    assert _kept(place) == before
