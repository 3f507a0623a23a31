"""Sessions on both sides of a clear: the replay of each leads to the other."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser import places
from tests.browser.conftest import Open
from tests.browser.places import CORPUS, Place

if TYPE_CHECKING:
    from playwright.sync_api import Page

FIRST, SECOND, THIRD, LAST = (
    "ca9cd456-dfb4-4ae6-b366-1133d3e0a945",
    "1b230d15-d641-4442-beb8-2d038c90b187",
    "3111523f-fe5d-42fa-ae7d-424df8ba0fac",
    "c9094da4-d607-4e6a-927d-9d35acc86449",
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A home in which a person typed /clear."""
    home = tmp_path_factory.mktemp("clears")
    shutil.copytree(CORPUS / "claude/2.1.329/clear/home", home, dirs_exist_ok=True)
    with places.served(home, furnished=False) as found:
        yield found


def related(page: Page) -> list[str]:
    page.get_by_role("button", name="Related").click()
    return page.locator(".sheet-of li").all_inner_texts()


def test_a_session_leads_to_those_before_and_after_it(open_at: Open) -> None:
    page = open_at(f"/sessions/{SECOND}/replay")
    assert related(page) == ["began after /clear in ca9cd456 event 4", "went on after /clear in 3111523f"]
    row = page.locator(".moment", has_text="began after /clear in ca9cd456")
    assert row.count() == 1
    row.get_by_role("button", name="ca9cd456").click()
    page.wait_for_url(f"**/sessions/{FIRST}/replay*")
    page.locator("h1", has_text="first question").wait_for()
    assert related(page) == ["went on after /clear in 1b230d15"]
    page.locator(".sheet-of").get_by_role("button", name="1b230d15").click()
    page.wait_for_url(f"**/sessions/{SECOND}/replay*")
    page.locator("h1", has_text="second question").wait_for()


def test_what_nothing_proves_is_not_named(open_at: Open) -> None:
    page = open_at(f"/sessions/{LAST}/replay")
    assert related(page) == ["began after /clear in another session, which the log does not name event 4"]
    row = page.locator(".moment", has_text="began after /clear")
    assert row.locator("button.link").count() == 0
    page = open_at(f"/sessions/{THIRD}/replay")
    assert related(page) == ["began after /clear in 1b230d15 event 4"]
