"""A replay on paper: all of it, however little of it was drawn or brought before."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import places, weeks
from tests.browser.conftest import Open, Watched
from tests.browser.places import CORPUS, Place
from tests.browser.test_replay import replay
from tests.browser.test_replay_file import View, shared, view

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["shared", "view"]
READ = {"user_prompt", "assistant_response", "tool_call"}
LISTEN = """() => addEventListener('beforeprint', () => {
    const rows = [...document.querySelectorAll('.moments > [data-event]')];
    window.printed = {
        rows: rows.filter(one => !one.classList.contains('later')).map(one => Number(one.dataset.event)),
        folded: document.querySelectorAll('.b-more').length,
        end: document.querySelector('.paper-end')?.textContent ?? '',
    };
})"""
AT_ONCE = """new MutationObserver((_, self) => {
    if (!document.getElementById('agent-trace-viewer')?.dataset.ready) return;
    self.disconnect();
    dispatchEvent(new Event('beforeprint'));
    queueMicrotask(() => {
        window.printed = [...document.querySelectorAll('.moments > [data-event]')].map(one => Number(one.dataset.event));
    });
}).observe(document, {subtree: true, childList: true, attributes: true})"""
SEEN = """all => all.filter(one => getComputedStyle(one).display !== 'none' && one.offsetParent).map(one => one.textContent)"""


def document(place: Place, session: str) -> Any:
    with urllib.request.urlopen(f"{place.address}/api/reports/replay-document?session={session}") as answer:
        return json.load(answer)


def recorded() -> str:
    """A recorded session that was told of skills."""
    return max(CORPUS.glob("claude/*/fix/home/.claude/projects/*/*.jsonl"), key=lambda one: one.stat().st_size).stem


def printed(page: Page) -> Any:
    """What stands in the page as the browser prints it: this hears of it after the page itself."""
    page.evaluate(LISTEN)
    page.pdf()
    return page.evaluate("window.printed")


def told(place: Place, session: str) -> set[int]:
    return {int(one["number"]) for one in document(place, session)["events"] if one["kind"] in READ}


def test_the_browser_prints_all_of_a_file(view: View, place: Place) -> None:
    page = view(place.written.longest)
    drawn = page.locator(".moment").count()
    found = printed(page)
    assert told(place, place.written.longest) <= set(found["rows"])
    assert found["folded"] == 0
    assert found["end"] == ""
    page.wait_for_function(f"() => document.querySelectorAll('.moment').length <= {drawn + 20}")


def test_a_file_is_printed_whole_from_the_moment_that_it_is_shown(
    browser: Browser, shared: Callable[[str], Path], place: Place
) -> None:
    with browser.new_context() as context:
        context.add_init_script(AT_ONCE)
        page = context.new_page()
        page.goto(shared(place.written.longest).as_uri())
        page.wait_for_function("window.printed")
        assert told(place, place.written.longest) <= set(page.evaluate("window.printed"))


def test_the_browser_prints_what_the_page_had_not_brought_yet(open_at: Open, place: Place, watched: Watched) -> None:
    watched.allowed = ("Synchronous XMLHttpRequest",)
    page = replay(open_at, place.written.longest)
    assert document(place, place.written.longest)["total"] > 300
    found = printed(page)
    assert told(place, place.written.longest) <= set(found["rows"])
    assert found["end"] == ""


def test_what_cannot_be_brought_is_said_to_be_cut(open_at: Open, place: Place, watched: Watched) -> None:
    watched.allowed = ("Synchronous XMLHttpRequest", "Failed to load resource")
    page = replay(open_at, place.written.longest)
    page.route("**/api/reports/replay-document*", lambda one: one.abort())
    found = printed(page)
    last = found["rows"][-1]
    assert 1 < last <= 300
    assert found["end"].startswith("Cut here: events 1 to ")
    assert found["end"].endswith(f" of {document(place, place.written.longest)['total']:,} are printed.")


def test_paper_has_a_date_and_nothing_to_press(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    assert "days ago" in page.locator(".session-head .facts").inner_text()
    page.emulate_media(media="print")
    page.locator(".moment .why-of").first.wait_for(state="hidden")
    facts = page.locator(".session-head .facts").inner_text()
    assert "ago" not in facts
    assert "Nov 2026, " in facts
    assert page.locator(".moments :is(button.link, .why-of), .facts button").evaluate_all(SEEN) == []


def test_a_file_gives_the_date(view: View, place: Place) -> None:
    page = view(place.written.longest)
    assert "Nov 2026, " in page.locator(".session-head .facts").inner_text()


def test_what_is_not_in_a_file_is_not_offered(view: View) -> None:
    page = view(recorded())
    row = page.locator(".moment", has=page.locator(".b-verb", has_text="Skill")).first
    row.locator("button.b-turn").first.click()
    assert "characters are left out" in row.locator(".b-cut").inner_text()
    assert "share --full" in row.locator(".b-cut").inner_text()
    assert row.locator(".b-cut button").count() == 0


@pytest.mark.parametrize("full", [False, True])
def test_a_long_diff_is_whole_in_a_full_file(browser: Browser, tmp_path: Path, full: bool) -> None:
    talk = weeks.Talk("long", "/home/dev/app", "main", "claude-sonnet-4-5-20250929", weeks.NOW)
    talk.say("Write it anew")
    talk.edit("src/app.py", 900, 900)
    talk.write(tmp_path)
    path = tmp_path / "one.html"
    command = [sys.executable, "-m", "agent_trace", "share", talk.id, "-o", str(path), *(["--full"] if full else [])]
    subprocess.run(command, env=places.environment(tmp_path), check=True, capture_output=True)
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(path.as_uri())
        row = page.locator(".moment.g-edits")
        row.locator("button.b-turn").click()
        row.locator(".b-diff").first.wait_for()
        assert row.get_by_role("button", name="Show the whole").count() == 0
        assert row.locator(".b-cut").count() == (0 if full else 1)


def test_an_open_event_is_printed_once(view: View) -> None:
    """Of what stands below its line in full, the line is one."""
    page = view(recorded())
    page.emulate_media(media="print")
    high = "all => all.map(one => one.getBoundingClientRect().height)"
    titles = page.locator(".b-beside.b-open > .b-head .b-title")
    titles.first.wait_for()
    assert max(titles.evaluate_all(high)) < 30


OVER = "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)"
BROKEN = """all => all.filter(one => {
    const range = document.createRange();
    range.selectNodeContents(one);
    return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1;
}).map(one => one.textContent)"""


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_without_scripts_has_looks_of_its_own(view: View, width: int) -> None:
    """No cell runs into the next one, and no amount is broken."""
    page = view(recorded(), scripts=False, width=width)
    cells = page.locator("#agent-trace-summary :is(td, th)")
    assert cells.count() > 20
    assert cells.evaluate_all(OVER) == []
    assert page.locator("#agent-trace-summary :is(.right, .short)").evaluate_all(BROKEN) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_is_printed_before_the_viewer_stands_there_is_not_broken(view: View) -> None:
    page = view(recorded(), scripts=False, width=720)
    page.emulate_media(media="print")
    assert page.locator("#agent-trace-summary :is(td, th)").evaluate_all(OVER) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
