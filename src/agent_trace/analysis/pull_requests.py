"""Pull requests (GitLab: merge requests) that a session opened, changed or looked at.

From the output of `gh`, `glab` and `git push -o merge_request.create`, from tools of a server that do the same, and from
the agents' own records. An address that is only mentioned or listed is nobody's pull request.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from agent_trace.analysis.evidence import Evidence
from agent_trace.analysis.shell_steps import ShellStep, arguments
from agent_trace.model.events import Attachment
from agent_trace.model.session import Step
from agent_trace.policy.git_command import git_command
from agent_trace.policy.shell import Command

PullState = Literal["open", "draft", "merged", "closed"]
LINK = "pull request"
"""The kind of an attachment with which an agent records one."""

_ADDRESS = re.compile(
    r"https?://(?P<host>[^/\s\"'<>]+)/(?P<repository>[^\s\"'<>?#]+?)"
    r"(?:/-)?/(?:pull|pulls|merge_requests|pull-requests)/(?P<number>\d{1,9})\b"
)
_SHORT = re.compile(r"\b(?P<repository>[\w.-]+/[\w.-]+)#(?P<number>\d{1,9})\b(?: \((?P<title>[^\n]*)\))?")
_MARKED = re.compile(r"(?:[#!])(?P<number>\d{1,9})\b(?: \((?P<title>[^\n]*)\))?")
_EXISTS = re.compile(r"already exists")
_FIELD = re.compile(r"(?m)^(title|state|number|url|isDraft|draft):\s*(.*)$")
_STATES: Mapping[str, PullState] = {
    "open": "open", "opened": "open", "draft": "draft", "merged": "merged", "closed": "closed",
}  # fmt: skip
_CHANGING = frozenset({"create", "new", "edit", "update", "ready", "merge", "accept", "close", "reopen"})
_VALUED = frozenset(
    "-R --repo -t --title -b --body -F --body-file -B --base -H --head -l --label -a --assignee -r --reviewer -m --milestone "
    "-p --project -T --template -d --description -s --source-branch --target-branch -c --comment --subject --match-head-commit "
    "-A --author-email --json -q --jq --add-label --remove-label --add-reviewer --hostname -X --method -f -F --field --input "
    "--raw-field --squash-message".split()
)
_TOOLS = re.compile(r"(create|update|merge)_(?:pull|merge)_request$")


def is_request_tool(tool: str) -> bool:
    """Whether a tool of a server opens, updates or merges pull requests."""
    return _TOOLS.search(tool) is not None


class PullRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A pull request as the session last saw it."""

    url: str | None = None
    number: int | None = None
    repository: str | None = None
    """`owner/name`, with the groups of GitLab."""
    host: str | None = None
    state: PullState | None = None
    """None: not shown."""
    title: str | None = None
    created_here: bool = False
    merged_here: bool = False
    changed_here: bool = False
    """Opened, edited, made ready, merged, closed or reopened by this session."""
    events: tuple[str, ...] = ()
    """The tool calls and records that tell of it."""
    at: int | None = None
    """UTC milliseconds of the last of them."""
    model: str | None = None
    """Whose call asked for the first of them."""


class PullRequests:
    """Gathers them from a session's steps, one after the other."""

    def __init__(self) -> None:
        self._found: list[PullRequest] = []
        self._branches: dict[str | None, int] = {}

    def all(self) -> tuple[PullRequest, ...]:
        """All that the session opened, changed, looked at or recorded."""
        return tuple(self._found)

    def hear(self, ran: ShellStep, branch: str | None) -> None:
        """One shell step."""
        evidence: Evidence | None = None
        for index, command in enumerate(ran.script.commands):
            if command.program in ("gh", "glab", "gh.exe"):
                evidence = evidence or Evidence(ran)
                self._command(_Asked(command), ran, evidence.succeeded(index), branch)
            elif _asks_to_create(command):
                self._address(ran, branch)

    def record(self, link: Attachment) -> None:
        """A record of the agent itself: of a pull request that its commands told nothing of, it opened or updated it.

        Agents write one after a mere comment too, so it adds nothing to what a command said.
        """
        found = _ADDRESS.search(link.text)
        if found is not None:
            known = len(self._found)
            place = self._place_of(found)
            self._note(place, link.id, changed_here=place >= known)

    def tool(self, step: Step) -> None:
        """A tool of a server that opens, updates or merges."""
        action = _TOOLS.search(step.call.tool)
        if action is None or step.result is None or step.failed or step.call.inherited:
            return
        found = _ADDRESS.search(step.result.output)
        given = arguments(step.call)
        number = given.get("pull_number", given.get("pullNumber"))
        if found is None and not isinstance(number, int):
            return
        place = self._place_of(found) if found is not None else self._place(number, None)
        verb = action[1]
        state: PullState | None = "draft" if given.get("draft") is True else "open"
        if verb == "update":
            state = _STATES.get(str(given.get("state", "")).lower())
        self._note(place, step.call.id, changed_here=True, created_here=verb == "create", merged_here=verb == "merge",
                   state="merged" if verb == "merge" else state, title=_text(given, "title"))  # fmt: skip

    # ---- gh and glab

    def _command(self, asked: _Asked, ran: ShellStep, succeeded: bool | None, branch: str | None) -> None:
        if asked.noun == "api":
            self._request(asked, ran, succeeded)
        if asked.noun not in ("pr", "mr") or asked.has("--help", "-h", "--dry-run", "--web", "-w"):
            return
        if asked.verb in ("create", "new"):
            self._created(asked, ran, branch)
        elif asked.verb == "view":
            self._viewed(asked, ran, branch)
        elif asked.verb in ("comment", "note", "review", "approve") and _ADDRESS.search(ran.output):
            self._note(self._place_of(next(_ADDRESS.finditer(ran.output))), ran.step.call.id)
        elif asked.verb in _CHANGING and succeeded is not False:
            self._changed(asked, ran, succeeded, branch)

    def _created(self, asked: _Asked, ran: ShellStep, branch: str | None) -> None:
        addresses = list(_ADDRESS.finditer(ran.output))
        if not addresses:
            return
        place = self._place_of(addresses[-1])
        branch = asked.value("-H", "--head", "-s", "--source-branch") or branch
        self._branches[branch] = place
        if _EXISTS.search(ran.output):
            self._note(place, ran.step.call.id)
            return
        draft = asked.has("-d", "--draft") if asked.noun == "pr" else asked.has("--draft", "--wip")
        self._note(place, ran.step.call.id, changed_here=True, created_here=True, state="draft" if draft else "open",
                   title=asked.value("-t", "--title"))  # fmt: skip

    def _viewed(self, asked: _Asked, ran: ShellStep, branch: str | None) -> None:
        told = _told(ran.output)
        if not (told or _ADDRESS.search(ran.output)):
            return
        place = self._meant(asked, ran, branch, _whole(told.get("number")))
        state = _STATES.get(str(told.get("state", "")).lower())
        if state == "open" and str(told.get("isDraft", told.get("draft", ""))).lower() == "true":
            state = "draft"
        self._note(place, ran.step.call.id, state=state, title=_text(told, "title"))

    def _changed(self, asked: _Asked, ran: ShellStep, succeeded: bool | None, branch: str | None) -> None:
        state = _state_after(asked, ran.output)
        told = state is not None and asked.verb in ran.output.lower()
        if not (succeeded or told or _ADDRESS.search(ran.output)):
            return
        place = self._meant(asked, ran, branch, None)
        merged = state == "merged"
        shown = _SHORT.search(ran.output) or _MARKED.search(ran.output)
        title = asked.value("-t", "--title") if asked.verb in ("edit", "update") else shown["title"] if shown else None
        self._note(place, ran.step.call.id, changed_here="already" not in ran.output, merged_here=merged, state=state,
                   title=title)  # fmt: skip

    def _request(self, asked: _Asked, ran: ShellStep, succeeded: bool | None) -> None:
        """`gh api repos/o/r/pulls -f title=…`, `gh api -X PATCH repos/o/r/pulls/12 -f state=closed`."""
        path = re.search(r"repos/([^/\s]+/[^/\s]+)/pulls(?:/(\d+)(/merge)?)?$", asked.verb)
        method = (
            asked.value("-X", "--method") or ("POST" if asked.has("-f", "-F", "--field", "--input") else "GET")
        ).upper()
        found = _ADDRESS.search(ran.output)
        if path is None or succeeded is False or method == "GET":
            return
        if path[2] is None and found is not None:
            self._note(self._place_of(found), ran.step.call.id, changed_here=True, created_here=True, state="open")
        elif path[2] is not None:
            fields = dict(one.split("=", 1) for one in asked.values("-f", "-F", "--field") if "=" in one)
            state: PullState | None = "merged" if path[3] else _STATES.get(fields.get("state", ""))
            place = self._place(int(path[2]), path[1])
            self._note(place, ran.step.call.id, changed_here=True, merged_here=bool(path[3]), state=state)

    def _address(self, ran: ShellStep, branch: str | None) -> None:
        found = _ADDRESS.search(ran.output)
        if found is not None:
            self._branches[branch] = self._place_of(found)
            self._note(self._branches[branch], ran.step.call.id, changed_here=True, created_here=True, state="open")

    # ---- which one

    def _meant(self, asked: _Asked, ran: ShellStep, branch: str | None, number: int | None) -> int:
        """The pull request that a command names, or that belongs to the branch."""
        target = asked.target
        address = _ADDRESS.search(target)
        if address is None and not target:
            address = _ADDRESS.search(ran.output)
        plain = target.lstrip("#!")
        if address is None and plain.isdigit():
            address = next((one for one in _ADDRESS.finditer(ran.output) if one["number"] == plain), None)
        if address is not None:
            return self._place_of(address)
        shown = _SHORT.search(ran.output)
        repository = asked.value("-R", "--repo") or (shown["repository"] if shown else None)
        if plain.isdigit():
            return self._place(int(plain[:9]), repository)
        if number is not None or (shown is not None and not target):
            return self._place(number if number is not None else int(shown["number"] if shown else 0), repository)
        known = self._branches.get(target or branch)
        if known is not None:
            return known
        return self._place(None, repository) if not self._found else len(self._found) - 1

    def _place(self, number: int | None, repository: str | None) -> int:
        """The place of a pull request by its number; a new one where none is known."""
        for place, one in enumerate(self._found):
            if one.number == number and (repository is None or one.repository in (None, _bare(repository))):
                return place
        self._found.append(PullRequest(url=None, number=number, repository=_bare(repository), host=None))
        return len(self._found) - 1

    def _place_of(self, address: re.Match[str]) -> int:
        host, repository, number = address["host"], address["repository"], int(address["number"])
        url = address.group()
        for place, one in enumerate(self._found):
            if one.number == number and one.host in (None, host) and one.repository in (None, repository):
                self._found[place] = msgspec.structs.replace(one, url=url, host=host, repository=repository)
                return place
        self._found.append(PullRequest(url=url, number=number, repository=repository, host=host))
        return len(self._found) - 1

    def _note(self, place: int, event: str, *, changed_here: bool = False, created_here: bool = False,
              merged_here: bool = False, state: PullState | None = None, title: str | None = None) -> None:  # fmt: skip
        """What one step tells of a pull request."""
        one = self._found[place]
        self._found[place] = msgspec.structs.replace(
            one,
            state=state or one.state,
            title=title or one.title,
            changed_here=one.changed_here or changed_here,
            created_here=one.created_here or created_here,
            merged_here=one.merged_here or merged_here,
            events=one.events if event in one.events else (*one.events, event),
        )


class _Asked:
    """`gh -R o/r pr merge 12 --squash`: noun `pr`, verb `merge`, target `12`."""

    def __init__(self, command: Command) -> None:
        self.options: list[tuple[str, str]] = []
        words: list[str] = []
        rest = list(command.argv[1:])
        while rest:
            word = rest.pop(0)
            if not word.startswith("-"):
                words.append(word)
                continue
            flag, equals, value = word.partition("=")
            takes = not equals and flag in _VALUED and not (words[:1] == ["pr"] and flag in ("-d", "-s", "-m", "-r") and
                                                           self._is_switch(words, flag))  # fmt: skip
            self.options.append((flag, rest.pop(0) if takes and rest else value))
        self.noun, self.verb, self.target = (*words[:3], "", "", "")[:3]

    @staticmethod
    def _is_switch(words: Sequence[str], flag: str) -> bool:
        """`-d` of create means draft; `-s -m -r -d` of merge say how."""
        verb = words[1] if len(words) > 1 else ""
        return verb == "merge" or flag == "-d"

    def has(self, *names: str) -> bool:
        """Whether one of these options is given and not set to false."""
        return any(name in names and value != "false" for name, value in self.options)

    def values(self, *names: str) -> list[str]:
        """All values of these options."""
        return [value for name, value in self.options if name in names]

    def value(self, *names: str) -> str | None:
        """The last value of these options."""
        found = self.values(*names)
        return found[-1] or None if found else None


def _state_after(asked: _Asked, output: str) -> PullState | None:
    match asked.verb:
        case "merge" | "accept":
            waits = asked.has("--auto", "--disable-auto", "--auto-merge", "--when-pipeline-succeeds")
            return None if waits or "will be automatically merged" in output or "Pipeline" in output else "merged"
        case "close":
            return "closed"
        case "reopen":
            return "open"
        case "ready":
            return "draft" if asked.has("--undo") else "open"
        case "update" if asked.has("--draft", "--wip"):
            return "draft"
        case "update" if asked.has("--ready", "-r"):
            return "open"
    return None


def _told(output: str) -> dict[str, Any]:
    """What `view` says, as JSON or in lines of `name: value`."""
    start, end = output.find("{"), output.rfind("}")
    if start >= 0 and end > start:
        try:
            found = json.loads(output[start : end + 1])
            return found if isinstance(found, dict) else {}
        except (ValueError, RecursionError):
            pass
    return {name: value.strip() for name, value in reversed(_FIELD.findall(output.partition("\n--\n")[0]))}


def _asks_to_create(command: Command) -> bool:
    """`git push -o merge_request.create`."""
    git = git_command(command)
    options = git.values("-o", "--push-option") if git is not None and git.name == "push" else []
    return any(one.startswith("merge_request.create") for one in options)


def _bare(repository: str | None) -> str | None:
    """`owner/name` of an address or of `host/owner/name`."""
    if repository is None:
        return None
    return "/".join(repository.removesuffix(".git").rstrip("/").split("/")[-2:])


def _whole(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value[:9]) if isinstance(value, str) and value.isdigit() else None


def _text(record: Mapping[str, Any], name: str) -> str | None:
    found = record.get(name)
    return found if isinstance(found, str) and found else None
