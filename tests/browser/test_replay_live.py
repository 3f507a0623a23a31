"""A session that runs is followed as it goes on; one with very many events is drawn where it is seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.browser import places, weeks
from tests.browser.conftest import Open
from tests.browser.places import Place
from tests.browser.test_live import going_on
from tests.browser.test_replay import CURRENT, SEEN, moved, now, replay

ROUNDS = 700


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A home of its own: what goes on here would change other tests' lists."""
    home = tmp_path_factory.mktemp("replay-home")
    long_one().write(home)
    with places.served(home) as found:
        yield found


def long_one() -> weeks.Talk:
    """A session of some two thousand events."""
    talk = weeks.Talk(
        "very long", "/home/dev/infra", "main", "claude-haiku-4-5-20251001", weeks.NOW - timedelta(days=3)
    )
    for number in range(ROUNDS):
        if number % 50 == 0:
            talk.say(f"Part {number // 50}: go on with it")
        talk.run(f"make part-{number}", f"part {number} is done", failed=number % 90 == 89)
    return talk


def test_what_runs_is_followed_until_somebody_looks_elsewhere(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.running)
    page.get_by_text("live", exact=True).wait_for()
    page.get_by_role("button", name="following").wait_for()
    going_on(place, "Go on with the second half")
    page.locator(f"{CURRENT}", has_text="Go on with the second half").wait_for()
    page.keyboard.press("k")
    page.get_by_role("button", name="Follow", exact=True).wait_for()
    stays = now(page)
    going_on(place, "And with the third part")
    page.get_by_role("button", name="new event").wait_for()
    assert now(page) == stays
    page.keyboard.press("f")
    page.locator(f"{CURRENT}", has_text="And with the third part").wait_for()
    page.wait_for_function(SEEN)
    page.get_by_role("button", name="following").click()
    assert page.get_by_role("button", name="Follow", exact=True).get_attribute("aria-pressed") == "false"


def test_only_what_is_seen_is_drawn_and_asked_for(open_at: Open, place: Place) -> None:
    session = long_one().id
    page = replay(open_at, session)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    assert page.locator(".moment").count() < 80
    page.keyboard.press("n")
    page.locator(f"{CURRENT}.g-prompts").wait_for()
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.get_by_text(f"make part-{ROUNDS - 1}").first.wait_for()
    assert page.locator(".moment").count() < 80
    pages = [one for one in asked if "only=events" in one]
    assert 1 <= len(pages) <= 3
    assert not any("first=901" in one for one in pages)


def test_an_event_far_away_is_found_and_held(open_at: Open, place: Place) -> None:
    page = replay(open_at, long_one().id, "#e1500")
    page.wait_for_function(SEEN)
    far = now(page)
    assert abs(far - 1500) <= 2
    at = far
    for _ in range(12):
        page.keyboard.press("k")
        at = moved(page, at)
    page.wait_for_function(SEEN)
    assert at < far
    page.keyboard.press("e")
    moved(page, at)
    page.wait_for_function(SEEN)
    assert page.locator(f"{CURRENT} .gutter .bad").is_visible()


def test_a_search_reaches_what_was_not_loaded(open_at: Open, place: Place) -> None:
    page = replay(open_at, long_one().id)
    page.keyboard.press("/")
    page.keyboard.type("part-642")
    page.locator(".hits-count", has_text="hit").wait_for()
    page.keyboard.press("Enter")
    page.locator(f"{CURRENT}", has_text="part-642").wait_for()
    page.wait_for_function(SEEN)
    assert now(page) > 1200


def test_what_failed_is_gathered_from_everywhere(open_at: Open, place: Place) -> None:
    page = replay(open_at, long_one().id)
    page.keyboard.press("x")
    page.get_by_text("make part-629").first.wait_for()
    page.locator(".moment.later").first.wait_for(state="detached")
    assert page.locator(".moment").count() == ROUNDS // 90
    assert page.locator(".moment .gutter .bad").count() == ROUNDS // 90
