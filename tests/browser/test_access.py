"""Whoever hears the page, or does not tell its colours apart, can use it: axe-core finds nothing, in light and in dark."""

from __future__ import annotations

import pytest

from tests.browser import places
from tests.browser.conftest import Open
from tests.browser.places import Place

AXE = places.ROOT / "dashboard/node_modules/axe-core/axe.min.js"
PAGES = (
    "/", "/live", "/search?q=test", "/cost?since=30d", "/findings?since=30d", "/projects?since=30d", "/files?since=30d",
    "/tools?since=30d", "/compare?a={longest}&b={hostile}", "/health", "/settings", "/style", "/nowhere", "/?q=nothing+fits",
    "/sessions/{longest}/replay", "/sessions/{hostile}/replay#e4", "/sessions/{running}/replay",
    *(f"/sessions/{{longest}}?tab={tab}" for tab in ("", "explain", "cost", "findings", "outcome", "files", "notes")),
)  # fmt: skip
RUN = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
    .map(one => `${one.id}: ${one.nodes.map(node => node.html.slice(0, 200)).slice(0, 3).join(" | ")}`)"""


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(open_at: Open, place: Place, path: str) -> None:
    page = open_at(path.format(**place.written._asdict()))
    page.evaluate(AXE.read_text())
    assert page.evaluate(RUN) == []
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(RUN) == []


@pytest.mark.parametrize("keys", [["Control+k"], ["?"]])
def test_axe_finds_nothing_in_what_lies_over_a_page(open_at: Open, keys: list[str]) -> None:
    page = open_at("/")
    for key in keys:
        page.keyboard.press(key)
    page.locator("dialog").wait_for()
    page.evaluate(AXE.read_text())
    assert page.evaluate(RUN) == []


def test_what_is_not_known_says_why(open_at: Open) -> None:
    page = open_at("/style")
    unknown = page.locator("main .unknown")
    assert unknown.count() >= 5
    for one in unknown.all():
        reason = one.get_attribute("title")
        assert reason
        assert reason in str(one.evaluate("one => one.textContent"))
