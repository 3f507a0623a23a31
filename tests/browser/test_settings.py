"""Own homes and prices are added, changed and taken away on the page; what makes no sense is told of and not kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.conftest import Watched
from tests.browser.places import Place

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_a_price_is_added_changed_and_taken_away(settings: Page) -> None:
    part = settings.locator("#own-prices")
    part.get_by_role("button", name="Add a price").click()
    part.get_by_label("model").fill("acme-ultra-9")
    part.get_by_label("input").fill("1.20")
    part.get_by_label("output").fill("4.80")
    part.get_by_role("button", name="Keep").click()
    part.get_by_text("acme-ultra-9").wait_for()
    assert "input 1.2" in part.locator(".entry-words").inner_text()
    part.get_by_role("button", name="Change this price").click()
    part.get_by_label("cache read").fill("0.12")
    part.get_by_role("button", name="Keep").click()
    part.get_by_text("cache read 0.12").wait_for()
    part.get_by_role("button", name="Take this price away").click()
    part.get_by_text("acme-ultra-9").wait_for(state="detached")
    assert part.locator("h2 small").inner_text() == "none"


def test_a_home_that_is_not_there_is_told_of(settings: Page, place: Place, watched: Watched) -> None:
    watched.allowed = ("400",)
    part = settings.locator("#own-homes")
    part.get_by_role("button", name="Add a home").click()
    part.get_by_label("agent").select_option("claude")
    part.get_by_label("path").fill("/nowhere/at/all")
    part.get_by_role("button", name="Keep").click()
    settings.locator(".told").get_by_text("there is no /nowhere/at/all on this machine (mount").wait_for()
    assert part.get_by_label("path").input_value() == "/nowhere/at/all"
    part.get_by_label("path").fill(str(place.home / ".claude"))
    part.get_by_role("button", name="Keep").click()
    part.get_by_role("button", name="Take this home away").wait_for()
    settings.reload()
    assert str(place.home) in settings.locator("#own-homes .entry-words").inner_text()
