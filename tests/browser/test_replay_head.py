"""The head of a replay and its table of prompts: figures that add up, in words that need no hover."""

from __future__ import annotations

import json
import re
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import Open
from tests.browser.places import Place
from tests.browser.test_replay import CURRENT, moved, now, replay
from tests.browser.test_replay_file import parent
from tests.reports.recorded import FIX

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

BEFORE = {
    "first_event": 1, "last_event": 1, "seconds": 4.0, "failed_steps": 2, "calls": 3, "tool_calls": 5, "errors": 1,
    "unpriced_calls": 0, "usage": {}, "cost_usd": "0.25", "cost_basis": "priced", "recorded_usd": None,
}  # fmt: skip


def head_of(place: Place, session: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{place.address}/api/reports/replay-document?only=head&session={session}") as answer:
        found: dict[str, Any] = json.load(answer)["head"]
        return found


def changed(context: BrowserContext, change: str) -> None:
    """Sessions have another `head` from now on: what a script makes of it."""
    context.add_init_script(
        f"""{{
        const asked = window.fetch;
        window.fetch = async (what, ...more) => {{
            const answer = await asked(what, ...more);
            if (!String(what).includes("/api/reports/replay-document")) return answer;
            const told = await answer.json();
            const head = told.head;
            if (head) {{ {change} }}
            return new Response(JSON.stringify(told), {{ status: answer.status, headers: answer.headers }});
        }};
    }}"""
    )


def column(page: Page, name: str) -> list[str]:
    """What stands in a column of the table, its sums last."""
    names = page.locator(".prompt-table thead th").all_inner_texts()
    place = next(index for index, one in enumerate(names) if one.startswith(name))
    rows = page.locator(".prompt-table :is(tbody, tfoot) tr").all()
    return [row.locator("td").nth(place).inner_text() for row in rows]


def test_what_was_done_before_the_first_prompt_stands_among_the_prompts(
    open_at: Open, place: Place, context: BrowserContext
) -> None:
    changed(context, f"head.before = {json.dumps(BEFORE)}")
    page = replay(open_at, place.written.longest)
    first = page.locator(".asked > li").first
    assert "before the first prompt" in first.inner_text()
    assert "$0.25" in first.inner_text()
    page.get_by_role("button", name="Steps before the first prompt").click()
    page.keyboard.press("t")
    page.locator(".prompt-table tbody tr").first.wait_for()
    assert column(page, "Prompt")[0] == "before the first prompt"
    assert (column(page, "Tool calls")[0], column(page, "Failed steps")[0]) == ("5", "✕ 2")
    page.locator(".prompt-table .link-row").first.click()
    page.locator(CURRENT).wait_for()
    page.locator(".asked > li[aria-current]").first.wait_for()


def test_the_table_adds_up_to_the_head(open_at: Open, place: Place) -> None:
    session = parent(place)[0]
    head = head_of(place, session)["session"]
    page = replay(open_at, session)
    page.keyboard.press("t")
    page.locator(".prompt-table tfoot").wait_for()
    names, calls, cost = (column(page, name) for name in ("Prompt", "Tool calls", "Cost"))
    rows = names.index("Together, its own")
    assert sum(map(int, calls[:rows])) == int(calls[rows]) == head["own"]["tool_calls"]
    assert names[rows + 1] == "By 1 sub-agent"
    assert int(calls[rows]) + int(calls[rows + 1]) == int(calls[-1]) == head["total"]["tool_calls"]
    assert cost[-1] == page.locator(".facts div:has(> dt:text-is('Cost')) b").inner_text()


def test_the_head_says_what_sub_agents_did_and_what_failed(open_at: Open, place: Place) -> None:
    session = parent(place)[0]
    head = head_of(place, session)["session"]
    page = replay(open_at, session)
    said = page.locator(".facts").inner_text()
    assert f"{head['total']['tool_calls']} ({head['subagents']['tool_calls']} by sub-agents)" in said
    assert head["failed_steps"] != head["own"]["errors"]
    assert f"Failed steps\n{head['failed_steps']}" in said
    assert f"Marked errors\n{head['total']['errors']}" in said
    page.get_by_role("button", name="what differs?").click()
    assert "A failed step went wrong" in page.locator(".facts").inner_text()


def test_what_went_wrong_is_counted_by_the_same_words_everywhere(open_at: Open, place: Place) -> None:
    session = parent(place)[0]
    both = [facts(page) for page in (open_at(f"/sessions/{session}"), replay(open_at, session))]
    assert both[0] == both[1]
    assert set(both[0]) == {"Failed steps", "Marked errors"}
    page = open_at("/?since=all")
    assert page.get_by_role("columnheader", name="Marked errors").is_visible()
    assert page.get_by_role("columnheader", name="Errors", exact=True).count() == 0


def facts(page: Page) -> dict[str, str]:
    """What a head says of failures, by its own words."""
    found = (one.inner_text().split("\n", 1) for one in page.locator(".facts > div").all())
    return {one[0]: one[1].strip() for one in found if re.search("fail|error", one[0], re.IGNORECASE)}


@pytest.mark.parametrize("width", [1280, 390])
def test_what_the_prices_are_stands_above_them(open_at: Open, width: int) -> None:
    page = open_at(f"/sessions/{FIX}/replay", width=width)
    page.get_by_role("button", name="Cost in detail").click()
    table = page.locator("table.classes")
    assert table.locator("thead th").all_inner_texts() == ["Model and kind of token", "Tokens", "$ a million", "Cost"]
    assert " · 15 calls" in " ".join(table.locator(".c-model th").all_inner_texts())
    assert table.locator("tfoot td").first.inner_text() == "All 17 calls"
    assert "calls" not in "".join(table.locator("td.num").all_inner_texts())
    assert table.evaluate("one => one.getBoundingClientRect().right <= document.body.clientWidth")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_context_has_a_scale(open_at: Open, place: Place, width: int) -> None:
    context = head_of(place, FIX)["context"]
    page = open_at(f"/sessions/{FIX}/replay", width=width)
    page.locator(".sheets").get_by_role("button", name="Context").click()
    gauge = page.locator(".gauge")
    assert gauge.locator(".g-scale span").all_inner_texts() == ["0", "50 k", "100 k", "150 k", "200 k"]
    boxes = [one.bounding_box() for one in gauge.locator(".g-scale span").all()]
    tops = [one["y"] for one in boxes if one]
    assert tops == sorted(tops, reverse=True)
    first, last = context["points"][0]["event"], context["points"][-1]["event"]
    assert gauge.locator(".g-events").inner_text().split() == ["event", str(first), "event", str(last)]
    heard = str(gauge.get_by_role("img").get_attribute("aria-label"))
    assert f"at most {context['peak']['tokens']:,} after event {context['peak']['event']}" in heard
    assert "The window holds 200,000, the model's window." in heard


def test_more_commits_than_are_shown_are_told_of(open_at: Open, place: Place, context: BrowserContext) -> None:
    sum_up = "[one, one, one, one].map(each => ({ ...each, sha: null }))"
    changed(context, f"head.outcome.commits = head.outcome.commits.flatMap(one => {sum_up})")
    page = replay(open_at, place.written.longest)
    assert page.locator(".made .badge").count() == 3
    assert "?" not in page.locator(".made .badge").first.inner_text()
    page.get_by_role("button", name="and 5 earlier commits").click()
    assert page.locator(".sheet-of[data-sheet=outcome] .commit").count() == 8


def test_what_does_nothing_in_the_table_cannot_be_pressed_there(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    page.keyboard.press("t")
    page.locator(".prompt-table").wait_for()
    for name in ("Kinds", "Only failed", "Side by side"):
        button = page.locator(".bar").get_by_role("button", name=name)
        assert button.is_disabled()
        assert "the table has none" in (button.get_attribute("title") or "")
    page.keyboard.press("x")
    page.locator(".told", has_text="the table has none").wait_for()
    page.keyboard.press("t")
    page.locator(".moment .block").first.wait_for()
    assert page.get_by_role("button", name="Only failed").get_attribute("aria-pressed") == "false"
    assert page.get_by_role("button", name="Only failed").is_enabled()


def test_the_line_beside_the_prompts_goes_all_the_way_down(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    page.keyboard.press("n")
    moved(page, now(page)) if now(page) == 2 else None
    side, main = page.locator(".replay-side").bounding_box(), page.locator(".replay-main").bounding_box()
    assert side is not None
    assert main is not None
    assert page.locator(".replay-main").evaluate("one => getComputedStyle(one).borderLeftWidth") == "1px"
    assert main["y"] + main["height"] > 900
    assert 0 < main["x"] - side["x"] - side["width"] < 20


def test_a_long_prompt_ends_in_dots_in_the_table(open_at: Open, place: Place, context: BrowserContext) -> None:
    changed(context, "for (const one of head.prompts) one.text = 'on and on '.repeat(90)")
    page = replay(open_at, place.written.longest)
    page.keyboard.press("t")
    cut = page.locator(".prompt-table .link-row").first
    cut.wait_for()
    look = cut.evaluate(
        "one => [getComputedStyle(one).textOverflow, one.scrollWidth > one.clientWidth, one.offsetWidth]"
    )
    assert look[:2] == ["ellipsis", True]
    assert look[2] <= page.locator(".prompt-table td.wide").first.evaluate("one => one.clientWidth")


def test_words_a_newcomer_understands(open_at: Open, place: Place) -> None:
    page = replay(open_at, place.written.longest)
    assert page.get_by_role("button", name="Cost in detail").is_visible()
    page.locator(f"{CURRENT} .deeds-of button").first.click()
    for name in ("Copy a link to it", "Show its lines of the log"):
        assert page.get_by_role("button", name=name).is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    page.locator(".prompt-table").wait_for()
    names = page.locator(".prompt-table thead").inner_text()
    for word in ("Model calls", "Tool calls", "Failed steps", "Context grew by", "Mostly from"):
        assert word in names
