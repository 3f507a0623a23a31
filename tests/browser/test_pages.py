"""Every page shows what it is for, from its address alone, and tells of nothing wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Open, Watched, settled
from tests.browser.places import Place

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAGES = (
    ("/", "Sessions", "Make the tests pass"),
    ("/live", "Live", "The VAT of reverse charge invoices is wrong"),
    ("/search?q=refunds", "Search", "refunds"),
    ("/cost?since=30d", "Cost", "Five-hour windows"),
    ("/findings?since=30d", "Findings", "By rule"),
    ("/projects?since=30d", "Projects", "billing-api"),
    ("/files?since=30d", "Files", "importer.py"),
    ("/tools?since=30d", "Tools", "Bash"),
    ("/compare", "Compare", "Choose two sessions"),
    ("/health", "Health", "Homes"),
    ("/settings", "Settings", "Prices in use"),
    ("/style", "Style", "Every part in every state"),
    ("/nowhere", "Not here", "There is no such page"),
)
TABS = (
    ("", "The importer runs out of memory on large files"),
    ("explain", "Phases"),
    ("cost", "to cache, 5 min"),
    ("findings", "finding"),
    ("outcome", "Commits"),
    ("files", "importer.py"),
    ("notes", "Notes"),
)
NOT_OFFERED = "does not"
"""How a page says that this server has no such report."""


def text_of(page: Page) -> str:
    return page.locator("main").inner_text()


@pytest.mark.parametrize(("path", "name", "holds"), PAGES, ids=[path for path, _, _ in PAGES])
def test_a_page_shows_what_it_is_for(open_at: Open, path: str, name: str, holds: str) -> None:
    page = open_at(path)
    assert page.locator("h1").first.inner_text() == name
    assert page.title() == f"{name} · agent-trace"
    said = text_of(page)
    assert holds in said or NOT_OFFERED in said
    assert "NaN" not in said
    assert "undefined" not in said


@pytest.mark.parametrize(("tab", "holds"), TABS, ids=[tab or "prompts" for tab, _ in TABS])
def test_a_tab_of_a_session_has_its_own_address(open_at: Open, place: Place, tab: str, holds: str) -> None:
    page = open_at(f"/sessions/{place.written.longest}" + (f"?tab={tab}" if tab else ""))
    assert page.locator("h1").inner_text() == "The importer runs out of memory on large files"
    assert page.locator(".tabs [aria-current=page]").count() == 1
    assert holds in text_of(page)


def test_a_session_that_is_not_there_is_told_of(open_at: Open, watched: Watched) -> None:
    watched.allowed = ("404",)
    page = open_at_no_head(open_at, "/sessions/00000000-nothing")
    assert "There is no such session" in text_of(page)


def open_at_no_head(open_at: Open, path: str) -> Page:
    """A page that has no head of its own: one is opened first, then its address is changed."""
    page = open_at("/style")
    page.evaluate("path => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')) }", path)
    page.locator(".empty").wait_for()
    return page


def test_going_back_brings_back_what_was_there(open_at: Open) -> None:
    page = open_at("/?since=all&q=invoice")
    page.get_by_role("link", name=re.compile("invoice templates")).first.click()
    page.locator(".session-head").wait_for()
    page.go_back()
    settled(page)
    assert page.locator("[data-search]").input_value() == "invoice"
    assert all("invoice" in title.lower() for title in page.locator("td.col-title").all_inner_texts())


@pytest.mark.parametrize("width", [1280, 768, 390])
@pytest.mark.parametrize("path", ["/", "/cost?since=30d", "/tools?since=30d", "/health", "/settings", "/search?q=test"])
def test_nothing_is_wider_than_the_screen(open_at: Open, width: int, path: str) -> None:
    page = open_at(path, width=width)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


def test_two_sessions_side_by_side(open_at: Open, place: Place) -> None:
    page = open_at(f"/compare?a={place.written.longest}&b={place.written.hostile}")
    page.locator(".side-by-side").wait_for()
    cost = page.get_by_role("row", name="Cost").inner_text()
    assert "$" in cost
    page.get_by_role("button", name="Change sides").click()
    page.wait_for_url(f"**/compare?a={place.written.hostile}&b={place.written.longest}")
    page.get_by_role("row", name="Cost").wait_for()


def test_on_paper_only_the_content_is_left(open_at: Open) -> None:
    page = open_at("/?since=all")
    page.emulate_media(media="print")
    assert not page.locator(".top").is_visible()
    assert not page.locator(".filters").is_visible()
    assert page.locator("table").is_visible()
