"""Every report as a page: it needs nothing beside it, nothing of a transcript becomes markup, and it leaves at tier 2."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agent_trace import registry
from agent_trace.exports import traces
from agent_trace.model.events import Event
from tests import stories
from tests.commands.terminal import Terminal
from tests.exports.sessions import facts
from tests.privacy import canaries
from tests.privacy.canaries import FREE, least
from tests.render.test_html import ATTRIBUTES, ELEMENTS, Page
from tests.reports.recorded import FIX
from tests.reports.small import copy_run

BRANCHES = f"{stories.RUNS[0].rpartition('/')[0]}/branches"
WORDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "a2a_tree": (("s1",), (FIX,)), "agents": ((),), "analyze": ((), ("--all",)), "annotations": (("s1",),), "compare": (("s1", FIX),),
    "context": (("s1", "9"), (FIX, "112")), "files": ((), ("--file", "calc.py")), "forecast": ((),), "heatmap": ((),),
    "report_aggregate": ((),), "report_session": (("s1",), (FIX,)), "tools": ((),), "waste": ((), ("--by", "session")),
    "cost": (("--by", "model"), ("--by", "project,branch"), ("--by", "tool")), "diff": (("s1", FIX),),
    "diff_outcome": (("s1", FIX),), "doctor": ((),), "explain": (("s1",), (FIX,)), "findings": (("s1", "--all"), (FIX,)),
    "inspect": (("s1", "--mode", "forensic"),), "list": ((),), "outcome": (("s1",), (FIX,)), "outcomes": (("--by", "project"),),
    "postmortem": (("s1",), (FIX,)), "prices": ((),), "prices_check": ((),), "projects": ((),),
    "replay": (("s1", "--limit", "500", "--full"), (FIX, "--tree")), "replay_document": (("s1",), (FIX,)),
    "search": (("script", "--limit", "0"),),
    "session_cost": (("s1",), (FIX, "--by", "phase")), "show": (("s1",), (FIX,)), "standup": (("s1",), (FIX,)),
    "stats": (("s1",), (FIX, "--include-subagents")), "timeline": (("s1",), (FIX,)), "token_budget": (("s1",), (FIX,)),
    "tree": (("s1",), (FIX,)), "who": (("HEAD",),), "why": (("s1", "9"), (FIX, "52")),
}  # fmt: skip
"""Each report → how it is asked for."""
PAGES = [(report, words) for report, forms in WORDS.items() for words in forms]
LOUD = frozenset({"show", "replay", "inspect", "explain", "timeline", "search", "list", "annotations"})
"""Reports that tell what was said, of which tier 3 shows some."""
LOADED = re.compile(r"""@import|url\(|<link|<base|\bsrc=|\bsrcset=|\son[a-z]+=|javascript:""", re.IGNORECASE)


def evil(kind: type[Event], name: str) -> str:
    """What a hostile transcript has in a field."""
    return f"<script src='http://evil.invalid/'>{kind.__name__}-{name}</script><img src=x onerror=alert(1)>\"'"


@pytest.fixture
def pages(home: Path, tmp_path: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A home with recorded sessions, and one in which every text is hostile."""
    monkeypatch.setattr(canaries, "canary", evil)
    copy_run("2.1.329/fix", home)
    stories.unpack(BRANCHES, home)
    one = canaries.session()
    for path, data in traces.encode(one, facts(one)).items():
        place = home / "elsewhere" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    monkeypatch.chdir(stories.clone(BRANCHES, "demo", tmp_path))
    assert terminal.run("import", str(home / "elsewhere")).code == 0
    assert terminal.run("annotate", "s1", "9", "--note", evil(Event, "note"), "--label", "x<b>").code == 0
    return terminal


def test_every_report_is_asked_for() -> None:
    assert set(WORDS) == set(registry.names("reports"))


@pytest.mark.parametrize(("report", "words"), PAGES, ids=[" ".join((name, *words)) for name, words in PAGES])
def test_a_page(pages: Terminal, report: str, words: tuple[str, ...]) -> None:
    command = (report.replace("_", "-"), *words, "--format", "html")
    left, whole = pages.run(*command), pages.run(*command, "--tier", "3")
    assert (left.code, whole.code) == (0, 0), (left.err, whole.err)
    assert left.err.startswith("agent-trace: tier 2:")
    for source in (left.out, whole.out):
        stands_alone(source)
    shown = Page(left.out).text
    above = {(kind.__name__, name) for kind, name in FREE if least(kind, name) > 2}
    assert {(kind, name) for kind, name in above if f"{kind}-{name}<" in shown} == set()
    assert report not in LOUD or words == (FIX,) or "--tree" in words or "</script>" in Page(whole.out).text


def stands_alone(source: str) -> None:
    """One file, its own style, no script, nothing to load, for light, dark and paper."""
    page = Page(source)
    assert set(page.elements) <= ELEMENTS
    assert {name for name, _ in page.attributes} <= ATTRIBUTES
    tags = " ".join(re.findall(r"<[^>]*>", source)) + "".join(re.findall(r"<style>(.*?)</style>", source, re.DOTALL))
    assert LOADED.search(tags) is None
    assert "default-src 'none'" in source
    for rule in ("prefers-color-scheme: dark", "color-scheme: light dark", "@media print"):
        assert rule in source
