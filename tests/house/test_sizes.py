"""Modules and functions stay small, broad excepts stay few, the ratchet stays tight; each check can fail."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.house.sizes import against_ratchet, broad_excepts, oversized_functions, oversized_modules
from tests.house.source import ROOT
from tests.house.synthetic import plant_package


class Ratchet(msgspec.Struct, forbid_unknown_fields=True):
    """What ratchet.toml lists: places that are over the line today, with how far."""

    modules: dict[str, int]
    functions: dict[str, int]
    broad_excepts: dict[str, int]


@pytest.fixture
def ratchet() -> Ratchet:
    return msgspec.toml.decode(Path(__file__).with_name("ratchet.toml").read_bytes(), type=Ratchet)


@pytest.mark.full
def test_modules_are_small(ratchet: Ratchet) -> None:
    assert against_ratchet(oversized_modules(ROOT), ratchet.modules) == []


@pytest.mark.full
def test_functions_are_small(ratchet: Ratchet) -> None:
    assert against_ratchet(oversized_functions(ROOT), ratchet.functions) == []


@pytest.mark.full
def test_broad_excepts_are_listed(ratchet: Ratchet) -> None:
    assert against_ratchet(broad_excepts(ROOT), ratchet.broad_excepts) == []


def test_a_long_module_is_found(tmp_path: Path) -> None:
    plant_package(tmp_path, {"model/long.py": "x = 1\n" * 401, "model/short.py": "x = 1\n" * 400})
    assert oversized_modules(tmp_path) == {"src/agent_trace/model/long.py": 401}


def test_a_long_function_is_found(tmp_path: Path) -> None:
    body = "        x = 1\n"
    code = f"class A:\n    def long(self):\n{body * 60}\n    def short(self):\n{body * 59}"
    assert oversized_functions(plant_package(tmp_path, {"model/a.py": code})) == {
        "src/agent_trace/model/a.py::A.long": 61
    }


@pytest.mark.parametrize(
    "code",
    [
        "try:\n    x\nexcept:\n    pass",
        "try:\n    x\nexcept Exception as error:\n    raise",
        "try:\n    x\nexcept (OSError, BaseException):\n    pass",
        "with contextlib.suppress(Exception):\n    x",
    ],
)
def test_a_broad_except_is_found(tmp_path: Path, code: str) -> None:
    assert broad_excepts(plant_package(tmp_path, {"model/a.py": code})) == {"src/agent_trace/model/a.py": 1}


def test_a_narrow_except_is_no_finding(tmp_path: Path) -> None:
    code = "try:\n    x\nexcept (OSError, ValueError):\n    pass\nwith suppress(KeyError):\n    x\n"
    assert broad_excepts(plant_package(tmp_path, {"model/a.py": code})) == {}


@pytest.mark.parametrize(
    ("found", "listed", "findings"),
    [
        ({}, {}, 0),
        ({"a": 450}, {"a": 450}, 0),
        ({"a": 451}, {"a": 450}, 1),
        ({"a": 450}, {}, 1),
        ({"a": 449}, {"a": 450}, 1),
        ({}, {"a": 450}, 1),
    ],
)
def test_the_ratchet_only_tightens(found: dict[str, int], listed: dict[str, int], findings: int) -> None:
    assert len(against_ratchet(found, listed)) == findings
