"""A shared file: opened from the disk with the network off, with scripts and without."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import places, weeks
from tests.browser.conftest import Open
from tests.browser.places import Place
from tests.browser.test_access import AXE, RUN
from tests.browser.test_replay import CURRENT, SEEN, moved, now

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

View = Callable[..., "Page"]
LOOK = "all => all.map(one => [one.title, one.querySelector('.mark').className, one.querySelector('.mark').textContent.trim()])"


@pytest.fixture(scope="module")
def shared(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Writes the file of a session once."""
    folder = tmp_path_factory.mktemp("shared")

    def written(session: str) -> Path:
        path = folder / f"{session.replace('/', '-')}.html"
        if not path.exists():
            command = [sys.executable, "-m", "agent_trace", "share", session, "--tier", "3", "-o", str(path)]
            subprocess.run(command, env=places.environment(place.home), check=True, capture_output=True)
        return path

    return written


@pytest.fixture
def view(browser: Browser, shared: Callable[[str], Path]) -> Iterator[View]:
    """Opens the file of a session where nothing else can be reached; whatever goes wrong fails the test."""
    wrong: list[str] = []
    contexts = []

    def opened(session: str, end: str = "", *, scripts: bool = True, scheme: str = "light", width: int = 1280) -> Page:
        path = shared(session)
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=scripts, reduced_motion="reduce",
            color_scheme="dark" if scheme == "dark" else "light", locale="en-GB", timezone_id="UTC",
        )  # fmt: skip
        contexts.append(context)
        context.set_offline(True)
        context.set_default_timeout(15_000)
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        context.on("request", lambda one: None if one.url.startswith(path.as_uri()) else wrong.append(one.url))
        context.on("console", lambda said: wrong.append(said.text) if said.type in {"error", "warning"} else None)
        page = context.new_page()
        page.goto(path.as_uri() + end)
        if scripts:
            page.locator("[data-ready] .moment .block").first.wait_for()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def parent(place: Place) -> tuple[str, str]:
    """A recorded session and the sub-agent that it started."""
    with urllib.request.urlopen(f"{place.address}/api/v2/sessions?limit=200") as answer:
        for one in json.load(answer)["sessions"]:
            with urllib.request.urlopen(f"{place.address}/api/v2/sessions/{one['id']}") as shown:
                children = json.load(shown)["children"]
            if children:
                return one["id"], children[0]["id"]
    raise AssertionError("no recorded session has a sub-agent")


def test_it_opens_without_a_network(view: View, place: Place) -> None:
    page = view(place.written.longest)
    assert "The importer runs out of memory" in page.locator("h1:visible").inner_text()
    assert page.locator("#agent-trace-summary").is_hidden()
    assert page.locator(".asked > li").count() >= 4
    assert page.locator(".made .badge").count() >= 1
    page.locator(".passage summary").click()
    sheet = page.locator(".passage .sheet").inner_text()
    assert "In this file: everything" in sheet
    assert re.search(r"Masked in it: .*\d × home folder", sheet)
    assert page.get_by_role("button", name="Follow").count() == 0


def test_its_keys_and_controls_work(view: View, place: Place) -> None:
    page = view(place.written.longest)
    start = now(page)
    page.keyboard.press("n")
    second = moved(page, start)
    page.wait_for_url(f"**#e{second}")
    page.keyboard.press("e")
    failure = moved(page, second)
    page.wait_for_function(SEEN)
    page.keyboard.press("w")
    page.get_by_role("complementary", name="Why").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert moved(page, failure) > failure
    page.get_by_role("slider", name="Position in time").fill("9900")
    page.wait_for_function(SEEN)
    assert page.locator(".spent").inner_text().startswith("$")
    page.keyboard.press("x")
    page.locator(".moment.g-prompts").first.wait_for(state="detached")
    page.keyboard.press("x")
    page.keyboard.press("t")
    page.locator(".prompt-table tbody tr").first.wait_for()
    page.keyboard.press("t")
    page.keyboard.press("/")
    page.keyboard.type("test_slow")
    page.locator(".hits-count", has_text="hits").wait_for()
    page.keyboard.press("Enter")
    page.locator(CURRENT, has_text="test_slow").wait_for()
    page.get_by_role("button", name="Kinds").click()
    page.get_by_role("button", name="Only answers").click()
    page.locator(".moment.g-shell").first.wait_for(state="detached")
    page.locator("h1:visible").click()
    page.keyboard.press("?")
    assert page.locator("dialog").get_by_text("next failure", exact=True).is_visible()
    assert page.locator("dialog").get_by_text("write a note", exact=True).count() == 0


def test_it_plays(view: View, place: Place) -> None:
    page = view(place.written.longest)
    page.get_by_role("button", name="100×").click()
    page.get_by_role("button", name="Play").click()
    later = moved(page, moved(page, now(page)))
    page.get_by_role("button", name="Pause").click()
    assert later > 1


def test_an_address_into_it_is_kept(view: View, place: Place) -> None:
    page = view(place.written.longest, "#e120")
    page.wait_for_function(SEEN)
    assert abs(now(page) - 120) <= 1
    page.reload()
    page.wait_for_function(SEEN)
    assert abs(now(page) - 120) <= 1


def test_sub_agents_are_in_it(view: View, place: Place) -> None:
    session, child = parent(place)
    page = view(session)
    page.get_by_role("button", name="Related").click()
    page.locator(".sheet-of .link").first.click()
    page.locator(".crumbs").wait_for()
    assert f"s={child.replace('/', '%2F')}" in page.url
    page.locator(".moment .block").first.wait_for()
    page.keyboard.press("j")
    page.locator(CURRENT).wait_for()
    assert f"s={child.replace('/', '%2F')}" in page.url
    page.locator(".crumbs a").click()
    page.locator(".crumbs").wait_for(state="detached")
    page.get_by_role("button", name="Kinds").first.click()
    page.get_by_role("button", name="Only sub-agents").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Show what it did").first.click()
    page.locator(".nested li").first.wait_for()


def test_without_scripts_it_is_a_summary(view: View, place: Place) -> None:
    page = view(place.written.longest, scripts=False)
    said = page.locator("#agent-trace-summary")
    assert said.is_visible()
    assert "The importer runs out of memory" in said.inner_text()
    assert "What failed" in said.inner_text()
    assert page.locator("#agent-trace-viewer").inner_text() == ""


@pytest.mark.parametrize("scripts", [True, False])
def test_what_a_transcript_holds_is_text(view: View, place: Place, scripts: bool) -> None:
    page = view(place.written.hostile, scripts=scripts)
    assert page.locator("h1:visible").first.inner_text() == weeks.HOSTILE
    if scripts:
        for button in page.locator(".sheets button").all():
            button.click()
        assert page.evaluate("window.broken === undefined")
    assert page.locator("main img, main iframe, a[href^='javascript']").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_it(view: View, place: Place, scheme: str) -> None:
    page = view(place.written.longest, scheme=scheme)
    page.get_by_role("button", name="Outcome").click()
    page.evaluate(AXE.read_text())
    assert page.evaluate(RUN) == []


def test_it_fits_a_phone(view: View, place: Place) -> None:
    page = view(place.written.longest, width=390)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Only failed").click()
    page.locator(".moment.g-prompts").first.wait_for(state="detached")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_it_prints_all_of_it_without_controls(view: View, place: Place) -> None:
    page = view(place.written.longest)
    drawn = page.locator(".moment").count()
    page.emulate_media(media="print")
    page.wait_for_function(f"() => document.querySelectorAll('.moment').length > {drawn}")
    assert page.locator(".replay-bar").is_hidden()
    assert page.locator(".moment").last.is_visible()
    page.emulate_media(media="screen")
    page.wait_for_function("() => document.querySelectorAll('.moment').length < 90")


def test_a_broken_file_says_so_and_shows_its_summary(
    view: View, shared: Callable[[str], Path], place: Place, browser: Browser, tmp_path: Path
) -> None:
    text = shared(place.written.longest).read_text()
    start = text.index(">", text.index('id="agent-trace-data"')) + 1
    broken = tmp_path / "broken.html"
    broken.write_text(text[:start] + "AAAA" + text[text.index("</script>", start) :])
    page = browser.new_context().new_page()
    page.goto(broken.as_uri())
    page.get_by_text("The viewer could not show this session").wait_for()
    assert page.locator("#agent-trace-summary").is_visible()
    page.context.close()


def test_agents_look_as_they_do_on_the_page(view: View, place: Place, open_at: Open) -> None:
    session, _ = parent(place)
    looks = []
    for page in (view(session), open_at(f"/sessions/{session}/replay")):
        page.get_by_label("More of it").get_by_role("button", name="Related").click()
        page.locator(".sheet-of .agent").first.wait_for()
        looks.append(page.locator(".session-head .agent").evaluate_all(LOOK))
    assert looks[0] == looks[1]
    assert len(looks[0]) == 2
    assert looks[0][0][0] != looks[0][0][0].lower()


def test_the_page_without_scripts_is_not_seen_while_the_viewer_opens(
    view: View, shared: Callable[[str], Path], place: Place, browser: Browser, tmp_path: Path
) -> None:
    text = shared(place.written.longest).read_text()
    waiting = tmp_path / "waiting.html"
    waiting.write_text(text[: text.rindex("<script>")] + "</body></html>")
    for scripts in (True, False):
        context = browser.new_context(java_script_enabled=scripts)
        page = context.new_page()
        page.goto(waiting.as_uri())
        said = page.locator("#agent-trace-summary")
        assert said.is_visible() is not scripts
        page.emulate_media(media="print")
        assert said.is_visible()
        context.close()


def test_a_viewer_that_breaks_gives_the_page_back(
    shared: Callable[[str], Path], place: Place, browser: Browser, tmp_path: Path
) -> None:
    text = shared(place.written.longest).read_text()
    broken = tmp_path / "broken.html"
    broken.write_text(re.sub("<meta http-equiv[^>]*>", "", text[: text.rindex("<script>")]) + "<script>}</script>")
    page = browser.new_context().new_page()
    page.goto(broken.as_uri())
    assert page.locator("#agent-trace-summary").is_visible()
    page.context.close()
