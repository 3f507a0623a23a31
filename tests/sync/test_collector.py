"""Python's garbage collector is back as it was, whatever happened while logs were read."""

from __future__ import annotations

import gc

import pytest

from agent_trace.sync.collector import YOUNG, seldom


def test_it_runs_seldom_and_then_as_before() -> None:
    before = gc.get_threshold()
    with seldom():
        assert gc.get_threshold()[0] == YOUNG
    assert gc.get_threshold() == before


def test_a_failure_leaves_it_as_it_was() -> None:
    before = gc.get_threshold()
    with pytest.raises(OSError, match="no disk"), seldom():
        raise OSError("no disk")
    assert gc.get_threshold() == before
