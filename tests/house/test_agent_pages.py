"""docs/agents.md and docs/agents say what the agents declare; the check can fail."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from agent_trace import registry
from agent_trace.model.agent import Agent, Bundle, Database, Home
from tests.house.source import ROOT
from tools import agent_pages


def test_the_pages_are_fresh() -> None:
    assert agent_pages.stale(ROOT / "docs", agent_pages.pages(registry.members("agents"))) == []


def nova() -> ModuleType:
    module = ModuleType("agent_trace.agents.nova", "Nova: logs of version 1.\n\nA log is `<id>.jsonl`, made by <nova>.")
    vars(module)["AGENT"] = Agent(
        name="nova",
        title="Nova Coder",
        homes=(Home(path="$NOVA", variable="NOVA"), Home(path="~/Library/Nova", system="macos")),
        files=("*.jsonl",),
        bundles=(Bundle(main="*/main.json", beside=(("parts", "*.json"),)), Bundle(main="x.md")),
        databases=(Database(file="n.db", sessions="", rows=()),),
        beside=(".meta.json",),
        tools={"Read": "read", "cat|less": "read", "Bash": "shell"},
        verified="1.0, 1.1",
    )
    return module


def test_a_page_says_all_that_is_declared() -> None:
    page = agent_pages.page(nova())
    assert page.startswith("# Nova Coder\n\nGenerated from `src/agent_trace/agents/nova.py` by `make docs`.")
    assert "A log is `<id>.jsonl`, made by &lt;nova>." in page
    assert "| verified | 1.0, 1.1 |\n" in page
    assert "| `$NOVA` | `$NOVA` | all |\n| `~/Library/Nova` |  | macOS only |\n" in page
    assert "- `*/main.json` with `parts/*.json`, as a whole whenever it changes\n- `x.md`, as a whole" in page
    assert "- `n.db`, an SQLite database, opened read-only\n- `*.meta.json` beside a log\n" in page
    assert "| read | `Read`, `cat\\|less` |\n| shell | `Bash` |\n" in page


def test_an_agent_may_declare_little() -> None:
    module = nova()
    vars(module).update(__path__=[], AGENT=Agent(name="nova", title="Nova", homes=(Home(path="~"),), files=("*",)))
    page = agent_pages.page(module)
    assert "`src/agent_trace/agents/nova`" in page
    assert "## Tools" not in page
    assert "| verified | unverified |" in page


def test_the_index_names_every_agent() -> None:
    assert "\n| [Nova Coder](agents/nova.md) | `nova` | 1.0, 1.1 | lines, files, database |" in (
        agent_pages.index([nova().AGENT])
    )


def test_stale_pages_are_noticed_and_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent_pages, "DOCS", tmp_path)
    monkeypatch.setattr("sys.argv", ["agent_pages"])
    agent_pages.main()
    (tmp_path / "agents/gone.md").write_text("of an agent that is no more")
    (tmp_path / "agents.md").write_text("old")
    monkeypatch.setattr("sys.argv", ["agent_pages", "--check"])
    with pytest.raises(SystemExit) as found:
        agent_pages.main()
    assert found.value.code == "not fresh: agents.md, agents/gone.md: run `make docs`"
    monkeypatch.setattr("sys.argv", ["agent_pages"])
    agent_pages.main()
    monkeypatch.setattr("sys.argv", ["agent_pages", "--check"])
    with pytest.raises(SystemExit) as fresh:
        agent_pages.main()
    assert fresh.value.code == 0


def test_an_agent_may_be_recognised_alone() -> None:
    module = nova()
    agent = Agent(name="nova", title="Nova", homes=(Home(path="~"),), usage="none", gaps="all of it is encrypted")
    vars(module)["AGENT"] = agent
    page = agent_pages.page(module)
    assert "| logs | none that can be read |" in page
    assert "Below these folders" not in page
