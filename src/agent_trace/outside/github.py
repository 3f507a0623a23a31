"""Asks GitHub and GitLab for the state of a pull request by their own command lines, `gh` and `glab`.

Only hosts that the person's program knows are asked: an address in a transcript may be anybody's, and a token goes with
the question. What comes back is checked field by field; anything else is as if nothing had been said.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from agent_trace.outside.program import ask

PullState = Literal["open", "draft", "merged", "closed"]
SECONDS = 20.0
"""For each pull request."""
BYTES = 200_000
TITLE = 500
"""Characters of a title that are kept."""
STATES: Mapping[str, PullState] = {
    "open": "open", "opened": "open", "merged": "merged", "closed": "closed", "locked": "closed",
}  # fmt: skip
QUIET = {
    "GH_NO_UPDATE_NOTIFIER": "1", "GH_PROMPT_DISABLED": "1", "GIT_TERMINAL_PROMPT": "0", "GLAB_CHECK_UPDATE": "false",
    "NO_COLOR": "1", "NO_PROMPT": "1",
}  # fmt: skip
"""No questions, no colours, no news."""
_ADDRESS = re.compile(
    r"https?://(?P<host>[\w.-]{1,253}(?::\d{1,5})?)/(?P<repository>[\w./-]{1,300}?)"
    r"(?:/-/merge_requests|/merge_requests|/pulls?)/(?P<number>\d{1,9})"
)
_HOST = re.compile(r"^( *)[\"']?([\w.-]+(?::\d+)?)[\"']?:\s*$", re.MULTILINE)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a forge says of a pull request."""

    url: str
    state: PullState
    title: str | None = None
    merged_at: str | None = None
    """ISO 8601, as the forge wrote it."""


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """That nobody could be asked, or nothing sensible came back."""

    url: str
    why: str


def pull_request(url: str, environment: Mapping[str, str] = os.environ) -> Asked | Refused:
    """The state of one pull request as it is now."""
    found = _ADDRESS.fullmatch(url)
    if found is None:
        return Refused(url=url, why="no address of a pull request")
    is_lab = "merge_requests" in url
    program = "glab" if is_lab else "gh"
    host = found["host"].lower()
    if host not in hosts(program, environment):
        return Refused(url=url, why=f"{program} does not know {host}")
    project = f"https://{host}/{found['repository']}"
    words = (
        ["glab", "mr", "view", found["number"], "--repo", project, "--output", "json"]
        if is_lab
        else ["gh", "pr", "view", f"{project}/pull/{found['number']}", "--json", "state,isDraft,mergedAt,title,number"]
    )
    said = ask(words, environment={**environment, **QUIET}, seconds=SECONDS, limit=BYTES)
    if said is None:
        return Refused(url=url, why=f"{program} is not installed")
    if not said.done:
        return Refused(url=url, why=f"{program} {said.stopped or 'said no: ' + _first(said.errors)}")
    return _read(url, found["number"], said.output) or Refused(url=url, why=f"{program} said nothing that makes sense")


def _first(errors: str) -> str:
    """The first line of what a program complained of, printable and short."""
    line = next((one for one in errors.splitlines() if one.strip()), "nothing")
    return "".join(letter for letter in line if letter.isprintable())[:200]


class _View(msgspec.Struct):
    """What both programs are asked for, under both their names."""

    state: str
    number: int | None = None
    iid: int | None = None
    title: str | None = None
    is_draft: bool | None = msgspec.field(default=None, name="isDraft")
    draft: bool | None = None
    merged_at: str | None = msgspec.field(default=None, name="mergedAt")
    merged: str | None = msgspec.field(default=None, name="merged_at")


def _read(url: str, number: str, output: bytes) -> Asked | None:
    try:
        told = msgspec.json.decode(output, type=_View)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    state = STATES.get(told.state.lower())
    about = told.number if told.number is not None else told.iid
    if state is None or about != int(number):
        return None
    is_draft = state == "open" and (told.is_draft or told.draft or False)
    return Asked(
        url=url,
        state="draft" if is_draft else state,
        title=None if told.title is None else told.title[:TITLE],
        merged_at=(told.merged_at or told.merged or "")[:40] or None,
    )


# ---- hosts

_OWN: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "gh": ("github.com", ("GH_HOST",)),
    "glab": ("gitlab.com", ("GITLAB_HOST", "GL_HOST")),
}
"""Program → the host that it knows by itself, and the variables that name another."""


def hosts(program: str, environment: Mapping[str, str]) -> frozenset[str]:
    """The hosts that the person set a program up for."""
    own, variables = _OWN[program]
    named = [environment[name] for name in variables if environment.get(name)]
    return frozenset({own, *(_bare(one) for one in named), *_configured(program, environment)})


def _bare(address: str) -> str:
    return address.partition("://")[2].strip("/").lower() if "://" in address else address.strip("/").lower()


def _configured(program: str, environment: Mapping[str, str]) -> Iterator[str]:
    """Hosts in the program's own settings: keys at the margin of hosts.yml, or below `hosts:` of config.yml."""
    for path in _settings(program, environment):
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                text = file.read(BYTES)
        except OSError:
            continue
        below = text if program == "gh" else text.partition("\nhosts:")[2] or text.partition("hosts:")[2]
        found = [(len(one[1]), one[2]) for one in _HOST.finditer(below)]
        margin = min((depth for depth, _ in found), default=0)
        yield from (name.lower() for depth, name in found if depth == margin)


def _settings(program: str, environment: Mapping[str, str]) -> Iterable[str]:
    home = environment.get("HOME", "")
    config = environment.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    if program == "gh":
        return [os.path.join(environment.get("GH_CONFIG_DIR") or os.path.join(config, "gh"), "hosts.yml")]
    folder = environment.get("GLAB_CONFIG_DIR") or os.path.join(config, "glab-cli")
    return [os.path.join(folder, "config.yml")]
