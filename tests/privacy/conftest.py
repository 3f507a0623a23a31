"""Planted logs of every agent, read at each tier once for all tests of what is stored and what leaves."""

from __future__ import annotations

import pytest

from tests.privacy.planted import planted
from tests.privacy.sinks import Looked, look


@pytest.fixture(scope="session")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Looked:
    """Logs with a canary in every text, and where these are at each tier."""
    return look(planted(tmp_path_factory.mktemp("planted")))
