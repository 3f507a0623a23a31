"""What the user's rules match: as google-re2 finds it, at a cost that is bounded for every pattern and every text.

One search is linear, but a pattern may look to the end of the text for each of many short matches (`a(.*b)?`). So what
all searches of a rule may look at in one text has a limit; behind it a search sees the next bytes alone, and a match that
reaches the end of those is looked at again with more.
"""

from __future__ import annotations

from agent_trace.privacy.linear import Hit, Linear
from agent_trace.privacy.rules import Rule
from agent_trace.privacy.spans import Span

LIMIT = 1 << 28
"""Bytes that the searches of one rule in one text may look at before each is given its own limit."""
AHEAD = 1024
"""Bytes that such a search may look at; a match of half of them is found wherever it begins."""


def matches(rule: Rule, pattern: Linear, text: bytes) -> list[Span]:
    """What a rule matches in a text, from left to right, without overlaps."""
    found, position, looked, size = list[Span](), 0, 0, len(text)
    while position <= size:
        reach = size if looked < LIMIT else min(size, position + AHEAD)
        looked += reach - position
        hit = pattern.search(text, position, reach)
        if hit is None and reach == size:
            break
        if hit is None:
            position = reach - AHEAD // 2
            continue
        end = hit.end() if hit.end() < reach else _end(pattern, text, hit)
        if end > hit.start():
            found.append(Span(hit.start(), end, rule.name, rule.level, 0, rule.replacement.encode()))
        position = max(end, hit.start() + 1)
    return found


def _end(pattern: Linear, text: bytes, hit: Hit) -> int:
    """Where a match ends that was cut off: twice as much is shown until it ends before that."""
    end, size = hit.end(), len(text)
    while end < size:
        shown = min(size, end + max(AHEAD, end - hit.start()))
        again = pattern.search(text, hit.start(), shown)
        if again is None or again.start() != hit.start() or again.end() < shown:
            return max(end, again.end()) if again and again.start() == hit.start() else end
        end = again.end()
    return end
