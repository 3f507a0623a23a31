"""Every kind of event as a replay shows it: on the page that has them all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Open
from tests.browser.places import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

AXE = ROOT / "dashboard/node_modules/axe-core/axe.min.js"
RUN = """async () => (await axe.run(document.querySelector("main"), { resultTypes: ["violations"] })).violations
    .map(one => `${one.id}: ${one.nodes[0].html}`)"""
KINDS = (
    "session_start", "session_title", "session_end", "user_prompt", "assistant_response", "thinking", "llm_request", "llm_response",
    "tool_call", "tool_result", "usage_record", "file_read", "file_write", "decision", "permission_asked", "permission_answered",
    "interrupted", "model_changed", "compacted", "blocked", "error", "attachment", "command", "linked", "unknown",
)  # fmt: skip
TOOLS = ("read", "write", "edit", "search", "shell", "fetch", "agent", "skill", "plan", "ask", "mcp", "other")


@pytest.fixture
def page(open_at: Open) -> Page:
    """The page with all of them, before anything on it was opened."""
    found = open_at("/style/events")
    found.locator(".moment .block").first.wait_for()
    return found


def block(page: Page, title: str) -> Locator:
    """The event with a title."""
    return page.locator(".moment").filter(has=page.locator(".b-head", has_text=title)).first


def test_every_kind_of_event_has_its_look(page: Page) -> None:
    kinds = page.eval_on_selector_all(".moment", "all => all.map(one => [one.dataset.kind, one.dataset.tool])")
    assert set(KINDS) <= {kind for kind, _ in kinds}
    assert set(TOOLS) <= {tool for _, tool in kinds}
    assert page.locator(".moment").count() == page.locator(".moment .b-verb").count() == len(kinds)


def test_what_failed_says_why_before_it_is_opened(page: Page) -> None:
    failed = block(page, "make all")
    assert failed.locator(".b-facts .bad").inner_text() == "✕ exit 2"
    assert "make: *** [all] Error 2" in failed.locator(".b-why").inner_text()
    assert "Retry loop" in failed.locator(".b-claim").inner_text()


def test_a_block_opens_by_mouse_and_by_key_and_stays_open(page: Page) -> None:
    turn = block(page, "pytest -q").locator("button.b-turn")
    turn.click()
    assert turn.get_attribute("aria-expanded") == "true"
    shown = block(page, "pytest -q").locator(".b-out").first
    assert "downloading 100 %" in shown.inner_text()
    assert "55 %" not in shown.inner_text()
    assert shown.locator(".a-1").first.inner_text() == "F"
    turn.press("Enter")
    assert turn.get_attribute("aria-expanded") == "false"


def test_a_long_text_is_folded_and_a_cut_one_is_brought(page: Page) -> None:
    made = block(page, "make all")
    made.locator("button.b-turn").click()
    assert "46,980 characters are left out" in made.locator(".b-cut").inner_text()
    made.get_by_role("button", name="Show the whole").click()
    made.locator(".b-cut").wait_for(state="detached")
    made.get_by_role("button", name=re.compile("more lines")).click()
    assert made.locator(".b-out").inner_text().count("compiling something") == 2400
    made.get_by_role("button", name=re.compile("^Fold")).click()
    assert made.locator(".b-out").first.inner_text().count("compiling something") == 14


def test_what_cannot_be_brought_says_so(page: Page) -> None:
    cut = page.locator(".b-answer .b-cut").first
    cut.get_by_role("button", name="Show the whole").click()
    cut.get_by_text("the rest is not to be had here").wait_for()
    assert cut.get_by_role("button").count() == 0


def test_a_diff_stands_side_by_side_or_inline_with_its_words_marked(page: Page) -> None:
    edited = block(page, "2 files")
    assert edited.locator(".d-beside").count() == 2
    assert edited.locator(".d-plus mark").last.text_content() == " returns `None` for a zero divisor"
    page.get_by_label("side by side").uncheck()
    assert edited.locator(".d-beside").count() == 0
    signs = edited.locator(".d-inline").first.locator(".d-sign").all_inner_texts()
    assert [sign[:1].strip() for sign in signs] == ["", "−", "+", "", "", "−", "+", ""]


def test_a_question_shows_what_was_chosen(page: Page) -> None:
    asked = block(page, "2 questions")
    assert asked.locator(".is-chosen").all_text_contents() == ["● Blue (chosen)"]
    assert asked.locator(".b-answer").inner_text() == "because of the sea"


def test_markdown_leads_nowhere_but_to_the_web(page: Page) -> None:
    links = page.eval_on_selector_all(".block a", "all => all.map(one => [one.getAttribute('href'), one.rel])")
    assert all(href.startswith(("https://", "http://", "data:image/")) for href, _ in links)
    assert {rel for _, rel in links} == {"noreferrer noopener"}
    assert page.locator(".markdown :is(img, script, iframe)").count() == 0
    assert "<img src=x onerror=alert(1)>" in page.locator(".markdown blockquote").first.inner_text()


def test_every_block_can_be_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copies = page.locator(".b-copy")
    assert copies.count() == page.locator(".block").count()
    block(page, "rm -rf build").locator(".b-copy").click()
    block(page, "rm -rf build").get_by_text("copied").wait_for(state="attached")
    assert page.evaluate("navigator.clipboard.readText()") == "$ rm -rf build\nThe person does not want that."


def test_a_sub_agent_says_what_it_used(page: Page) -> None:
    facts = page.locator('.moment[data-tool="agent"]').first.locator(".b-facts > span").all_inner_texts()
    assert facts == ["2 tool calls", "36.2 k tokens", "$0.05", "0.3 s"]


def test_the_waterfall_goes_by_keys(page: Page) -> None:
    spans = page.locator(".w-span")
    assert page.locator('.w-span[tabindex="0"]').count() == 1
    spans.first.focus()
    page.keyboard.press("End")
    assert spans.last.evaluate("one => one === document.activeElement")
    page.keyboard.press("ArrowLeft")
    assert spans.nth(spans.count() - 2).evaluate("one => one === document.activeElement")
    assert "event" in page.locator(".waterfall figcaption").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_they_can_be_read_by_everybody(open_at: Open, scheme: str, width: int) -> None:
    page = open_at("/style/events", scheme=scheme, width=width)
    page.get_by_label("open", exact=True).check()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate(AXE.read_text())
    assert page.evaluate(RUN) == []
