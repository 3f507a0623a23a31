"""How a step failed and what followed it, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agent_trace.analysis.faults import Fault
from agent_trace.reports._followed import Followed
from agent_trace.reports._happened import Row
from agent_trace.reports._words import many

FAULTS: Mapping[Fault, str] = {
    "refused": "The person refused it.",
    "hook": "A hook blocked it.",
    "settings": "The settings did not allow it.",
    "denied": "It was refused; the log does not say by whom.",
    "interrupted": "It was interrupted before its end.",
    "timeout": "It took too long: its time limit passed.",
    "exit": "The command failed",
    "error": "The tool came back with an error.",
    "tests": "It ended without an error, but tests or checks in it failed.",
}
"""Each as a sentence; an exit code comes behind the command's."""
CHANGED = "changed a file that the failure names"
_TRIED: frozenset[Fault] = frozenset({"interrupted", "timeout", "exit", "error", "tests"})
_LED = {
    "retry": "the same again, though nothing had changed",
    "iteration": "tried again after a change",
    "denial": "another way after this was refused",
    "said": "what it was about to do",
    "read": "changed what was read here",
    "path": "its file is named here",
    "change": "changed in between; which change mended it, nothing tells",
}


def fault_told(one: Followed, nodes: Mapping[str, Row]) -> str:
    """How a step failed, and the line that says it."""
    words = FAULTS.get(one.fault, "It failed.")
    result = nodes.get(one.result or "")
    if one.fault == "exit":
        words += "." if result is None else f": exit code {result.exit_code}."
        if result is not None and one.telling == f"exit {result.exit_code}":
            return f"{words} The command line itself ends with `{one.telling}`: it asked for that code."
    return f"{words} {one.telling}".strip()


def sequel_words(one: Followed, nodes: Mapping[str, Row], *, goes: bool = False) -> str:
    """Whether what failed was tried again, and what came of it; of a prompt how much followed.

    `goes`: the session is not over, and more may follow.
    """
    if one.steps is not None:
        return f"{many(one.steps, 'step').capitalize()} until the next prompt, {one.failed} failed."
    said = _tried_again(one, nodes, " so far" if goes else "")
    if one.behind:
        said = f"In the sub-agent {many(len(one.behind), 'event')} failed. {said}"
    return said.strip()


def _tried_again(one: Followed, nodes: Mapping[str, Row], yet: str) -> str:
    if one.mended is not None:
        more = "" if one.tries == 1 else f", the last of {one.tries} attempts that followed"
        return f"Tried again: #{one.mended} worked{more}."
    if one.again is not None:
        more = "which did not work" if one.tries == 1 else f"and {one.tries} times in all, without success"
        return f"Tried again at #{one.again}, {more}{yet}."
    if one.other is not None:
        ended = {True: "worked", False: "failed too", None: "has no result"}[one.worked]
        return f"Not tried again in this way; another way to the same, #{one.other}, {ended}."
    row = nodes.get(one.step or "")
    is_counted = row is not None and not row.inherited and not row.side
    return f"Not tried again{yet}." if one.fault in _TRIED and is_counted else ""


def followers(one: Followed) -> Iterator[tuple[str, str]]:
    """The events that are named as what followed, each with what it has to do with it; what is told last counts."""
    for link in one.led:
        is_named = link.how == "change" and bool(link.path)
        yield link.event, CHANGED if is_named else _LED.get(link.how, "follows from it")
    if one.then is not None and not one.led:
        yield one.then, "what it did next"
    for number, words in (
        (one.prompted, "what was said to it next"),
        (one.spoke, "what the agent said about it"),
        (one.other, "another way to the same"),
        (one.again, "tried again"),
        (one.mended, "tried again, and worked"),
    ):
        if number is not None:
            yield number, words
    for number in one.behind:
        yield number, "failed in the sub-agent"
