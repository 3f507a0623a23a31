"""Canaries: words that stand nowhere else, put into every text of a log that its reader does not need as it is.

A canary ends with its number in letters and a mark, so that whatever is cut off its beginning (full text keeps only what
differs from the word before) it is still told apart.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
from binascii import unhexlify
from collections.abc import Iterator
from functools import cache
from typing import Any

from tests.house.source import ROOT

MARK = "xcanaryx"
NUMBER = 6
SEEN = re.compile(rb"(?i)([a-z]{%d})%s" % (NUMBER, MARK.encode()))
HEX = re.compile(rb"(?i)((?:6[1-9a-f]|7[0-9a]){%d})%s" % (NUMBER, MARK.encode().hex().encode()))
LONG = 150
_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?\Z")
_NUMBER = re.compile(r"[-+$]?\d[\d.,]*\Z")
_ID = re.compile(r"(?:^|[a-z_])(?:[Ii][Dd]s?|[Uu]uid|toolUseID|parent)\Z")
_WORDS = re.compile(
    r"(?:git)?[Bb]ranch|[Tt]itle|text|prompt|command|[Dd]escription|summary|message|cwd|thinking|output|answer"
)
"""Keys of what people, models and programs wrote: even where it is a word that a reader knows."""
_LETTERS = "abcdefghijklmnopqrstuvw"


class Planter:
    """Puts canaries into texts and remembers where."""

    def __init__(self, agent: str) -> None:
        self.agent = agent
        self.places: dict[str, str] = {}
        """Number of a canary → where it was put."""

    def canary(self, where: str) -> str:
        """What is put at a place."""
        return self.word(where)[1]

    def bare(self, where: str) -> str:
        """The same for one line that is no JSON."""
        return self.canary(where)

    def joined(self, text: str, word: str) -> str:
        """A text with what is put at its end."""
        return f"{text} {word}" if re.search(r"\s", text) else text + word

    def word(self, where: str) -> tuple[str, str]:
        """The number of a new word, and the word."""
        seed = hashlib.blake2b(f"{self.agent} {len(self.places)}".encode(), digest_size=12).digest()
        letters = "".join(_LETTERS[byte % len(_LETTERS)] for byte in seed)
        number = _numbered(self.agent, len(self.places))
        self.places[number] = where
        return number, f"{letters}{number}{MARK}"

    def spares(self, text: str, key: str) -> bool:
        """Whether a text stays as it is."""
        return is_needed(text, key)

    # ---- texts

    def text(self, text: str, where: str) -> str:
        """A text with a canary, in long ones near the beginning too: only that is searched."""
        if not text.strip():
            return text
        if text.lstrip()[:1] in "{[" and (inner := _parsed(text)) is not None:
            return json.dumps(self.value(inner, where))
        word, body = self.canary(where), text.rstrip()
        place = body.find(" ", 60) if len(body) > LONG else -1
        begun = body if place < 0 else f"{self.joined(body[:place] + ' ', word)}{body[place:]}"
        return self.joined(begun, word) + text[len(body) :]

    def value(self, value: Any, where: str, key: str = "") -> Any:
        """The same for all texts of a record."""
        if isinstance(value, str):
            return value if self.spares(value, key) else self.text(value, where)
        if isinstance(value, dict):
            found = {name: self.value(one, f"{where}.{name}", name) for name, one in value.items()}
            return {**found, **self._strange(where)} if "type" in value or "role" in value else found
        if isinstance(value, list):
            return [self.value(one, f"{where}[]", key) for one in value]
        return value

    def record(self, value: Any, where: str) -> Any:
        """A whole record: it also gets a field that nobody knows."""
        found = self.value(value, where)
        return {**found, **self._strange(where)} if isinstance(found, dict) else found

    def _strange(self, where: str) -> dict[str, str]:
        return {self.canary(f"{where}: key"): self.canary(f"{where}: unknown field")}

    # ---- logs

    def lines(self, data: bytes, where: str, *, torn: bool = True) -> bytes:
        """Lines of JSON; between them what is broken or unknown, at the end what is unfinished."""
        found = [self._line(line, where) for line in data.splitlines() if line.strip()]
        found.insert(len(found) // 2, f'{{"type": "user", "mess {self.bare(f"{where}: broken")}'.encode())
        found.insert(len(found) // 2, f"{self.bare(f'{where}: no JSON')} is no JSON".encode())
        found.append(json.dumps(self._unknown(where)).encode())
        return b"\n".join(found) + b"\n" + (self._torn(where) if torn else b"")

    def _line(self, line: bytes, where: str) -> bytes:
        value = _parsed(line.decode("utf-8", "replace"))
        if value is None:
            return line + f" {self.bare(f'{where}: unread')}".encode()
        kind = value.get("type", value.get("event_type", "")) if isinstance(value, dict) else ""
        return json.dumps(self.record(value, f"{where} {kind}")).encode()

    def _unknown(self, where: str) -> dict[str, Any]:
        kind = self.canary(f"{where}: unknown type")
        inner = {"text": self.canary(f"{where}: of unknown type"), "type": kind}
        return {"type": kind, "timestamp": "2026-11-21T10:00:00Z", "content": inner, "payload": inner}

    def _torn(self, where: str) -> bytes:
        return f'{{"type": "user", "message": "{self.bare(f"{where}: unfinished")}'.encode()

    def document(self, data: bytes, where: str) -> bytes:
        """A JSON document."""
        return json.dumps(self.record(json.loads(data), where)).encode()

    def prose(self, data: bytes, where: str, spared: str) -> bytes:
        """Plain text, line by line, but for lines that match `spared`."""
        found = []
        for line in data.decode().split("\n"):
            body = line.rstrip()
            is_spared = not body or re.search(spared, body)
            found.append(line if is_spared else f"{body} {self.bare(f'{where}: {body[:20]}')}{line[len(body) :]}")
        return "\n".join(found).encode()


def _numbered(agent: str, count: int) -> str:
    """Six letters that no other canary of this or another agent has."""
    number = int.from_bytes(hashlib.blake2b(agent.encode(), digest_size=2).digest(), "big") % 10_000 * 14_000 + count
    letters = ""
    for _ in range(NUMBER):
        number, rest = divmod(number, len(_LETTERS))
        letters += _LETTERS[rest]
    return letters


def is_needed(text: str, key: str) -> bool:
    """Whether a reader may need it as it is: an id, a time, a number, a word that a reader names."""
    if _TIME.match(text) or _NUMBER.match(text) or _ID.search(key):
        return True
    return text in words_of_readers() and not _WORDS.match(key)


def numbers_in(data: bytes) -> set[str]:
    """The canaries that stand in some bytes, in whatever case, or in hexadecimal digits."""
    plain, written = SEEN.findall(data), HEX.findall(data)
    return {found.decode().lower() for found in (*plain, *map(unhexlify, written))}


@cache
def words_of_readers() -> frozenset[str]:
    """Every text that a reader's source holds."""
    files = (ROOT / "src" / "agent_trace" / "agents").rglob("*.py")
    return frozenset(text for file in files for text in _constants(file.read_text(encoding="utf-8")))


def _constants(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from (node.value, *node.value.split())


def _parsed(text: str) -> Any:
    """The JSON that a text holds; None for one that holds none."""
    try:
        return json.loads(text)
    except ValueError:
        return None
