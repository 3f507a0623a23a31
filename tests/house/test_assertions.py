"""Every test can fail and no checker is silenced; both checks can fail themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.assertions import aimless_tests, ignores
from tests.house.source import ROOT
from tests.house.synthetic import plant


@pytest.mark.full
def test_every_test_states_an_expectation() -> None:
    assert aimless_tests(ROOT) == []


@pytest.mark.full
def test_no_checker_is_silenced() -> None:
    assert ignores(ROOT) == []


@pytest.mark.parametrize(
    ("code", "findings"),
    [
        ("def test_a():\n    run()\n", 1),
        ("class TestA:\n    def test_a(self):\n        run()\n", 1),
        ("def assert_same(a, b):\n    print(a == b)\n", 1),
        ("def test_a():\n    assert run()\n", 0),
        ("def test_a():\n    with pytest.raises(ValueError):\n        run()\n", 0),
        ("def test_a():\n    assert_same(1, 1)\n", 0),
        ("def prepare():\n    run()\n", 0),
    ],
)
def test_a_test_without_assertion_is_found(tmp_path: Path, code: str, findings: int) -> None:
    assert len(aimless_tests(plant(tmp_path, {"tests/cli/test_a.py": code}))) == findings


@pytest.mark.parametrize("comment", ["noqa", "noqa: S101", "type: " + "ignore[arg-type]", "pragma: no cover"])
def test_a_silenced_checker_is_found(tmp_path: Path, comment: str) -> None:
    text = f'x = "# {comment}"\ny = 1  # {comment}\n'
    assert len(ignores(plant(tmp_path, {"src/agent_trace/a.py": text}))) == 1
