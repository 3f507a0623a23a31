"""COMPACTION_REBUILD: after a compaction the agent read again what it had read before.

What: among the first thirty steps after a compaction (or a clear) three or more readings brought the very content that had
been read between it and the compaction before.

Why it matters: the compaction threw away what the work still needed; its own cost and the second reading bought nothing.

What to do: compact at the end of a task and not within it, say in the compaction what must be kept, or have the agent write
what it needs into a file of notes.

What the repeated results brought is claimed, not the compaction's own call. The 24 recorded and public sessions with a
compaction are followed by none such reading, so there is no finding to judge yet; three keeps a single look out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from typing import Annotated

import msgspec

from agent_trace.analysis.attempts import Attempt
from agent_trace.analysis.intentions import Intention
from agent_trace.analysis.spared import evidence, results, steps
from agent_trace.analysis.waste import Grounds
from agent_trace.model.findings import Finding
from agent_trace.model.session import Session

PRECEDENCE = 60
CONFIDENCE = 0.8
_FIX = "Compact between tasks, and tell the compaction which files and decisions are still needed."


class Options(msgspec.Struct, frozen=True, kw_only=True):
    reads: Annotated[int, msgspec.Meta(ge=1, description="How many contents must have been read again.")] = 3
    steps: Annotated[int, msgspec.Meta(ge=1, description="Of so many steps after the compaction.")] = 30
    characters: Annotated[int, msgspec.Meta(ge=0, description="Shorter contents do not count.")] = 400


def detect(session: Session, options: Options, facts: Grounds) -> Iterator[Finding]:
    """Each compaction after which enough was read again."""
    seen: dict[tuple[Intention, int, str], int] = {}
    again: dict[int, list[Attempt]] = {}
    done: Counter[int] = Counter()
    """Reset, by its place among them → the steps since."""
    for one in facts.attempts:
        if one.step.call.side:
            continue
        passed = bisect_left(facts.flow.resets, one.number)
        done[passed] += 1
        result = one.step.result
        if one.work != "look" or one.failed is not False or result is None or result.size < options.characters:
            continue
        key = one.intention, result.size, result.output
        if seen.get(key, passed) == passed - 1 and done[passed] <= options.steps:
            again.setdefault(passed, []).append(one)
        seen[key] = passed
    for passed, reads in again.items():
        if len(reads) >= options.reads:
            yield _finding(session, facts.flow.resets[passed - 1], reads, facts)


def _finding(session: Session, reset: int, reads: list[Attempt], facts: Grounds) -> Finding:
    event = session.numbered[reset - 1].event
    return Finding(
        rule="COMPACTION_REBUILD",
        summary=f"{len(reads)} contents that were read before a compaction were read again after it",
        about=reads[0].step.call.id,
        evidence=(event.id, *evidence(reads)),
        claims=tuple(results(facts, reads)),
        steps=steps(reads),
        confidence=CONFIDENCE,
        fix=_FIX,
    )
