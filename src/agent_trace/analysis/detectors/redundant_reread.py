"""REDUNDANT_REREAD: the same lines of a file were read again and again although they had not changed.

What: the same file with the same range (offset, limit, the words of the command) was read three times or more, each time
with the same content, within one context: no compaction, no clear, no prompt lay between, and no edit of it had failed,
after which reading again is right. The content decides, so a change that nobody logged is never overlooked.

Why it matters: the file stood in the context already; each reading sends it once more, and mostly a whole call with it.

What to do: tell the agent to look into its context before it reads again, and to read a part (offset, limit) of long files.

tracekit counts three reads of the same path, whatever range was read: six of the recorded and public sessions have that, in
five of them other lines were read, and in the sixth 128 characters. So there is no finding to judge yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated

import msgspec

from agent_trace.analysis.attempts import Attempt
from agent_trace.analysis.intentions import Intention
from agent_trace.analysis.spared import evidence, spared, steps
from agent_trace.analysis.waste import Grounds
from agent_trace.model.findings import Finding
from agent_trace.model.session import Session

PRECEDENCE = 65
CONFIDENCE = 0.9
_FIX = "Do not read a file again that is still in the context and has not changed; read only the lines that are needed."
_READERS = frozenset({"cat", "bat", "head", "tail", "sed", "nl", "less", "Get-Content"})
_Key = tuple[Intention, int, str, bool, tuple[int, int]]


class Options(msgspec.Struct, frozen=True, kw_only=True):
    reads: Annotated[int, msgspec.Meta(ge=2, description="How often the same content must have been read.")] = 3
    characters: Annotated[int, msgspec.Meta(ge=0, description="Shorter contents do not count.")] = 400
    """A hundred tokens: below that the reading costs less than the remark."""


def detect(session: Session, options: Options, facts: Grounds) -> Iterator[Finding]:
    """Each content that was read too often."""
    read: dict[_Key, list[Attempt]] = {}
    refused: Counter[str] = Counter()
    for one in facts.attempts:
        if one.failed and one.work == "edit":
            refused[one.purpose] += 1
        elif _is_reading(one) and one.step.result is not None and one.step.result.size >= options.characters:
            result = one.step.result
            since = facts.flow.turn(one.number), sum(refused[path] for path in _targets(one.intention))
            read.setdefault((one.intention, result.size, result.output, one.step.call.side, since), []).append(one)
    for reads in read.values():
        yield from _found(reads, options, facts)


def _targets(intention: Intention) -> set[str]:
    return {target for part in intention.parts for target in part.targets}


def _is_reading(one: Attempt) -> bool:
    if one.failed is not False or one.work != "look":
        return False
    return one.step.call.kind == "read" or (
        bool(one.commands) and all(command.program in _READERS or command.program == "cd" for command in one.commands)
    )


def _found(reads: list[Attempt], options: Options, facts: Grounds) -> Iterator[Finding]:
    """A batch of parallel reads is one reading."""
    if len({one.step.call.response or one.step.call.id for one in reads}) < options.reads:
        return
    yield Finding(
        rule="REDUNDANT_REREAD",
        summary=f"read {len(reads)} times with the same content, which was still in the context",
        about=reads[0].step.call.id,
        evidence=evidence(reads),
        claims=tuple(spared(facts, reads[1:])),
        steps=steps(reads[1:]),
        confidence=CONFIDENCE,
        fix=_FIX,
    )
