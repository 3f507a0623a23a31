"""Harmless lines to put around a secret, as long as wanted and always the same."""

from __future__ import annotations

from itertools import count

PROSE = (
    "The importer reads every file once and remembers where it stopped, so the next run is short.",
    "We looked at chapter {n} of the report; nothing in it contradicts what the tests say.",
    "When the queue holds more than {n} entries the worker slows down and says so in its log.",
    "Passwords are hashed before they are stored, and a token expires after {n} minutes.",
    "Nobody has asked for this yet, therefore it stays out until somebody does.",
)
LOG = (
    "2026-11-18T09:{m:02}:{s:02}Z INFO request finished path=/v1/orders/{n} status=200 ms={s}",
    "2026-11-18T09:{m:02}:{s:02}Z INFO cache miss key=orders:{n} size={m}",
    "2026-11-18T09:{m:02}:{s:02}Z DEBUG tokens in={n} out={m} model=large-4",
    "2026-11-18T09:{m:02}:{s:02}Z WARN slow query table=orders rows={n}",
)
TRACE = (
    '  File "/app/orders/views.py", line {n}, in submit',
    "    return self.handler(request, timeout={s})",
    '  File "/app/orders/queue.py", line {m}, in push',
    "    raise QueueFull(len(self.items))",
)
SETTINGS = (
    "  retries: {m}",
    "  timeout_seconds: {s}",
    "  # the larger of the two wins",
    "  path: /srv/orders/{n}",
    "  password_min_length: 12",
    "  max_tokens: {n}",
)
STYLES = {"prose": PROSE, "log": LOG, "trace": TRACE, "settings": SETTINGS}


def filler(style: str, size: int, start: int) -> str:
    """At least so many characters in whole lines."""
    lines = STYLES[style]
    parts: list[str] = []
    length = 0
    for number in count(start):
        if length >= size:
            break
        line = lines[number % len(lines)].format(n=number, m=number % 60, s=number * 7 % 60) + "\n"
        parts.append(line)
        length += len(line)
    return "".join(parts)
