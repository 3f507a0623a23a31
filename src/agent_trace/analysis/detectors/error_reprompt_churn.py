"""ERROR_REPROMPT_CHURN: one message of the model after the other ran into the same kind of error.

What: three or more model messages in a row asked for nothing that worked, each with the same tool, and the tool answered
each with the same error, apart from names and numbers; they tried different things, and no prompt came. Tests are left
out: that they fail is what they are run for.

Why it matters: the agent does not know a rule of its surroundings (a path, a missing program, how a tool is called),
and learns it by trial, with the whole context sent for each try.

What to do: write the rule into its instructions: where things are, which programs exist, how the tool wants its input.

tracekit counts the tool alone, in three turns. On today's logs one message is one such turn, and three different failures
of a tool in a row are ordinary work: none of the rows of three in the recorded and public sessions has one error in different
attempts, so there is no finding to judge yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Annotated

import msgspec

from agent_trace.analysis.attempts import Attempt
from agent_trace.analysis.spared import evidence, spared, steps
from agent_trace.analysis.waste import Grounds
from agent_trace.model.findings import Finding
from agent_trace.model.session import Session

PRECEDENCE = 80
CONFIDENCE = 0.85
_FIX = "Add the rule that the error states to the instructions, with one example that works."
_MARKUP = re.compile(r"</?tool_use_error>|\x1b\[[0-9;]*m")
_SILENT = re.compile(
    r"(?:exit code|command exited with code|error:? *|process exited with code)? *-?\d*\W*|\(no output\)", re.IGNORECASE
)
_NAMES = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`|(?:[\w.~@+-]*/)+[\w.@+-]*|[\w-]+\.\w{1,5}\b|\d+")
_LEAST = 12
"""Characters of an error that say anything."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    messages: Annotated[
        int, msgspec.Meta(ge=2, description="How many messages in a row must run into the same error.")
    ] = 3


def detect(session: Session, options: Options, facts: Grounds) -> Iterator[Finding]:
    """Each run of messages with the same error."""
    for run in _runs(facts):
        if len(run) >= options.messages and len({one.intention for message in run for one in message}) > 1:
            yield _finding(run, facts)


def _runs(facts: Grounds) -> Iterator[list[list[Attempt]]]:
    """Messages whose steps all failed with one error, each run as long as the error stays."""
    run: list[list[Attempt]] = []
    held: tuple[object, ...] | None = None
    for message in _messages(facts.attempts):
        found = _error_of(message)
        key = None if found is None else (*found, facts.flow.turn(message[0].number), message[0].step.call.side)
        if key is None or key != held:
            yield from filter(None, (run,))
            run, held = [], key
        if key is not None:
            run.append(message)
    yield from filter(None, (run,))


def _messages(found: Iterable[Attempt]) -> Iterator[list[Attempt]]:
    """Steps by the message that asked for them."""
    tried = (one for one in found if one.work != "plan")
    for _, ones in groupby(tried, key=lambda one: one.step.call.response or one.step.call.id):
        yield list(ones)


def _error_of(message: list[Attempt]) -> tuple[str, str] | None:
    """The tool and the error that all steps of a message have in common."""
    if any(not one.failed or one.work == "verify" for one in message):
        return None
    found = {(one.step.call.tool, error_class(one.step.result.output if one.step.result else "")) for one in message}
    tool, error = next(iter(found))
    return (tool, error) if len(found) == 1 and len(error) >= _LEAST else None


def error_class(text: str) -> str:
    """The first line of an error that says anything, without names, paths and numbers."""
    for line in _MARKUP.sub("", text).splitlines():
        if line.strip() and not _SILENT.fullmatch(line.strip()):
            return " ".join(_NAMES.sub("…", line[:300]).split())
    return ""


def _finding(run: list[list[Attempt]], facts: Grounds) -> Finding:
    again = [one for message in run[1:] for one in message]
    return Finding(
        rule="ERROR_REPROMPT_CHURN",
        summary=f"{len(run)} messages in a row ran into the same error in different attempts",
        about=run[0][0].step.call.id,
        evidence=evidence(one for message in run for one in message),
        claims=tuple(spared(facts, again)),
        steps=steps(again),
        confidence=CONFIDENCE,
        fix=_FIX,
    )
