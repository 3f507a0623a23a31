"""mask_event_data: what programs mask before they write."""

from __future__ import annotations

import subprocess
import sys

import pytest

from agent_trace import mask_event_data
from tests.privacy.samples import KEY

DATA = {
    "prompt": f"use {KEY}, ask you@example.org",
    "list": [1, None, True, {"password": "hunter2" + "hunter2"}],
    "pair": ("4539 5787 6362 1486", 2.5),
    "nested": '{"token": "' + "q8Zr4LxT0mVb2NcY7KpW" + '"}',
}


def test_secrets_and_persons_are_masked() -> None:
    before = repr(DATA)
    found = mask_event_data(DATA)
    said = repr(found)
    assert [value for value in (KEY, "you@example.org", "hunter2", "4539 5787", "q8Zr4LxT") if value in said] == []
    assert found["list"][:3] == [1, None, True]
    assert found["pair"][1] == 2.5
    assert repr(DATA) == before


def test_persons_only_when_asked_for() -> None:
    assert "you@example.org" in mask_event_data(DATA, pii=())["prompt"]
    assert "you@example.org" not in mask_event_data(DATA, pii=["email"])["prompt"]
    assert mask_event_data(DATA, pii=["email"])["pair"] == DATA["pair"]


def test_secrets_may_stay() -> None:
    found = mask_event_data(DATA, secrets=False)
    assert KEY in found["prompt"]
    assert "you@example.org" not in found["prompt"]
    assert mask_event_data(DATA, secrets=False, pii=()) == DATA


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="no kind of personal data: shoe; known: email, phone, card, ssn, arn"):
        mask_event_data({}, pii=["shoe"])


def test_the_package_stays_light() -> None:
    code = (
        "import sys, agent_trace; print([name for name in sys.modules if name.startswith(('agent_trace.', 'msgspec'))])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
