"""What a session produced: commits, pull requests, lines, tests, work taken back, and whether that makes it productive.

From the events of one session alone, so that every surface and every machine counts alike; sub-agents are sessions of
their own. The rules are those of docs/numbers.md.
"""

from __future__ import annotations

import re

import msgspec

from agent_trace.analysis.asking import Asking
from agent_trace.analysis.commits import Commit, Commits
from agent_trace.analysis.pull_requests import LINK, PullRequest, PullRequests
from agent_trace.analysis.shell_steps import ShellStep, arguments, shell_steps
from agent_trace.analysis.undone import Edits, Undone
from agent_trace.analysis.verification import TestRun, verified
from agent_trace.model.events import Attachment, SessionStarted, ToolCall
from agent_trace.model.session import Session, Step
from agent_trace.model.tools import EDITING
from agent_trace.policy.git_command import git_command

_WRITING = frozenset({">", ">>", ">|", "&>", "&>>"})
_CHANGING = frozenset(
    "rm mv cp mkdir touch tee patch ln chmod install truncate dd rsync unzip tar npm pip uv cargo".split()
)
_CHANGING_GIT = frozenset(
    "add commit merge cherry-pick revert rebase reset checkout switch restore rm mv push pull apply am stash tag clean".split()
)
_ELSEWHERE = re.compile(r"/(?:dev|tmp)/")
_TEXTS = ("content", "file_text", "new_string", "contents", "text")


class Lines(msgspec.Struct, frozen=True):
    added: int = 0
    removed: int = 0


class Productive(msgspec.Struct, frozen=True):
    """The verdict and its reason."""

    value: bool | None
    """None: the question does not arise."""
    why: str


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What one session produced by itself, its sub-agents left out."""

    session: str
    commits: tuple[Commit, ...] = ()
    """All that it made, those that do not stand any more among them."""
    pull_requests: tuple[PullRequest, ...] = ()
    tests: tuple[TestRun, ...] = ()
    edit_lines: Lines = Lines()
    """Of its edit tools, as git counts them."""
    files: tuple[str, ...] = ()
    """Files that its edit tools changed."""
    branch: str | None = None
    """The last one that it was seen on."""
    undone: tuple[Undone, ...] = ()
    productive: Productive = Productive(None, "not asked")

    @property
    def standing(self) -> tuple[Commit, ...]:
        """Its commits that can still be reached."""
        return tuple(one for one in self.commits if one.stands)

    @property
    def commit_lines(self) -> Lines:
        """Of its standing commits, as far as git showed their counts."""
        return Lines(
            sum(one.lines_added or 0 for one in self.standing), sum(one.lines_removed or 0 for one in self.standing)
        )


def outcome(
    session: Session,
    *,
    running: bool = False,
    child: bool | None = None,
    withheld: bool = False,
    repository: bool | None = None,
) -> Outcome:
    """What a session produced.

    `running`, `child` (a sub-agent) and `withheld` (its texts are not kept) leave open whether it was productive;
    `repository` says whether it worked in one, where the caller knows.
    """
    reading = _Reading(session)
    reading.read()
    commits = reading.commits.all()
    own = tuple(one for one in commits if not one.inherited)
    asking = Asking(session)
    found = Outcome(
        session=session.id,
        commits=tuple(asking.commit(one) for one in own),
        pull_requests=tuple(asking.pull_request(one) for one in reading.requests.all()),
        tests=tuple(reading.tests),
        edit_lines=reading.edit_lines(),
        files=tuple(path for path, use in session.files.items() if use.writes),
        branch=reading.branch,
        undone=reading.edits.undone,
    )
    is_child = child if child is not None else reading.started_by is not None
    in_repository = repository if repository is not None else reading.uses_git
    reason = "running" if running else "a sub-agent" if is_child else "its texts are withheld" if withheld else ""
    verdict = Productive(None, reason) if reason else _productive(found, reading, in_repository)
    return msgspec.structs.replace(found, productive=verdict)


class _Reading:
    """One pass over a session's steps."""

    def __init__(self, session: Session) -> None:
        self.session = session
        starts = [one for one in session.events if isinstance(one, SessionStarted)]
        self.cwd = next((one.cwd for one in starts if one.cwd), None)
        branch = next((one.branch for one in starts if one.branch), None)
        self.started_by = next((one.starter for one in starts if one.starter), None)
        self.commits = Commits(self.cwd, branch if branch != "HEAD" else None)
        self.requests, self.edits = PullRequests(), Edits()
        self.tests: list[TestRun] = []
        self.uses_git = branch is not None
        self.changed = False
        self._last_branch = branch

    @property
    def branch(self) -> str | None:
        """Where it worked last."""
        said = [one.branch for one in self.session.events if isinstance(one, SessionStarted) and one.branch]
        made = [one.branch for one in self.commits.all() if one.branch]
        return self.commits.worktrees.at(self.cwd).branch or next(reversed(said or made), None)

    def read(self) -> None:
        """All steps in the order of the log, and the agent's own records."""
        shells = shell_steps(self.session)  # one at a time: their lines would fill the memory
        ran = next(shells, None)
        steps = {one.call.id: one for one in self.session.steps}
        for event in self.session.events:
            if ran is not None and event.id == ran.step.call.id:
                self._shell(ran)
                ran = next(shells, None)
            elif isinstance(event, ToolCall) and event.id in steps:
                self._tool(steps[event.id])
            elif isinstance(event, Attachment) and event.kind == LINK and not event.inherited:
                self.requests.record(event)

    def _shell(self, ran: ShellStep) -> None:
        before = self.commits.count
        self.edits.hear(ran)
        self.uses_git = self.commits.hear(ran) or self.uses_git
        if self.commits.count > before:
            self.edits.committed()
        if ran.step.call.inherited:
            return
        self.requests.hear(ran, self.commits.worktrees.at(ran.directory).branch)
        self.tests += verified(ran)
        self.changed = self.changed or _changes(ran)

    def _tool(self, step: Step) -> None:
        if step.call.kind in EDITING:
            self.edits.edit(step, self.cwd)
            given = arguments(step.call)
            for path in step.call.paths:
                self.commits.learn_text(path, "\n".join(str(given[name]) for name in _TEXTS if name in given))
            done = step.result is not None and not step.failed and not step.result.refused
            self.changed = self.changed or (done and not step.call.inherited)
        else:
            self.requests.tool(step)

    def edit_lines(self) -> Lines:
        """Of all results that tell of changed lines and did not fail."""
        own = [one.result for one in self.session.steps if one.result is not None and not one.result.inherited]
        done = [one for one in own if not one.failed]
        return Lines(sum(one.lines_added for one in done), sum(one.lines_removed for one in done))


def _changes(ran: ShellStep) -> bool:
    """Whether a shell step changes files, or the repository, on purpose."""
    for command in ran.script.commands:
        git = git_command(command)
        if git is not None and git.name in _CHANGING_GIT and not git.has("--dry-run", "-n"):
            return True
        if command.program in _CHANGING or (command.program in ("sed", "perl") and "-i" in command.argv[1:2]):
            return True
        if any(one.operator in _WRITING and not _ELSEWHERE.match(one.target) for one in command.redirections):
            return True
    return False


def _productive(found: Outcome, reading: _Reading, in_repository: bool) -> Productive:
    if found.standing:
        number = len(found.standing)
        return Productive(True, "1 commit stands" if number == 1 else f"{number} commits stand")
    changed = [one for one in found.pull_requests if one.changed_here]
    if changed:
        return Productive(True, "opened a pull request" if changed[-1].created_here else "updated a pull request")
    if not in_repository and reading.edits.kept and found.tests and found.tests[-1].result == "passed":
        return Productive(True, f"edits kept, {found.tests[-1].program} passed")
    if not (reading.changed or found.commits):
        return Productive(None, "changed nothing")
    if found.commits:
        return Productive(False, "none of its commits stands")
    return Productive(False, "changed files, committed nothing" if in_repository else "no verified edit was kept")
