"""Settings, notes and bookmarks that are changed before the change before is answered: all of them are kept, each once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.browser.conftest import Open
from tests.browser.late import DRAWN, Held
from tests.browser.places import Place

if TYPE_CHECKING:
    from playwright.sync_api import Page


def told(page: Page) -> dict[str, Any]:
    """What the server has now."""
    answer = page.evaluate("async () => (await fetch('/api/v2/settings')).json()")
    return {one["key"]: one.get("value", one.get("rows")) for one in [*answer["settings"], *answer["tables"]]}


class Patches:
    """How many changes of the settings are not answered yet."""

    def __init__(self, page: Page) -> None:
        page.add_init_script(
            """{
              const sent = window.fetch;
              window.patches = 0;
              window.fetch = async (path, more) => {
                const answer = await sent(path, more);
                if (more?.method === "PATCH") window.patches += 1;
                return answer;
              };
            }"""
        )
        page.reload()
        self.page = page

    def answered(self, number: int) -> None:
        self.page.wait_for_function("number => window.patches === number", arg=number)


def test_what_is_typed_stays_while_another_setting_is_answered(settings: Page) -> None:
    held = Held(settings, "**/api/v2/settings")
    with settings.expect_request("**/api/v2/settings"):
        settings.locator("#setting-start_of_week").select_option("sunday")
    author = settings.locator("#setting-author")
    author.press_sequentially("half a na")
    held.release()
    settings.get_by_text("start of week is changed").wait_for()
    settings.evaluate(DRAWN)
    assert author.input_value() == "half a na"
    assert author.evaluate("box => box === document.activeElement")
    assert settings.locator("#setting-start_of_week").input_value() == "sunday"


def test_choices_that_follow_each_other_are_all_kept(settings: Page) -> None:
    before = set(told(settings)["pii"])
    patches = Patches(settings)
    settings.locator("#setting-author").wait_for()
    settings.evaluate(
        """async () => {
          for (const name of ["e-mail addresses", "phone numbers", "card numbers"]) {
            [...document.querySelectorAll(".setting label")].find(one => one.textContent.trim() === name).click();
            await null;
          }
        }"""
    )
    wanted = before ^ {"email", "phone", "card"}
    patches.answered(3)
    assert set(told(settings)["pii"]) == wanted


def test_rows_that_are_taken_away_at_once_stay_away(settings: Page) -> None:
    rows = [{"model": f"acme-{number}", "input": "1", "output": "2"} for number in range(3)]
    settings.evaluate(
        """async prices => {
          const headers = { "Content-Type": "application/json", "X-Agent-Trace": "1" };
          await fetch("/api/v2/settings", { method: "PATCH", headers, body: JSON.stringify({ prices }) });
        }""",
        rows,
    )
    patches = Patches(settings)
    part = settings.locator("#own-prices")
    part.get_by_text("acme-2").wait_for()
    settings.evaluate(
        """async () => {
          for (let times = 0; times < 2; times++) {
            document.querySelector("#own-prices [title='Take it away']").click();
            await null;
          }
        }"""
    )
    patches.answered(2)
    assert [row["model"] for row in told(settings)["prices"]] == ["acme-2"]
    assert part.locator("h2 small").inner_text() == "1"


def test_a_note_is_kept_once_and_what_is_typed_meanwhile_stays(open_at: Open, place: Place) -> None:
    page = open_at(f"/sessions/{place.written.running}?tab=notes")
    held = Held(page, "**/annotations")
    box = page.get_by_label("Note", exact=True)
    with page.expect_request("**/annotations"):
        box.press_sequentially("the first")
        box.press("Enter")
    box.press("Enter")
    box.press_sequentially("the second")
    held.release()
    page.locator(".prompts .text").get_by_text("the first").wait_for()
    page.evaluate(DRAWN)
    assert box.input_value() == "the second"
    assert page.locator(".prompts .text").count() == 1
    page.get_by_role("button", name="Take this note away").click()
    page.locator(".prompts .text").wait_for(state="detached")


def test_a_bookmark_that_is_put_and_taken_at_once_is_not_there(open_at: Open, place: Place) -> None:
    page = open_at(f"/sessions/{place.written.longest}/replay")
    page.locator(".moment.current").wait_for()
    held = Held(page, "**/annotations")
    with page.expect_request("**/annotations"):
        page.keyboard.press("b")
    page.keyboard.press("b")
    with page.expect_response(re.compile("/annotations/.")) as gone:
        held.release()
    assert gone.value.request.method == "DELETE"
    page.get_by_text("Taken away").wait_for()
