"""How a step failed, and the one line of its output that says it, by plain rules.

Nothing is guessed: a refusal is a person's only where the log says that a person answered, a time limit is one only where
the output says that it passed. The line is one of the output's own, or the `exit N` that a command line itself ends with.
Where none of the rules finds it, a tool's first line stands for it; of a command nothing is told, since what it printed
last is as likely what went well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from agent_trace.analysis.attempts import Attempt
from agent_trace.model.events import PermissionAnswered
from agent_trace.model.session import Session, Step

Fault = Literal["", "refused", "hook", "settings", "denied", "interrupted", "timeout", "exit", "error", "tests"]
"""Empty: it did not fail. `refused` by a person, kept back by a `hook` or by the `settings`, `denied` by nobody knows whom;
`interrupted`; `timeout`: a time limit passed; `exit`: the command ended with an exit code; `error`: the tool said that it
failed; `tests`: it ended well, but tests or checks that it ran failed."""

LINE = 240
"""Characters of the line that are told."""
_NEAR = 3
"""Lines from either end in which a time limit is told."""
_HEAD = 300
"""Characters in which a refusal says whose it was."""
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_TAGS = re.compile(r"</?[a-z_]*error>", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_CODE = re.compile(
    r"[<\[(]?(?:(?:command|process|shellId: \w{1,40}) )?(?:completed |failed |finished )?(?:with )?"
    r"exit(?:ed)?(?: with)?(?: code| status)?:? ?-?\d+\.?[>\])]?",
    re.IGNORECASE,
)
_EXIT = re.compile(r"(\A|&&|\|\||[;\n&({]) *exit +(\d{1,3})([ ;)}\"']*)\Z")
"""A command line that ends its shell itself."""
_ENDING = 80
"""Characters of a command line in which its end stands."""
_PASSED = re.compile(
    r"\b(?:timed out|time limit exceeded|timeout (?:of|after|exceeded|reached)|exceed(?:ed|ing) (?:the )?time(?:out| limit)|"
    r"deadline exceeded)\b",
    re.IGNORECASE,
)
_ENDED_LATE = frozenset({None, 124, 137, 143, -9, -15})
"""Exit codes of what was stopped after its time."""
_ANSWERERS: Mapping[str, Fault] = {"user": "refused", "hook": "hook", "config": "settings", "mode": "settings"}
_WORDS: tuple[tuple[re.Pattern[str], Fault], ...] = (
    (re.compile(r"\bhooks?\b", re.IGNORECASE), "hook"),
    (re.compile(r"\b(?:settings|configur\w+|polic(?:y|ies)|sandbox|permission (?:rule|mode)s?|specified a rule|allow-?list)\b",
                re.IGNORECASE), "settings"),
    (re.compile(r"\b(?:user|person) (?:doesn't |does not |didn't |did not |has )?(?:want|reject|refus|declin|den|cancel|dismiss)|"
                r"\bby (?:the )?user\b", re.IGNORECASE), "refused"),
)  # fmt: skip
_TELLING: tuple[tuple[re.Pattern[str], Literal["first", "last"]], ...] = (
    (re.compile(r"\s*E\s{2,}\S"), "first"),
    (re.compile(r"\s*(?:[\w.]+\.)?\w*(?:Error|Exception|Failure|Panic)\b(?::| \[|$)"), "last"),
    (re.compile(r".{0,120}\b(?:fatal|panic|(?:fatal )?error)(?:\[\w+\]| [A-Z]+\d+)?: ?\S", re.IGNORECASE), "first"),
    (re.compile(r".{0,120}\bERROR_[A-Z]"), "first"),
    (re.compile(r"\s*(?:FAIL|FAILED|not ok)\b(?! ?\()"), "first"),
    (re.compile(r".{0,160}\b(?:no such file|command not found|permission denied|does not exist|cannot |could not |unable to |"
                r"not found|not recognized|unavailable|refused|invalid|failed|undefined)", re.IGNORECASE), "first"),
    (re.compile(rf".{{0,160}}{_PASSED.pattern}", re.IGNORECASE), "last"),
)  # fmt: skip
"""What a line of an error looks like, the surest first. Of a trace the last error is the one that ended it, of compilers
and tests the first is the one to look at."""
_COMPLAINT = re.compile(
    r".{0,160}(?:n't\b|\b(?:nothing to|no (?:changes|match|tests?)\b|(?:is|are|was|were|do|does|did|has|have) not\b|"
    r"[1-9]\d{0,8} (?:errors?|failures?|problems?)\b|would (?:be )?reformat|missing|must|usage:|denied|rejected|conflict|"
    r"abort|cancel|interrupted|timed out|killed|terminated|wrong|unknown|unexpected|unsupported|already exists|too many))",
    re.IGNORECASE,
)
"""Words of a command's last line of that kind, where nothing looks more like an error."""


def fault_of(step: Step, attempt: Attempt | None, answered: str | None) -> Fault:
    """How a step failed. `attempt`: the step as one; `answered`: who did not allow it, in the agent's own word."""
    result = step.result
    if result is None:
        return ""
    if result.refused:
        return _refusal(result.output, answered)
    if result.interrupted:
        return "interrupted"
    if not result.really_failed:
        return "tests" if attempt is not None and attempt.failed else ""
    if result.exit_code in _ENDED_LATE and _is_late(result.output):
        return "timeout"
    return "exit" if result.exit_code else "error"


def refusals(session: Session) -> dict[str, str]:
    """Tool call, by the id of its event → who did not allow it."""
    found = (event for event in session.events if isinstance(event, PermissionAnswered))
    return {one.parent: one.by for one in found if one.parent and not one.decision.startswith("accept")}


def _refusal(output: str, answered: str | None) -> Fault:
    known = _ANSWERERS.get((answered or "").partition("_")[0])
    if known is not None:
        return known
    said = output[:_HEAD]
    return next((fault for words, fault in _WORDS if words.search(said)), "denied")


def _is_late(output: str) -> bool:
    lines = _lines(output)
    return any(_PASSED.search(line) for line in (*lines[:_NEAR], *lines[-_NEAR:]))


def telling(output: str, *, is_command: bool) -> str:
    """The line of an output that says what went wrong, without colours and cut to 240 characters; empty: it says nothing."""
    lines = _lines(output)
    found = _found(lines)
    if not found and is_command:
        found = next(filter(_COMPLAINT.match, reversed(lines)), "")
    elif not found and lines:
        found = lines[0]
    return " ".join(found.split())[:LINE]


def telling_of(output: str, command: str, code: int) -> str:
    """The same of a command that ended with an exit code, where the command line itself may say why: `exit 3`.

    The output goes before it where the line may have ended so because something else failed.
    """
    found = telling(output, is_command=True)
    ended = _EXIT.search(command.rstrip()[-_ENDING:])
    if ended is None or int(ended[2]) != code or code == 0:
        return found
    joined, closing = ended[1], ended[3].strip(" ;")
    perhaps = joined == "||" or closing != "" or (joined == "&&" and code == 1)
    return found if found and perhaps else f"exit {code}"


def _found(lines: Sequence[str]) -> str:
    for pattern, which in _TELLING:
        matching: Iterable[str] = lines if which == "first" else reversed(lines)
        line = next((one for one in matching if pattern.match(one)), None)
        if line is not None:
            return line
    return ""


def _lines(output: str) -> list[str]:
    """Those that say something."""
    bare = _TAGS.sub("", _ESCAPES.sub("", output))
    return [line for line in bare.splitlines() if _LETTER.search(line) and not _CODE.fullmatch(line.strip())]
