"""The Masker: what is secret in a text, a value or a line of a log, and the same with markers in its place."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Sequence
from itertools import islice
from typing import Any

import msgspec

from agent_trace.privacy import RULES_VERSION, blocks, finding, reading, records
from agent_trace.privacy.escapes import SIMPLE
from agent_trace.privacy.linear import Linear, RefusedError, over_text
from agent_trace.privacy.markers import fitting, marker
from agent_trace.privacy.matches import matches
from agent_trace.privacy.named import number_kind, whole_value
from agent_trace.privacy.rules import MASKED, Level, Mode, PiiKind, Rule
from agent_trace.privacy.spans import Span, united

STRETCH = 32 << 10
"""Bytes of plain text that are looked at together."""
SAID = tuple(sorted(one.decode() for one in records.NAMES))
NUMBER = b"0"
"""In the place of a number in JSON where no string fits, and within strings, whose quotes are written with signs more."""
LEAST_NUMBER = 1000
"""Below it no number is a secret."""
ANCHORED = re.compile(r"[\^$]|\\[AzZBQ]")
"""What a pattern may hold that matches at the end of a string only, or where a word goes on."""
UNESCAPED = re.compile(rb"\\([nrtbf/\"])")
"""Escapes of JSON that hide no other one."""
PASSES = 4
"""How often a text is looked at again until nothing more is found."""


class Mask(msgspec.Struct, frozen=True, kw_only=True):
    """What would be masked in a text, in characters."""

    kind: str
    level: Level
    start: int
    end: int


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """What would be masked in a record: never the value."""

    kind: str
    level: Level
    where: str
    """`message.content[0].text`; empty in plain text."""


class Masker:
    """Masks secrets, and the personal data that were asked for.

    `mode` says which levels are masked; `pii` names kinds of personal data, which are masked in every mode. Texts keep
    nothing of a secret, whatever is cut from them later: hand in whole ones.
    """

    def __init__(self, rules: Sequence[Rule] = (), *, mode: Mode = "moderate", pii: Collection[PiiKind] = ()) -> None:
        self._levels = MASKED[mode]
        self._pii = tuple(sorted(pii))
        self._rules = tuple(rules)
        self._own = [(rule, over_text(rule.pattern)) for rule in rules if rule.level in self._levels]
        self._scan: Linear = finding.prefilter(self._pii)
        patterns = [rule.pattern for rule, _ in self._own]
        self._any = any_of(patterns)
        """Finds whatever any of the own rules matches; None: only they themselves can tell."""
        self._is_plain = not any(map(ANCHORED.search, patterns))
        said = msgspec.json.encode([RULES_VERSION, mode, self._pii, self._rules])
        self._digest = hashlib.sha256(said).hexdigest()[:16]

    @property
    def digest(self) -> str:
        """Changes when what is masked may change: with the rules, the mode, the kinds and the built-in rules."""
        return self._digest

    def find(self, text: str, name: str = "") -> tuple[Mask, ...]:
        """What would be masked in a text; `name` is the key, header or variable whose value it is."""
        raw = text.encode("utf-8", "surrogatepass")
        return self._told(raw, self._spans(raw, name), is_ascii=len(raw) == len(text))

    def _told(self, raw: bytes, spans: Sequence[Span], *, is_ascii: bool) -> tuple[Mask, ...]:
        if is_ascii:
            return tuple(Mask(kind=one.kind, level=one.level, start=one.start, end=one.end) for one in spans)
        return tuple(_in_characters(raw, spans))

    def text(self, text: str, name: str = "") -> str:
        """The text with a full marker, or the rule's replacement, in the place of every secret."""
        return self.masked(text, name)[1]

    def masked(self, text: str, name: str = "") -> tuple[tuple[Mask, ...], str]:
        """What would be masked in a text, and the text without that."""
        raw = text.encode("utf-8", "surrogatepass")
        spans = self._spans(raw, name)
        if not spans:
            return (), text
        found = self._told(raw, spans, is_ascii=len(raw) == len(text))
        return found, self._settled(raw, name, _full, spans).decode("utf-8", "surrogatepass")

    def value(self, value: Any, name: str = "") -> Any:
        """A new value of dictionaries, lists and texts; all that is no text stays,
        but for numbers under secret names. Keys are only masked as texts."""
        if isinstance(value, str):
            return self.text(value, name)
        if isinstance(value, int) and not isinstance(value, bool) and name and "HIGH" in self._levels:
            kind = number_kind(str(value).encode(), name) if value >= LEAST_NUMBER else ""
            return marker(kind) if kind else value
        if isinstance(value, dict):
            return self._mapping(value)
        if isinstance(value, list | tuple):
            masked = self._elements(value, name)
            return masked if isinstance(value, list) else tuple(masked)
        return value

    def line(self, line: bytes) -> bytes:
        """One record of a log without its newline: markers that fit, blanks at the end, the same length."""
        if not self._own and self._scan.search(line) is None:
            return line
        masked = self._settled(line, "", _fitting)
        return line if masked is line else _padded(masked, len(line))

    def lines(self, data: bytes) -> bytes:
        """Whole lines, every one as long as before; what runs over several lines of plain text too."""
        out: list[bytes] = []
        done = position = 0
        while position < len(data):
            start = self._next_line(data, position)
            if start < 0:
                break
            end = _line_end(data, start)
            if records.opens(data[start:end]):
                masked = self.line(data[start:end])
            else:
                end = _plain_end(data, end)
                masked = self._stretch(data[start:end])
            out += (data[done:start], masked)
            done = end
            position = end + 1
        out.append(data[done:])
        return b"".join(out)

    def _next_line(self, data: bytes, position: int) -> int:
        """Where the next line begins that is to be looked at; below 0 where none is."""
        if self._own:
            return position
        hit = self._scan.search(data, position)
        if hit is None:
            return -1
        at = hit.start() + data.startswith(b"\n", hit.start())
        return data.rfind(b"\n", position, at) + 1 or position

    def places(self, line: bytes) -> tuple[Place, ...]:
        """What would be masked in a record, by kind and path."""
        found = (one for one in reading.read(line, "", self._find) if self._is_masked(one.span))
        return tuple(
            Place(kind=one.span.kind, level=one.span.level, where=self.text(records.spelled(one.where)))
            for one in found
        )

    def _find(self, text: bytes, name: str) -> list[Span]:
        spans = list(whole_value(text, name)) if name else []
        if spans or self._scan.search(text):
            spans += finding.find(text, self._pii)
        spans = [one for one in spans if one.level in self._levels or one.rank == finding.PII_RANK]
        if self._own and (self._any is None or self._any.search(text)):
            for rule, pattern in self._own:
                spans += matches(rule, pattern, text)
        return united(spans)

    def _spans(self, raw: bytes, name: str) -> list[Span]:
        if not name and self._scan.search(raw) is None and not self._may_match(raw):
            return []
        return [one for one in reading.spans(raw, name, self._find) if self._is_masked(one)]

    def _may_match(self, raw: bytes) -> bool:
        """Whether an own rule may match somewhere within: a string of a record begins and ends where no word goes on."""
        if not self._own or self._any is None or not self._is_plain:
            return bool(self._own)
        if self._any.search(raw):
            return True
        if b"\\" not in raw or not records.opens(raw):
            return False
        bare = UNESCAPED.sub(_meant, raw)
        return b"\\" in bare or self._any.search(bare) is not None

    def _is_masked(self, span: Span) -> bool:
        """Whether a number is, for all else was asked when it was found."""
        return not span.number or span.level in self._levels

    def _settled(
        self, raw: bytes, name: str, replaced: Callable[[Span], bytes], first: Sequence[Span] | None = None
    ) -> bytes:
        """`first`: what was found in it already."""
        for _ in range(PASSES):
            spans = self._spans(raw, name) if first is None else first
            first = None
            masked = _spliced(raw, spans, replaced) if spans else raw
            if masked == raw:
                break
            raw = masked
        return raw

    def _mapping(self, value: dict[Any, Any]) -> dict[Any, Any]:
        said = next((value[key] for key in SAID if isinstance(value.get(key), str)), "")
        masked = {}
        for key, one in value.items():
            name = key if isinstance(key, str) else ""
            called = said if said and name in {"value", "Value"} else name
            masked[self.text(key) if name else key] = self.value(one, called)
        return masked

    def _elements(self, value: Sequence[Any], name: str) -> list[Any]:
        out: list[Any] = []
        before = ""
        for one in value:
            out.append(self.value(one, before if records.is_name(before, len(out), len(value)) else name))
            before = one[:80] if isinstance(one, str) else ""
        return out

    def _stretch(self, data: bytes) -> bytes:
        if b"\n" not in data:
            return self.line(data)
        spans = self._spans(data, "")
        return b"\n".join(_line_by_line(data, spans))


def _line_end(data: bytes, start: int) -> int:
    end = data.find(b"\n", start)
    return len(data) if end < 0 else end


def _plain_end(data: bytes, end: int) -> int:
    """The end of the plain text that goes on behind a line: up to a record, or some pages further on.

    A private key is never cut: where one begins before that end, the text reaches as far as it does.
    """
    first, limit = end, end + STRETCH
    while end < min(limit, len(data)) and not records.opens(data[end + 1 : end + 65]):
        end = _line_end(data, end + 1)
    last = max((one.end for one in blocks.find(data, first, end)), default=0)
    return max(end, _line_end(data, last)) if last else end


def any_of(patterns: Sequence[str]) -> Linear | None:
    """One pattern that finds something wherever one of these does; None: there are none, or too many for one."""
    try:
        return over_text("|".join(f"(?:{one})" for one in patterns)) if patterns else None
    except RefusedError:
        return None


def _meant(escape: re.Match[bytes]) -> bytes:
    return SIMPLE.get(escape[0]) or escape[1]


def _full(span: Span) -> bytes:
    if span.number:
        return b'"%b"' % marker(span.kind).encode() if span.number == 1 else NUMBER
    return span.replacement or marker(span.kind).encode()


def _fitting(span: Span) -> bytes:
    room, full = span.end - span.start, marker(span.kind).encode()
    if span.number:
        return b'"%b"' % fitting(full, room - 2) if span.number == 1 and room >= len(b'"***"') else NUMBER
    return fitting(full, room)


def _spliced(raw: bytes, spans: Sequence[Span], replaced: Callable[[Span], bytes]) -> bytes:
    out: list[bytes] = []
    done = 0
    for span in spans:
        out += (raw[done : span.start], replaced(span))
        done = span.end
    return b"".join((*out, raw[done:]))


def _padded(line: bytes, length: int) -> bytes:
    """A line with blanks at its end, before a carriage return."""
    body = line.rstrip(b"\r\n")
    return body + b" " * (length - len(line)) + line[len(body) :]


def _line_by_line(data: bytes, spans: Sequence[Span]) -> list[bytes]:
    out: list[bytes] = []
    start = first = 0
    for line in data.split(b"\n"):
        end = start + len(line)
        while first < len(spans) and spans[first].end <= start:
            first += 1
        own = []
        for one in islice(spans, first, None):
            if one.start >= end:
                break
            own.append(one._replace(start=max(one.start, start) - start, end=min(one.end, end) - start))
        masked = _spliced(line, own, _fitting)
        out.append(_padded(masked, len(line)))
        start = end + 1
    return out


def _in_characters(raw: bytes, spans: Sequence[Span]) -> list[Mask]:
    out, done, counted = [], 0, 0
    for span in spans:
        start = counted + _length(raw[done : span.start])
        counted = start + _length(raw[span.start : span.end])
        done = span.end
        out.append(Mask(kind=span.kind, level=span.level, start=start, end=counted))
    return out


def _length(part: bytes) -> int:
    return len(part.decode("utf-8", "surrogatepass"))
