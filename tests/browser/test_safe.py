"""What a transcript holds is shown as text, wherever it comes up, and nothing of it runs."""

from __future__ import annotations

import urllib.request

import pytest

from tests.browser import weeks
from tests.browser.conftest import Open, Watched
from tests.browser.places import Place


@pytest.mark.parametrize(
    "path", ["/?since=all&q=onerror", "/search?q=onerror", "/projects?since=all", "/files?since=all", "/cost?since=all"]
)
def test_pages_show_it_as_text(open_at: Open, path: str) -> None:
    page = open_at(path)
    assert page.evaluate("window.broken === undefined")
    assert page.locator("main img, main script, main iframe").count() == 0
    if "onerror" in path:
        assert "<script>" in page.locator("main").inner_text().replace("\n", "")


@pytest.mark.parametrize("tab", ["", "explain", "cost", "findings", "outcome", "files"])
def test_a_session_shows_it_as_text(open_at: Open, place: Place, tab: str) -> None:
    page = open_at(f"/sessions/{place.written.hostile}?tab={tab}")
    assert page.locator("h1").inner_text() == weeks.HOSTILE
    assert page.title().startswith(weeks.HOSTILE)
    for phase in page.locator("details").all():
        phase.locator("summary").click()
    assert page.evaluate("window.broken === undefined")
    assert page.locator("main img, main script, a[href^='javascript']").count() == 0
    assert "49" not in page.locator("h1").inner_text()


def test_an_address_cannot_put_markup_into_the_page(open_at: Open) -> None:
    page = open_at("/search?q=%3Cimg%20src%3Dx%20onerror%3Dwindow.broken%3D1%3E&kind=%3Cb%3E")
    assert page.evaluate("window.broken === undefined")
    assert page.locator("main img").count() == 0


def test_a_token_in_the_address_is_taken_out_of_sight(open_at: Open, watched: Watched) -> None:
    watched.allowed = ("401",)
    page = open_at("/style#token=that-of-nobody")
    assert page.url.endswith("/style")
    assert page.get_by_text("that is not the token of this home").is_visible()


def test_the_page_may_run_nothing_but_its_own_files(place: Place) -> None:
    with urllib.request.urlopen(place.address) as answer:
        policy, text = answer.headers["Content-Security-Policy"], answer.read().decode()
    assert "'unsafe-inline'" not in policy.replace("style-src 'self' 'unsafe-inline'", "")
    assert "http://" not in text
    assert "https://" not in text
    assert "<script>" not in text
