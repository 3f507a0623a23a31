"""ATIF: whatever a document holds is read, and reading it again changes nothing."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_trace.model.events import AnyEvent
from tests.agents.atif.documents import CORPUS, DOCUMENTS, heard
from tests.properties.test_claude_parse import ODD

WHOLE = [json.loads((CORPUS / name).read_bytes()) for name in DOCUMENTS]


@st.composite
def changed(draw: st.DrawFn) -> bytes:
    """A document with some values replaced."""
    document: Any = json.loads(json.dumps(draw(st.sampled_from(WHOLE))))
    for _ in range(draw(st.integers(1, 4))):
        place = document
        while isinstance(place, dict | list) and place:
            key = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
            if not isinstance(place[key], dict | list) or draw(st.integers(0, 3)) == 0:
                place[key] = deepcopy(draw(st.sampled_from(ODD)))
                break
            place = place[key]
    return json.dumps(document).encode()


@given(data=st.binary(max_size=300))
def test_any_bytes_are_read(data: bytes) -> None:
    found = heard(data)
    assert msgspec.json.decode(msgspec.json.encode(found), type=list[AnyEvent]) == found


@given(data=changed(), clip=st.integers(0, 30))
@settings(max_examples=200)
def test_changed_documents_are_read(data: bytes, clip: int) -> None:
    found = heard(data, clip=clip)
    assert msgspec.json.decode(msgspec.json.encode(found), type=list[AnyEvent]) == found
    assert heard(data, clip=clip) == found
