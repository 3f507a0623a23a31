"""What happens shows while the page is open; rows under the pointer or the focus hold still and count what is new."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.agents.copilot.written import PATH, SESSION, answered, asked, ident, row, start, tool
from tests.browser import places, weeks
from tests.browser.conftest import Open, Watched
from tests.browser.late import Held
from tests.browser.places import Place

WAITING = re.compile(r"^\d+ sessions? changed · show$")
"""What sessions of other tests produced may be told of with the one that is waited for."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A home of its own: what begins here would run in other tests' lists."""
    with places.served(tmp_path_factory.mktemp("live-home")) as found:
        yield found


def going_on(place: Place, text: str) -> None:
    """The running session is prompted once more."""
    (log,) = Path(place.home).glob(f".claude/projects/*/{place.written.running}.jsonl")
    last = json.loads(log.read_text().splitlines()[-1])
    at = (weeks.NOW - timedelta(seconds=20)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    row = {
        **last, "type": "user", "uuid": f"more-{text}", "parentUuid": last["uuid"], "timestamp": at, "promptSource": "typed",
        "message": {"role": "user", "content": text},
    }  # fmt: skip
    row.pop("toolUseResult", None)
    row.pop("requestId", None)
    with log.open("a") as file:
        file.write(json.dumps(row) + "\n")


def begun(place: Place, name: str) -> str:
    """A new session begins."""
    talk = weeks.Talk(name, "/home/dev/shop", "main", "claude-haiku-4-5-20251001", weeks.NOW - timedelta(minutes=1))
    talk.say(name)
    talk.answer("Let me look.")
    talk.write(place.home)
    return talk.id


def test_a_new_session_appears_by_itself(open_at: Open, place: Place) -> None:
    page = open_at("/")
    page.mouse.move(0, 0)
    page.get_by_text("live", exact=True).wait_for()
    found = begun(place, "A session that begins while somebody looks")
    page.locator(f'a[href="/sessions/{found}"]').wait_for()
    assert page.locator("tr[data-row='0'] a").get_attribute("href") == f"/sessions/{found}"


def test_what_begins_before_the_line_stands_appears_too(open_at: Open, place: Place) -> None:
    page = open_at("/style")
    page.mouse.move(0, 0)
    held = Held(page, "**/api/v2/changes")
    page.goto(f"{place.address}/?since=all")
    page.locator("tr[data-row='0'] a").first.wait_for()
    line = held.first()
    with urllib.request.urlopen(f"{place.address}/api/v2/changes", timeout=30) as told:
        found = begun(place, "A session that begins before the page listens")
        assert any(found.encode() in row for row in told)
    assert page.locator(f'a[href="/sessions/{found}"]').count() == 0
    line.continue_()
    page.locator(f'a[href="/sessions/{found}"]').wait_for()


def test_rows_hold_still_under_the_pointer(open_at: Open, place: Place) -> None:
    page = open_at("/")
    page.get_by_text("live", exact=True).wait_for()
    page.locator("tr[data-row='2'] td.col-cost").hover()
    page.locator("table[aria-busy=false]").wait_for()
    found = begun(place, "A session that has to wait")
    page.get_by_role("button", name=WAITING).wait_for()
    assert page.locator(f'a[href="/sessions/{found}"]').count() == 0
    page.mouse.move(2, 300)
    page.locator(f'a[href="/sessions/{found}"]').wait_for()
    page.get_by_role("button", name="changed · show").wait_for(state="detached")


def test_the_live_page_follows_what_runs(open_at: Open, place: Place) -> None:
    page = open_at("/live")
    entry = page.locator(".runners > li", has=page.locator(f'a[href="/sessions/{place.written.running}"]'))
    entry.get_by_text("1 prompt ·").wait_for()
    going_on(place, "And the one of small businesses")
    entry.get_by_text("2 prompts ·").wait_for()
    entry.get_by_text("And the one of small businesses").wait_for()
    assert entry.get_by_text("running", exact=True).is_visible()


def test_who_waits_for_a_permission_is_shown_first(open_at: Open, place: Place) -> None:
    page = open_at("/live")
    page.locator(f'.runners a[href="/sessions/{place.written.running}"]').wait_for()
    log = place.home / ".copilot" / PATH
    log.parent.mkdir(parents=True)
    question = {"requestId": "p1", "permissionRequest": {"kind": "shell", "toolCallId": "t1"}}
    rows = (
        start(), asked("Run it"), answered("", tool("bash", command="make")), row("permission.requested", question),
    )  # fmt: skip
    at = (weeks.NOW - timedelta(seconds=30)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    lines = [json.dumps({**one, "id": ident(number), "timestamp": at}) for number, one in enumerate(rows)]
    log.write_text("\n".join(lines) + "\n")
    first = page.locator(".runners > li").first
    first.get_by_text("waiting", exact=True).wait_for()
    assert first.locator(f'a[href="/sessions/{SESSION}"]').count() >= 1
    assert "1 session waiting for a permission" in page.locator("main").inner_text()


def test_a_broken_line_is_told_of(open_at: Open, watched: Watched) -> None:
    watched.allowed = ("Failed to load resource", "ERR_")
    page = open_at("/style")
    page.route("**/api/v2/changes", lambda route: route.abort())
    page.reload()
    page.get_by_text("not live", exact=True).wait_for()
    assert page.locator("h1").first.inner_text() == "Style"


def test_a_server_that_fails_is_told_of_and_asked_again(open_at: Open, watched: Watched) -> None:
    watched.allowed = ("Failed to load resource",)
    page = open_at("/style")
    answer = {"detail": "the index is being rebuilt", "hint": "try again in a minute"}
    page.route("**/api/reports/projects**", lambda route: route.fulfill(status=503, json=answer))
    page.get_by_role("link", name="Projects").click()
    page.get_by_text("the index is being rebuilt").wait_for()
    assert page.get_by_text("try again in a minute").is_visible()
    page.unroute("**/api/reports/projects**")
    page.get_by_role("button", name="Try again").click()
    page.locator("main table").wait_for()
    page.get_by_role("button", name="Try again").wait_for(state="detached")
