"""Everything can be done from the keyboard, and every key that holds is told of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Open, settled

if TYPE_CHECKING:
    from playwright.sync_api import Page


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent"))


@pytest.mark.parametrize(
    ("key", "name"),
    list(
        zip(
            "slcfpth,", ("Sessions", "Live", "Cost", "Findings", "Projects", "Tools", "Health", "Settings"), strict=True
        )
    ),
)
def test_g_and_a_letter_go_to_a_page(open_at: Open, key: str, name: str) -> None:
    page = open_at("/style")
    page.keyboard.press("g")
    page.keyboard.press(key)
    page.get_by_role("heading", name=name, exact=True, level=1).wait_for()
    assert page.locator("nav [aria-current=page]").first.inner_text() == name


def test_j_k_and_enter_walk_through_the_rows(open_at: Open) -> None:
    page = open_at("/?since=all&sort=title&order=asc")
    titles = [text.split("\n")[0] for text in page.locator("td.col-title a").all_inner_texts()]
    for key, at in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        page.locator(f"tr.current[data-row='{at}']").wait_for()
    page.wait_for_function("() => document.activeElement.matches('tr.current a')")
    assert focused(page) == titles[1]
    page.keyboard.press("Enter")
    page.locator(".session-head").wait_for()
    assert page.locator("h1").inner_text() == titles[1]
    page.keyboard.press("u")
    settled(page)
    assert page.locator("h1").inner_text() == "Sessions"


def test_keys_that_follow_each_other_at_every_frame_are_all_counted(open_at: Open) -> None:
    page = open_at("/?since=all&sort=title&order=asc")
    page.evaluate(
        """async () => {
          for (let pressed = 0; pressed < 5; pressed++) {
            document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }));
            await new Promise((done) => requestAnimationFrame(done));
          }
        }"""
    )
    page.wait_for_function("() => document.activeElement.matches('tr.current a')")
    assert page.locator("tr.current").get_attribute("data-row") == "4"


def test_a_row_is_starred_and_renamed_from_the_keyboard(open_at: Open) -> None:
    page = open_at("/?since=all&agent=gemini&sort=title&order=asc")
    page.keyboard.press("j")
    page.keyboard.press("s")
    page.locator("tr.current .starred").wait_for()
    page.keyboard.press("s")
    page.locator("tr.current .starred").wait_for(state="detached")
    before = page.locator("tr.current td.col-title").inner_text()
    page.keyboard.press("e")
    page.get_by_role("textbox", name="Title", exact=True).fill("never kept")
    page.keyboard.press("Escape")
    assert page.locator("tr[data-row='0'] td.col-title").inner_text() == before


def test_keys_do_nothing_while_somebody_types(open_at: Open) -> None:
    page = open_at("/")
    page.keyboard.press("/")
    page.keyboard.type("gcj?")
    assert page.locator("[data-search]").input_value() == "gcj?"
    assert page.locator("dialog").count() == 0


def test_the_list_of_keys_has_all_that_hold_here(open_at: Open) -> None:
    page = open_at("/")
    page.keyboard.press("?")
    said = page.get_by_role("dialog", name="Keys").inner_text()
    for words in (
        "next session",
        "session before",
        "star it",
        "rename it",
        "hide it",
        "search",
        "Settings",
        "go to anything",
    ):
        assert words in said
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="detached")


def test_the_palette_finds_pages_sessions_and_texts(open_at: Open) -> None:
    page = open_at("/cost?since=30d")
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Go to a page or session")
    box.wait_for()
    page.keyboard.type("importer")
    page.get_by_role("option", name=re.compile("The importer runs out of memory.*Sessions")).first.wait_for()
    page.get_by_role("option", name=re.compile("Text$")).first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.locator(".session-head").wait_for()
    page.locator("dialog").wait_for(state="detached")
    page.keyboard.press("Control+k")
    box.fill("findings")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Findings", level=1).wait_for()
    assert page.url.partition("?")[0].endswith("/findings")


def test_search_answers_at_once_and_opens_from_the_keyboard(open_at: Open) -> None:
    page = open_at("/search")
    page.get_by_label("What to look for").fill("pytest")
    page.locator(".hits li").first.wait_for()
    assert "q=pytest" in page.url
    assert page.locator(".hits mark").first.inner_text().lower() == "pytest"
    page.keyboard.press("ArrowDown")
    page.locator(".hits li.current").wait_for()
    page.get_by_role("button", name="prompts").click()
    page.wait_for_url("**kind=user_prompt**")
    page.locator("text=Nothing holds").wait_for()
    page.get_by_role("button", name="all", exact=True).click()
    page.locator(".hits li").first.wait_for()
    page.get_by_label("What to look for").focus()
    page.keyboard.press("Enter")
    page.locator(".session-head").wait_for()


def test_colours_are_turned_and_remembered(open_at: Open) -> None:
    page = open_at("/")
    paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    page.keyboard.press("\\")
    page.keyboard.press("\\")
    page.get_by_role("button", name="Colours: dark").wait_for()
    dark = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert dark != paper
    page.reload()
    settled(page)
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == dark


def test_the_first_tab_stop_leads_to_the_content(open_at: Open) -> None:
    page = open_at("/")
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.url.endswith("#content")


def test_a_menu_is_closed_by_escape_and_gives_focus_back(open_at: Open) -> None:
    page = open_at("/")
    columns = page.get_by_role("button", name="Columns")
    columns.focus()
    page.keyboard.press("Enter")
    page.get_by_role("group", name="Columns").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("group", name="Columns").wait_for(state="detached")
    assert focused(page) == "Columns"


def test_on_a_phone_the_pages_are_behind_a_button(open_at: Open) -> None:
    page = open_at("/", width=390)
    assert not page.get_by_role("navigation", name="Pages").is_visible()
    page.get_by_role("button", name="Pages").click()
    page.get_by_role("link", name="Cost", exact=True).click()
    page.get_by_role("heading", name="Cost", level=1).wait_for()
    assert not page.get_by_role("navigation", name="Pages").is_visible()
