"""The style page looks and reads as it did: its outline as a text, its parts as pictures."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Open

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

GOLDEN = Path(__file__).parent / "golden"
TOLERANCE = 0.001
"""The share of points that may differ."""
PARTS = ("Colours", "Buttons", "Values", "Figures", "Trend", "Donut", "Heat map", "Table", "Error")
FONT = "* { font-family: 'DejaVu Sans' !important; caret-color: transparent !important }"
"""The one font that every machine of the tests has."""
DIFFERING = """async ([before, now]) => {
    const points = async text => {
        const picture = new Image();
        picture.src = `data:image/png;base64,${text}`;
        await picture.decode();
        const canvas = new OffscreenCanvas(picture.width, picture.height);
        const context = canvas.getContext("2d");
        context.drawImage(picture, 0, 0);
        return context.getImageData(0, 0, picture.width, picture.height);
    };
    const [a, b] = [await points(before), await points(now)];
    if (a.width !== b.width || a.height !== b.height) return 1;
    let differing = 0;
    for (let at = 0; at < a.data.length; at += 4) {
        if ([0, 1, 2].some(part => Math.abs(a.data[at + part] - b.data[at + part]) > 8)) differing += 1;
    }
    return differing / (a.data.length / 4);
}"""


def held(path: Path, now: bytes) -> bytes:
    """What stood there before; with GOLDEN set, what is now is put there."""
    if os.environ.get("GOLDEN"):
        path.write_bytes(now)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("path", "name"), [("/style", "style"), ("/?since=all&agent=codex", "sessions"), ("/compare", "compare")]
)
def test_the_outline_is_as_it_was(open_at: Open, path: str, name: str) -> None:
    page = open_at(path)
    outline = (page.locator("body").aria_snapshot() + "\n").encode()
    assert outline.decode() == held(GOLDEN / f"{name}.yaml", outline).decode()


@pytest.fixture
def scale(context: BrowserContext) -> Page:
    """An empty page that may read pictures."""
    return context.new_page()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("part", PARTS)
def test_a_part_looks_as_it_did(open_at: Open, scale: Page, part: str, scheme: str) -> None:
    page = open_at("/style", scheme=scheme)
    page.add_style_tag(content=FONT)
    now = page.locator(f'[data-part="{part}"]').screenshot(animations="disabled", scale="css")
    before = held(GOLDEN / f"{part.lower().replace(' ', '-')}-{scheme}.png", now)
    encoded = [base64.b64encode(picture).decode() for picture in (before, now)]
    assert scale.evaluate(DIFFERING, encoded) <= TOLERANCE
