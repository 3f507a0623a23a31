"""The scrubber of a replay: marks that stand where the thumb goes, counted where they are very many, and the phases below."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Open
from tests.browser.places import Place
from tests.browser.test_access import AXE, RUN
from tests.browser.test_replay import CURRENT, SEEN, marked, now, replay
from tests.browser.test_replay_head import head_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

MIDDLES = """(of) => [...document.querySelectorAll(of)].map(one => {
    const box = one.getBoundingClientRect(); return (box.left + box.right) / 2; })"""


def middles(page: Page, of: str) -> list[float]:
    """Where the middles of elements are, from the left."""
    found: list[float] = page.evaluate(MIDDLES, of)
    return found


@pytest.mark.parametrize("kind", ["failed", "commit", "prompt"])
def test_the_thumb_goes_to_where_the_mark_is(open_at: Open, place: Place, kind: str) -> None:
    page = replay(open_at, place.written.longest)
    mark = page.locator(f".marks .at[data-kind={kind}]").last
    before = middles(page, ".needle")
    mark.click()
    page.wait_for_function(f"at => ({MIDDLES})('.needle')[0] !== at", arg=before[0])
    middle = middles(page, f".marks .at[data-kind={kind}]")[-1]
    assert abs(middles(page, ".needle")[0] - middle) <= 1
    page.wait_for_function(SEEN)


def test_marks_do_not_lie_on_each_other(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    commits, rest = (middles(page, f".marks .at{lane}") for lane in (".above", ":not(.above)"))
    assert len(rest) > 20
    for found in (commits, rest):
        assert all(right - left >= 8 for left, right in pairwise(found))


@pytest.mark.parametrize("width", [1280, 390])
def test_every_commit_is_seen_whatever_failed_beside_it(open_at: Open, place: Place, width: int) -> None:
    session = place.written.longest
    page = open_at(f"/sessions/{session}/replay", width=width)
    page.locator(".moment .block").first.wait_for()
    signs = page.locator(".marks .at[data-kind=commit]")
    said = "\n".join(str(one.get_attribute("title")) for one in signs.all())
    rows = head_of(place, session)["rows"]
    events = [str(event) for event in marked(place, session, "commit")]
    assert re.findall(r"commit at (\d+)", said) == [rows.get(event, event) for event in events] != []
    others = page.locator(".marks :is(.at:not(.above), .bars)").first.bounding_box()
    highest, track = signs.first.bounding_box(), page.locator(".track input").bounding_box()
    assert others is not None
    assert highest is not None
    assert track is not None
    assert highest["y"] + highest["height"] - 2 <= others["y"] + 2 < track["y"] + track["height"]
    assert page.locator(".replay-bar").evaluate("(bar, y) => bar.getBoundingClientRect().top <= y", highest["y"])


def test_a_mark_is_called_by_the_number_of_its_row(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    mark = page.locator(".marks .at[data-kind=failed]").first
    number = re.match(r"failed step at (\d+)", str(mark.get_attribute("title")))
    assert number is not None
    mark.click()
    page.locator(f"{CURRENT}[data-event='{number[1]}'] .gutter .bad").first.wait_for()
    page.wait_for_url(f"**#e{number[1]}")
    said = page.get_by_role("slider", name="Position in time").get_attribute("aria-valuetext")
    assert str(said).startswith(f"event {number[1]} of ")
    page.get_by_role("button", name="Outcome").click()
    told = page.locator(".sheet-of .commit .link", has_text="event ").first
    row = told.inner_text().removeprefix("event ")
    told.click()
    page.locator(f"{CURRENT}[data-event='{row}']").wait_for()


def test_very_many_marks_are_counted(open_at: Open, place: Place) -> None:
    page = replay_narrow(open_at, place)
    assert page.locator(".marks .at:not(.above)").count() == 0
    bars = page.locator(".marks .bars:has(.wrong)")
    assert bars.count() > 5
    assert "failed step" in (bars.first.get_attribute("title") or "")
    line = page.locator(".marks .bars:has(.wrong):has(.other)").first
    wrong, other = (line.locator(f".{name}").bounding_box() for name in ("wrong", "other"))
    assert wrong is not None
    assert other is not None
    assert wrong["y"] + wrong["height"] <= other["y"] + 1
    before = now(page)
    bars.last.click()
    page.locator(f".moment.current:not([data-event='{before}'])").wait_for()
    page.wait_for_function(SEEN)


def replay_narrow(open_at: Open, place: Place) -> Page:
    page = open_at(f"/sessions/{place.written.longest}/replay", width=390)
    page.locator(".moment .block").first.wait_for()
    return page


def test_phases_stand_below_the_track(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.hostile)
    (phase,) = page.locator(".phases .phase-of").all()
    assert re.match(r"Phase 1 of 1: .*, events 1 to \d+", str(phase.get_attribute("aria-label")))


def test_very_many_phases_stand_together(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    band = page.get_by_role("group", name="Phases")
    pieces = band.locator(".phase-of")
    whole = int(re.findall(r" of (\d+)", str(pieces.first.get_attribute("aria-label")))[0])
    assert 2 < pieces.count() < min(20, whole)
    boxes = [box for piece in pieces.all() if (box := piece.bounding_box())]
    assert min(box["width"] for box in boxes) > 30
    track, edge = page.locator(".phases").bounding_box(), boxes[-1]
    assert track is not None
    assert abs(track["x"] + track["width"] - edge["x"] - edge["width"]) <= 1
    pieces.nth(3).click()
    page.locator(".phase-of[aria-current] >> nth=0").wait_for()
    page.wait_for_function("() => [...document.querySelectorAll('.phase-of')].findIndex(one => one.ariaCurrent) === 3")
    first = int(re.findall(r"events (\d+) to", str(pieces.nth(3).get_attribute("aria-label")))[0])
    assert now(page) >= first
    page.wait_for_function(SEEN)


def test_phases_go_by_keys(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    pieces = page.locator(".phase-of")
    assert page.locator(".phase-of[tabindex='0']").count() == 1
    pieces.first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert pieces.nth(2).evaluate("one => one === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('.phase-of')[2].ariaCurrent === 'true'")
    page.keyboard.press("End")
    assert pieces.last.evaluate("one => one === document.activeElement")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_they_can_be_read_by_everybody(open_at: Open, place: Place, scheme: str) -> None:
    page = open_at(f"/sessions/{place.written.longest}/replay", scheme=scheme, width=390)
    page.locator(".moment .block").first.wait_for()
    page.evaluate(AXE.read_text())
    assert page.evaluate(RUN) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
