"""Tests and checks that a session ran, and how they ended: by the exit code, and by what they printed.

Known by the program, without wrappers and runners (`uv run`, `npx`, `python -m`): a target of make or a script of npm
counts where its name says that it tests or checks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Literal

import msgspec

from agent_trace.analysis.evidence import Evidence
from agent_trace.analysis.shell_steps import ShellStep
from agent_trace.policy.shell import Command

Result = Literal["passed", "failed", "unknown"]
Purpose = Literal["test", "check"]

_TESTING = frozenset(
    "pytest py.test unittest nose2 tox nox vitest jest mocha ava jasmine karma phpunit pest rspec minitest ctest bats busted "
    "stack-test ginkgo gotestsum nextest trial behave robot cypress hypothesis".split()
)
_CHECKING = frozenset(
    "ruff mypy pyright basedpyright flake8 pylint black isort bandit eslint tsc prettier biome stylelint oxlint vue-tsc "
    "golangci-lint staticcheck shellcheck shfmt hadolint rubocop phpstan psalm clippy pre-commit yamllint markdownlint "
    "actionlint ty deptry vulture".split()
)
_RUNNERS: dict[str, tuple[str, ...]] = {
    "uv": ("run",),
    "poetry": ("run",),
    "pipenv": ("run",),
    "pdm": ("run",),
    "hatch": ("run",),
    "rye": ("run",),
    "bundle": ("exec",),
    "pnpm": ("exec", "dlx"),
    "yarn": ("exec", "dlx"),
    "npm": ("exec",),
    "bunx": (),
    "npx": (),
    "uvx": (),
    "pipx": ("run",),
    "coverage": ("run",),
    "dotenv": ("run",),
}
"""Programs that start another one, each behind which word; none: behind its own name."""
_VALUED = frozenset(
    {"--with", "--python", "--group", "--extra", "--directory", "--project", "--from", "-p", "--package"}
)
_BUILDERS: dict[str, dict[str, Purpose]] = {
    "go": {"test": "test", "vet": "check"},
    "cargo": {"test": "test", "nextest": "test", "check": "check", "clippy": "check"},
    "dotnet": {"test": "test"},
    "swift": {"test": "test"},
    "mix": {"test": "test"},
    "deno": {"test": "test", "check": "check", "lint": "check"},
    "bun": {"test": "test"},
    "zig": {"test": "test"},
    "rake": {"test": "test", "spec": "test"},
    "rails": {"test": "test"},
    "bazel": {"test": "test"},
    "flutter": {"test": "test", "analyze": "check"},
    "dart": {"test": "test", "analyze": "check"},
    "stack": {"test": "test"},
    "cabal": {"test": "test"},
    "sbt": {"test": "test"},
    "lein": {"test": "test"},
    "meson": {"test": "test"},
    "npm": {"test": "test", "t": "test"},
    "pnpm": {"test": "test", "t": "test"},
    "yarn": {"test": "test"},
    "terraform": {"validate": "check"},
    "django": {"test": "test"},
}
_PURPOSES = re.compile(
    r"(?P<test>(?:^|[:_.-])(?:tests?|spec|e2e|unit|integration)(?:$|[:_.-]))"
    r"|(?P<check>lint|check|types?|verify)"
)
_TARGETED = frozenset("make gmake just task mvn mvnw gradle gradlew ant invoke ninja mise nx turbo moon".split())
_SCRIPTED = frozenset({"npm", "pnpm", "yarn", "bun"})
_ASKING = ("--help", "-h", "--version", "--collect-only", "--co", "--list", "--listTests", "--fixtures")
_FIXING = frozenset({"format"})
_PYTHON = re.compile(r"python(?:\d(?:\.\d+)?)?|pypy3?|py")

_MENTIONS = re.compile(
    "|".join(
        sorted(map(re.escape, {*_TESTING, *_CHECKING, *_BUILDERS, *_TARGETED, *_SCRIPTED, "test", "spec", "lint"}))
    )
)
"""Words without which a command neither tests nor checks."""

_FAILED = (
    ("failed", re.compile(r"\b(\d+) failed\b")),
    ("FAILED (", re.compile(r"\bFAILED \((?:failures=(\d+))?(?:, )?(?:errors=(\d+))?")),
    ("failing", re.compile(r"\b(\d+) failing\b")),
    ("Failures:", re.compile(r"\bFailures: +(\d+)")),
    ("Found ", re.compile(r"\bFound (\d+) errors?\b")),
    ("error", re.compile(r"\b(\d+) errors? in \d")),
    ("FAIL", re.compile(r"(?m)^(?:--- )?FAIL[: \t]()")),
    ("(", re.compile(r"\b(\d+) (?:problems?|errors?) \(")),
    ("example", re.compile(r"\b(\d+) examples?, [1-9]\d* failures?")),
)
_PASSED = (
    ("passed", re.compile(r"\b(\d+) passed\b")),
    ("Ran ", re.compile(r"\bRan (\d+) tests?\b")),
    ("passing", re.compile(r"\b(\d+) passing\b")),
    ("Tests run:", re.compile(r"\bTests run: +(\d+)")),
    ("ok", re.compile(r"(?m)^ok[ \t]+\S+()")),
    ("example", re.compile(r"\b(\d+) examples?, 0 failures\b")),
)
"""A text without which the expression finds nothing: looking for that is much faster; and the expression."""
_CLEAN = re.compile(r"(?m)^(?:OK(?: \(.*\))?|All checks passed!|Success: no issues found.*|BUILD SUCCESS.*|PASS)\s*$")


class Counted(msgspec.Struct, frozen=True):
    """What a test program said of its tests."""

    passed: int | None = None
    failed: int | None = None


class TestRun(msgspec.Struct, frozen=True, kw_only=True):
    """A test or check that was executed."""

    __test__ = False

    event: str
    """The tool call."""
    number: int
    at: int | None = None
    purpose: Purpose
    program: str
    """`pytest`, `go test`, `make lint`."""
    result: Result
    counts: Counted = Counted()
    directory: str | None = None


def verified(ran: ShellStep) -> list[TestRun]:
    """The tests and checks of a shell call."""
    named = [(index, *found) for index, one in enumerate(ran.script.commands) if (found := purpose_of(one)) is not None]
    evidence = Evidence(ran) if named else None
    counted = counted_in(ran.output) if len(named) == 1 else Counted()
    step = ran.step
    return [
        TestRun(
            event=step.call.id,
            number=step.number,
            at=step.call.at,
            purpose=purpose,
            program=program,
            result=_result(evidence, index, counted, ran, alone=len(named) == 1),
            counts=counted,
            directory=ran.place(ran.script.commands[index].directory),
        )
        for index, purpose, program in named
        if evidence is not None
    ]


def _result(evidence: Evidence, index: int, counted: Counted, ran: ShellStep, *, alone: bool) -> Result:
    verdict = evidence.verdicts[index]
    if verdict.succeeded is not None:
        return "passed" if verdict.succeeded else "failed"
    if alone and (counted.failed or counted.passed is not None or _CLEAN.search(ran.output)):
        return "failed" if counted.failed else "passed"
    known = evidence.succeeded(index)
    return "unknown" if known is None else "passed" if known else "failed"


def may_verify(command: str) -> bool:
    """Whether a command line may hold a test or a check at all."""
    return _MENTIONS.search(command) is not None


@lru_cache(maxsize=1024)
def purpose_of(command: Command) -> tuple[Purpose, str] | None:
    """Whether a command tests or checks, and its name for people; None: neither."""
    words = _without_runner(list(command.argv))
    if not words or any(one in _ASKING for one in words[1:]):
        return None
    program = words[0].rpartition("/")[2].removesuffix(".exe").removesuffix(".cmd")
    rest = [one for one in words[1:] if not one.startswith("-")]
    if program in _TESTING:
        return "test", program
    if program in _CHECKING:
        return None if rest[:1] and rest[0] in _FIXING and "--check" not in words else ("check", program)
    if program == "node" and "--test" in words:
        return "test", "node --test"
    return _built(program, rest)


def _built(program: str, rest: Sequence[str]) -> tuple[Purpose, str] | None:
    if (program in _SCRIPTED and rest[:1] == ["run"]) or (program in _SCRIPTED and rest[:1] == ["run-script"]):
        return _named(program, rest[1:2])
    known = _BUILDERS.get(program, {}).get(rest[0] if rest else "")
    if known is not None:
        return known, f"{program} {rest[0]}"
    if program in _TARGETED:
        return _named(program, [one for one in rest if "=" not in one])
    if program == "manage.py" and rest[:1] == ["test"]:
        return "test", "manage.py test"
    if program.endswith((".sh", ".py", ".js", ".mjs", ".ts")):
        return _named("", [program.rpartition(".")[0]]) and ("test", program) if "test" in program else None
    return _named(program, rest[:1]) if program in ("yarn", "pnpm") else None


def _named(program: str, targets: Iterable[str]) -> tuple[Purpose, str] | None:
    """A target or script whose name says what it is for."""
    for target in targets:
        found = _PURPOSES.search(target)
        if found is not None:
            return ("test" if found["test"] is not None else "check"), f"{program} {target}".strip()
    return None


def _without_runner(words: list[str]) -> list[str]:
    """The program behind runners and `python -m`."""
    for _ in range(len(words)):
        program = words[0].rpartition("/")[2] if words else ""
        behind = _RUNNERS.get(program)
        if _PYTHON.fullmatch(program):
            return _module(words[1:])
        if behind is None or (behind and (len(words) < 2 or words[1] not in behind)):
            return words
        words = _past_options(words[2 if behind else 1 :])
    return words


def _module(words: list[str]) -> list[str]:
    """What Python runs: a module behind -m, or a script."""
    while words and words[0].startswith("-") and words[0] != "-m":
        words = words[2 if words[0] in ("-W", "-X") else 1 :]
    return _without_runner(words[1:]) if words[:1] == ["-m"] else words


def _past_options(words: list[str]) -> list[str]:
    while words and words[0].startswith("-") and words[0] != "-m":
        words = words[2 if words[0] in _VALUED else 1 :]
    return ["python", *words] if words[:1] == ["-m"] else words


def counted_in(output: str) -> Counted:
    """The counts that a test program printed; the last ones where there are several."""
    failed = _last(_FAILED, output)
    passed = _last(_PASSED, output)
    total_with_failures = re.search(r"\bRan \d+ tests?\b|\bTests run:", output)
    if passed is not None and failed and total_with_failures:
        passed = max(passed - failed, 0)
    return Counted(passed, failed)


def _last(patterns: Sequence[tuple[str, re.Pattern[str]]], output: str) -> int | None:
    for needle, pattern in patterns:
        if needle not in output:
            continue
        found = list(_numbers(pattern, output))
        if found:
            return found[-1]
    return None


def _numbers(pattern: re.Pattern[str], output: str) -> Iterator[int]:
    for found in pattern.finditer(output):
        numbers = [int(one) for one in found.groups() if one]
        yield sum(numbers) if numbers else 1
