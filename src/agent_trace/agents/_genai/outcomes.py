"""What became of a tool call: both agents mark failed tools, but a failed shell command only in the text."""

from __future__ import annotations

from typing import NamedTuple

from agent_trace.agents._exits import is_failure

_WRAPPED = "<untrusted_context>\n"
_UNWRAPPED = "\n</untrusted_context>"
_TRAILER = ("Process Group PGID", "Background PIDs", "Signal", "Exit Code", "Error")
_NOTHING = ("(none)", "(empty)", "", "0")
_REFUSED = (
    "did not allow tool call",
    "denied by policy",
    "requires user confirmation, which is not supported in non-interactive mode",
    "but that permission was declined",
)
_FAILED = (
    "Blocked: command substitution detected",
    "Command was automatically cancelled because it exceeded the timeout",
)
"""Beginnings of results whose status is success although the command did not run to its end."""
_STOPPED = "Command was cancelled by user"
_ENDED_ODDLY = "\nTermination Reason: "


class Ran(NamedTuple):
    """A shell command's end, taken out of the text around its output."""

    output: str
    code: int | None = None
    trouble: bool = False
    """A signal ended it, or it could not be started."""


class Outcome(NamedTuple):
    output: str
    failed: bool = False
    exit_code: int | None = None
    went_wrong: bool | None = None
    refused: bool = False
    interrupted: bool = False


def outcome(kind: str, status: str, text: str, command: str) -> Outcome:
    """How a call ended. `status`: success, error, cancelled; `command`: what a shell tool was asked to run."""
    text = _unwrapped(text)
    failed = status == "error"
    refused = status != "success" and any(words in text for words in _REFUSED)
    if refused or status == "cancelled":
        return Outcome(text, failed=failed, refused=refused, interrupted=not refused)
    if failed:
        return Outcome(text, failed=True)
    if kind == "shell" and text.startswith(_STOPPED):
        return Outcome(text, interrupted=True)
    if kind == "agent":
        return Outcome(text, went_wrong=_ended_oddly(text) or None)
    ran = unframed(text) if kind == "shell" else None
    if ran is None:
        return Outcome(text, went_wrong=text.startswith(_FAILED) or None)
    wrong = ran.trouble or (ran.code is not None and is_failure(command, ran.code))
    return Outcome(ran.output, exit_code=ran.code, went_wrong=wrong or None)


def _unwrapped(text: str) -> str:
    """Newer versions mark what tools give as not to be trusted."""
    is_wrapped = text.startswith(_WRAPPED) and text.endswith(_UNWRAPPED)
    return text.removeprefix(_WRAPPED).removesuffix(_UNWRAPPED) if is_wrapped else text


def _ended_oddly(text: str) -> bool:
    """True for a sub-agent that stopped before its goal."""
    _, found, reason = text[:500].partition(_ENDED_ODDLY)
    return bool(found) and not reason.startswith("GOAL")


def unframed(text: str) -> Ran | None:
    """A command's output without what the agents write around it; None where they wrote no such thing.

    Older versions name the command and the folder first and all fields after the output; newer ones only what is not as
    usual: without an exit code it was 0.
    """
    body = text
    if body.startswith("Command: "):
        _, found, rest = body.partition("\nDirectory: ")
        body = rest.partition("\n")[2] if found else ""
    if not body.startswith(("Output: ", "Stdout: ")):
        return None
    label, body = body[:6], body[8:]
    body, fields = _trailer(body)
    if label == "Stdout":
        out, _, err = body.rpartition("\nStderr: ") if "\nStderr: " in body else (body, "", "")
        body = "\n".join(one for one in (out, err) if one not in _NOTHING[:3])
    code = fields.get("Exit Code", "0")
    trouble = any(fields.get(name, "") not in _NOTHING for name in ("Signal", "Error"))
    return Ran("" if body in _NOTHING[:2] else body, int(code) if _is_code(code) else None, trouble)


def _trailer(body: str) -> tuple[str, dict[str, str]]:
    """The text without the fields at its end, and these."""
    fields: dict[str, str] = {}
    for name in _TRAILER:
        head, found, value = body.rpartition(f"\n{name}: ")
        if found and "\n" not in value:
            body, fields[name] = head, value
    return body, fields


def _is_code(text: str) -> bool:
    return text.isascii() and text.lstrip("-").isdigit() and len(text) < 10
