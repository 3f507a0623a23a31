"""No name says nothing, and the check can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.names import banned_names, words
from tests.house.source import ROOT
from tests.house.synthetic import plant_package


@pytest.mark.full
def test_no_name_is_banned() -> None:
    assert banned_names(ROOT) == []


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("model/utils.py", ""),
        ("common/__init__.py", ""),
        ("model/event.py", "class SessionManager: ..."),
        ("model/event.py", "class HTTPService: ..."),
        ("model/event.py", "class Event:\n    def base_cost(self): ..."),
        ("model/event.py", "def outer():\n    def _date_helper(): ..."),
    ],
)
def test_a_banned_name_is_found(tmp_path: Path, place: str, code: str) -> None:
    assert len(banned_names(plant_package(tmp_path, {place: code + "\n"}))) == 1


def test_a_banned_word_inside_another_is_no_finding(tmp_path: Path) -> None:
    code = "class Database: ...\ndef commonest(): ...\ndef rebase(): ...\n"
    assert banned_names(plant_package(tmp_path, {"model/database.py": code})) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("HTTPServiceBase", ["http", "service", "base"]),
        ("_date_helper2", ["date", "helper2"]),
        ("plain", ["plain"]),
        ("__init__", ["init"]),
    ],
)
def test_names_fall_into_words(name: str, expected: list[str]) -> None:
    assert words(name) == expected
