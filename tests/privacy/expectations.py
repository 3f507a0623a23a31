"""What masking a text must do, and what it must leave, through every door of the masker."""

from __future__ import annotations

import json
from typing import Any

from agent_trace.privacy.masking import Masker
from tests.privacy.contexts import HOLE, Text, escaped

RECORD: dict[str, Any] = {
    "type": "user",
    "message": {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_01A7", "content": HOLE}]},
}
"""A record of an agent's log whose tool result is the text."""


def assert_masked_in(context: str, masker: Masker, text: Text, leaks: set[str]) -> None:
    """What holds in one of the five contexts."""
    if context in {"json", "nested"}:
        assert_masked_json(masker, text, leaks)
    else:
        assert_masked(masker, text, leaks)


def assert_masked(masker: Masker, text: Text, leaks: set[str]) -> None:
    """Every door masks the secret in a text and leaves what is around it."""
    assert text.whole.count(text.inside) >= 1
    assert_text(masker, text, leaks)
    assert_record(masker, text.as_value(RECORD), leaks)
    assert_value(masker, text, leaks)
    assert_plain_lines(masker, text, leaks)


def assert_masked_json(masker: Masker, text: Text, leaks: set[str]) -> None:
    """Every door masks the secret in JSON and leaves what is around it."""
    assert_text(masker, text, leaks)
    assert valid(masker.text(text.whole)), f"no longer JSON: {shown(masker.text(text.whole), text)}"
    assert_record(masker, text, leaks)
    assert_record(masker, text.as_value(RECORD), leaks)
    assert_decoded(masker, text, leaks)


def assert_text(masker: Masker, text: Text, leaks: set[str]) -> None:
    """A whole string: nothing leaks, the rest stays, the second pass changes nothing, the finding is told."""
    found = masker.text(text.whole)
    assert_kept(found, text, leaks)
    assert masker.text(found) == found, f"the second pass changes {shown(found, text)}"
    assert masker.find(text.whole), "masked without a finding"


def assert_record(masker: Masker, text: Text, leaks: set[str]) -> None:
    """One record of a log: the same, it stays JSON of the same length, and its places are told without the value."""
    line = text.whole.encode()
    found = masker.line(line)
    assert len(found) == len(line), f"another length: {shown(found.decode(), text)}"
    assert valid(found), f"no longer JSON: {shown(found.decode(), text)}"
    assert_kept(found.decode().rstrip(" "), text, leaks)
    assert masker.line(found) == found, f"the second pass changes {shown(found.decode(), text)}"
    places = repr(masker.places(line))
    assert places != "()", "masked without a place"
    assert not {leak for leak in leaks if leak in places}


def assert_value(masker: Masker, text: Text, leaks: set[str]) -> None:
    """A decoded value that holds the text."""
    found = masker.value({"count": 1, "content": [text.whole, None, True]})
    assert found["count"] == 1
    assert found["content"][1:] == [None, True]
    assert_kept(found["content"][0], text, leaks)
    assert masker.value(found) == found


def assert_decoded(masker: Masker, text: Text, leaks: set[str]) -> None:
    """JSON after decoding."""
    found = masker.value(json.loads(text.whole))
    assert_kept(json.dumps(found, ensure_ascii=False), text, leaks)
    assert masker.value(found) == found


def assert_plain_lines(masker: Masker, text: Text, leaks: set[str]) -> None:
    """Lines of a log that is no JSON: the same length, the same line ends."""
    data = text.whole.encode() + b"\n"
    found = masker.lines(data)
    assert len(found) == len(data), f"another length: {shown(found.decode(), text)}"
    assert ends(found) == ends(data), f"other lines: {shown(found.decode(), text)}"
    stripped = "\n".join(line.rstrip(" ") for line in found.decode().split("\n"))
    assert_kept(stripped, text._replace(after=text.after + "\n"), leaks)
    assert masker.lines(found) == found, f"the second pass changes {shown(found.decode(), text)}"


def valid(document: str | bytes) -> bool:
    """Whether it is JSON."""
    try:
        json.loads(document)
    except ValueError:
        return False
    return True


def ends(data: bytes) -> list[int]:
    """Where the lines end."""
    return [place for place, byte in enumerate(data) if byte == 0x0A]


def assert_kept(found: str, text: Text, leaks: set[str]) -> None:
    """What is around the secret stays, no piece of the secret does, something stands in its place."""
    leaked = sorted(leak for leak in leaks if leak in found or escaped(leak) in found)
    assert not leaked, f"{len(leaked)} of {len(leaks)} pieces are left in {shown(found, text)}"
    assert found.startswith(text.before), f"changed before the secret: {shown(found, text)}"
    assert found.endswith(text.after), f"changed after the secret: {shown(found, text)}"
    assert len(found) > len(text.before) + len(text.after), "nothing stands in its place"


def shown(found: str, text: Text) -> str:
    """What there is where the secret was, with some of what is around it."""
    start = max(len(text.before) - 80, 0)
    return repr(found[start : len(text.before) + len(text.inside) + 80])


def assert_untouched(masker: Masker, text: str) -> None:
    """No door changes a text or finds anything in it."""
    assert masker.text(text) == text
    assert masker.find(text) == ()
    assert masker.value({"content": [text]}) == {"content": [text]}
    record = Text("", text, "").as_value(RECORD).whole.encode()
    assert masker.line(record) == record
    assert masker.places(record) == ()
    data = text.encode() + b"\n"
    assert masker.lines(data) == data
