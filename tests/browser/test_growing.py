"""Agents at work on a machine on which none was ever used: every state of their logs is seen in the list and on Live.

Their recorded logs are written piece by piece, cut wherever it may be, as if they were written now. What is to be seen
is what an index of its own says of the same files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from agent_trace.app.summaries import summaries
from agent_trace.app.workspace import Workspace
from agent_trace.model.selection import Selection
from agent_trace.model.summary import Summary
from agent_trace.model.usage import Amounts
from agent_trace.store.sessions import roots
from tests.browser import places, weeks
from tests.browser.conftest import Open
from tests.browser.places import CORPUS, Place

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

PIECES = 14
"""How many times each log is written to."""
RECORDED = {
    "claude": "2.1.329/fix/home/.claude/projects/*/*.jsonl",
    "codex": "0.169.0/fix/home/.codex/sessions/*/*/*/*.jsonl",
    "gemini": "0.61.0/fix/home/.gemini/tmp/*/chats/session-*.jsonl",
    "qwen": "0.15.10/fix/home/.qwen/projects/*/chats/*.jsonl",
}
COLUMNS = '["agent", "started", "prompts", "cost", "tools", "errors", "state"]'
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z")
LIST = """wanted => {
    const seen = Object.fromEntries([...document.querySelectorAll("tbody tr[data-row]")].map(row => {
        const cell = name => row.querySelector(`.col-${name}`)?.innerText.replace(/\\(.*\\)/s, "").trim();
        const id = decodeURIComponent(row.querySelector("a")?.getAttribute("href")?.slice("/sessions/".length) ?? "");
        return [id, ["prompts", "tools", "cost", "errors", "state"].map(cell)];
    }));
    return Object.entries(wanted).every(([id, cells]) => JSON.stringify(seen[id]) === JSON.stringify(cells));
}"""
LIVE = """wanted => {
    const seen = Object.fromEntries([...document.querySelectorAll(".runners > li")].map(item =>
        [decodeURIComponent(item.querySelector(".title a").getAttribute("href").slice("/sessions/".length)), item.innerText]
    ));
    return Object.keys(seen).length === Object.keys(wanted).length
        && Object.entries(wanted).every(([id, words]) => words.every(one => seen[id]?.includes(one)));
}"""


class Log(NamedTuple):
    """A recorded log that is written anew."""

    path: Path
    data: bytes

    def write(self, piece: int) -> None:
        """Its next piece."""
        begin, end = (len(self.data) * number // PIECES for number in (piece, piece + 1))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            file.write(self.data[begin:end])


def recorded(agent: str, home: Path) -> Log:
    """The longest log of an agent, with times that end just now."""
    path = max((CORPUS / agent).glob(RECORDED[agent]), key=lambda one: one.stat().st_size)
    return dated(path, home.joinpath(*path.relative_to(CORPUS / agent).parts[3:]))


def dated(path: Path, to: Path) -> Log:
    """A log as it would be written elsewhere, with times that end just now."""
    text = path.read_text()
    late = weeks.NOW - timedelta(seconds=5) - max(map(datetime.fromisoformat, map(_read, INSTANT.findall(text))))
    return Log(to, INSTANT.sub(lambda found: _written(datetime.fromisoformat(_read(found[0])) + late), text).encode())


def _read(instant: str) -> str:
    return f"{instant[:23]:0<23}".replace("Z", "0") + "+00:00"


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A server of a machine without any agent."""
    with places.served(tmp_path_factory.mktemp("new-home"), furnished=False) as found:
        yield found


def told(apart: Workspace) -> dict[str, Summary]:
    apart.sync()
    return {one.id: one for one in summaries(apart, roots(apart.db, Selection()))[0]}


def cells(one: Summary) -> list[str]:
    total = one.total
    return [f"{one.prompts:,}", f"{total.tool_calls:,}", cost(total), f"{total.errors:,}", one.state]


def cost(total: Amounts) -> str:
    if total.cost_usd is None:
        return "?" if total.calls else "–"
    cents = total.cost_usd.quantize(Decimal("0.01"), ROUND_HALF_UP)
    bound = "≥" if total.unpriced_calls else ""
    return bound + ("<$0.01" if not cents and total.cost_usd and not bound else f"${cents:,}")


def words(one: Summary) -> list[str]:
    def many(number: int | None, name: str) -> str:
        return f"{number:,} {name}" if number == 1 else f"{number:,} {name}s"

    return [
        many(one.prompts, "prompt"),
        many(one.total.tool_calls, "tool call"),
        many(one.total.errors, "marked error"),
    ]


def shows(page: Page, test: str, wanted: object) -> bool:
    page.wait_for_function(test, arg=wanted)
    return True


def test_every_state_of_growing_logs_is_seen(
    open_at: Open, context: BrowserContext, place: Place, apart: Workspace
) -> None:
    context.add_init_script(
        f"if (location.protocol === 'http:') localStorage.setItem('agent-trace.columns', '{COLUMNS}')"
    )
    logs = [recorded(agent, place.home) for agent in RECORDED]
    listed, live = open_at("/?since=all"), open_at("/live")
    for page in (listed, live):
        page.get_by_text("live", exact=True).wait_for()
    states: dict[str, set[str]] = {}
    for piece in range(PIECES):
        for log in logs:
            log.write(piece)
        now = told(apart)
        assert shows(listed, LIST, {one.id: cells(one) for one in now.values()})
        assert shows(live, LIVE, {one.id: words(one) for one in now.values() if one.state == "running"})
        for one in now.values():
            states.setdefault(one.agent, set()).add(one.state)
    assert states == {"claude": {"running", "ended"}, **{agent: {"running"} for agent in ("codex", "gemini", "qwen")}}
    assert all((one.prompts or 0) > 0 and (one.total.tool_calls or 0) > 4 for one in told(apart).values())
