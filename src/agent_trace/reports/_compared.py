"""What all comparisons begin with: which two sessions they are about, and how these ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from agent_trace.model.summary import Summary
from agent_trace.render.blocks import AnyBlock, Fields, Heading, Prose, Tone, field
from agent_trace.render.numbers import clip

if TYPE_CHECKING:
    from agent_trace.reports._verdict import Verdict

NAMES: Mapping[str | None, str] = {
    "committed": "committed",
    "ended well": "ended well",
    "failed": "failed",
    "interrupted": "interrupted",
    None: "running",
}
"""How a session ended, in words."""
_TONES: Mapping[str, Tone] = {"A": "good", "B": "good", "not_comparable": "warning"}


def head(name: str, a: Summary, b: Summary, chosen_by: tuple[str, str]) -> Iterator[AnyBlock]:
    """The two sessions."""
    yield Heading(text=f"{name} of two sessions")
    items = []
    for letter, one, why in zip("AB", (a, b), chosen_by, strict=True):
        items.append(field(letter, one.id, why))
        items.append(field("", clip(one.title or "(no title)", 100), f"{one.agent}, {one.state}"))
    yield Fields(items=tuple(items))


def judgement(found: Verdict) -> Iterator[AnyBlock]:
    """The verdict as a sentence, and what it leaves out."""
    words = {"A": "A went better", "B": "B went better", "not_comparable": "not comparable"}
    yield Prose(
        text=f"Verdict: {words.get(found.verdict, found.verdict)}: {found.why}.",
        tone=_TONES.get(found.verdict, "strong"),
    )
    yield from left_out(found)


def left_out(found: Verdict) -> Iterator[AnyBlock]:
    """What the verdict could not look at."""
    if found.left_out:
        yield Prose(text=f"Left out, because it is not known of both: {', '.join(found.left_out)}.", tone="warning")
