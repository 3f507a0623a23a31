"""What a tool's output tells of its end: an exit code, a refusal, an interruption, a known text of failure."""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from agent_trace.agents.codex.fields import Record, number, part, parts, seconds_ms, text
from agent_trace.agents.codex.speech import texts_of

HEAD = 500
"""Characters of an output in which its head ends."""
_EXIT = re.compile(r"^(?:Exit code:|Process exited with code) (-?\d{1,9})$", re.MULTILINE)
_WALL = re.compile(r"^Wall time:? ([\d.]{1,20}) seconds$", re.MULTILINE)
_ABORTED = re.compile(r"\A(?:Wall time: [\d.]+ seconds\s+)?aborted(?: by user)?\b")
_REFUSED = re.compile(
    r"\A(?:exec_command failed.{0,400}?\bRejected\b|(?:exec command|patch|command|tool call) rejected\b|rejected by user)",
    re.DOTALL | re.IGNORECASE,
)
_FAILURES = (
    "apply_patch verification failed",
    "exec_command failed",
    "execution error",
    "failed to parse function arguments",
    "tool call error",
    "unsupported call",
    "unsupported custom tool call",
    "write_stdin failed",
)
"""How the text begins that stands for a tool which did not run."""
_PATCHED = "Success. Updated the following files"
_ANY = msgspec.json.Decoder()


class Ended(NamedTuple):
    """How a tool call ended."""

    output: str
    exit_code: int | None = None
    run_ms: int | None = None
    failed: bool = False
    """It did not do what it was asked for, whatever its exit code says."""
    refused: bool = False
    interrupted: bool = False


def ended(found: object, *, is_shell: bool, is_patch: bool) -> Ended:
    """How a tool call ended, from the output that the model was given."""
    said, succeeded = _said(found)
    runs = is_shell or is_patch
    head, _, body = said.partition("\nOutput:\n")
    head = head[:HEAD]
    exit_code, run_ms = _exit_code(head) if runs else None, _wall(head)
    inner = _inner(said) if runs and said.startswith("{") else {}
    if inner:
        body = text(inner, "output")
        exit_code = number(part(inner, "metadata"), "exit_code")
        run_ms = seconds_ms(part(inner, "metadata").get("duration_seconds"))
    if exit_code is not None:
        failed = is_patch and exit_code != 0 and _PATCHED not in body
        return Ended(body, exit_code, run_ms, failed)
    refused, interrupted = _REFUSED.match(said) is not None, _ABORTED.match(said) is not None
    failed = succeeded is False or said.startswith(_FAILURES) or (is_patch and _PATCHED not in said)
    return Ended(said, None, run_ms, failed and not refused and not interrupted, refused, interrupted)


def _said(found: object) -> tuple[str, bool | None]:
    """The text of an output: a string, a list of parts, or (in old versions) an object that says whether it succeeded."""
    if isinstance(found, str):
        return found, None
    if isinstance(found, list):
        return "\n".join(one for one in texts_of({"content": found}) if one), None
    if not isinstance(found, dict):
        return "", None
    success = found.get("success")
    content = found.get("content", found.get("text"))
    return _said(content)[0], success if isinstance(success, bool) else None


def _inner(said: str) -> Record:
    """The object that an output of versions before 0.5x is: `{output, metadata: {exit_code, duration_seconds}}`."""
    try:
        found = _ANY.decode(said)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) and "output" in found and "metadata" in found else {}


def _exit_code(head: str) -> int | None:
    found = _EXIT.search(head)
    return int(found.group(1)) if found else None


def _wall(head: str) -> int | None:
    found = _WALL.search(head)
    return seconds_ms(found.group(1)) if found else None


def mcp_output(result: Record) -> tuple[str, bool]:
    """What an MCP tool answered, and whether it was an error. Errors of the connection are `{"Err": …}`."""
    if "Err" in result:
        return text(result, "Err"), True
    inner = part(result, "Ok") or result
    said = "\n".join(text(one, "text") or f"[{text(one, 'type')}]" for one in parts(inner, "content"))
    return said, inner.get("isError") is True or inner.get("is_error") is True
