"""WIDE_BLAST_RADIUS: one session changed very many files.

What: more than 20 files were written by edit tools.

Why it matters: a change of that width is hard to review and to take back. It is often meant so, and never a waste.

What to do: look through the list, commit in parts, and give the agent a scope where it should keep to one.

It is `info`, claims nothing and is off by default. 20 files is what docs/numbers.md calls a large change.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import msgspec

from agent_trace.analysis.attempts import Attempt
from agent_trace.analysis.waste import Grounds
from agent_trace.model.findings import Finding
from agent_trace.model.session import Session

PRECEDENCE = 10
ON = False
CONFIDENCE = 0.9
_FIX = "Name in the task which folders may be changed, and commit in parts."


class Options(msgspec.Struct, frozen=True, kw_only=True):
    files: Annotated[int, msgspec.Meta(ge=1, description="More changed files than this are many.")] = 20


def detect(session: Session, options: Options, facts: Grounds) -> Iterator[Finding]:
    """At most one."""
    edits: dict[str, Attempt] = {}
    for one in facts.attempts:
        if one.work == "edit" and one.failed is False and not one.commands:
            edits.setdefault(one.purpose, one)
    if len(edits) > options.files:
        found = tuple(one.step.call.id for one in edits.values())
        yield Finding(
            rule="WIDE_BLAST_RADIUS",
            kind="info",
            summary=f"{len(edits)} files were changed",
            about=found[0],
            evidence=found,
            confidence=CONFIDENCE,
            fix=_FIX,
        )
