"""The sessions page: every filter and sort is in the address and does what it says; rows are starred, renamed, hidden."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import weeks
from tests.browser.conftest import Open, settled
from tests.browser.places import Place

if TYPE_CHECKING:
    from playwright.sync_api import Page

EVERYTHING = "/?since=all"
MANY = 320
TRIES, ONE_TRY_MS = 5, 10_000


def column(page: Page, name: str) -> list[str]:
    return [text.strip() for text in page.locator(f"td.col-{name}").all_inner_texts()]


def count(page: Page) -> int:
    """How many sessions the head tells of."""
    found = re.match(r"[\d,]+", page.locator(".about").inner_text())
    assert found
    return int(found.group().replace(",", ""))


def changed(page: Page, before: int) -> None:
    """Waits until the head tells of another number."""
    page.wait_for_function(
        "before => !document.querySelector('.about').textContent.startsWith(before + ' ')", arg=str(before)
    )
    settled(page)


def test_the_figures_and_the_table_speak_of_the_same_time(open_at: Open) -> None:
    page = open_at("/")
    cards = page.locator(".figure").all_inner_texts()
    assert [card.split("\n")[0] for card in cards] == [
        "Cost",
        "Sessions",
        "Prompts",
        "Tool calls",
        "Commits",
        "Productive",
    ]
    assert f"\n{count(page)}\n" in cards[1].replace("\n\n", "\n") + "\n"
    assert "was" in cards[1]
    assert page.locator(".days a").count() == 7


@pytest.mark.parametrize(
    ("menu", "value", "name"),
    [("Agent", "Codex", "agent"), ("Repo", "billing-api", "repo"), ("Branch", "fix/refunds", "branch")],
)
def test_a_filter_leaves_what_its_count_says(open_at: Open, menu: str, value: str, name: str) -> None:
    page = open_at(EVERYTHING)
    before = count(page)
    page.locator(".filters").get_by_role("button", name=menu, exact=True).click()
    choice = page.locator(".sheet label", has_text=value).first
    wanted = int(choice.locator(".num").inner_text())
    choice.locator("input").check()
    changed(page, before)
    assert count(page) == wanted
    assert f"{name}=" in page.url
    page.reload()
    settled(page)
    assert count(page) == wanted
    page.keyboard.press("Escape")
    page.get_by_role("button", name=f"Clear {menu.lower()}").click()
    changed(page, wanted)
    assert count(page) == before


def test_models_and_states_can_be_chosen(open_at: Open, place: Place) -> None:
    page = open_at(EVERYTHING + "&model=claude-haiku")
    assert 0 < count(page) < 40
    page = open_at(EVERYTHING + "&state=running")
    assert count(page) == 1
    assert page.locator(f'a[href="/sessions/{place.written.running}"]').count() == 1


def test_what_is_typed_narrows_at_once(open_at: Open) -> None:
    page = open_at(EVERYTHING)
    before = count(page)
    page.keyboard.press("/")
    page.keyboard.type("invoice templates")
    changed(page, before)
    page.wait_for_url("**q=invoice+templates**")
    settled(page)
    assert {"Move the invoice templates to the new layout"} == {title.split("\n")[0] for title in column(page, "title")}


def test_costs_and_days_are_bounds(open_at: Open) -> None:
    page = open_at(EVERYTHING)
    before = count(page)
    page.locator(".filters").get_by_role("button", name="More", exact=True).click()
    page.get_by_label("Cost from $").fill("0.5")
    page.get_by_label("Cost from $").blur()
    changed(page, before)
    assert "min_cost=0.5" in page.url
    assert all(float(cost.lstrip("≥$")) >= 0.5 for cost in column(page, "cost"))
    narrowed = count(page)
    page = open_at("/?since=2026-11-19&until=2026-11-19")
    assert count(page) < narrowed + before
    assert "2026-11-19" in page.locator(".ranges [aria-pressed=true]").inner_text()


def test_a_day_of_the_chart_is_a_filter(open_at: Open) -> None:
    page = open_at("/")
    page.locator(".days a").nth(4).click()
    page.wait_for_url("**/?since=2026-11-19&until=2026-11-19")
    settled(page)
    assert count(page) > 0


def test_times_are_chosen_and_kept(open_at: Open) -> None:
    page = open_at("/")
    before = count(page)
    page.get_by_role("button", name="30 days").click()
    changed(page, before)
    assert page.url.endswith("/?since=30d")
    assert page.locator(".days a").count() == 30
    page.get_by_role("button", name="7 days").click()
    page.wait_for_url(re.compile(r"/$"))


@pytest.mark.parametrize(("head", "key"), [("Cost", "cost"), ("Prompts", "prompts"), ("Marked errors", "errors")])
def test_a_head_sorts_down_then_up(open_at: Open, head: str, key: str) -> None:
    page = open_at(EVERYTHING)
    for order in ("desc", "asc"):
        page.locator(f"th.col-{key} button").click()
        page.wait_for_url(f"**/?since=all&sort={key}&order={order}")
        settled(page)
        page.wait_for_function("() => !document.querySelector('table[aria-busy=true]')")
        known = [
            float(re.sub(r"[^\d.]", "", text) or 0)
            for text in column(page, key)
            if not text.startswith(("?", "–", "<"))
        ]
        assert known == sorted(known, reverse=order == "desc")
        assert page.locator(f"th.col-{key}").get_attribute("aria-sort") == f"{order}ending"
    assert page.locator(f"th.col-{key}").inner_text().startswith(head)


def test_columns_are_chosen_and_remembered(open_at: Open) -> None:
    page = open_at(EVERYTHING)
    assert page.locator("th.col-tokens").count() == 0
    page.get_by_role("button", name="Columns").click()
    page.get_by_label("Tokens").check()
    page.get_by_role("checkbox", name="Repo").uncheck()
    page.reload()
    settled(page)
    assert page.locator("th.col-tokens").count() == 1
    assert page.locator("th.col-repo").count() == 0


def test_a_view_is_saved_and_gone_back_to(open_at: Open) -> None:
    page = open_at(EVERYTHING + "&branch=main&sort=cost&order=desc")
    wanted = count(page)
    page.get_by_role("button", name="Views").click()
    page.get_by_label("Name of this view").fill("Dear on main")
    page.get_by_role("button", name="Save").click()
    page = open_at("/")
    page.get_by_role("button", name="Views").click()
    page.get_by_role("button", name="Dear on main", exact=True).click()
    page.wait_for_url("**sort=cost**")
    page.wait_for_function(f"() => document.querySelector('.about').textContent.startsWith('{wanted} ')")
    assert page.locator("th.col-cost").get_attribute("aria-sort") == "descending"


@pytest.mark.parametrize("kind", ["CSV", "JSON"])
def test_what_is_downloaded_is_what_is_chosen(open_at: Open, kind: str) -> None:
    page = open_at(EVERYTHING + "&branch=main")
    wanted = count(page)
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name=kind).click()
    text = Path(waiting.value.path()).read_text()
    rows = list(csv.DictReader(io.StringIO(text))) if kind == "CSV" else json.loads(text)
    assert len(rows) == wanted


def row(page: Page, title: str) -> str:
    return f"tr:has(td.col-title a:text-is({json.dumps(title)}))"


def press_in_row(page: Page, title: str, name: str) -> None:
    """A button that a row shows while the pointer is in it; where the row moved away below the pointer, it goes there again."""
    from playwright.sync_api import TimeoutError as TooLate

    for _ in range(TRIES - 1):
        page.mouse.move(0, 0)  # a pointer that stays where it was is not seen by a new page
        page.hover(row(page, title))
        try:
            page.get_by_role("button", name=name).click(timeout=ONE_TRY_MS)
        except TooLate:
            continue
        return
    page.hover(row(page, title))
    page.get_by_role("button", name=name).click()


def test_a_session_is_starred_renamed_and_hidden(open_at: Open) -> None:
    page = open_at(EVERYTHING + "&agent=qwen")
    before = count(page)
    title = "Leave a secret in the trace"
    press_in_row(page, title, f"Star {title}")
    page.locator(f"{row(page, title)} .starred").wait_for()
    press_in_row(page, title, f"Rename {title}")
    page.get_by_role("textbox", name="Title", exact=True).fill("A secret that leaked")
    page.keyboard.press("Enter")
    page.locator(row(page, "A secret that leaked")).wait_for()
    page.reload()
    settled(page)
    assert page.locator(".starred").count() == 1
    press_in_row(page, "A secret that leaked", "Hide A secret that leaked")
    page.get_by_role("button", name="Undo").wait_for()
    changed(page, before)
    assert count(page) == before - 1
    page.get_by_role("button", name="Undo").click()
    changed(page, before - 1)
    assert count(page) == before


def test_only_rows_in_sight_are_in_the_page(open_at: Open, place: Place) -> None:
    page = open_at("/style")
    page.route("**/api/v2/sessions?**", lambda route: route.fulfill(json=huge(route.request.url)))
    page.evaluate("history.pushState(null, '', '/?since=all'); dispatchEvent(new PopStateEvent('popstate'))")
    page.locator("tr[data-row='0']").wait_for()
    assert page.locator("tr[data-row]").count() < 80
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.get_by_text(f"Session {MANY - 1}", exact=True).wait_for()
    assert page.locator("tr[data-row]").count() < 80
    assert page.locator("table").first.get_attribute("aria-rowcount") == str(MANY + 1)


def huge(url: str) -> dict[str, object]:
    """An answer with far more sessions than fit on a screen."""
    offset = int(dict(part.split("=") for part in url.split("?")[1].split("&")).get("offset", 0))
    amounts = {
        "calls": 1, "tool_calls": 1, "errors": 0, "unpriced_calls": 0, "usage": None, "cost_usd": "1", "cost_basis": "priced",
        "recorded_usd": None,
    }  # fmt: skip
    row: dict[str, object] = {
        "agent": "someone", "parent": None, "cwd": "/x", "repo": None, "branch": None, "started": weeks.NOW.isoformat(),
        "ended": None, "duration_s": 1.0, "active_s": 1.0, "models": [], "prompts": 1, "commits": 0, "prs": 0, "lines_added": 0,
        "lines_removed": 0, "failed_steps": 0, "retries": 0, "waste_usd": None, "findings": None, "state": "idle",
        "productive": None, "unread_lines": 0, "labels": [], "starred": False, "hidden": False, "partial": False,
        "own": amounts, "subagents": amounts, "unlogged": None, "total": amounts,
    }  # fmt: skip
    last = min(offset + 100, MANY)
    sessions = [{**row, "id": f"id-{n}", "title": f"Session {n}"} for n in range(offset, last)]
    totals = {"own": amounts, "subagents": amounts, "unlogged": None, "total": amounts}
    return {
        "sessions": sessions, "count": MANY, "offset": offset, "totals": totals, "previous": None, "unpriced": [], "facets": {},
    }  # fmt: skip
