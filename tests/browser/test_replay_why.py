"""Why a step happened or failed, beside the events: how it ended, what led to it, what came of it; in page and file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Open
from tests.browser.places import Place
from tests.browser.test_access import AXE, RUN
from tests.browser.test_replay import CURRENT, SEEN, marked, moved, now, replay
from tests.browser.test_replay_file import View, shared, view
from tests.reports.recorded import FIX

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

__all__ = ["shared", "view"]
BESIDE_A_SUB_AGENT = "91511fab-f8de-483b-b3fe-052e1c5381ec"
"""A recorded session whose sub-agent had a failure, and the call that started it."""
STARTS = 34


@pytest.fixture(params=["page", "file"])
def opened(request: pytest.FixtureRequest, open_at: Open, view: View) -> Callable[..., Page]:
    """Opens a session at an event, in the dashboard or in a file."""

    def at(session: str, event: int, **look: object) -> Page:
        end = f"#e{event}"
        page = (
            open_at(f"/sessions/{session}/replay{end}", **look)
            if request.param == "page"
            else view(session, end, **look)
        )
        page.wait_for_function(SEEN)
        return page

    return at


def asked(page: Page) -> Locator:
    """The panel, asked for by its key."""
    page.keyboard.press("w")
    why = page.get_by_role("complementary", name="Why")
    why.wait_for()
    return why


def test_a_failed_step_says_how_and_that_it_was_mended(opened: Callable[..., Page]) -> None:
    page = opened(FIX, 16)
    why = asked(page)
    assert why.get_by_role("heading", level=2).inner_text() == "Why event 16 failed"
    assert "The command failed: exit code 1." in why.locator(".verdict").inner_text()
    assert why.locator(".telling").inner_text() == "ZeroDivisionError: division by zero"
    assert "FAILED (errors=1)" in why.locator(".verdict pre").inner_text()
    led = why.locator("section", has=page.get_by_role("heading", name="What led to it")).locator(".tale")
    assert [led.nth(place).locator(".event").inner_text() for place in range(led.count())] == ["2", "15", "16"]
    assert "Prompt Make the tests pass" in led.nth(0).inner_text()
    assert "Answer “I'll run the tests first.”" in led.nth(1).inner_text()
    assert "Ran ✕ failed python3 -m unittest" in " ".join(led.nth(2).inner_text().split())
    after = why.locator("section", has=page.get_by_role("heading", name="What came of it"))
    assert "Tried again: #52 worked." in after.inner_text()
    assert {"22", "52"} <= set(after.locator(".tale .event").all_inner_texts())
    page.wait_for_function(SEEN)
    after.locator(".tale", has_text="ALL-OK").click()
    assert moved(page, 16) == 52
    page.wait_for_function(SEEN)
    assert why.is_visible()
    led.first.click()
    assert moved(page, 52) == 2
    assert page.locator(".moment.linked").count() >= 1
    page.keyboard.press("Escape")
    why.wait_for(state="detached")


def test_it_is_found_without_its_key(opened: Callable[..., Page]) -> None:
    page = opened(FIX, 24)
    page.get_by_role("button", name="Why event 24 failed").click()
    why = page.get_by_role("complementary", name="Why")
    why.wait_for()
    assert "File does not exist" in why.locator(".telling").inner_text()
    assert "Not tried again." in why.inner_text()
    why.get_by_role("button", name="Close").click()
    why.wait_for(state="detached")


def test_what_the_model_did_not_answer_was_asked_again(opened: Callable[..., Page]) -> None:
    why = asked(opened(FIX, 20))
    assert "The model could not be asked" in why.locator(".verdict").inner_text()
    assert why.locator(".telling").inner_text() == "529 Overloaded"
    assert "The agent asked again by itself." in why.inner_text()


def test_what_a_prompt_led_to(opened: Callable[..., Page]) -> None:
    page = opened(FIX, 2)
    why = asked(page)
    assert why.get_by_role("heading", level=2).inner_text() == "What prompt 1 led to"
    assert "14 tool calls · 5 failed" in why.inner_text()
    under = why.locator("section", has=page.get_by_role("heading", name="What failed under it"))
    under.locator(".tale", has_text="missing.py").click()
    assert moved(page, 2) == 24


def test_what_failed_in_a_sub_agent_is_a_click_away(opened: Callable[..., Page]) -> None:
    page = opened(BESIDE_A_SUB_AGENT, STARTS)
    why = asked(page)
    behind = why.locator("section", has=page.get_by_role("heading", name="What failed in its sub-agent"))
    behind.locator(".tale", has_text="complete_task").click()
    page.locator(f"{CURRENT}[data-event='13']").wait_for()
    assert "complete_task" in page.locator(CURRENT).inner_text()


def test_a_text_says_what_came_of_it_and_another_event_asks_anew(opened: Callable[..., Page]) -> None:
    page = opened(FIX, 38)
    why = asked(page)
    assert why.get_by_role("heading", level=2).inner_text() == "Why event 38"
    assert "What it was about to do" in why.inner_text()
    page.keyboard.press("j")
    assert moved(page, 38) == 39
    page.keyboard.press("w")
    why.get_by_role("heading", name="Why event 39").wait_for()
    page.keyboard.press("w")
    why.wait_for(state="detached")


def test_every_failure_of_a_long_session_has_a_story(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    failures = marked(place, place.written.longest, "failed")
    for _ in failures[:6]:
        before = now(page)
        page.keyboard.press("e")
        moved(page, before)
        why = asked(page)
        assert "failed" in why.get_by_role("heading", level=2).inner_text()
        assert why.locator(".verdict").inner_text().startswith("✕")
        assert why.locator(".tale").count() >= 2
        page.keyboard.press("Escape")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_in_it(opened: Callable[..., Page], scheme: str, width: int) -> None:
    page = opened(FIX, 16, scheme=scheme, width=width)
    why = asked(page)
    box = why.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(RUN) == []
