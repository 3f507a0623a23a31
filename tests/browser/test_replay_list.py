"""The list of a replay holds still: what was opened stays open, and what is looked at stays in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Open
from tests.browser.places import Place
from tests.browser.test_replay import CURRENT, SEEN, marked, now, replay
from tests.browser.test_replay_file import parent

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROWS = """() => [...document.querySelectorAll('.moment[data-event]')]
    .map(one => [Number(one.dataset.event), one.getBoundingClientRect()])
    .filter(([, box]) => box.bottom > document.querySelector('.replay-bar').getBoundingClientRect().bottom && box.top < innerHeight)
    .map(([event, box]) => [event, box.top])"""


def seen(page: Page) -> dict[int, float]:
    """The events in sight, and how far below the window's upper edge each begins."""
    return {int(event): top for event, top in page.evaluate(ROWS)}


def started(open_at: Open, place: Place, width: int = 1280) -> Page:
    """A session, at what its sub-agent did, which is open."""
    page = open_at(f"/sessions/{parent(place)[0]}/replay", width=width)
    page.locator(".moment .block").first.wait_for()
    page.get_by_role("button", name="Kinds").click()
    page.get_by_role("button", name="Only sub-agents").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Show what it did").first.click()
    page.locator(".nested li").first.wait_for()
    return page


def test_what_a_sub_agent_did_stays_open_when_it_is_scrolled_away(open_at: Open, place: Place) -> None:
    page = started(open_at, place)
    number = page.locator(".moment:has(.nested)").get_attribute("data-event")
    page.get_by_role("button", name="Clear kinds").click()
    page.locator(".moment.g-prompts, .moment.g-answers").first.wait_for()
    assert page.locator(".nested").count() == 1
    page.set_viewport_size({"width": 1280, "height": 500})
    for _ in range(2):
        page.evaluate("location.hash = 'e1'")
        page.locator(".nested").wait_for(state="detached")
        page.evaluate("number => (location.hash = `e${number}`)", number)
        page.locator(".nested").wait_for()
    assert page.locator(".nested li").count() > 1


@pytest.mark.parametrize("width", [1280, 1024, 768, 390])
def test_what_a_sub_agent_did_has_room(open_at: Open, place: Place, width: int) -> None:
    page = started(open_at, place, width)
    title = page.locator(".moment > .body > .b-agent .b-title").first.bounding_box()
    assert title is not None
    assert title["width"] >= 150
    inner = page.locator(".nested .inner > *").evaluate_all("all => all.map(one => one.getBoundingClientRect().width)")
    assert min(inner) >= 140
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("nth", [4, 12, 20])
def test_only_failed_keeps_what_is_looked_at_in_sight(open_at: Open, place: Place, nth: int) -> None:
    failed = marked(place, place.written.longest, "failed")
    page = replay(open_at, place.written.longest, f"#e{failed[nth]}")
    page.wait_for_function(SEEN)
    here = now(page)
    before = seen(page)
    page.keyboard.press("x")
    page.locator(".moment:not(:has(.gutter .bad))").first.wait_for(state="detached")
    page.wait_for_function(SEEN)
    assert abs(seen(page)[here] - before[here]) < 40
    page.keyboard.press("x")
    page.locator(".moment.g-edits").first.wait_for()
    page.wait_for_function(SEEN)
    assert abs(seen(page)[here] - before[here]) < 40


def test_where_it_is_hidden_the_nearest_is_in_sight_and_it_comes_back(open_at: Open, place: Place) -> None:
    prompt = marked(place, place.written.longest, "prompt")[2]
    page = replay(open_at, place.written.longest, f"#e{prompt}")
    page.wait_for_function(SEEN)
    top = seen(page)[prompt]
    failed = marked(place, place.written.longest, "failed")
    page.keyboard.press("x")
    page.locator(".moment:not(:has(.gutter .bad))").first.wait_for(state="detached")
    nearest = min(failed, key=lambda one: abs(one - prompt))
    assert any(abs(event - nearest) <= 2 for event in seen(page))
    page.keyboard.press("x")
    page.locator(".moment.g-prompts").first.wait_for()
    page.wait_for_function(SEEN)
    assert page.locator(CURRENT).get_attribute("data-event") == str(prompt)
    assert abs(seen(page)[prompt] - top) < 40


LEAP = """() => new Promise(done => {
    const seen = new MutationObserver(() => {
        seen.disconnect();
        done(document.querySelectorAll('.moments > .moment:not(.later)').length);
    });
    seen.observe(document.querySelector('.moments'), { childList: true });
    requestAnimationFrame(() => scrollBy(0, 3000));
})"""
"""How many rows are drawn in full right after the page was scrolled by more than a screen at once."""
STEPS = """async ([step, frames]) => {
    const moved = [];
    const frame = () => new Promise(done => requestAnimationFrame(done));
    for (let at = 0; at < frames; at += 1) {
        await frame();
        const next = document.querySelector('.replay-bar').getBoundingClientRect().bottom + step;
        const row = [...document.querySelectorAll('.moment')].find(one => one.getBoundingClientRect().bottom > next);
        const before = row.getBoundingClientRect().top;
        scrollBy(0, step);
        await frame();
        moved.push(before - row.getBoundingClientRect().top);
    }
    return moved;
}"""
"""By how many pixels what comes to the upper edge went up, while the page is scrolled in each of some frames."""


def test_what_flies_by_is_a_line_each_until_the_page_rests(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    page.locator(".moment.later").first.wait_for(state="detached")
    assert page.evaluate(LEAP) <= 2
    page.locator(".moment.later").first.wait_for(state="detached")
    assert page.locator(".moment .block").count() >= len(seen(page)) > 2


def test_what_comes_into_sight_goes_as_far_as_it_is_scrolled(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    assert page.evaluate(STEPS, [250, 12]) == pytest.approx([250] * 12, abs=1)
