"""Which commands test or check, and how they ended."""

from __future__ import annotations

import pytest

from agent_trace.analysis.verification import Counted, counted_in, purpose_of
from agent_trace.policy.shell import read
from tests.analysis.playing import Told, told

PURPOSES: dict[str, tuple[str, str] | None] = {
    "pytest -q": ("test", "pytest"),
    "python -m pytest": ("test", "pytest"),
    "python3.11 -W error -m unittest -q": ("test", "unittest"),
    "uv run --with x pytest": ("test", "pytest"),
    "uv run -m pytest": ("test", "pytest"),
    "poetry run python -m pytest": ("test", "pytest"),
    ".venv/bin/pytest": ("test", "pytest"),
    "coverage run -m pytest": ("test", "pytest"),
    "npx vitest run": ("test", "vitest"),
    "npm exec jest": ("test", "jest"),
    "npm test": ("test", "npm test"),
    "npm run test:unit": ("test", "npm test:unit"),
    "npm run lint": ("check", "npm lint"),
    "npm run build": None,
    "yarn lint": ("check", "yarn lint"),
    "node --test": ("test", "node --test"),
    "go test ./...": ("test", "go test"),
    "go vet ./...": ("check", "go vet"),
    "cargo test": ("test", "cargo test"),
    "cargo clippy": ("check", "cargo clippy"),
    "mvn -q test": ("test", "mvn test"),
    "./gradlew check": ("check", "gradlew check"),
    "make test": ("test", "make test"),
    "make -C x V=1 lint": ("check", "make lint"),
    "make": None,
    "ruff check .": ("check", "ruff"),
    "ruff format .": None,
    "ruff format --check .": ("check", "ruff"),
    "mypy --strict src": ("check", "mypy"),
    "npx tsc --noEmit": ("check", "tsc"),
    "eslint src": ("check", "eslint"),
    "./run_tests.sh": ("test", "run_tests.sh"),
    "./deploy.sh": None,
    "python manage.py test": ("test", "manage.py test"),
    "python setup.py": None,
    "pytest --help": None,
    "pytest --collect-only": None,
    "echo pytest": None,
    "uv pip install pytest": None,
    "cat test.py": None,
    "A=1": None,
}
"""Command → what it is for, and its name."""


@pytest.mark.parametrize("command", PURPOSES)
def test_purposes(command: str) -> None:
    assert purpose_of(read(command).commands[-1]) == PURPOSES[command]


COUNTS: dict[str, Counted] = {
    "3 passed in 0.1s": Counted(3, None),
    "1 failed, 3 passed in 0.1s": Counted(3, 1),
    "Ran 3 tests in 0.000s\n\nOK": Counted(3, None),
    "Ran 3 tests in 0.000s\n\nFAILED (failures=1, errors=1)": Counted(1, 2),
    "  5 passing\n  2 failing": Counted(5, 2),
    "Tests:       1 failed, 4 passed, 5 total": Counted(4, 1),
    "ok  \tdemo\t0.1s": Counted(1, None),
    "--- FAIL: TestX (0.00s)\nFAIL\tdemo": Counted(None, 1),
    "test result: ok. 7 passed; 0 failed": Counted(7, 0),
    "Found 2 errors in 1 file": Counted(None, 2),
    "nothing": Counted(),
}


@pytest.mark.parametrize("output", COUNTS)
def test_counts(output: str) -> None:
    assert counted_in(output) == COUNTS[output]


RESULTS: list[tuple[Told, list[str]]] = [
    (Told("pytest -q", "3 passed", 0), ["passed"]),
    (Told("pytest -q", "1 failed", 1), ["failed"]),
    (Told("pytest -q | tail -1", "1 failed, 2 passed", 0), ["failed"]),
    (Told("pytest -q | tail -1", "2 passed", 0), ["passed"]),
    (Told("pytest -q | tail -1", "", 0), ["passed"]),
    (Told("pytest -q | grep x", "x", 0), ["unknown"]),
    (Told("ruff check . ; true", "All checks passed!", 0), ["passed"]),
    (Told("ruff check . && pytest", "", 0), ["passed", "passed"]),
    (Told("make test || echo BROKEN", "BROKEN", 0), ["failed"]),
    (Told("ls", "", 0), []),
]


@pytest.mark.parametrize(("call", "results"), RESULTS)
def test_results(call: Told, results: list[str]) -> None:
    assert [one.result for one in told(call).tests] == results
