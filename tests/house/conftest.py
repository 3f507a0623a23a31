"""The checks of this folder read our own files once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.house import source


@pytest.fixture(scope="package", autouse=True)
def _forgotten_at_the_end() -> Iterator[None]:
    """The syntax trees of all files, a third of a gigabyte, do not stay with the tests that follow."""
    yield
    source.kept.cache_clear()
