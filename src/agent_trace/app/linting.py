"""A gate over findings: which sessions are looked at, with which thresholds, and which findings make it say no."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import ModuleType
from typing import Any

import msgspec

from agent_trace.app.scopes import Request, scope_of
from agent_trace.app.workspace import Workspace
from agent_trace.errors import NotFoundError, UsageError
from agent_trace.reports import analyze, findings
from agent_trace.reports._judged import Found, chosen, judged


class Fail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From where on a finding makes the gate say no: each figure alone is enough."""

    usd: Decimal | None = None
    tokens: int | None = None
    seconds: float | None = None
    confidence: float = 0.0
    """A finding that is less sure never does."""

    def reached(self, found: Found, *, strict: bool) -> bool:
        """Whether a finding is at or above a threshold; with `strict` any is."""
        if found.kind == "info" or found.confidence < self.confidence:
            return False
        figures = ((found.usd, self.usd), (found.tokens, self.tokens), (found.seconds, self.seconds))
        return strict or any(line is not None and has is not None and has >= line for has, line in figures)


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of settings (TOML): which rules look, from where on they fail, and their own options."""

    rules: tuple[str, ...] = ()
    """Empty: those that are on by default."""
    fail: Fail = Fail()
    rule: Mapping[str, Mapping[str, Any]] = msgspec.field(default_factory=dict)
    """Rule → its options."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A finding, and whether it fails."""

    root: str
    title: str | None
    fails: bool
    finding: Found


class Linted(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate saw."""

    passed: bool
    sessions: int
    findings: tuple[Line, ...]
    unread: tuple[str, ...] = ()
    """Sessions whose log is gone."""


def settings(path: str | None) -> Settings:
    """The settings of a file; the defaults without one. UsageError where it cannot be read or makes no sense."""
    if path is None:
        return Settings()
    try:
        with open(path, "rb") as file:
            data = file.read()
        return msgspec.toml.decode(data, type=Settings)
    except OSError as error:
        raise NotFoundError(f"{path} cannot be read: {error.strerror or error}") from error
    except (msgspec.DecodeError, ValueError) as error:
        raise UsageError(f"{path} makes no sense: {error}", hint="docs/detectors.md shows such a file") from error


def lint(workspace: Workspace, request: Request, given: Settings, *, every: bool, strict: bool) -> Linted:
    """Looks at one session, or at all that were selected."""
    rules = chosen((*given.rules, *given.rule) if given.rules else ())
    options = rule_options(given)
    lines: list[Line] = []
    unread: list[str] = []
    count = 0
    for scope in _scopes(workspace, request, every=every):
        count += 1
        one = scope.summary
        try:
            done = judged(scope, rules, "cost", options)
        except NotFoundError:
            unread.append(one.id)
            continue
        lines += [
            Line(root=one.id, title=one.title, fails=given.fail.reached(found, strict=strict), finding=found)
            for found in done.findings
        ]
    passed = not any(line.fails for line in lines)
    return Linted(passed=passed, sessions=count, findings=tuple(lines), unread=tuple(unread))


def _scopes(workspace: Workspace, request: Request, *, every: bool) -> Iterator[Any]:
    report: ModuleType = analyze if every else findings
    scope = scope_of(workspace, report, report.Options(), request)
    if not every:
        yield scope
        return
    for read in scope.sessions:
        yield read()


def rule_options(given: Settings) -> dict[str, Any]:
    """The options of the rules that a file names. UsageError for a rule or an option that there is not."""
    found: dict[str, Any] = {}
    for name, values in given.rule.items():
        (rule,) = chosen((name,))
        try:
            found[rule.name] = msgspec.convert(dict(values), type(rule.options()), strict=False)
        except msgspec.ValidationError as error:
            raise UsageError(f"[rule.{name}] makes no sense: {error}") from error
        unknown = set(values) - set(found[rule.name].__struct_fields__)
        if unknown:
            known = ", ".join(found[rule.name].__struct_fields__)
            raise UsageError(f"the rule {name} has no option {min(unknown)!r}", hint=f"its options: {known}")
    return found
