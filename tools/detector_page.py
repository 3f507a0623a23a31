"""Writes docs/detectors.md from the code: every rule that finds waste, as its docstring tells it, with its options.

python -m tools.detector_page            writes the page
python -m tools.detector_page --check    says whether it is fresh (exit code 1 when not)
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import get_type_hints

import msgspec

from agent_trace import registry
from agent_trace.analysis.waste import ROOM

PAGE = Path(__file__).resolve().parent.parent / "docs" / "detectors.md"
INTRODUCTION = """# Rules that find waste

Generated from the code by `make docs`. `findings` shows what they find in a session and its sub-agents, `analyze` in many, `lint`
makes a gate of them; `explain` and every sum of waste use the same claims.

A rule claims tokens of model calls, and time of steps. A token class of a call belongs to one rule: where two overlap the one with
the higher precedence gets it, and the other says who has it. Dollars are the claimed tokens at their price. *Sure* is how
often such a finding is expected to be right; [what was judged by hand](detectors-judged.md) stands on a page of its own.

    agent-trace findings                              the latest session
    agent-trace findings 942b --optimize-for latency  what took longest first; or cost, reliability
    agent-trace findings 942b --rule cache_miss       one rule alone; --all adds those that are off by default
    agent-trace analyze --since 7d                    the last ten sessions of this week
    agent-trace analyze expensive --limit 20          the dearest
    agent-trace lint --strict                         exit code 1 where anything is found

`lint --config FILE` reads a TOML file. Without `--strict` only its thresholds make the gate say no:

```toml
rules = ["retry_loop", "edit_cascade", "cache_miss"]   # only these; without it all that are on by default

[fail]                # a finding at or above one of these fails
usd = 0.50
tokens = 500000
seconds = 600
confidence = 0.8      # one that is less sure never does

[rule.cache_miss]     # a rule's own options, as listed below
tokens = 20000
```

`blind-retry` and `error-no-change` are other names of RETRY_LOOP."""


def page() -> str:
    """The whole page: the rule with the highest precedence first."""
    modules = sorted(registry.members(ROOM).values(), key=lambda one: -one.PRECEDENCE)
    return "\n\n".join([INTRODUCTION, table(modules), *map(section, modules)]).rstrip() + "\n"


def table(modules: list[ModuleType]) -> str:
    """All rules at a glance."""
    rows = [
        f"| [{name(one)}](#{name(one).lower()}) | {about(one)} | {one.PRECEDENCE} | {sure(one)} | {on(one)} |"
        for one in modules
    ]
    return "\n".join(["| rule | finds | precedence | sure | by default |", "|---|---|---|---|---|", *rows])


def section(module: ModuleType) -> str:
    """A rule's docstring and its options."""
    _, *paragraphs = (module.__doc__ or "").strip().split("\n\n")
    told = [emphasized(" ".join(paragraph.split())) for paragraph in paragraphs]
    return "\n\n".join([f"## {name(module)}", *told, "\n".join(options(module))])


def emphasized(text: str) -> str:
    """`What: …` with its first words in bold."""
    for words in ("What:", "Why it matters:", "What to do:"):
        if text.startswith(words):
            return f"**{words.removesuffix(':')}.** {text.removeprefix(words).strip()[:1].upper()}{text.removeprefix(words).strip()[1:]}"
    return text


def options(module: ModuleType) -> Iterator[str]:
    """A rule's options as a table."""
    yield "| option | default | |"
    yield "|---|---|---|"
    hints = get_type_hints(module.Options, include_extras=True)
    for field in msgspec.structs.fields(module.Options):
        meta = next(one for one in hints[field.name].__metadata__ if isinstance(one, msgspec.Meta))
        yield f"| `{field.name}` | {field.default:,} | {meta.description} |"


def name(module: ModuleType) -> str:
    """`POLLING`: the file's name."""
    return module.__name__.rpartition(".")[2].upper()


def about(module: ModuleType) -> str:
    """The first sentence of its docstring."""
    return " ".join((module.__doc__ or "").partition("\n\n")[0].partition(": ")[2].split()).removesuffix(".")


def sure(module: ModuleType) -> str:
    """How confident it is, or from where to where."""
    found = module.CONFIDENCE.values() if isinstance(module.CONFIDENCE, dict) else [module.CONFIDENCE]
    return " to ".join(f"{one:.0%}" for one in sorted({min(found), max(found)}))


def on(module: ModuleType) -> str:
    """Whether it looks unasked."""
    return "on" if getattr(module, "ON", True) else "off, `info`"


def main() -> int:
    """Write the page, or check it."""
    made = page()
    if "--check" in sys.argv[1:]:
        return int(PAGE.read_text(encoding="utf-8") != made)
    PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
