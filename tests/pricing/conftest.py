"""The shipped price book, read once."""

from __future__ import annotations

import pytest

from agent_trace.pricing.book import Book
from agent_trace.pricing.shipped import shipped


@pytest.fixture(scope="session")
def book() -> Book:
    return Book.load(shipped())
