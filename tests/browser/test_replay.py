"""The replay of a session: every control, every key, and the address of every event."""

from __future__ import annotations

import json
import re
import urllib.request
from typing import TYPE_CHECKING

import pytest

from tests.browser import weeks
from tests.browser.conftest import Open, Watched, settled
from tests.browser.places import Place

if TYPE_CHECKING:
    from playwright.sync_api import Page

CURRENT = ".moment.current"
SEEN = """() => {
    const [row, bar] = [document.querySelector('.moment.current'), document.querySelector('.replay-bar')];
    const box = row?.getBoundingClientRect();
    return box && box.top >= bar.getBoundingClientRect().bottom - 2 && box.top < innerHeight;
}"""


def replay(open_at: Open, session: str, end: str = "") -> Page:
    page = open_at(f"/sessions/{session}/replay{end}")
    page.locator(".moment .block").first.wait_for()
    return page


def now(page: Page) -> int:
    return int(page.locator(CURRENT).get_attribute("data-event") or 0)


def moved(page: Page, event: int) -> int:
    """Where the cursor is once it left an event."""
    page.locator(f"{CURRENT}:not([data-event='{event}'])").wait_for()
    return now(page)


def marked(place: Place, session: str, kind: str) -> list[int]:
    """The numbers of the events that bear a mark."""
    with urllib.request.urlopen(f"{place.address}/api/reports/replay-document?session={session}") as answer:
        return [int(one["event"]) for one in json.load(answer)["head"]["markers"] if one["kind"] == kind]


def test_a_session_leads_to_its_replay_and_back(open_at: Open, place: Place) -> None:
    page = open_at(f"/sessions/{place.written.longest}")
    page.get_by_role("link", name="Replay", exact=True).click()
    page.locator(".moment .block").first.wait_for()
    assert page.url.endswith(f"/sessions/{place.written.longest}/replay")
    page.get_by_role("link", name="Reports").click()
    settled(page)
    page.keyboard.press("r")
    page.locator(".moment .block").first.wait_for()
    assert "replay" in page.title()
    page.go_back()
    page.locator(".tabs").wait_for()
    page.locator(".prompts a.event").nth(1).click()
    page.locator(CURRENT).wait_for()
    assert re.search(r"/replay#e\d+$", page.url)


def test_the_head_says_what_came_of_it(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    facts = page.locator(".session-head .facts")
    for name in ("Cost", "Tokens", "From cache", "Context at most", "Models", "Files", "Took"):
        assert facts.get_by_text(name, exact=True).count() == 1
    commit = page.locator(".made .badge").first
    assert "The importer runs out of memory" in commit.inner_text()
    before = now(page)
    commit.click()
    moved(page, before)
    assert "git commit" in page.locator(CURRENT).inner_text()


def test_j_and_k_go_from_event_to_event(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    seen = [now(page)]
    for _ in range(4):
        page.keyboard.press("j")
        seen.append(moved(page, seen[-1]))
        page.wait_for_url(f"**/replay#e{seen[-1]}")
    assert seen == sorted(set(seen))
    page.keyboard.press("k")
    assert moved(page, seen[-1]) == seen[-2]
    page.wait_for_function(SEEN)


def test_n_p_and_e_go_to_prompts_and_failures(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    before = now(page)
    page.keyboard.press("n")
    second = moved(page, before)
    page.keyboard.press("n")
    third = moved(page, second)
    assert "g-prompts" in (page.locator(CURRENT).get_attribute("class") or "")
    page.wait_for_function(SEEN)
    page.keyboard.press("p")
    assert moved(page, third) == second
    page.keyboard.press("e")
    failure = moved(page, second)
    assert failure > second
    assert page.locator(f"{CURRENT} .gutter .bad").is_visible()
    page.keyboard.press("Shift+E")
    assert moved(page, failure) < failure


@pytest.mark.parametrize("query", ["#e{}", "?event={}"])
def test_an_address_shows_its_event(open_at: Open, place: Place, query: str) -> None:
    event = marked(place, place.written.longest, "prompt")[-1]
    page = replay(open_at, place.written.longest, query.format(event))
    page.wait_for_function(SEEN)
    assert now(page) == event
    page.reload()
    page.wait_for_function(SEEN)
    assert now(page) == event


def test_the_address_of_a_result_shows_its_call(open_at: Open, place: Place) -> None:
    event = marked(place, place.written.longest, "failed")[3]
    page = replay(open_at, place.written.longest, f"#e{event}")
    page.wait_for_function(SEEN)
    assert now(page) < event
    assert page.locator(f"{CURRENT} .gutter .bad").is_visible()


def test_the_scrubber_goes_through_time(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    before, spent = now(page), page.locator(".spent").inner_text()
    slider = page.get_by_role("slider", name="Position in time")
    slider.fill("9000")
    late = moved(page, before)
    page.wait_for_function(SEEN)
    assert page.locator(".spent").inner_text() != spent
    assert re.fullmatch(r"(\d+:)?\d+:\d\d", page.locator(".clock").inner_text())
    slider.fill("2000")
    assert moved(page, late) < late
    assert "event" in (slider.get_attribute("aria-valuetext") or "")


def test_it_plays_and_pauses(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    page.get_by_role("button", name="100×").click()
    page.locator("h1").click()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Pause").wait_for()
    moved(page, moved(page, now(page)))
    page.keyboard.press("Space")
    page.get_by_role("button", name="Play").wait_for()
    assert page.get_by_role("button", name="100×").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Pause").click()
    assert now(page) > 1


def test_marks_have_shapes_and_words(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    kinds = set(page.locator(".marks .at").evaluate_all("all => all.map(one => one.dataset.kind)"))
    assert {"prompt", "failed", "commit"} <= kinds
    mark = page.locator(".marks .at[data-kind=commit]").last
    assert "commit at" in (mark.get_attribute("title") or "")
    mark.click()
    page.wait_for_function(SEEN)
    page.get_by_role("button", name="Legend").click()
    assert page.locator(".legend li").count() >= 12


def test_the_minimap_goes_anywhere(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    before = now(page)
    page.locator(".minimap").click(position={"x": 6, "y": 380})
    assert moved(page, before) > before


def test_kinds_are_chosen(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    page.get_by_role("button", name="Kinds").click()
    page.get_by_role("button", name="Only prompts").click()
    page.locator(".moment:not(.g-prompts)").first.wait_for(state="detached")
    assert page.locator(".moment.g-prompts").count() >= 4
    page.get_by_role("checkbox", name=re.compile("Model calls")).check()
    page.locator(".moment.g-models").first.wait_for()
    page.get_by_role("button", name="as at first").click()
    page.locator(".moment.g-shell").first.wait_for()
    assert page.locator(".moment.g-models").count() == 0


def test_only_what_failed_and_only_the_conversation(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    page.keyboard.press("x")
    page.locator(".moment.g-prompts").first.wait_for(state="detached")
    assert page.locator(".moment").count() == page.locator(".moment .gutter .bad").count() > 0
    page.get_by_role("button", name="Only failed").click()
    page.keyboard.press("c")
    page.locator(".moment.g-shell").first.wait_for(state="detached")
    assert page.locator(".moment.g-answers").count() >= 1
    page.get_by_role("button", name="Events", exact=True).click()
    page.locator(".moment.g-shell").first.wait_for()


def test_the_table_of_prompts(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    page.keyboard.press("t")
    rows = page.locator(".prompt-table tbody tr")
    rows.first.wait_for()
    assert rows.count() == len(marked(place, place.written.longest, "prompt"))
    page.get_by_role("button", name="Cost").last.click()
    rows.nth(1).locator(".link-row").click()
    page.wait_for_function(SEEN)
    assert "g-prompts" in (page.locator(CURRENT).get_attribute("class") or "")


def test_it_is_searched(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    page.keyboard.press("/")
    page.keyboard.type("slow")
    page.locator(".hits-count", has_text="hits").wait_for()
    page.keyboard.press("Enter")
    page.locator(CURRENT, has_text="test_slow.py").wait_for()
    page.wait_for_function(SEEN)
    page.wait_for_function("CSS.highlights.get('found')?.size >= 1")
    first = now(page)
    page.get_by_role("button", name="Next hit").click()
    second = moved(page, first)
    page.get_by_role("button", name="Hit before").click()
    assert moved(page, second) == first
    page.keyboard.press("/")
    page.locator(".search input").fill("nothing holds this")
    page.get_by_text("nothing found").wait_for()
    page.keyboard.press("Escape")
    page.get_by_text("nothing found").wait_for(state="detached")
    assert page.locator(".search input").input_value() == ""


def test_notes_and_bookmarks_are_made_in_place(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    before = now(page)
    page.keyboard.press("n")
    event = moved(page, before)
    page.keyboard.press("m")
    page.get_by_label(f"Note at event {event}").fill("look at this")
    page.keyboard.press("Enter")
    row = page.locator(f".moment[data-event='{event}']")
    row.get_by_text("look at this").wait_for()
    row.get_by_role("button", name="Change this note").click()
    row.get_by_role("textbox", name="Change this note").fill("look at that")
    page.keyboard.press("Enter")
    row.get_by_text("look at that").wait_for()
    page.keyboard.press("b")
    row.locator(".noted li", has_text="bookmark").wait_for()
    page.get_by_role("button", name="Notes").click()
    assert "look at that" in page.locator(".sheet-of").inner_text()
    page.keyboard.press("b")
    row.locator(".noted li", has_text="bookmark").wait_for(state="detached")
    page.reload()
    page.locator(f".moment[data-event='{event}']").get_by_role("button", name="Take this note away").click()
    page.get_by_text("look at that").wait_for(state="detached")
    assert page.locator(".noted").count() == 0


def test_a_prompt_opens_to_its_steps(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    page.get_by_role("button", name="Steps of prompt 2").click()
    steps = page.locator(".asked .steps .step")
    steps.first.wait_for()
    assert steps.count() >= 5
    assert page.locator(".asked .steps .bad").count() >= 1
    steps.nth(3).click()
    page.locator(".asked li[aria-current]").get_by_role("button", name="Steps of prompt 2").wait_for()
    page.wait_for_function(SEEN)
    page.get_by_role("button", name="Steps of prompt 2").click()
    page.locator(".asked .steps").wait_for(state="detached")


@pytest.mark.parametrize("name", ["Cost in detail", "Context", "Waterfall", "Files", "Outcome", "Findings", "Legend"])
def test_every_sheet_opens(open_at: Open, place: Place, name: str) -> None:
    page = replay(open_at, place.written.longest)
    page.get_by_label("More of it").get_by_role("button", name=name).click()
    sheet = page.locator(".sheet-of")
    sheet.wait_for()
    assert sheet.inner_text().strip() or sheet.locator("svg, figure, table").count()
    page.get_by_label("More of it").get_by_role("button", name=name).click()
    assert sheet.count() == 0


def test_what_can_be_done_with_an_event(open_at: Open, place: Place, watched: Watched) -> None:
    watched.allowed = ("404",)
    page = replay(open_at, place.written.longest)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    before = now(page)
    page.keyboard.press("n")
    event = moved(page, before)

    def deed(name: str) -> str:
        page.locator(f"{CURRENT} .deeds-of button").first.click()
        page.get_by_role("button", name=name).click()
        page.locator(".told p").wait_for()
        return str(page.evaluate("navigator.clipboard.readText()"))

    assert "The importer runs out of memory" in deed("Copy the text")
    assert deed("Copy a link to it") == f"{place.address}/sessions/{place.written.longest}/replay#e{event}"
    assert len(deed("Copy the event's id")) > 8
    page.keyboard.press("y")
    page.get_by_text("Link copied").wait_for()
    page.locator(f"{CURRENT} .deeds-of button").first.click()
    page.get_by_role("button", name="Show its lines of the log").click()
    page.locator(f"{CURRENT} .raw").get_by_role("button", name="Hide").click()
    assert page.locator(".raw").count() == 0


def test_keys_are_told_of_and_colours_turn(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    page.keyboard.press("?")
    sheet = page.locator("dialog")
    for words in (
        "next event",
        "next prompt",
        "next failure",
        "play and pause",
        "why did this happen",
        "table of prompts",
    ):
        assert sheet.get_by_text(words, exact=True).is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("\\")
    page.locator("html[data-theme=light]").wait_for()
    page.keyboard.press("d")
    assert page.get_by_role("button", name="Side by side").get_attribute("aria-pressed") == "true"


def test_a_session_that_is_not_there_is_said_so(open_at: Open, place: Place, watched: Watched) -> None:
    watched.allowed = ("404",)
    page = open_at(f"/sessions/{place.written.longest}")
    page.evaluate(
        "history.pushState(null, '', '/sessions/nobody/replay'); dispatchEvent(new PopStateEvent('popstate'))"
    )
    page.get_by_text("That did not work").wait_for()
    assert page.get_by_role("button", name="Try again").is_visible()


def test_what_a_transcript_holds_is_text(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.hostile)
    assert page.locator("h1").inner_text() == weeks.HOSTILE
    for button in page.locator(".sheets button").all():
        button.click()
    page.keyboard.press("t")
    page.locator(".prompt-table").wait_for()
    assert page.evaluate("window.broken === undefined")
    assert page.locator("main img, main script, main iframe, a[href^='javascript']").count() == 0


def test_a_row_that_is_opened_is_the_one_that_keys_are_about(open_at: Open, place: Place) -> None:
    page = open_at(f"/sessions/{place.written.longest}/replay")
    row = page.locator(".moment:not([aria-current]):has(.block [aria-expanded])").first
    row.wait_for()
    number = row.get_attribute("data-event")
    row.locator(".block [aria-expanded]").first.click()
    page.locator(f'.moment[data-event="{number}"][aria-current="true"]').wait_for()
    assert page.locator('.moment[aria-current="true"]').count() == 1
