"""The commits that a session made, and what it did to them afterwards: amended, reset away, rebased, reverted.

Counted from the events alone (docs/numbers.md): an executed `git commit | merge | cherry-pick | revert` whose success
the output shows. A small model of each repository follows the session's own commands, so that `git reset HEAD~2` is
known to leave two commits behind.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from agent_trace.analysis.commit_calls import (
    CommitCall,
    How,
    assigned,
    commit_calls,
    default_message,
    is_trusted,
    scripts,
    subject_of,
)
from agent_trace.analysis.evidence import Evidence, texts_written
from agent_trace.analysis.git_output import Counts, Made, bare_shas, counts, has_traces, logged, made, merges
from agent_trace.analysis.movements import Movement, move
from agent_trace.analysis.repository import Node, Worktree, held
from agent_trace.analysis.shell_steps import ShellStep
from agent_trace.analysis.worktrees import Worktrees
from agent_trace.policy.git_command import GitCommand, git_command

Fate = Literal["stands", "rebased", "reverted", "amended", "squashed", "reset_away"]
STANDING = frozenset({"stands", "rebased", "reverted"})
_NO_MERGE = ("Already up to date", "Already up-to-date", "Fast-forward", "CONFLICT", "Automatic merge failed")
_NO_COUNTS_OF_ITS_OWN = frozenset({"diff", "show", "log", "stash", "pull", "merge", "apply", "cherry-pick", "revert"})


class Commit(msgspec.Struct, frozen=True, kw_only=True):
    """A commit that the session made."""

    event: str
    """The tool call that made it."""
    number: int
    """Of that call in the log."""
    at: int | None = None
    """UTC milliseconds of the call's result."""
    began: int | None = None
    """The same of the call: git's own time of the commit lies between both."""
    sha: str | None = None
    """As far as git printed it; None: it was not shown, or a rebase gave it another."""
    branch: str | None = None
    """None: on no branch, or not known."""
    message: str | None = None
    """The whole message where the command gave it, else its first line."""
    how: How = "commit"
    files: int | None = None
    """As git counted them below its line; None: not shown."""
    lines_added: int | None = None
    lines_removed: int | None = None
    amends: str | None = None
    """The commit that it took the place of."""
    fate: Fate = "stands"
    """What the session itself did to it afterwards."""
    directory: str | None = None
    """Where git ran; None: not known."""
    prompt: str | None = None
    """The event of the prompt it belongs to."""
    model: str | None = None
    """Whose call asked for it; None: the log names no model."""
    inherited: bool = False
    """Made in the session that this one was forked from: another's commit."""

    @property
    def stands(self) -> bool:
        """It can still be reached, as far as the session itself knows."""
        return self.fate in STANDING

    @property
    def subject(self) -> str | None:
        """The first line of its message."""
        return subject_of(self.message)


class Commits:
    """Reads a session's shell steps one after the other."""

    def __init__(self, cwd: str | None, branch: str | None) -> None:
        self.worktrees = Worktrees(cwd, branch)
        self._found: list[Commit] = []
        self._gone: dict[int, Fate] = {}
        self._texts: dict[str, str] = {}
        self._nameless: set[int] = set()
        """The places of those that were made without a sha being shown."""

    def learn_text(self, path: str, text: str) -> None:
        """A file that the session wrote: it may be executed later."""
        self._texts[path.replace("\\", "/").rpartition("/")[2]] = text

    def hear(self, ran: ShellStep) -> bool:
        """One shell step; whether it worked on a repository at all."""
        for path, text in texts_written(ran):
            self.learn_text(path, text)
        if "changed" not in ran.output and not any(map(git_command, ran.script.commands)):
            return False  # neither git nor a script that shows git's counts
        call = _Call(self, ran)
        call.read()
        return call.uses_git

    @property
    def count(self) -> int:
        """How many were made so far."""
        return len(self._found)

    def all(self) -> tuple[Commit, ...]:
        """All commits in the order they were made, with what became of them."""
        reached = held(node for tree in self.worktrees.all() for node in (*tree.repository.refs.values(), tree.head))
        return tuple(self._final(place, one, reached) for place, one in enumerate(self._found))

    def _final(self, place: int, commit: Commit, reached: set[int]) -> Commit:
        fate = self._gone.get(place, "stands")
        if fate in STANDING and place not in reached:
            fate = "reset_away"
        return msgspec.structs.replace(commit, fate=fate)

    # ---- what the movements ask for

    def add(self, tree: Worktree, commit: Commit, parents: tuple[Node, ...]) -> Node:
        """A new commit on top of some nodes, checked out now."""
        node = Node(len(self._found), parents)
        self._found.append(commit)
        if commit.sha is not None:
            tree.repository.name(commit.sha, node)
        else:
            self._nameless.add(len(self._found) - 1)
        tree.move(node)
        return node

    def mark(self, place: int | None, fate: Fate) -> None:
        """What became of a commit; what is gone stays gone."""
        if place is not None and self._gone.get(place, "stands") in STANDING:
            self._gone[place] = fate

    def commit(self, place: int | None) -> Commit | None:
        """A commit by its place, with what became of it so far."""
        if place is None:
            return None
        return msgspec.structs.replace(self._found[place], fate=self._gone.get(place, "stands"))

    @property
    def has_nameless(self) -> bool:
        """Whether of some commit no sha was shown yet."""
        return bool(self._nameless)

    def nameless_subject(self, node: Node) -> str | None:
        """The subject of a commit without a sha; None for any other."""
        if node.commit is None or node.commit not in self._nameless:
            return None
        return self._found[node.commit].subject or ""

    def name(self, tree: Worktree, node: Node, sha: str) -> None:
        """The sha of a commit that was made without one being shown."""
        if node.commit is not None and self._found[node.commit].sha is None:
            self._found[node.commit] = msgspec.structs.replace(self._found[node.commit], sha=sha)
            self._nameless.discard(node.commit)
            tree.repository.name(sha, node)


class _Call:
    """One shell call: its commands in order, git's lines given to those that printed them."""

    def __init__(self, commits: Commits, ran: ShellStep) -> None:
        self.commits, self.ran = commits, ran
        self.evidence = Evidence(ran)
        self.commands = ran.script.commands
        self.lines = made(ran.lines)
        self.merges = merges(ran.lines)
        self.uses_git = False
        calls = commit_calls(self.commands)
        self.calls = {call.index: call for call in calls}
        self.places = assigned(calls, self.lines, trusted=is_trusted(self.commands))
        self._given_to_scripts()

    def _given_to_scripts(self) -> None:
        """Lines that no command of git can have printed are a script's, where git's counts stand below them."""
        used = {place for places in self.places.values() for place in places}
        free = [place for place, line in enumerate(self.lines) if place not in used and line.counts is not None]
        runners = scripts(self.commands, self.commits._texts) if free and is_trusted(self.commands) else []
        if runners:
            self.places.setdefault(runners[-1], []).extend(free)

    def read(self) -> None:
        """All commands in their order."""
        for index, command in enumerate(self.commands):
            git = git_command(command)
            directory = self.ran.place(command.directory if git is None else git.directory)
            if git is None and index not in self.places:
                continue
            tree = self.commits.worktrees.at(directory)
            if index in self.places or index in self.calls:
                self._commit(index, tree, directory)
            elif git is not None and (self.evidence.did(index) or self._stopped(git)):
                self._other(index, git, tree, directory)
        self._learn()

    def _stopped(self, git: GitCommand) -> bool:
        """It failed because of a conflict and waits for the answer."""
        return git.name in ("merge", "rebase", "pull") and "CONFLICT" in self.ran.output

    def _other(self, index: int, git: GitCommand, tree: Worktree, directory: str | None) -> None:
        self.uses_git = self.uses_git or self.evidence.succeeded(index) is True
        if git.name in ("merge", "pull"):
            self._merge(index, git, tree, directory)
        else:
            move(Movement(self.commits, tree, git, self.ran))

    # ---- commits

    def _commit(self, index: int, tree: Worktree, directory: str | None) -> None:
        call = self.calls.get(index)
        if call is not None and call.how in ("cherry_pick", "revert") and not call.continued:
            tree.begun = tree.head
        lines = [self.lines[place] for place in self.places.get(index, ())]
        for line in lines:
            self._add(call, line, tree, directory)
        if not lines and call is not None and self._unseen(call):
            for number in range(call.expected or 1):
                self._add(call, self._hidden(call, number), tree, directory)
        elif not lines and call is not None and call.how in ("cherry_pick", "revert"):
            tree.pending = tree.pending or call.how
        self.uses_git = self.uses_git or bool(lines)

    def _unseen(self, call: CommitCall) -> bool:
        """A command that committed although git's line is not to be seen."""
        command = self.commands[call.index]
        if call.how in ("cherry_pick", "revert") and not call.continued and call.expected == 0:
            return False
        verdict = self.evidence.verdicts[call.index].succeeded
        if verdict is not None:
            return verdict and not command.conditional
        if has_traces(self.ran.lines) and self._alone(call):
            return True
        if not call.quiet and not self.evidence.verdicts[call.index].proofs:
            return self._in_log(call)
        return self.evidence.succeeded(call.index) is True or self._in_log(call)

    def _alone(self, call: CommitCall) -> bool:
        """No other command can have printed git's counts: the line above them was cut away."""
        gits = [git for git in map(git_command, self.commands) if git is not None]
        if not is_trusted(self.commands):
            return False
        return len(self.calls) == 1 and not any(git.name in _NO_COUNTS_OF_ITS_OWN for git in gits if git != call.git)

    def _in_log(self, call: CommitCall) -> bool:
        """`commit -q …; git log` shows its subject as the newest commit, under a name that was not known."""
        behind = [git for git in map(git_command, self.commands[call.index + 1 :]) if git is not None]
        first = next(logged(self.ran.lines), None)
        if first is None or call.subject is None or not any(git.name in ("log", "show") for git in behind):
            return False
        known = any(tree.repository.node_of(first.sha) for tree in self.commits.worktrees.all())
        return not known and first.subject == call.subject

    def _hidden(self, call: CommitCall, number: int) -> Made:
        """What git would have said."""
        return Made("", "", call.subject or "", counts(self.ran.lines) if number == 0 and self._alone(call) else None)

    def _add(self, call: CommitCall | None, line: Made, tree: Worktree, directory: str | None) -> None:
        if line.sha:
            tree.found_on(line.branch)
            again = tree.repository.node_of(line.sha)
            if again is not None:  # made once more in the same second: one sha is one commit
                tree.move(again)
                return
        how: How = call.how if call is not None else "commit"
        before = tree.head
        parents: tuple[Node, ...] = (before, *tree.heads)
        amended = None
        if how == "amend":
            parents = before.parents or (tree.repository.ground,)
            amended = self.commits.commit(before.commit)
            self.commits.mark(before.commit, "amended")
        elif tree.pending is not None and how == "commit":
            how = "merge" if tree.pending == "merge" else "cherry_pick" if tree.pending == "cherry_pick" else "revert"
        if call is not None and call.how == "revert":
            self._reverted(call, tree)
        tree.pending, tree.heads = None, ()
        commit = self._made(line, how, tree, directory, _message(call, line, amended))
        self.commits.add(tree, msgspec.structs.replace(commit, amends=amended.sha if amended else None), parents)

    def _made(self, line: Made, how: How, tree: Worktree, directory: str | None, message: str | None) -> Commit:
        step, shown = self.ran.step, line.counts or (None, None, None)
        result = step.result
        return Commit(
            event=step.call.id,
            number=step.number,
            at=step.call.at if result is None or result.at is None else result.at,
            began=step.call.at,
            sha=line.sha or None,
            branch=tree.branch,
            message=message,
            how=how,
            files=shown[0],
            lines_added=shown[1],
            lines_removed=shown[2],
            directory=directory,
            prompt=self.ran.prompt,
            inherited=step.call.inherited,
        )

    def _reverted(self, call: CommitCall, tree: Worktree) -> None:
        for revision in call.git.arguments:
            node = tree.resolve(revision)
            self.commits.mark(None if node is None else node.commit, "reverted")

    # ---- merges

    def _merge(self, index: int, git: GitCommand, tree: Worktree, directory: str | None) -> None:
        if git.has("--abort", "--quit"):
            tree.pending, tree.heads = None, ()
            return
        targets = [node for node in map(tree.resolve, git.arguments) if node is not None] if git.name == "merge" else []
        others = tuple(targets) or (tree.repository.ground,)
        if self.merges and not git.has("--squash"):
            self._merged(git, self.merges.pop(0), tree, directory, others)
        elif (
            git.name == "merge"
            and not git.has("--squash", "--no-commit")
            and self._merged_unseen(index, git, tree, targets)
        ):
            self._merged(git, None, tree, directory, others)
        elif "CONFLICT" in self.ran.output or git.has("--no-commit"):
            tree.pending, tree.heads = ("merge", others) if not git.has("--squash") else (None, ())
        elif not git.has("--squash"):
            move(Movement(self.commits, tree, git, self.ran))

    def _merged_unseen(self, index: int, git: GitCommand, tree: Worktree, targets: list[Node]) -> bool:
        """A merge that said nothing and cannot have been a fast-forward."""
        if self.evidence.succeeded(index) is not True or any(word in self.ran.output for word in _NO_MERGE):
            return False
        if git.has("--ff-only") or not targets:
            return git.has("--no-ff") and not targets
        here, there = held([tree.head]), held(targets)
        return not there <= here if git.has("--no-ff") else not (there <= here or here <= there)

    def _merged(
        self, git: GitCommand, shown: Counts | None, tree: Worktree, directory: str | None, others: tuple[Node, ...]
    ) -> None:
        given = [one.strip() for one in git.values("-m", "--message")]
        message = "\n\n".join(given) or default_message(git, self.ran.lines, tree.branch)
        commit = self._made(Made("", "", "", shown), "merge", tree, directory, message)
        self.commits.add(tree, commit, (tree.head, *others))

    # ---- names

    def _learn(self) -> None:
        """Shas that a log shows of commits that were made without a word."""
        gits = [git for git in map(git_command, self.commands) if git is not None]
        if self.commits.has_nameless and any(git.name in ("log", "show", "reflog", "rev-parse") for git in gits):
            for tree in self.commits.worktrees.all():
                self._learn_subjects(tree)
            self._learn_head(gits)

    def _learn_subjects(self, tree: Worktree) -> None:
        shown = {one.subject: one.sha for one in reversed(list(logged(self.ran.lines)))}
        for node in _line(tree) if shown else ():
            subject = self.commits.nameless_subject(node)
            sha = shown.get(subject) if subject is not None else None
            if sha is not None and tree.repository.node_of(sha) is None:
                self.commits.name(tree, node, sha)

    def _learn_head(self, gits: list[GitCommand]) -> None:
        """`git rev-parse HEAD` names the commit that was made just before."""
        shas = bare_shas(self.ran.lines)
        asked = gits[-1] if gits else None
        if len(shas) == 1 and asked is not None and (asked.name == "log" or "HEAD" in asked.arguments):
            tree = self.commits.worktrees.at(self.ran.place(asked.directory))
            self.commits.name(tree, tree.head, shas[0])


def _message(call: CommitCall | None, line: Made, amended: Commit | None) -> str | None:
    if call is not None and call.message and (not line.sha or subject_of(call.message) == line.subject):
        return call.message
    if amended is not None and amended.subject == line.subject:
        return amended.message
    return line.subject or (amended.message if amended is not None else None)


def _line(tree: Worktree) -> list[Node]:
    found, node = [], tree.head
    while node.parents:
        found.append(node)
        node = node.parents[0]
    return found
