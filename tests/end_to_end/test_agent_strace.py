"""The real agent-strace and agent-trace read what the other wrote.

Left out unless $AGENT_STRACE names its program: `python -m venv DIR && DIR/bin/pip install agent-strace==0.103.0`, then
`AGENT_STRACE=DIR/bin/agent-strace pytest tests/end_to_end/test_agent_strace.py`. It needs an environment of its own: its
package is called `agent_trace` too.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from agent_trace.agents.claude.parse import parse
from agent_trace.model.session import by_session
from tests.agents.claude import logs
from tests.reports.small import CORPUS, copy_run
from tests.sync import program

STRACE = os.environ.get("AGENT_STRACE", "")
pytestmark = pytest.mark.skipif(not STRACE, reason="AGENT_STRACE names no agent-strace")

RUNS = ("2.1.197/fix", "2.1.197/compact", "2.1.329/fix")
VIEWS = (
    "replay {id}", "inspect {id}", "stats {id} --include-subagents", "explain {id}", "timeline {id}", "why {id} 2",
    "tree {id}", "a2a-tree {id}", "audit {id} --verify-chain", "verify", "health {id}", "token-budget {id}", "cost {id}",
    "compaction {id}", "export {id} --format json", "export {id} --format csv", "export {id} --format ndjson",
)  # fmt: skip
"""What it shows of one session. `verify` looks at its own signature chain."""


@pytest.fixture
def here(home: Path) -> Path:
    (home / "demo").mkdir()
    return home / "demo"


def strace(here: Path, *words: str, store: str = ".agent-traces", stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the real one in the repository, without telemetry."""
    environment = {"HOME": str(here.parent), "PATH": os.environ["PATH"], "DO_NOT_TRACK": "1", "LANG": "C.UTF-8"}
    return subprocess.run(
        [STRACE, "--trace-dir", store, *words],
        cwd=here, env=environment, input=stdin, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def ours(here: Path, *words: str) -> Any:
    """Run ours there; its JSON."""
    process = program.start(here.parent, *words, "--json", environment={"PWD": str(here)})
    return json.loads(program.finish(process)[0])


def exported(here: Path, run: str) -> list[str]:
    """Names of the folders of a recorded run."""
    copy_run(run, here.parent)
    found = ours(here, "export", "--all", "-o", str(here / ".agent-traces"))
    return [Path(one["path"]).name for one in found["sessions"]]


@pytest.mark.parametrize("run", RUNS)
def test_it_lists_every_session_that_we_export(here: Path, run: str) -> None:
    names = exported(here, run)
    listed = strace(here, "list")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert f"{len(names)} session(s)" in listed.stdout
    assert all(name[:16] in listed.stdout for name in names)


def apart(here: Path, name: str) -> str:
    """A store with one session: agent-strace takes the first folder whose name begins with an id, and a sub-agent's does."""
    shutil.copytree(here / ".agent-traces" / name, here / f"only-{name}" / name)
    return f"only-{name}"


@pytest.mark.parametrize("run", RUNS)
def test_it_shows_every_session_without_complaint(here: Path, run: str) -> None:
    for name in exported(here, run):
        store = apart(here, name)
        for view in VIEWS:
            ran = strace(here, *view.format(id=name).split(), store=store)
            assert (view, ran.returncode, ran.stderr) == (view, 0, ""), f"{name}: {ran.stderr}{ran.stdout[-300:]}"
        for form in ("otlp", "otlp-genai"):
            ran = strace(here, "export", name, "--format", form, store=store)
            assert (ran.returncode, "payload written" in ran.stderr) == (0, True)


@pytest.mark.parametrize("run", RUNS)
def test_it_reads_exactly_what_we_wrote(here: Path, run: str) -> None:
    for name in exported(here, run):
        written = (here / ".agent-traces" / name / "events.ndjson").read_text(encoding="utf-8").splitlines()
        found = json.loads(strace(here, "inspect", name, store=apart(here, name)).stdout)
        assert found["events"] == [json.loads(line) for line in written]
        assert found["session"] == json.loads((here / ".agent-traces" / name / "meta.json").read_bytes())


TREES = """
from agent_trace.a2a import build_a2a_tree
from agent_trace.store import TraceStore
from agent_trace.subagent import aggregate_stats, build_tree
store, root = TraceStore(".agent-traces"), {root!r}
tree, calls = build_tree(store, root), build_a2a_tree(store, root)
print([child.meta.session_id for child in tree.children], aggregate_stats(tree).session_count)
print([call.sub_session_id for call in calls.root.a2a_calls], calls.total_agents, calls.max_depth)
"""


def test_it_knows_sub_agents_by_their_parents(here: Path) -> None:
    names = exported(here, "2.1.329/fix")
    (child,) = [name for name in names if "--agent-" in name]
    code = TREES.format(root=child.partition("--")[0])
    python = Path(STRACE).with_name("python")
    ran = subprocess.run(
        [python, "-c", code], cwd=here, env={"DO_NOT_TRACK": "1"}, capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines() == [f"['{child}'] 2", f"['{child}'] 2 1"]


def test_it_annotates_what_we_wrote_and_we_read_it(here: Path) -> None:
    name = exported(here, "2.1.197/terminal")[0]
    first = json.loads((here / ".agent-traces" / name / "events.ndjson").read_text(encoding="utf-8").splitlines()[1])
    note = ("--event", first["event_id"], "--note", "look here", "--label", "decision", "--author", "me")
    ran = strace(here, "annotate", name, *note)
    assert ran.returncode == 0, ran.stderr
    assert _notes(here, name) == ["look here\nlabel: decision\nauthor: me"], "beside the log"
    shutil.rmtree(here.parent / ".claude")
    shutil.rmtree(here.parent / ".agent-trace")
    assert _notes(here, name) == ["look here\nlabel: decision\nauthor: me"], "without it"
    ours(here, "export", name, "--tier", "3", "-o", str(here / "again"))
    listed = strace(here, "annotate", name, "--list", store="again")
    assert ("look here" in listed.stdout, listed.returncode, listed.stderr) == (True, 0, "")


def _notes(here: Path, name: str) -> list[str]:
    events = ours(here, "inspect", name, "--mode", "forensic")["events"]
    return [one["event"]["text"] for one in events if one["event"].get("kind") == "annotation"]


# ---------------------------------------------------------------- what it writes


def test_its_import_merges_into_the_session_and_is_one_without_it(here: Path) -> None:
    copy_run("2.1.197/fix", here.parent)
    before = ours(here, "list")
    for path in (here.parent / ".claude/projects").glob("*/*.jsonl"):
        ran = strace(here, "import", str(path))
        assert ran.returncode == 0, ran.stderr
    assert ours(here, "list")["totals"] == before["totals"]
    shutil.rmtree(here.parent / ".claude")
    shutil.rmtree(here.parent / ".agent-trace")
    alone = {one["id"]: one["own"] for one in ours(here, "list")["sessions"]}
    for name in (name for name in logs.LOGS if name.startswith("2.1.197/fix/") and "/subagents/" not in name):
        (session,) = [
            one
            for key, one in by_session(parse(name, logs.lines(logs.content(name))), "claude").items()
            if "/" not in key
        ]
        assert alone[session.id]["calls"] == session.call_count + _inherited(session)
        assert alone[session.id]["usage"]["output"] >= (session.usage.output or 0)


def _inherited(session: Any) -> int:
    """Calls that a fork copied: the importer cannot tell them from its own."""
    return sum(call.inherited for call in session.calls)


def test_its_hooks_are_heard(here: Path) -> None:
    asked = {"session_id": "11112222-3333-4444-5555-666677778888", "cwd": str(here)}
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("session-start", {"source": "startup"}),
        ("user-prompt", {"prompt": "Make it work"}),
        ("pre-tool", {"tool_name": "Bash", "tool_input": {"command": "make"}, "tool_use_id": "t1"}),
        ("post-tool-failure", {"tool_name": "Bash", "tool_use_id": "t1", "error": "no rule"}),
        ("stop", {"last_assistant_message": "There is no rule."}),
        ("session-end", {"reason": "other"}),
    )
    for event, more in steps:
        ran = strace(here, "hook", event, stdin=json.dumps({**asked, **more}))
        assert ran.returncode == 0, ran.stderr
    (one,) = ours(here, "list")["sessions"]
    assert (one["id"], one["title"], one["prompts"], one["state"]) == ("11112222-3333-44", "Make it work", 1, "ended")
    assert (one["own"]["calls"], one["own"]["tool_calls"], one["own"]["errors"]) == (None, 1, 1)


def test_its_corpus_is_what_this_version_writes(here: Path) -> None:
    ran = strace(here, "--version")
    assert (CORPUS.parent / "traces" / ran.stdout.split()[-1]).is_dir()
