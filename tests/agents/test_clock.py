"""Timestamps as UTC milliseconds, in every form that logs write."""

from __future__ import annotations

import pytest

from agent_trace.agents import _clock
from agent_trace.agents._clock import milliseconds

NOON = 1_795_003_200_000


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-18T12:00:00.000Z", NOON),
        ("2026-11-18T12:34:56.789Z", NOON + 2_096_789),
        ("2026-11-18T12:00:00Z", NOON),
        ("2026-11-18T12:00:00.5Z", NOON + 500),
        ("2026-11-18T12:00:00.123456789Z", NOON + 123),
        ("2026-11-18T14:00:00+02:00", NOON),
        ("2026-11-18T14:00:00.000+02:00", NOON),
        ("2026-11-18 12:00:00", NOON),
        (" 2026-11-18T12:00:00z ", NOON),
        ("2026-11-18", NOON - 43_200_000),
        (None, None),
        ("", None),
        ("yesterday", None),
        ("2026-13-45T12:00:00.000Z", None),
    ],
)
def test_times(text: str | None, at: int | None) -> None:
    assert milliseconds(text) == at
    assert milliseconds(text) == at


def test_a_known_hour_with_senseless_minutes_is_no_time() -> None:
    assert milliseconds("2026-11-18T12:00:00.000Z") == NOON
    assert milliseconds("2026-11-18T12:xx:00.000Z") is None


def test_hours_are_not_remembered_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_clock, "_HOURS", dict.fromkeys(map(str, range(50_001)), 0))
    assert milliseconds("2026-11-18T12:00:00.000Z") == NOON
    assert len(_clock._HOURS) == 1
