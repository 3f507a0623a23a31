"""Takes the pictures of docs/: every page over two weeks of made-up work, and a shared file, light and dark.

python -m tools.dashboard_pictures [NAME…]      needs Chromium and a built dashboard
"""

from __future__ import annotations

import struct
import subprocess
import sys
import tempfile
import zlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tests.browser import places, weeks

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
PAGES = {
    "sessions": "/", "session": "/sessions/{longest}?tab=explain", "live": "/live", "search": "/search?q=refunds",
    "cost": "/cost?since=30d", "findings": "/findings?since=30d", "projects": "/projects?since=30d", "files": "/files?since=30d",
    "replay": "/sessions/{longest}/replay#e57",
    "tools": "/tools?since=30d", "compare": "/compare?a={longest}&b={running}", "health": "/health", "settings": "/settings",
}  # fmt: skip
PRESSED = {"replay": "w"}
"""Keys that are pressed on a page first."""
FILE = "shared-file"
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
SIZE = (1280, 800)
LEARNT = "() => localStorage.getItem('agent-trace.agents')"
"""The page knows the names and colours of the agents."""
AT_HOME = """home => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) walker.currentNode.data = walker.currentNode.data.replaceAll(home, "/home/dev");
}"""
"""The home of the pictures is a temporary folder: they show another name for it."""
COLOURS = 256
SAME = 48
"""Colours that are less apart than this, in squares, are one."""
MAGIC = b"\x89PNG\r\n\x1a\n"


def take(browser: Browser, place: places.Place, name: str, scheme: Scheme) -> None:
    """One page in one set of colours."""
    width, height = SIZE
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce", timezone_id="UTC")
    page.clock.set_fixed_time(weeks.NOW)
    page.emulate_media(color_scheme=scheme)
    page.goto(place.address + PAGES[name].format(**place.written._asdict()))
    page.locator("main h1").first.wait_for()
    page.wait_for_function("() => !document.querySelector('.waiting, .later')")
    page.wait_for_function(LEARNT)
    for key in PRESSED.get(name, ""):
        page.keyboard.press(key)
        page.locator(".why .tale").first.wait_for()
    page.evaluate(AT_HOME, str(place.home))
    picture = page.screenshot(animations="disabled")
    (ROOT / f"docs/images/dashboard-{name}-{scheme}.png").write_bytes(small(picture))
    page.close()


def take_file(browser: Browser, place: places.Place, scheme: Scheme) -> None:
    """A shared file, opened from the disk."""
    path = place.home / "shared.html"
    command = [sys.executable, "-m", "agent_trace", "share", place.written.longest, "--tier", "3", "-o", str(path)]
    subprocess.run(command, env=places.environment(place.home), check=True, capture_output=True)
    width, height = SIZE
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce", timezone_id="UTC")
    page.clock.set_fixed_time(weeks.NOW)
    page.emulate_media(color_scheme=scheme)
    page.goto(path.as_uri())
    page.locator(".moment .block").first.wait_for()
    page.get_by_role("button", name="Outcome").click()
    (ROOT / f"docs/images/{FILE}-{scheme}.png").write_bytes(small(page.screenshot(animations="disabled")))
    page.close()


def small(picture: bytes) -> bytes:
    """The same picture with at most 256 colours: a page of text has few, and the edges of its letters need not have more."""
    width, height, points = _points(picture)
    seen = Counter(points)
    palette = _palette(seen)
    number = {colour: at for at, colour in enumerate(palette)}
    number |= {colour: _nearest(palette, colour) for colour in seen if colour not in number}
    rows = (bytes(number[point] for point in points[at : at + width]) for at in range(0, width * height, width))
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return (
        MAGIC
        + _chunk(b"IHDR", head)
        + _chunk(b"PLTE", b"".join(palette))
        + _chunk(b"IDAT", data)
        + _chunk(b"IEND", b"")
    )


def _palette(seen: Counter[bytes]) -> list[bytes]:
    """The most frequent colours that are not nearly the same: a small dot in a colour of its own keeps it."""
    chosen: list[bytes] = []
    for colour, _ in seen.most_common():
        if len(chosen) < COLOURS and all(_apart(colour, other) > SAME for other in chosen):
            chosen.append(colour)
    return chosen


def _nearest(palette: list[bytes], colour: bytes) -> int:
    return min(range(len(palette)), key=lambda at: _apart(palette[at], colour))


def _apart(a: bytes, b: bytes) -> int:
    return sum((one - other) ** 2 for one, other in zip(a, b, strict=True))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _points(picture: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height and every point of a picture of the browser's: eight bits a channel, without gaps between rows."""
    width, height, _, kind = struct.unpack(">IIBB", picture[16:26])
    data, at = b"", len(MAGIC)
    while at < len(picture):
        size = int.from_bytes(picture[at : at + 4], "big")
        if picture[at + 4 : at + 8] == b"IDAT":
            data += picture[at + 8 : at + 8 + size]
        at += size + 12
    raw, step = zlib.decompress(data), 4 if kind == 6 else 3
    before, points = bytearray(width * step), []
    for start in range(0, len(raw), width * step + 1):
        before = _unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + width * step]), before, step)
        points += [bytes(before[x : x + 3]) for x in range(0, len(before), step)]
    return width, height, points


def _unfiltered(kind: int, row: bytearray, above: bytearray, step: int) -> bytearray:
    """A row as it was before it was written as differences."""
    for x in range(len(row)):
        left, up = row[x - step] if x >= step else 0, above[x]
        corner = above[x - step] if x >= step else 0
        row[x] = (row[x] + (0, left, up, (left + up) // 2, _paeth(left, up, corner))[kind]) & 255
    return row


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]


def main() -> None:
    """Take those that are named, or all."""
    from playwright.sync_api import sync_playwright

    with (
        tempfile.TemporaryDirectory() as folder,
        places.served(Path(folder), hostile=False) as place,
        sync_playwright() as started,
    ):
        browser = started.chromium.launch(executable_path=places.chromium(), args=["--no-sandbox"])
        for name in sys.argv[1:] or (*PAGES, FILE):
            for scheme in SCHEMES:
                if name == FILE:
                    take_file(browser, place, scheme)
                else:
                    take(browser, place, name, scheme)
        browser.close()


if __name__ == "__main__":
    main()
