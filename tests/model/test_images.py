"""Images in records, in the ways in which agents write them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agent_trace.model.images import images

BODY = "iVBORw0KGgoAAAANSUhEUg=="
ADDRESS = f"data:image/png;base64,{BODY}"


@pytest.mark.parametrize(
    "record",
    [
        {"content": [{"type": "image", "source": {"media_type": "image/png", "data": BODY}}]},
        {"content": {"mimeType": "image/png", "data": BODY}, "again": [ADDRESS]},
        {"image_url": {"url": ADDRESS}},
    ],
)
def test_an_image_is_found_once(record: dict[str, Any]) -> None:
    assert images(json.dumps(record).encode()) == (ADDRESS,)


@pytest.mark.parametrize(
    "record",
    [
        b"",
        b"data:image/png;base64,AAAA is no JSON",
        b'{"media_type": "image/png", "data": "no base64!"}',
        b'{"media_type": "image/svg+xml", "data": "PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+"}',
        b'{"text": "see data:image/png;base64,AAAA there"}',
        b'{"x": "image/", "y": ' + b"[" * 60 + b'"' + ADDRESS.encode() + b'"' + b"]" * 60 + b"}",
    ],
)
def test_what_is_none(record: bytes) -> None:
    assert images(record) == ()
