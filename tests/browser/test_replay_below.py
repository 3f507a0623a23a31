"""The search within a replay finds what sub-agents said and did: on the page and in a file, and walks to it in their order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser import helped, places
from tests.browser.conftest import Open
from tests.browser.places import Place
from tests.browser.test_replay import CURRENT
from tests.browser.test_replay_file import View, shared, view
from tests.browser.test_replay_search import count

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["shared", "view"]

Show = Callable[[], "Page"]
MARKED = """() => [...CSS.highlights.get('found-now')].map(one => {
    const above = of => of.closest('[data-event], [data-inner]');
    const [row, way] = [above(one.startContainer.parentElement), []];
    for (let at = row; at; at = above(at.parentElement)) way.unshift(Number(at.dataset.event ?? at.dataset.inner));
    const [box, bar] = [one.getBoundingClientRect(), document.querySelector('.replay-bar').getBoundingClientRect()];
    return [one.toString(), way, box.top >= bar.bottom && box.bottom <= innerHeight, row.ariaCurrent === 'true']; })"""
HERE = f"(nth) => document.querySelector('.hits-count').innerText.startsWith(`${{nth}} of `) && ({MARKED})().some(one => one[2] && one[3])"

ALL = (
    f"said => {{ const all = ({MARKED})(); return all.length && all.every(one => one[0] === said && one[3]) && all; }}"
)
"""The marks, when all of them are in the row that is looked at: they come a frame behind it."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A home with one more session."""
    home = tmp_path_factory.mktemp("helped-home")
    written = helped.write(home)
    with places.served(home) as found:
        yield found._replace(written=found.written._replace(longest=written))


@pytest.fixture(params=["page", "file"])
def show(request: pytest.FixtureRequest, place: Place) -> Show:
    """The session as a page of the dashboard, and as a file."""
    if request.param == "file":
        opened: View = request.getfixturevalue("view")
        return lambda: opened(place.written.longest)
    open_at: Open = request.getfixturevalue("open_at")
    return lambda: open_at(f"/sessions/{place.written.longest}/replay")


def seek(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type(helped.SAID)
    page.wait_for_function(HERE, arg=1)


def way(page: Page) -> list[int]:
    """Where the hit that is looked at stands: the row of the session, the row of its sub-agent in it …"""
    found = page.wait_for_function(ALL, arg=helped.SAID).json_value()
    (only,) = {tuple(at) for _, at, *_ in found}
    return list(only)


def test_hits_are_gone_through_in_the_order_of_reading(show: Show) -> None:
    page = show()
    seek(page)
    ways = []
    for nth in range(1, 8):
        page.wait_for_function(HERE, arg=nth)
        assert count(page) == (nth, 7)
        ways.append(way(page))
        page.keyboard.press("Enter")
    assert [len(one) for one in ways] == [1, 2, 3, 2, 2, 2, 1]
    assert ways == sorted(ways)
    assert {one[0] for one in ways[1:6]} == {ways[1][0]}
    assert ways[2][:2] != ways[1]
    page.wait_for_function(HERE, arg=1)  # after the last the first
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(HERE, arg=7)
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(HERE, arg=6)
    assert way(page) == ways[5]


def test_far_into_a_sub_agent_only_what_is_around_is_drawn(show: Show) -> None:
    page = show()
    seek(page)
    for nth in range(2, 6):
        page.keyboard.press("Enter")
        page.wait_for_function(HERE, arg=nth)
    assert way(page)[1] > helped.FAR
    assert page.locator(".nested li").count() < 100
    page.get_by_role("button", name=re.compile("events before")).click()
    page.locator(".nested li", has_text="make book-150").first.wait_for()


def test_what_is_hidden_by_a_filter_is_shown_where_it_is_gone_to(show: Show) -> None:
    page = show()
    page.keyboard.press("c")
    page.locator(".moment.g-shell").first.wait_for(state="detached")
    page.keyboard.press("/")
    page.keyboard.type(helped.SAID)
    page.locator(".hits-count", has_text="7 hits").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_function(HERE, arg=1)
    assert page.locator(".moment.g-shell").count() > 0


def test_the_next_is_the_one_behind_what_is_looked_at(show: Show) -> None:
    page = show()
    seek(page)
    page.keyboard.press("Enter")
    page.wait_for_function(HERE, arg=2)
    page.locator(".nested > ol > li", has_text="make book-5").last.locator(".event").first.click()
    page.locator(".nested > ol > [aria-current]", has_text="make book-5").wait_for()
    page.get_by_role("button", name="Next hit").click()
    page.wait_for_function(HERE, arg=4)
    page.locator("h1:visible").click()
    page.keyboard.press("j")
    page.locator(CURRENT, has_text="make end").wait_for()
    assert page.locator(".nested [aria-current]").count() == 0
    assert count(page) == (7, 7)


def test_nothing_is_said_of_what_was_not_searched(show: Show) -> None:
    page = show()
    page.keyboard.press("/")
    page.keyboard.type("nothing holds this")
    page.locator(".hits-count", has_text="nothing found").wait_for()
    assert page.locator(".hits-count").inner_text() == "nothing found"
    page.locator(".search input").fill(helped.SAID)
    page.wait_for_function(HERE, arg=1)
    assert page.locator(".hits-count").get_attribute("title") == "5 of them in sub-agents"


def test_arguments_are_found_as_they_are_shown(show: Show) -> None:
    page = show()
    page.keyboard.press("/")
    page.keyboard.type(helped.ESCAPED)
    page.locator(".hits-count", has_text="1 of 1 hit").wait_for()
    page.locator(CURRENT, has_text="books").wait_for()
    page.wait_for_function("() => CSS.highlights.get('found-now')?.size")
    assert {text for text, *_ in page.evaluate(MARKED)} == {helped.ESCAPED}
    page.locator(".search input").fill('"late\\"')
    page.locator(".hits-count", has_text="nothing found").wait_for()
