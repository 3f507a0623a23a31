"""A replay that is open while its agent works: it shows what a page shows that is loaded anew, and nothing jumps.

Recorded logs are written piece by piece, cut wherever it may be, sub-agents' too, as if they were written now.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from agent_trace.app.scopes import Request, run_report
from agent_trace.app.workspace import Workspace
from agent_trace.reports import replay_document
from agent_trace.reports._replay_document import ReplayDocument
from tests.browser import places
from tests.browser.conftest import Open, settled
from tests.browser.places import CORPUS, Place
from tests.browser.shown import SHOWN, TALL
from tests.browser.test_growing import INSTANT, PIECES, Log, dated, recorded, told
from tests.browser.test_replay import CURRENT, now

if TYPE_CHECKING:
    from playwright.sync_api import Page

AGENTS = ("claude", "codex", "gemini", "qwen")
TRIES, ONE_TRY_MS = 5, 3000
HOLDS = """([total, state]) => {
    const said = document.querySelector(".track input")?.getAttribute("aria-valuetext") ?? "";
    const facts = [...document.querySelectorAll(".facts dd")].map(one => one.textContent);
    return said.includes(` of ${total},`) && facts.includes(state);
}"""


END = """() => {
    const row = document.querySelector(".moment.current"), box = row?.getBoundingClientRect();
    const rows = [...document.querySelectorAll(".moments > .moment")];
    return row !== null && row === rows.at(-1) && box.bottom <= innerHeight && box.bottom > 0;
}"""
"""The cursor is at the last row, and that is in sight."""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A server of a machine without any agent."""
    with places.served(tmp_path / "new-home", furnished=False) as found:
        yield found


class Lines:
    """A recorded log that is written anew, line by line."""

    def __init__(self, log: Log) -> None:
        self.path, self.left = log.path, log.data.splitlines(keepends=True)
        self.path.parent.mkdir(parents=True, exist_ok=True)

    def until(self, word: str) -> None:
        """All up to the next line that has a word, that one too."""
        end = next(number for number, line in enumerate(self.left) if word.encode() in line)
        self.write(end + 1)

    def hasten(self) -> None:
        """The last line is of the same moment as the one before it: what it adds is no time."""
        before, last = (INSTANT.search(one.decode()) for one in self.left[-2:])
        assert before is not None
        assert last is not None
        self.left[-1] = self.left[-1].replace(last[0].encode(), before[0].encode())

    def write(self, many: int) -> None:
        with self.path.open("ab") as file:
            file.writelines(self.left[:many])
        self.left = self.left[many:]


def known(apart: Workspace) -> ReplayDocument | None:
    """The session as far as its log was written."""
    roots = list(told(apart))
    return run_report(apart, replay_document, replay_document.Options(), Request(session=roots[0])) if roots else None


def open_replay(open_at: Open, apart: Workspace, *, height: int = TALL) -> Page:
    found = known(apart)
    assert found is not None
    page = open_at("/style")
    page.set_viewport_size({"width": 1280, "height": height})
    page.goto(page.url.removesuffix("/style") + f"/sessions/{quote(found.session, safe='')}/replay")
    settled(page)
    keeps_up(page, apart)
    return page


def keeps_up(page: Page, apart: Workspace) -> None:
    """Waits until a page is as far as the log."""
    found = known(apart)
    assert found is not None
    assert found.head is not None
    page.wait_for_function(HOLDS, arg=[found.total, found.head.session.state])


def alike(page: Page, fresh: Page) -> bool:
    """Whether they come to show the same: what was written last may still be on its way to either."""
    from playwright.sync_api import TimeoutError as TooLate

    same = f"wanted => JSON.stringify(({SHOWN})()) === wanted"
    for _ in range(TRIES):
        wanted = fresh.evaluate(f"() => JSON.stringify(({SHOWN})())")
        try:
            page.wait_for_function(same, arg=wanted, timeout=ONE_TRY_MS)
        except TooLate:
            continue
        return True
    return bool(page.evaluate(SHOWN) == fresh.evaluate(SHOWN))


@pytest.mark.parametrize("agent", AGENTS)
def test_what_was_followed_is_what_is_loaded_anew(open_at: Open, place: Place, apart: Workspace, agent: str) -> None:
    log = recorded(agent, place.home)
    page = None
    for piece in range(PIECES):
        log.write(piece)
        if page is not None:
            keeps_up(page, apart)
            page.wait_for_function(END)
        elif known(apart):
            page = open_replay(open_at, apart)
    assert page is not None
    fresh = open_replay(open_at, apart)
    for one in (fresh, page):
        one.locator(".made").wait_for()
    assert len(fresh.evaluate(SHOWN)["rows"]) > 10
    assert alike(page, fresh)


def test_a_call_runs_until_its_result_is_there(open_at: Open, place: Place, apart: Workspace) -> None:
    log = Lines(recorded("codex", place.home))
    log.until('"function_call"')
    page = open_replay(open_at, apart)
    row = page.locator(CURRENT)
    row.get_by_text("running", exact=True).wait_for()
    number = now(page)
    log.until('"function_call_output"')
    row = page.locator(f".moment[data-event='{number}']")
    row.get_by_text("running", exact=True).wait_for(state="detached")
    row.get_by_text("exit 1").wait_for()
    assert row.get_by_text("no result").count() == 0


def test_nothing_moves_for_somebody_who_reads_above(open_at: Open, place: Place, apart: Workspace) -> None:
    log = Lines(recorded("claude", place.home))
    log.until('"name":"Edit"')
    page = open_replay(open_at, apart, height=700)
    page.wait_for_function(END)
    page.keyboard.press("k")
    page.get_by_role("button", name="Follow", exact=True).wait_for()
    row = page.locator(".moment", has=page.locator("[aria-expanded=false]")).last
    event = row.get_attribute("data-event")
    row.locator("[aria-expanded=false]").first.click()
    row = page.locator(f".moment[data-event='{event}']")
    row.locator("[aria-expanded=true]").wait_for()
    found, place_of = known(apart), row.bounding_box()
    assert found is not None
    before = found.total
    for _ in range(3):
        log.write(9)
        keeps_up(page, apart)
    found = known(apart)
    assert found is not None
    page.get_by_role("button", name=f"{found.total - before} new events · follow").wait_for()
    assert row.bounding_box() == place_of
    assert row.locator("[aria-expanded=true]").count() == 1
    page.keyboard.press("f")
    page.wait_for_function(END)
    page.get_by_role("button", name="following").wait_for()


def test_what_a_sub_agent_does_is_seen_in_its_step(open_at: Open, place: Place, apart: Workspace) -> None:
    main = recorded("claude", place.home)
    inside = next((CORPUS / "claude").glob(f"*/fix/home/.claude/projects/*/{main.path.stem}/subagents/*.jsonl"))
    log = Lines(main)
    log.until('"name":"Agent"')
    log.until("Async agent launched")
    below = Lines(dated(inside, main.path.parent / Path(*inside.parts[-3:])))
    below.hasten()
    below.write(4)
    page = open_replay(open_at, apart)
    page.get_by_role("button", name="Show what it did").click()
    rows = page.locator(".nested li")
    rows.get_by_text("ONLY-SUB").first.wait_for()
    below.until('"type":"tool_use"')
    rows.get_by_text("running", exact=True).wait_for()
    below.write(len(below.left) - 1)
    log.write(len(log.left))
    keeps_up(page, apart)
    step = page.locator(".moment", has=page.locator(".nested"))
    before = step.locator(".b-facts").first.inner_text()
    below.write(1)
    rows.get_by_text("Functions: add, div, parse").wait_for()
    assert rows.get_by_text("running", exact=True).count() == 0
    fresh = open_replay(open_at, apart)
    fresh.get_by_role("button", name="Show what it did").click()
    fresh.locator(".nested li").get_by_text("Functions: add, div, parse").wait_for()
    assert alike(page, fresh)
    assert step.locator(".b-facts").first.inner_text() != before


def test_a_log_that_is_gone_is_told_of_and_kept(open_at: Open, place: Place, apart: Workspace) -> None:
    log = recorded("qwen", place.home)
    for piece in range(PIECES):
        log.write(piece)
    page = open_replay(open_at, apart)
    said = page.locator(".session-head").get_by_text("Its log was rewritten, cut or deleted since")
    before = page.evaluate(SHOWN)
    assert said.count() == 0
    log.path.unlink()
    said.wait_for()
    assert page.evaluate(SHOWN)["rows"] == before["rows"]
