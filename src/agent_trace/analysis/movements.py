"""What git commands that make no commit do to those that were made: reset, rebase, checkout, branch, push, merge."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from agent_trace.analysis.git_output import head_now
from agent_trace.analysis.repository import HEX, Node, Rebase, Worktree, held, own_line
from agent_trace.analysis.shell_steps import ShellStep
from agent_trace.policy.directories import joined
from agent_trace.policy.git_command import GitCommand

if TYPE_CHECKING:
    from agent_trace.analysis.commits import Commits


class Movement(NamedTuple):
    """One command of git, and what it works on."""

    commits: Commits
    tree: Worktree
    git: GitCommand
    ran: ShellStep


Move = Callable[[Movement], None]

_RESETS = ("--soft", "--mixed", "--hard", "--keep", "--merge")
_STOPPING = ("--abort", "--quit", "--skip", "--edit-todo", "--show-current-patch")
_FOLDED = ("fixup! ", "squash! ", "amend! ")
_PATH_LIKE = re.compile(r"\.|.*\.[A-Za-z]{1,5}|.*[*?].*|.*/")
_FOLDING = re.compile(r"\b(?:squash|fixup|s|f)\b")


def move(on: Movement) -> None:
    """One command of git that did not fail, as far as is known."""
    known = _MOVES.get(on.git.name)
    if known is not None and not on.git.has("-h", "--help"):
        known(on)


def _reset(on: Movement) -> None:
    if on.git.paths or len(on.git.arguments) > 1 or on.git.has("-p", "--patch"):
        return
    target = on.git.arguments[0] if on.git.arguments else "HEAD"
    node = on.tree.resolve(target)
    shown = head_now(on.ran.lines) if on.git.has("--hard") else None
    if shown is not None:
        node = _shown(on.commits, on.tree, shown.sha, shown.subject) or (
            node if _is_ground(node) else on.tree.repository.ground
        )
    if node is None and (on.git.has(*_RESETS) or HEX.fullmatch(target)) and "$" not in target:
        node = on.tree.repository.ground
    if node is not None and node is not on.tree.head:
        on.tree.original = on.tree.head
        on.tree.move(node)
    on.tree.pending, on.tree.heads = None, ()


def _is_ground(node: Node | None) -> bool:
    return node is not None and not node.parents


def _shown(commits: Commits, tree: Worktree, sha: str, subject: str) -> Node | None:
    """The node that git names: by its sha, else by the subject of a commit whose sha was never shown."""
    node = tree.repository.node_of(sha)
    if node is not None:
        return node
    for one in [tree.head, *reversed(tree.trail)]:
        for candidate in reversed(own_line(one, set())):
            commit = commits.commit(candidate.commit)
            if commit is not None and (commit.sha is None or commit.fate == "rebased") and commit.subject == subject:
                commits.name(tree, candidate, sha)
                return candidate
    return None


def _rebase(on: Movement) -> None:
    tree, git = on.tree, on.git
    if git.has(*_STOPPING):
        tree.rebasing = tree.rebasing if git.has("--skip") else None
        return
    if "is up to date" in on.ran.output:
        return
    rebase = tree.rebasing if git.has("--continue") else _begun(on)
    if "CONFLICT" in on.ran.output or rebase is None:
        tree.rebasing = rebase
    else:
        tree.rebasing = None
        _replay(on, rebase)


def _begun(on: Movement) -> Rebase:
    tree, git = on.tree, on.git
    if len(git.arguments) > 1:
        tree.switch(git.arguments[1])
    upstream = (tree.resolve(git.arguments[0]) if git.arguments else None) or tree.repository.ground
    onto = git.values("--onto")
    base = (tree.resolve(onto[0]) if onto else None) or upstream
    editors = " ".join(
        one.value for command in on.ran.script.commands for one in command.assignments if "EDITOR" in one.name
    )
    folding = git.has("-i", "--interactive") and _FOLDING.search(editors) is not None
    return Rebase(base, own_line(tree.head, held([upstream])), git.has("--autosquash"), folding)


def _replay(on: Movement, rebase: Rebase) -> None:
    """The session's commits once more on another base: they have other names now, which nobody showed."""
    tree, node = on.tree, rebase.base
    tree.original = tree.head
    for place, old in enumerate(rebase.nodes):
        commit = on.commits.commit(old.commit)
        subject = (commit.subject if commit is not None else None) or ""
        if (rebase.fold and subject.startswith(_FOLDED)) or (rebase.joined and place):
            on.commits.mark(old.commit, "squashed")
            continue
        on.commits.mark(old.commit, "rebased")
        node = Node(old.commit, (node,))
    if rebase.nodes:
        tree.move(node)


def _checkout(on: Movement) -> None:
    made = on.git.values("-b", "-B", "-c", "-C", "--create", "--force-create", "--orphan")
    if made:
        start = on.tree.resolve(on.git.arguments[0]) if on.git.arguments else on.tree.head
        on.tree.switch(made[0], on.tree.repository.ground if on.git.has("--orphan") or start is None else start)
        return
    if on.git.paths or len(on.git.arguments) != 1 or on.git.has("-p", "--patch", "--ours", "--theirs"):
        if on.git.has("-d", "--detach") and not on.git.arguments:
            on.tree.switch(None)
        return
    _go(on.tree, on.git, on.git.arguments[0])


def _go(tree: Worktree, git: GitCommand, target: str) -> None:
    if target == "-":
        tree.switch(tree.before)
        return
    node = tree.resolve(target)
    is_branch = target in tree.repository.refs and not target.startswith(("origin/", "tags/"))
    if git.has("-d", "--detach") or (not is_branch and (node is not None or HEX.fullmatch(target))):
        tree.switch(None, node or tree.repository.ground)
    elif is_branch or git.name == "switch" or not _PATH_LIKE.fullmatch(target):
        tree.switch(target)


def _branch(on: Movement) -> None:
    refs = on.tree.repository.refs
    names = [*on.git.arguments, *on.git.paths]
    if on.git.has("-D", "-d", "--delete"):
        for name in names:
            if name != on.tree.branch:
                refs.pop(f"origin/{name}" if on.git.has("-r") else name, None)
    elif on.git.has("-m", "-M", "--move"):
        old = names[0] if len(names) > 1 else on.tree.branch
        if names and old is not None:
            refs[names[-1]] = refs.pop(old, on.tree.head)
            on.tree.branch = names[-1] if old == on.tree.branch else on.tree.branch
    elif names and not on.git.has(
        "-l", "--list", "-a", "-r", "-v", "-u", "--set-upstream-to", "--contains", "--merged"
    ):
        start = on.tree.resolve(names[1]) if len(names) > 1 else on.tree.head
        refs[names[0]] = start or on.tree.repository.ground


def _tag(on: Movement) -> None:
    if on.git.has("-d", "--delete"):
        for name in on.git.arguments:
            on.tree.repository.refs.pop(f"tags/{name}", None)
    elif on.git.arguments and not on.git.has("-l", "--list", "-n"):
        node = on.tree.resolve(on.git.arguments[1]) if len(on.git.arguments) > 1 else on.tree.head
        on.tree.repository.refs[f"tags/{on.git.arguments[0]}"] = node or on.tree.repository.ground


def _push(on: Movement) -> None:
    """What was pushed stays in the remote's branch until something else is pushed over it."""
    if on.git.has("-n", "--dry-run") or "[rejected]" in on.ran.output or "error: failed to push" in on.ran.output:
        return
    remote = on.git.arguments[0] if on.git.arguments else "origin"
    wanted = on.git.arguments[1:] or ([on.tree.branch] if on.tree.branch is not None else [])
    for one in wanted:
        source, _, target = one.lstrip("+").partition(":")
        name = f"{remote}/{(target or source).removeprefix('refs/heads/')}"
        if on.git.has("-d", "--delete") or not source:
            on.tree.repository.refs.pop(name, None)
        elif name != f"{remote}/HEAD":
            on.tree.repository.refs[name] = on.tree.resolve(source) or on.tree.repository.ground


def _merge(on: Movement) -> None:
    """A fast-forward: the branch goes where the other one is, if that is ahead."""
    node = on.tree.resolve(on.git.arguments[0]) if len(on.git.arguments) == 1 else None
    if node is not None and held([on.tree.head]) <= held([node]):
        on.tree.original = on.tree.head
        on.tree.move(node)


def _pull(on: Movement) -> None:
    if "Successfully rebased" in on.ran.output:
        pushed = on.tree.repository.refs.get(f"origin/{on.tree.branch}", on.tree.repository.ground)
        _replay(on, Rebase(pushed, own_line(on.tree.head, held([pushed]))))


def _worktree(on: Movement) -> None:
    action, names = on.git.arguments[:1], on.git.arguments[1:]
    directory = on.ran.place(joined(on.git.directory, names[0])) if names else None
    if action == ("add",) and names:
        made = on.commits.worktrees.share(on.tree, directory)
        branch = next(iter(on.git.values("-b", "-B")), None)
        start = on.tree.resolve(names[1]) if len(names) > 1 else None
        if branch is not None:
            made.switch(branch, start or on.tree.head)
        elif not on.git.has("-d", "--detach"):
            name = names[1] if len(names) > 1 else names[0].rstrip("/").rpartition("/")[2]
            made.switch(name, None if name in on.tree.repository.refs else on.tree.head)
    elif action == ("remove",):
        on.commits.worktrees.leave(directory)


def _begin(on: Movement) -> None:
    named = on.git.arguments[-1] if on.git.arguments else ""
    if on.git.name == "clone" and len(on.git.arguments) == 1:
        named = re.split(r"[/:]", named.rstrip("/"))[-1].removesuffix(".git")
    on.commits.worktrees.begin(on.ran.place(joined(on.git.directory, named)))


def _pick(on: Movement) -> None:
    """A cherry-pick or revert given up: what it had made is gone."""
    if on.git.has("--abort") and on.tree.begun is not None:
        on.tree.move(on.tree.begun)
    on.tree.pending = on.tree.begun = None


_MOVES: Mapping[str, Move] = {
    "reset": _reset,
    "rebase": _rebase,
    "checkout": _checkout,
    "switch": _checkout,
    "branch": _branch,
    "tag": _tag,
    "push": _push,
    "merge": _merge,
    "pull": _pull,
    "worktree": _worktree,
    "clone": _begin,
    "init": _begin,
    "cherry-pick": _pick,
    "revert": _pick,
}
