"""The replay of a session that a real agent writes, followed in a real browser from its first line to its last.

`make test-agents` runs it; without AGENT_TRACE_LIVE it is not collected. How long each event took from the log to the page
is written to `following.json` beside what the agent said.
"""

from __future__ import annotations

import json
import os
import statistics
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.places import chromium
from tests.browser.shown import TALL
from tests.house.source import ROOT
from tests.live.agents import PROGRAMS
from tests.live.following import END, RECORD, Dashboard, Followed, Sizes, delays, moment, served, shown
from tests.live.play import Place, Truth, place_of, play
from tests.live.programs import VARIABLE, live_folder, writable_parent

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

LIVE = live_folder(os.environ.get(VARIABLE), ROOT)
STORY = "follow"
TICK_MS = 100
QUIET_MS = 8_000
"""After the last prompt: what was committed is worked out some seconds behind."""
HELPED = frozenset(PROGRAMS) - {"pi"}
"""Agents that have sub-agents."""
UNTOLD = frozenset({"gemini", "opencode"})
"""Agents of which the call and its result may come at once."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        found = started.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield found
        found.close()


class Playing(threading.Thread):
    """An agent at work."""

    def __init__(self, agent: str, place: Place) -> None:
        super().__init__(daemon=True)
        self.agent, self.place = agent, place
        self.truth: Truth | None = None
        self.seen = threading.Event()
        """Set when somebody looks at it: before, it waits for its second answer."""

    def run(self) -> None:
        self.truth = play(self.agent, STORY, LIVE, self.place, held=self.seen)


class Visit:
    """Somebody who looks at a session."""

    def __init__(self, browser: Browser, dashboard: Dashboard, wrong: list[str], height: int) -> None:
        self.wrong, self.dashboard = wrong, dashboard
        self.page: Page = browser.new_context(
            viewport={"width": 1280, "height": height}, reduced_motion="reduce"
        ).new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: wrong.append(str(error)))
        self.page.goto(dashboard.address)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.wrong.append(f"{message.text} {message.location['url']}")

    def open(self, session: str) -> Page:
        self.page.goto(self.dashboard.replay(session))
        self.page.locator(".moment").first.wait_for()
        return self.page


def begun(dashboard: Dashboard, playing: Playing, page: Page) -> str:
    """The session, as soon as it is listed."""
    while playing.is_alive():
        found = dashboard.roots(playing.agent)
        if found:
            return found[0]
        page.wait_for_timeout(TICK_MS)
    raise AssertionError("the agent ended, and no session is listed")


def show_child(page: Page) -> None:
    """What a sub-agent did, as soon as its step leads there."""
    button = page.get_by_role("button", name="Show what it did")
    if button.count():
        button.first.click()


def watched(browser: Browser, dashboard: Dashboard, playing: Playing, sizes: Sizes) -> Followed:
    """Three people look at it: one sees all of it, one its end, one has looked elsewhere."""
    wrong: list[str] = []
    visits = [Visit(browser, dashboard, wrong, height) for height in (TALL, 800, 800)]
    playing.start()
    session = begun(dashboard, playing, visits[0].page)
    whole, end, away = (one.open(session) for one in visits)
    whole.evaluate(RECORD)
    since = moment()
    playing.seen.set()
    away.keyboard.press("k")
    told = away.locator(".track input").get_attribute("aria-valuetext") or ""
    before = int(told.split()[3].rstrip(","))
    while playing.is_alive():
        show_child(whole)
        whole.wait_for_timeout(TICK_MS)
    whole.wait_for_timeout(QUIET_MS)
    anew = Visit(browser, dashboard, wrong, TALL).open(session)
    show_child(whole)
    if whole.locator(".nested").count():
        anew.get_by_role("button", name="Show what it did").first.click()
    anew.wait_for_timeout(QUIET_MS)
    document = dashboard.document(session)
    assert playing.truth is not None
    return Followed(
        codes=[one.code for one in playing.truth.steps],
        document=document,
        followed=shown(whole),
        anew=shown(anew),
        said=whole.evaluate("window.said"),
        delays=delays(dashboard, document, sizes, whole, since),
        ended=end.evaluate(END),
        fresh=away.locator(".bar").inner_text(),
        before=before,
        wrong=wrong,
    )


@pytest.fixture(scope="module", params=PROGRAMS)
def seen(request: pytest.FixtureRequest, browser: Browser) -> Followed:
    """Each agent plays the story once."""
    agent: str = request.param
    if agent == "gemini" and (above := writable_parent(LIVE)) is not None:
        pytest.skip(f"it trusts no HOME below {above}, which everybody may write to: set {VARIABLE}")
    place = place_of(LIVE / "runs" / f"{agent}-{STORY}")
    place.home.mkdir(parents=True)
    with served(place.home) as dashboard, Sizes(place.home) as sizes:
        found = watched(browser, dashboard, Playing(agent, place), sizes)
    took = sorted(found.delays.values())
    figures = {"events": len(took), "median_s": statistics.median(took), "worst_s": took[-1], "delays": found.delays}
    (place.out / "following.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return found


def words(seen: Followed, row: str) -> list[str]:
    """What a row said, one after the other."""
    return [text for _, text in seen.said[row]]


def calls(seen: Followed) -> list[dict[str, Any]]:
    return [one for one in seen.document["events"] if one["kind"] == "tool_call"]


def test_it_was_played_to_its_end(seen: Followed) -> None:
    assert seen.codes == [0, 0]
    assert seen.wrong == []


def test_what_was_followed_is_what_is_loaded_anew(seen: Followed) -> None:
    assert len(seen.anew["rows"]) > 10
    assert seen.followed == seen.anew


def test_every_row_came_by_itself(seen: Followed) -> None:
    assert [row for row, _, _ in seen.anew["rows"] if row not in seen.said] == []
    assert len(seen.delays) > 10


def test_the_end_was_held_in_sight(seen: Followed) -> None:
    assert seen.ended


def test_what_came_was_counted_for_who_looked_elsewhere(seen: Followed) -> None:
    assert f"{seen.document['total'] - seen.before} new events" in seen.fresh


def test_calls_ran_until_their_results_came(seen: Followed, request: pytest.FixtureRequest) -> None:
    numbers = [one["number"] for one in calls(seen) if one["number"] in seen.said and one["tool_kind"] != "agent"]
    ran = [one for one in numbers if any("running" in text for text in words(seen, one))]
    assert ran or request.node.callspec.params["seen"] in UNTOLD
    assert [one for one in ran if "running" in words(seen, one)[-1]] == []


def test_it_was_running_before_it_ended(seen: Followed) -> None:
    assert words(seen, "state")[0] == "running"
    assert words(seen, "state")[-1] == seen.document["head"]["session"]["state"]


def test_a_sub_agents_steps_came_into_its_step(seen: Followed, request: pytest.FixtureRequest) -> None:
    most = [int(text) for text in words(seen, "nested")]
    helped = request.node.callspec.params["seen"] in HELPED
    assert (most[-1] > 0) is helped
    assert most == sorted(most)
