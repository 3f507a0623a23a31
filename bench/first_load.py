"""What a browser loads before it shows anything: kB over the wire, first content, for each address that is named.

`python -m bench.first_load http://127.0.0.1:3100/ …` opens each address in turn, round by round, in a fresh profile of
Debian's Chromium (Playwright drives it), and prints medians.
"""

from __future__ import annotations

import argparse
import statistics
from typing import Any

ROUNDS = 5
SETTLE_MS = 1500
"""So long after the load something may still be fetched."""
CHROMIUM = "/usr/bin/chromium"
_SEEN = """
() => {
  const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  const built = all.filter((one) => !new URL(one.name).pathname.startsWith("/api/"));
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return {
    files: built.length,
    wire: built.reduce((sum, one) => sum + one.transferSize, 0),
    whole: built.reduce((sum, one) => sum + one.decodedBodySize, 0),
    data: all.reduce((sum, one) => sum + one.transferSize, 0) - built.reduce((sum, one) => sum + one.transferSize, 0),
    painted: paint ? paint.startTime : null,
  };
}
"""


def look(browser: Any, address: str) -> dict[str, Any]:
    """One load in a profile that has nothing of it."""
    context = browser.new_context()
    try:
        page = context.new_page()
        page.goto(address, wait_until="load")
        page.wait_for_timeout(SETTLE_MS)
        found: dict[str, Any] = page.evaluate(_SEEN)
        return found
    finally:
        context.close()


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="bench.first_load", description=__doc__)
    parser.add_argument("address", nargs="+")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    args = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        seen: dict[str, list[dict[str, Any]]] = {address: [] for address in args.address}
        for _ in range(args.rounds):
            for address in args.address:
                seen[address].append(look(browser, address))
        browser.close()
    for address, rounds in seen.items():
        middle = {name: statistics.median(one[name] or 0 for one in rounds) for name in rounds[0]}
        print(
            f"{address:40s} {middle['files']:.0f} files, {middle['wire'] / 1000:.0f} kB over the wire ({middle['whole'] / 1000:.0f} kB), "
            f"data {middle['data'] / 1000:.0f} kB, first content {middle['painted']:.0f} ms"
        )


if __name__ == "__main__":
    main()
