"""Writes docs/agents.md and a page of docs/agents for each agent, from what the agents themselves declare.

python -m tools.agent_pages            writes the pages, and removes those of agents that are no more
python -m tools.agent_pages --check    says whether they are fresh (exit code 1 when not)
"""

from __future__ import annotations

import inspect
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType

from agent_trace import registry
from agent_trace.model.agent import Agent
from agent_trace.reports._agents import SYSTEMS, UNVERIFIED, USAGE, capabilities, described, verified

DOCS = Path(__file__).resolve().parent.parent / "docs"
INTRODUCTION = """# Agents

Generated from the code by `make docs`. `agent-trace agents` shows the same with what was found on your machine.

agent-trace reads what these agents write down anyway. Nothing is switched on in them. *Verified* versions were seen
running when the reader was written, and what it finds was compared with what really happened; an *unverified* reader
was made from the agent's own sources or from other people's files. All of it was run on Linux: homes on macOS and
Windows are looked for by construction, and nobody has tried them there.

*Tokens* says what the logs know of them. An agent that counts cached tokens inside its input has them taken apart on
reading, so that `input`, `cache_read` and `output` mean the same for all ([numbers](numbers.md)). *Dollars* are those
that the agent writes down itself: they stand beside agent-trace's own figure where the two differ, and in its place
with `--cost recorded` or, where no price is known, with `--cost best`."""


def pages(agents: Mapping[str, ModuleType]) -> dict[str, str]:
    """Path below docs/ → the page."""
    found = {"agents.md": index([module.AGENT for module in agents.values()])}
    found.update({f"agents/{name}.md": page(module) for name, module in agents.items()})
    return found


def index(agents: Iterable[Agent]) -> str:
    """The table of all agents."""
    head = ("agent", "`--agent`", "verified", "logs", "tokens", "dollars", "sub-agents", "live")
    rows = []
    for agent in agents:
        able = capabilities(agent)
        rows.append(
            (
                f"[{agent.title}](agents/{agent.name}.md)",
                f"`{agent.name}`",
                ", ".join(verified(agent)) or UNVERIFIED,
                ", ".join(able.logs),
                USAGE[able.usage],
                "yes" if able.cost else "-",
                "yes" if able.subagents else "-",
                ", ".join(filter(None, (able.hooks, able.telemetry))) or "-",
            )
        )
    return f"{INTRODUCTION}\n\n{table(head, rows)}\n"


def page(module: ModuleType) -> str:
    """One agent's page: its docstring, what it declares, where it is looked for, its tools."""
    agent: Agent = module.AGENT
    facts = [("`--agent`", f"`{agent.name}`"), ("verified", ", ".join(verified(agent)) or UNVERIFIED)]
    facts += [(one.label, one.value + (f" ({one.note})" if one.note else "")) for one in described(capabilities(agent))]
    parts = [
        f"# {agent.title}",
        f"Generated from `{place(module)}` by `make docs`. [All agents](../agents.md)",
        prose(module.__doc__ or ""),
        table(("", ""), facts),
        "## Where it is looked for",
        table(("folder", "named by", "system"), homes(agent)),
    ]
    if reads := [f"- {line}" for line in logs(agent)]:
        parts += ["Below these folders:", "\n".join(reads)]
    if agent.tools:
        parts += ["## Tools", "What its tools are called, by the kinds that all agents share.", table(*tools(agent))]
    return "\n\n".join(parts) + "\n"


def place(module: ModuleType) -> str:
    """The agent's file or folder in the repository."""
    path = "src/" + module.__name__.replace(".", "/")
    return path if hasattr(module, "__path__") else f"{path}.py"


def homes(agent: Agent) -> Iterator[tuple[str, str, str]]:
    """Rows of the table of homes."""
    for home in agent.homes:
        system = f"{SYSTEMS[home.system]} only" if home.system else "all"
        yield f"`{home.path}`", f"`${home.variable}`" if home.variable else "", system


def logs(agent: Agent) -> Iterator[str]:
    """What is read below a home."""
    for pattern in agent.files:
        yield f"`{pattern}`, line by line as it grows"
    for bundle in agent.bundles:
        beside = ", ".join(f"`{'/'.join(steps)}`" for steps in bundle.beside)
        yield f"`{bundle.main}`" + (f" with {beside}" if beside else "") + ", as a whole whenever it changes"
    for database in agent.databases:
        yield f"`{database.file}`, an SQLite database, opened read-only"
    for ending in agent.beside:
        yield f"`*{ending}` beside a log"


def tools(agent: Agent) -> tuple[tuple[str, str], list[tuple[str, str]]]:
    """Head and rows of the table of tools."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for name, kind in agent.tools.items():
        kinds[kind].append(f"`{name}`")
    return ("kind", "tools"), [(kind, ", ".join(sorted(names))) for kind, names in sorted(kinds.items())]


def prose(text: str) -> str:
    """A docstring as Markdown: what stands between angle brackets is no markup."""
    pieces = re.split(r"(`[^`]*`)", inspect.cleandoc(text))
    return "".join(piece if piece.startswith("`") else piece.replace("<", "&lt;") for piece in pieces)


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    columns = list(head)
    lines = [columns, ["---"] * len(columns), *([plain(one) for one in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def plain(text: str) -> str:
    """A text that breaks no table: on one line, its bars escaped."""
    return " ".join(text.split()).replace("|", "\\|")


def stale(docs: Path, wanted: Mapping[str, str]) -> list[str]:
    """Pages that are not there, not as they should be, or of agents that are no more."""
    there = {f"agents/{path.name}": path for path in sorted((docs / "agents").glob("*.md"))}
    found = [name for name in there if name not in wanted]
    for name, text in wanted.items():
        path = docs / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            found.append(name)
    return sorted(found)


def main() -> None:
    """Write the pages, or compare them."""
    wanted = pages(registry.members("agents"))
    found = stale(DOCS, wanted)
    if sys.argv[1:] == ["--check"]:
        sys.exit(f"not fresh: {', '.join(found)}: run `make docs`" if found else 0)
    for name in found:
        path = DOCS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name in wanted:
            path.write_text(wanted[name], encoding="utf-8")
        else:
            path.unlink()


if __name__ == "__main__":
    main()
