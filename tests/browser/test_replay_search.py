"""The search within a replay: it begins where one looks, says which of how many, and brings each into sight."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.browser.conftest import Open
from tests.browser.places import Place
from tests.browser.test_replay import CURRENT, SEEN, marked, moved, now, replay
from tests.browser.test_replay_file import View, shared, view

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["shared", "view"]

FOUND = """(name) => [...CSS.highlights.get(name)].map(one => {
    const box = one.getBoundingClientRect();
    return [one.toString(), Number(one.startContainer.parentElement.closest('.moment').dataset.event), box.top, box.bottom]; })"""
IN_SIGHT = f"""() => {{
    const [bar, first] = [document.querySelector('.replay-bar').getBoundingClientRect().bottom, ({FOUND})('found-now')[0]];
    return first && first[2] >= bar && first[3] <= innerHeight; }}"""


def search(page: Page, text: str) -> None:
    page.keyboard.press("/")
    page.keyboard.type(text)
    page.locator(".hits-count", has_text=re.compile(r"\d of \d+ hits")).wait_for()


def count(page: Page) -> tuple[int, int]:
    """Which hit is looked at, and how many there are."""
    found = re.match(r"(\d+) of (\d+) hits", page.locator(".hits-count").inner_text())
    assert found is not None
    return int(found[1]), int(found[2])


def test_it_begins_with_the_next_after_what_is_in_sight(open_at: Open, place: Place) -> None:
    prompt = marked(place, place.written.longest, "prompt")[4]
    page = replay(open_at, place.written.longest, f"#e{prompt}")
    page.wait_for_function(SEEN)
    search(page, "pytest")
    page.wait_for_function(SEEN)
    first, whole = count(page)
    assert 1 < first < whole
    assert now(page) >= prompt
    before = now(page)
    page.keyboard.press("Enter")
    assert moved(page, before) > before
    assert count(page) == (first + 1, whole)
    page.keyboard.press("Shift+Enter")
    moved(page, now(page)) if now(page) != before else None
    page.locator(f"{CURRENT}[data-event='{before}']").wait_for()


def test_a_longer_text_is_looked_for_from_the_same_place(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    search(page, "pytest -q tests")
    late = now(page)
    page.locator(".search input").fill("pytest")
    page.locator(f"{CURRENT}:not([data-event='{late}'])").wait_for()
    assert now(page) < late
    assert count(page)[0] == 1


def test_the_count_stands_apart_from_the_box(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    search(page, "slow")
    box, said = page.locator(".search input").bounding_box(), page.locator(".hits-count").bounding_box()
    assert box is not None
    assert said is not None
    assert said["x"] - box["x"] - box["width"] >= 8


def test_the_hit_that_is_looked_at_has_a_colour_of_its_own(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    search(page, "pytest")
    page.wait_for_function("() => CSS.highlights.get('found-now')?.size && CSS.highlights.get('found')?.size")
    here = now(page)
    assert {event for _, event, *_ in page.evaluate(FOUND, "found-now")} == {here}
    assert here not in {event for _, event, *_ in page.evaluate(FOUND, "found")}
    looks = page.evaluate(
        "['found', 'found-now'].map(one => getComputedStyle(document.body, `::highlight(${one})`).backgroundColor)"
    )
    assert len(set(looks)) == 2


def folded(page: Page) -> str:
    """Look for a line that is folded away, and is in two colours: what is then in sight."""
    search(page, "new 38")
    page.wait_for_function(IN_SIGHT)
    return str(page.evaluate(FOUND, "found-now")[0][0])


def test_it_unfolds_what_hides_a_hit(open_at: Open, place: Place) -> None:
    assert folded(replay(open_at, place.written.longest)) == "new 38"


def test_it_does_so_in_a_file(view: View, place: Place) -> None:
    assert folded(view(place.written.longest)) == "new 38"
