"""Whether a commit of a repository is one that a session made, or what became of it: by its sha, its content, its time.

Nothing here guesses. A copy has the same changes, and the author's time or the subject with them; or, where the
original is gone, the subject and an author's time that lies within the very call that made the original.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from agent_trace.analysis.commits import Commit
from agent_trace.analysis.git_output import same
from agent_trace.analysis.graph import Graph, named_in, subjects_in, takes_back
from agent_trace.model.history import Changes, Revision

Evidence = Literal["sha", "time", "patch", "copy", "message", "content", "amended"]
"""sha: its name · time: its subject and a time within the call · patch: the same changes under another name · copy: subject
and author's time of one that was changed since or is gone · message, content: it went into a squash · amended: the author's
time and a file of one that was amended since."""
SLACK_MS = 1000
"""What the clocks of an agent and of git may differ, and git's seconds are rounded."""
TELLING = 6
"""Letters and digits of a line that is nobody else's by chance."""
_WORD = re.compile(r"\w")

Key = tuple[str, tuple[str, ...], tuple[str, ...]]


def has_subject(commit: Commit, revision: Revision) -> bool:
    """Whether both begin with the same words, which are known."""
    return commit.subject is not None and commit.subject in (
        revision.subject,
        revision.message.partition("\n")[0].strip(),
    )


def is_within(commit: Commit, seconds: int) -> bool:
    """Whether a time of git lies within the call that made a commit."""
    if commit.began is None or commit.at is None:
        return False
    return commit.began - SLACK_MS < seconds * 1000 <= commit.at + SLACK_MS


def is_named(commit: Commit, revision: Revision) -> bool:
    """Whether a session's commit bears this name; short names may be those of others, whose words and times differ."""
    if commit.sha is None or not same(commit.sha, revision.sha):
        return False
    is_told = commit.subject is not None and (commit.began or commit.at) is not None
    return not is_told or has_subject(commit, revision) or is_within(commit, revision.committed)


def is_itself(commit: Commit, revision: Revision) -> bool:
    """Whether a commit that was made without its sha being shown is this one."""
    if commit.sha is not None or not is_within(commit, revision.committed):
        return False
    if commit.subject is None:
        return commit.how == "merge" and len(revision.parents) > 1
    return has_subject(commit, revision)


def origins(commits: Sequence[Commit], graph: Graph) -> list[Revision | None]:
    """To each commit the one that git holds; None where it is gone or cannot be told from others. None is two's."""
    found = [_by_name(one, graph) for one in commits]
    taken = {one.sha for one in found if one is not None}
    near = [
        (_overlap(commit, one), -place, one)
        for place, commit in enumerate(commits)
        for one in _near(commit, graph)
        if one.sha not in taken
    ]
    for _, place, one in sorted(near, key=lambda row: row[:2], reverse=True):
        if found[-place] is None and one.sha not in taken:
            found[-place] = one
            taken.add(one.sha)
    return found


def _by_name(commit: Commit, graph: Graph) -> Revision | None:
    found = graph.named(commit.sha)
    return found if found is not None and is_named(commit, found) else None


def _near(commit: Commit, graph: Graph) -> list[Revision]:
    """What may be a commit whose sha was not shown."""
    if commit.sha is not None or commit.began is None or commit.at is None:
        return []
    seconds = range((commit.began - SLACK_MS) // 1000, (commit.at + SLACK_MS) // 1000 + 1)
    if len(seconds) > len(graph.by_second):
        return [one for one in graph.history.revisions if is_itself(commit, one)]
    return [one for second in seconds for one in graph.by_second.get(second, ()) if is_itself(commit, one)]


def _overlap(commit: Commit, revision: Revision) -> tuple[int, bool]:
    """How much of git's second lies within the call; what is amended has an older author's time than its own."""
    start = revision.committed * 1000
    shared = min((commit.at or 0), start + 1000) - max((commit.began or 0), start)
    return shared, (commit.how == "amend") == (revision.authored != revision.committed)


# ---- copies


def copy_evidence(
    commit: Commit, drafted: Commit, origin: Revision | None, revision: Revision, graph: Graph
) -> Evidence | None:
    """How a commit proves to be a later copy of a session's commit, by rebase, cherry-pick or amendment; None: it is none.

    `drafted`: the commit that this one amends, whose author's time it has; else itself.
    """
    if len(revision.parents) > 1 and commit.how != "merge":
        return None
    if origin is None:  # what was picked has the time of whoever wrote it
        is_alike = commit.how != "cherry_pick" and has_subject(commit, revision)
        return "copy" if is_alike and is_within(drafted, revision.authored) else None
    if revision.committed < origin.committed or revision.sha in graph.below(origin.sha):
        return None
    timely, alike = revision.authored == origin.authored, has_subject(commit, revision)
    if not (timely or alike) or (commit.how == "cherry_pick" and not _is_replaced(origin, revision, graph)):
        return None
    before, after = graph.changes(origin.sha), graph.changes(revision.sha)
    if before and after and keys(before) == keys(after):
        return "patch"
    if timely and alike:
        return "copy"
    return "amended" if timely and _is_amended(origin, revision, before, after, graph) else None


def drafts(commits: Sequence[Commit]) -> list[Commit]:
    """To each commit of a session the one that was first made and then amended until it was this one; mostly itself."""
    found: list[Commit] = []
    for place, one in enumerate(commits):
        earlier = range(place - 1, -1, -1) if one.how == "amend" else ()
        before = next((at for at in earlier if _amends(one, commits[at])), place)
        found.append(one if before == place else found[before])
    return found


def _amends(later: Commit, earlier: Commit) -> bool:
    if later.amends is not None or earlier.sha is not None:
        return later.amends is not None and later.amends == earlier.sha
    return earlier.fate == "amended" and earlier.directory == later.directory


def _is_replaced(origin: Revision, revision: Revision, graph: Graph) -> bool:
    """Whether a copy stems from what was picked and not from its source: that one is lost, or a neighbour was copied too."""
    if revision.committed == origin.committed:
        return False
    if not graph.is_reachable(origin.sha):
        return True
    return any(_is_twin(one, other, graph) for one, other in graph.neighbours(origin, revision))


def _is_twin(one: Revision, other: Revision, graph: Graph) -> bool:
    if one.sha == other.sha or one.authored != other.authored:
        return False
    before, after = graph.changes(one.sha), graph.changes(other.sha)
    return bool(before) and bool(after) and keys(before or ()) == keys(after or ())


def _is_amended(
    origin: Revision, revision: Revision, before: Changes | None, after: Changes | None, graph: Graph
) -> bool:
    """One that no name leads to any more, of the same author's second, with a file in common."""
    if graph.is_reachable(origin.sha) or origin.sha in graph.below(revision.sha):
        return False
    return bool({one.path for one in before or ()} & {one.path for one in after or ()})


def keys(changes: Changes) -> frozenset[Key]:
    """Changes without their places and white space: what a rebase leaves as it is."""
    return frozenset((one.path, _bare(one.added), _bare(one.removed)) for one in changes)


def _bare(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("".join(line.split()) for line in lines)


# ---- squashes


def listed(commit: Commit, origin: Revision | None, revision: Revision, graph: Graph) -> bool:
    """Whether the message of a squash names a commit: by its sha, or by its subject in a line of its own."""
    sha = origin.sha if origin is not None else commit.sha
    if sha is not None and any(same(sha, one) for one in named_in(revision)) and not takes_back(revision):
        return True
    if commit.subject not in subjects_in(revision) or not is_telling(commit.subject or ""):
        return False
    part, whole = graph.changes(origin.sha) if origin is not None else (), graph.changes(revision.sha)
    return part is not None and whole is not None and {one.path for one in part} <= {one.path for one in whole}


def is_telling(text: str) -> bool:
    """Whether a text is long enough not to be somebody else's by chance."""
    return len(_WORD.findall(text)) >= TELLING


def contains(whole: Changes, part: Changes) -> bool:
    """Whether one set of changes holds all lines of another, and one line at least that nobody writes by chance."""
    held = {one.path: one for one in whole}
    if not any(is_telling(line) for one in part for line in one.added):
        return False
    return all(
        not change.added or (change.path in held and _within(_bare(change.added), _bare(held[change.path].added)))
        for change in part
    )


def _within(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    rest: dict[str, int] = {}
    for line in whole:
        rest[line] = rest.get(line, 0) + 1
    for line in part:
        rest[line] = rest.get(line, 0) - 1
        if rest[line] < 0:
            return False
    return True


def squashes(commit: Commit, origin: Revision, revision: Revision, graph: Graph) -> bool:
    """Whether a commit went into another one by its content: alone, or with the branch that it was in."""
    whole, part = graph.changes(revision.sha), graph.changes(origin.sha)
    if not whole:
        return False
    if part and commit.how != "cherry_pick" and contains(whole, part):
        return True
    trunk = graph.below(revision.parents[0]) if revision.parents else frozenset()
    for tip in graph.ends(origin.sha):
        start, members = graph.fork(tip, trunk)
        is_part = origin.sha in members and (len(members) > 1 or commit.how != "cherry_pick")
        between = graph.range(start, tip) if start is not None and is_part else None
        if between and (keys(between) == keys(whole) or contains(whole, between)):
            return True
    return False
