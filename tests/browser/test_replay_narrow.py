"""A replay on a small screen: every control in sight, menus at their buttons, words that are not cut."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Open, Scheme
from tests.browser.places import Place
from tests.browser.test_access import AXE, RUN
from tests.reports.recorded import FIX

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

WIDTHS = (390, 768, 1280)
TOOLS = ("Kinds", "Only failed", "Events", "Conversation", "Table", "Side by side")
HOLDS = """one => {
    const look = getComputedStyle(one), pen = document.createElement("canvas").getContext("2d");
    pen.font = `${look.fontSize} ${look.fontFamily}`;
    return one.clientWidth - parseFloat(look.paddingLeft) - parseFloat(look.paddingRight)
        - pen.measureText(one.placeholder).width; }"""
"""How much room a field has beside its placeholder."""


def narrow(open_at: Open, session: str, width: int, end: str = "") -> Page:
    """The replay of a session on a screen of so many pixels."""
    page = open_at(f"/sessions/{session}/replay{end}", width=width)
    page.locator(".moment .block").first.wait_for()
    return page


def box(of: Locator) -> tuple[float, float, float, float]:
    """Left, top, right and bottom."""
    found = of.bounding_box()
    assert found is not None
    return found["x"], found["y"], found["x"] + found["width"], found["y"] + found["height"]


@pytest.mark.parametrize("width", WIDTHS)
def test_every_tool_is_in_sight(open_at: Open, place: Place, width: int) -> None:
    page = narrow(open_at, place.written.longest, width)
    room = page.evaluate("document.body.clientWidth")
    bar = page.locator(".bar")
    assert bar.evaluate("one => one.scrollWidth <= one.clientWidth")
    for name in TOOLS:
        left, _, right, _ = box(bar.get_by_role("button", name=name))
        assert left >= 0
        assert right <= room
    assert bar.locator("[data-search]").evaluate(HOLDS) >= 0


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("key", ["", "n"])
def test_the_menu_of_kinds_opens_at_its_button(open_at: Open, place: Place, width: int, key: str) -> None:
    page = narrow(open_at, place.written.longest, width)
    if key:
        page.keyboard.press(key)
        page.locator(".moment.current").wait_for()
    button = page.locator(".bar").get_by_role("button", name="Kinds")
    button.click()
    sheet = page.locator(".bar .sheet")
    sheet.get_by_role("checkbox", name="Model calls").wait_for()
    (left, top, right, bottom), at = box(sheet), box(button)
    assert min(abs(top - at[3]), abs(at[1] - bottom)) <= 8
    assert left <= at[2]
    assert right >= at[0]
    assert left >= 0
    assert right <= page.evaluate("document.body.clientWidth")
    assert top >= box(page.locator(".top"))[3]
    assert bottom <= 900


@pytest.mark.parametrize("width", [390, 768])
def test_a_commit_is_one_calm_row(open_at: Open, place: Place, width: int) -> None:
    page = narrow(open_at, FIX, width)
    page.get_by_role("button", name="Outcome").click()
    quiet, other = page.locator(".commits .commit").all()
    for one in (quiet, other):
        name, words, event = one.locator("xpath=./*").all()
        assert box(name)[2] <= box(words)[0]
        assert box(words)[2] <= box(event)[0]
        assert abs(box(name)[1] - box(event)[1]) <= 4
        assert box(one)[3] - box(one)[1] <= 140
    assert "main · ± lines ?" in flat(quiet.inner_text())
    assert "edited before it: calc.py +1 −1, div.md +3 −0" in flat(quiet.inner_text())
    assert "no edit before it: a command wrote what it holds" in flat(other.inner_text())


def flat(text: str) -> str:
    """Without line ends and what only those hear who listen; what stands between facts is drawn."""
    return re.sub(r" \([^()]*quietly, say\)", "", " ".join(text.replace("main\n", "main · ").split()))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_not_known_is_told_to_a_finger_and_a_key(open_at: Open, place: Place, scheme: Scheme) -> None:
    page = open_at(f"/sessions/{FIX}/replay", width=390, scheme=scheme)
    page.get_by_role("button", name="Outcome").click()
    sign = page.locator(".commits .commit .unknown").first
    sign.click()
    reason = page.locator(".reason")
    reason.wait_for()
    assert "quietly" in reason.inner_text()
    left, _, right, _ = box(reason)
    assert 0 <= left < right <= page.evaluate("document.body.clientWidth")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(RUN) == []
    page.keyboard.press("Escape")
    reason.wait_for(state="detached")
    page.keyboard.press("Enter")
    reason.wait_for()
    page.keyboard.press("Tab")
    reason.wait_for(state="detached")
    sign.click()
    page.locator("h1").click()
    reason.wait_for(state="detached")


@pytest.mark.parametrize("width", [1280, 900, 768])
def test_what_a_row_says_at_its_right_leaves_room_for_its_menu(open_at: Open, place: Place, width: int) -> None:
    page = narrow(open_at, FIX, width, "#e16")
    row = page.locator(".moment[data-event='16']")
    row.locator(".b-facts .bad").wait_for()
    assert box(row.locator(".b-facts"))[2] <= box(row.locator(".deeds-of button"))[0]


def apart(one: Locator, other: Locator) -> bool:
    """Whether they do not lie on each other."""
    a, b = box(one), box(other)
    return a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


@pytest.mark.parametrize("width", WIDTHS)
def test_who_gave_a_prompt_leaves_room_for_its_menu(open_at: Open, place: Place, width: int) -> None:
    page = narrow(open_at, FIX, width, "#e2")
    row = page.locator(".moment[data-event='2']")
    assert row.locator(".b-facts").inner_text() == "by a program"
    assert apart(row.locator(".b-facts > span"), row.locator(".deeds-of button"))


@pytest.mark.parametrize("width", [1024, 390])
def test_what_a_sub_agent_was_asked_has_room_in_place(open_at: Open, place: Place, width: int) -> None:
    page = narrow(open_at, FIX, width, "#e58")
    page.locator(".moment[data-event='58']").get_by_role("button", name="Show what it did").click()
    task = page.locator(".nested .b-prompt").first
    task.wait_for()
    left, _, right, _ = box(task.locator(".b-text"))
    assert right - left > 120
    assert apart(task.locator(".b-text"), task.locator(".b-facts > span"))


@pytest.mark.parametrize("width", WIDTHS)
def test_a_task_and_who_gave_it_stand_apart(open_at: Open, place: Place, width: int) -> None:
    page = narrow(open_at, f"{FIX}%2Fagent-a8936251ceec1d63b", width)
    task = page.locator(".b-prompt").first
    told, by = task.locator(".b-text"), task.locator(".b-facts > span")
    assert by.inner_text() == "by another session"
    text, fact = box(told), box(by)
    assert text[2] <= fact[0] or fact[3] <= text[1] + 1 or text[3] <= fact[1]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_player_names_its_figures(open_at: Open, place: Place, width: int) -> None:
    page = narrow(open_at, FIX, width, "#e97")
    page.locator(".moment.current").wait_for()
    said = page.locator(".readings").inner_text().split("\n")
    assert [one for one in said if one][::2] == ["Elapsed", "Cost so far"]
    for name in ("Elapsed", "Cost so far"):
        left, _, right, _ = box(page.locator(".readings dt", has_text=name))
        assert right - left > 20
        assert right <= page.evaluate("document.body.clientWidth")


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_of_a_sheet_is_cut(open_at: Open, place: Place, width: int) -> None:
    page = narrow(open_at, FIX, width)
    room = page.evaluate("document.body.clientWidth")
    sheets = page.locator(".sheets")
    sheets.get_by_role("button", name="Waterfall").click()
    page.locator(".w-scale span").first.wait_for()
    for one in page.locator(".w-scale span").all():
        assert box(one)[2] <= room
    sheets.get_by_role("button", name="Files").click()
    assert page.locator(".sheet-of td.wide").all_inner_texts() == ["docs/div.md", "src/calc.py"]
    names = page.locator(".sheet-of thead th").all()
    assert all(one.evaluate("one => one.scrollWidth <= one.clientWidth") for one in names)
    sheets.get_by_role("button", name="Legend").click()
    for one in page.locator(".legend .sign:not(path)").all():
        assert box(one)[2] - box(one)[0] == 8


@pytest.mark.parametrize("width", [390, 768])
def test_a_failed_row_is_as_high_as_its_words_need(open_at: Open, place: Place, width: int) -> None:
    page = narrow(open_at, FIX, width, "#e24")
    gutter = page.locator(".moment[data-event='24'] .gutter")
    cross, why = box(gutter.locator(".bad")), box(gutter.locator(".why-of"))
    assert cross[2] <= why[0] + 1
    assert abs((cross[1] + cross[3]) - (why[1] + why[3])) <= 8


def test_what_a_step_shows_ends_where_its_figures_end(open_at: Open, place: Place) -> None:
    page = open_at(f"/sessions/{FIX}/replay#e38", width=1280)
    row = page.locator(".moment[data-event='39']")
    row.locator(".b-body").first.wait_for()
    assert abs(box(row.locator(".b-body").first)[2] - box(row.locator(".b-facts").first)[2]) <= 1


def test_a_commit_has_its_dot_its_name_where_it_is_known_and_its_files_are_told(open_at: Open, place: Place) -> None:
    page = open_at(f"/sessions/{FIX}/replay", width=1280)
    chips = page.locator(".made .badge")
    chips.first.wait_for()
    assert [(one.locator("svg, .mark").count() > 0, one.locator(".mono").count()) for one in chips.all()] == [
        (True, 1),
        (True, 0),
    ]
    page.get_by_role("button", name="Outcome").click()
    assert page.get_by_text("2 files changed: src/calc.py, docs/div.md").is_visible()


def test_keys_stand_in_two_columns(open_at: Open, place: Place) -> None:
    page = open_at(f"/sessions/{FIX}/replay", width=1280)
    page.locator(".moment .block").first.wait_for()
    page.keyboard.press("?")
    words = page.locator(".keys dl").first.locator("dd")
    words.first.wait_for()
    assert len({round(box(one)[0]) for one in words.all()}) == 1
    first, second = page.locator(".keys dl").last.locator("dt").first.locator("kbd").all()
    assert box(second)[0] - box(first)[2] >= 2
