"""Answers that come late, in another order or not at all: no key, letter or choice is lost, and nothing older wins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import Open
from tests.browser.late import DRAWN, Held, pumped
from tests.browser.places import Place
from tests.browser.test_sessions import huge

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Route

LINE = """
window.EventSource = class extends EventTarget {
  constructor() { super(); window.line = this; setTimeout(() => this.onopen?.()); }
  close() {}
};
window.tell = (...ids) => window.line.dispatchEvent(new MessageEvent("sessions", { data: JSON.stringify({ ids }) }));
"""
"""A line to the server on which the test tells of changes."""
TYPE = """async function type(selector, text, ...keys) {
  const box = document.querySelector(selector);
  box.focus();
  box.value = text;
  box.dispatchEvent(new InputEvent("input", { bubbles: true }));
  await null;
  for (const key of keys) box.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}"""
"""Types, and presses keys before anything is answered or painted."""
SESSIONS = re.compile(r"/api/v2/sessions\?")


@pytest.fixture(autouse=True)
def line(context: BrowserContext) -> None:
    """Changes come when the test says so."""
    context.add_init_script(LINE)


def walk(page: Page, path: str) -> None:
    """Go to another page without loading it anew."""
    page.evaluate("path => (history.pushState(null, '', path), dispatchEvent(new PopStateEvent('popstate')))", path)


def tell(page: Page) -> None:
    page.evaluate("tell('some-session')")


def test_what_was_told_before_the_line_stood_is_asked_for(open_at: Open) -> None:
    page = open_at("/")
    page.locator("tr[data-row='0'] a").first.wait_for()
    known = "async () => Number((await fetch('/api/v2/status')).headers.get('X-Agent-Trace-Change'))"
    greet = "version => line.dispatchEvent(new MessageEvent('hello', { data: JSON.stringify({ version }) }))"
    now = page.evaluate(known)
    assert now > 0
    with page.expect_request(SESSIONS):
        page.evaluate(greet, now + 1)


def test_figures_come_though_sessions_change_faster_than_they_are_answered(open_at: Open) -> None:
    page = open_at("/style")
    overview = "**/api/v2/overview?*"
    held = Held(page, overview)
    with page.expect_request(overview):
        walk(page, "/?since=all")
    page.locator("tr[data-row='0'] a").first.wait_for()
    with page.expect_request(SESSIONS):
        tell(page)
    page.evaluate(DRAWN)
    with page.expect_request(overview):
        held.first().continue_()
    page.locator(".figures dl").wait_for()
    assert page.locator(".figure").count() == 6
    held.release()


def test_of_two_answers_the_newer_is_shown_whichever_comes_last(open_at: Open) -> None:
    page = open_at("/style")
    asked: list[tuple[Route, dict[str, Any]]] = []
    holding = False

    def answer(route: Route) -> None:
        told: dict[str, Any] = huge(route.request.url)
        told["sessions"][0]["title"] = f"Seen at {len(asked)}"
        asked.append((route, told))
        if not holding:
            route.fulfill(json=told)

    page.route(SESSIONS, answer)
    walk(page, "/?since=all")
    page.get_by_text("Seen at 0").wait_for()
    holding = True
    with page.expect_request(SESSIONS):
        tell(page)
    with page.expect_request("**/api/v2/overview?*"):
        tell(page)
    page.evaluate(DRAWN)
    pumped(page, lambda: len(asked) > 1)
    page.evaluate(DRAWN)
    holding = False
    for route, told in reversed(asked[1:]):
        route.fulfill(json=told)
    page.get_by_text("Seen at 2").wait_for()
    page.evaluate(DRAWN)
    assert page.locator("tr[data-row='0'] a").first.inner_text() == "Seen at 2"


def test_a_star_is_not_taken_back_by_an_answer_that_was_made_before_it(open_at: Open) -> None:
    page = open_at("/?since=all&agent=gemini&sort=title&order=asc")
    held = Held(page, SESSIONS)
    with page.expect_request(SESSIONS):
        tell(page)
    first = held.first()
    before = first.fetch()
    page.keyboard.press("j")
    with page.expect_response("**/star"):
        page.keyboard.press("s")
    page.locator("tr[data-row='0'] .starred").wait_for()
    held.release()
    first.fulfill(response=before)
    page.wait_for_function("() => !document.querySelector('table[aria-busy=true]')")
    page.evaluate(DRAWN)
    assert page.locator("tr[data-row='0'] .starred").count() == 1
    with page.expect_response("**/star"):
        page.keyboard.press("s")
    page.locator(".starred").wait_for(state="detached")


def test_the_focus_is_in_the_row_before_the_next_key(open_at: Open) -> None:
    page = open_at("/?since=all&sort=title&order=asc")
    page.keyboard.press("j")
    page.locator("tr.current[data-row='0']").wait_for()
    rows = page.evaluate(
        """async () => {
          const focused = [];
          for (let pressed = 0; pressed < 3; pressed++) {
            const at = document.activeElement;
            at.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true, cancelable: true }));
            await null;
            focused.push(document.activeElement.closest("tr")?.dataset.row);
          }
          return focused;
        }"""
    )
    assert rows == ["1", "2", "3"]


def test_a_row_far_off_has_the_focus_when_it_is_there(open_at: Open) -> None:
    page = open_at("/style")
    page.route(SESSIONS, lambda route: route.fulfill(json=huge(route.request.url)))
    walk(page, "/?since=all")
    page.get_by_text("Session 0", exact=True).wait_for()
    page.evaluate(
        """() => {
          for (let pressed = 0; pressed < 150; pressed++)
            document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }));
        }"""
    )
    page.wait_for_function("() => document.activeElement.textContent === 'Session 149'")
    assert page.locator("tr.current").get_attribute("data-row") == "149"


def test_a_table_that_goes_while_it_is_pointed_at_does_not_hold_the_list_still(open_at: Open) -> None:
    page = open_at("/?since=all")
    page.locator("tr[data-row='2'] td.col-cost").hover()
    page.keyboard.press("/")
    page.keyboard.type("nothing is called so")
    page.get_by_text("No session fits these filters").wait_for()
    with page.expect_request(SESSIONS) as asked:
        tell(page)
    assert "nothing" in asked.value.url


def test_what_is_done_late_is_told_to_the_list_that_is_shown_by_then(open_at: Open) -> None:
    page = open_at("/?since=all&agent=qwen")
    held = Held(page, "**/hidden")
    page.locator("tr[data-row='0']").hover()
    with page.expect_request("**/hidden"):
        page.get_by_role("button", name=re.compile("^Hide ")).first.click()
    with page.expect_response(SESSIONS):
        walk(page, "/?since=all&agent=gemini")
    page.wait_for_function("() => !document.querySelector('table[aria-busy=true]')")
    with page.expect_response(SESSIONS) as renewed:
        held.release()
    assert "agent=gemini" in renewed.value.url
    page.wait_for_function("() => !document.querySelector('table[aria-busy=true]')")
    with page.expect_response("**/hidden") as undone:
        page.get_by_role("button", name="Undo").click()
    assert undone.value.ok


def test_a_space_stays_while_the_word_before_it_is_looked_for(open_at: Open) -> None:
    page = open_at("/?since=all")
    box = page.locator("[data-search]")
    box.press_sequentially("invoice ")
    page.wait_for_url(re.compile("q=invoice"))
    page.evaluate(DRAWN)
    assert box.input_value() == "invoice "
    box.press_sequentially("templates")
    page.wait_for_url(re.compile(r"q=invoice\+templates"))
    assert box.input_value() == "invoice templates"


def test_what_is_chosen_while_the_typing_rests_stays_chosen(open_at: Open) -> None:
    page = open_at("/")
    page.evaluate(
        f"""() => {{
          {TYPE}
          void type("[data-search]", "invoice");
          [...document.querySelectorAll(".ranges button")].find(one => one.textContent === "30 days").click();
        }}"""
    )
    page.wait_for_url("**q=invoice**")
    assert "since=30d" in page.url


def test_typing_does_not_lead_back_to_a_page_that_was_left(open_at: Open) -> None:
    page = open_at("/search")
    page.evaluate(
        f"""async () => {{
          {TYPE}
          void type("[data-search]", "pytest");
          document.querySelector('nav a[href="/cost"]').click();
          await new Promise(done => setTimeout(done, 200));  // after the search's own, which was set before
        }}"""
    )
    page.get_by_role("heading", name="Cost", level=1).wait_for()
    assert page.url.endswith("/cost")


def test_enter_before_the_hits_are_here_opens_the_first_of_them(open_at: Open) -> None:
    page = open_at("/search")
    page.evaluate(f"""async () => {{ {TYPE} await type("[data-search]", "importer", "Enter"); }}""")
    page.wait_for_url("**/replay#e*")
    assert "importer" in page.locator("h1").inner_text()


def test_enter_in_the_palette_opens_what_was_typed_and_not_what_was_there_before(open_at: Open) -> None:
    page = open_at("/cost?since=30d")
    page.keyboard.press("Control+k")
    page.get_by_role("option", name=re.compile("Sessions$")).first.wait_for()
    page.evaluate(f"""async () => {{ {TYPE} await type(".palette-input", "importer", "Enter"); }}""")
    page.locator(".session-head").wait_for()
    assert page.locator("h1").inner_text().startswith("The importer runs out of memory")


def test_two_letters_are_one_command_by_when_they_were_pressed(open_at: Open) -> None:
    page = open_at("/style")
    press = """([key, at]) => {
      const event = new KeyboardEvent("keydown", { key, bubbles: true });
      Object.defineProperty(event, "timeStamp", { value: at });
      document.body.dispatchEvent(event);
      return location.pathname;
    }"""
    assert [page.evaluate(press, ["g", 10_000]), page.evaluate(press, ["c", 12_000])] == ["/style", "/style"]
    assert [page.evaluate(press, ["g", 20_000]), page.evaluate(press, ["c", 20_900])] == ["/style", "/cost"]


def test_new_events_are_counted_once_however_often_they_are_told_of(open_at: Open, place: Place) -> None:
    page = open_at(f"/sessions/{place.written.running}/replay")
    page.locator(".moment").first.wait_for()
    page.get_by_role("button", name="following").click()
    heads = re.compile(r"replay-document\?.*only=head")
    grown: list[Route] = []

    def answer(route: Route) -> None:
        grown.append(route)
        if len(grown) > 1:
            more(route, 7)

    def more(route: Route, events: int) -> None:
        head = route.fetch().json()
        route.fulfill(json={**head, "total": head["total"] + events})

    page.route(heads, answer)
    with page.expect_request(heads):
        page.evaluate("id => tell(id)", place.written.running)
    with page.expect_event("console", lambda message: message.text == "told"):
        page.evaluate(
            "id => (tell(id), line.dispatchEvent(new Event('reset')), setTimeout(() => console.log('told'), 300))",
            place.written.running,
        )
    page.evaluate(DRAWN)
    pumped(page, lambda: bool(grown))
    more(grown[0], 5)
    page.get_by_role("button", name="7 new events · follow").wait_for()
    assert page.get_by_role("button", name="new events · follow").count() == 1
