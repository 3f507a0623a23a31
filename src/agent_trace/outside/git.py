"""Asks git about a repository by its command line: a fixed number of processes, however many commits are asked for.

The repository may be anybody's. Nothing that its files name is executed (no hook, monitor, pager, filter, external diff,
credential program, transport), nothing is fetched and nothing is written. The person's own settings are kept: they say
which foreign repositories git may open at all. Where git is not installed, or does not answer, the answer is None.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from agent_trace.model.history import History, Ref, RefKind, Revision
from agent_trace.outside.patches import patches
from agent_trace.outside.program import Said, ask

SECONDS = 20.0
"""For each question."""
BYTES = 64_000_000
"""Of each answer."""
COMMITS = 50_000
"""That are read of one repository, the newest first."""
REFS = 5_000
CHANGES = 2_000
"""Commits and ranges whose lines are read."""
OFF: Mapping[str, str] = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.attributesFile": os.devnull,
    "core.alternateRefsCommand": "",
    "core.sshCommand": "false",
    "core.askPass": "",
    "credential.helper": "",
    "diff.submodule": "short",
    "gpg.program": "false",
    "log.showSignature": "false",
    "protocol.allow": "never",
}
"""Settings of a repository that name programs, and what they are here."""
KEPT = ("PATH", "HOME", "USERPROFILE", "XDG_CONFIG_HOME", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "USER", "LOGNAME")
"""Variables that git gets to see: none of its own, which may lead to other repositories, programs and files."""
QUIET = {
    "LC_ALL": "C",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
DIFF = (
    "diff-tree", "--stdin", "-r", "-p", "-U0", "--root", "--always", "--full-index", "--no-renames", "--no-color",
    "--no-ext-diff", "--no-textconv", "--submodule=short", "--diff-algorithm=myers", "--src-prefix=a/", "--dst-prefix=b/",
)  # fmt: skip
_SHOWN = ("--encoding=UTF-8", "--format=%H%x00%P%x00%at%x00%ct%x00%B%x00")
_REF = "%(objectname)%00%(*objectname)%00%(symref)%00%(HEAD)%00%(refname)"
_KINDS: Mapping[str, RefKind] = {"heads": "branch", "remotes": "remote", "tags": "tag"}
_USUAL = ("main", "master", "trunk")
"""Names of the branch that all is merged into, where no remote tells."""


def history(
    folder: str,
    names: Iterable[str] = (),
    *,
    since: int,
    environment: Mapping[str, str] = os.environ,
    commits: int = COMMITS,
) -> History | None:
    """The commits that any name leads to from `since` (UTC seconds) on, and those that are asked for by `names`.

    A name is whatever git takes for a revision. None: no repository, no git, or one that git does not trust.
    """
    git = _Git(folder, environment)
    told = git.lines("rev-parse", "--is-bare-repository", "--is-shallow-repository", "--git-common-dir", end=3)
    if told is None:
        return None
    refs, more = git.refs()
    asked = tuple(dict.fromkeys(["HEAD", *(name for name in names if name and not set("\n\0") & set(name))]))
    found = git.named(asked)
    if refs is None or found is None:
        return None
    tips = list(dict.fromkeys([*(ref.sha for ref in refs), *(sha for sha in found.values() if sha)]))
    revisions, cut = git.revisions(tips, since, commits)
    if revisions is None:
        return None
    known = {one.sha for one in revisions}
    revisions += git.alone([sha for sha in tips if sha in found.values() and sha not in known])
    return History(
        folder=folder,
        place=os.path.realpath(os.path.join(folder, told[2])),
        since=since,
        shallow=told[1] == "true",
        cut=cut or more,
        head=found["HEAD"],
        refs=refs,
        revisions=revisions,
        named={name: sha for name, sha in found.items() if name != "HEAD" or "HEAD" in names},
        notes=tuple(_notes(told[1] == "true", cut or more)),
    )


def with_changes(
    known: History,
    shas: Iterable[str],
    ranges: Iterable[tuple[str, str]] = (),
    *,
    environment: Mapping[str, str] = os.environ,
) -> History:
    """The same with what some of its commits changed, and what lies between some; as far as git tells it."""
    wanted = list(dict.fromkeys((sha,) for sha in shas if sha not in known.changes))
    wanted_ranges = list(dict.fromkeys(one for one in ranges if one not in known.ranges))
    asked: list[tuple[str, ...]] = [*wanted, *wanted_ranges][:CHANGES]
    if not asked:
        return known
    # diff-tree takes a commit, and behind it those to compare it with
    lines = "".join(" ".join(reversed(one)) + "\n" for one in asked)
    said = _Git(known.folder, environment).ask(*DIFF, given=lines.encode())
    found = {} if said is None else dict(zip(asked, patches(said.output, whole=said.done), strict=False))
    return msgspec.structs.replace(
        known,
        changes={**known.changes, **{one[0]: found[one] for one in wanted if one in found}},
        ranges={**known.ranges, **{one: found[one] for one in wanted_ranges if one in found}},
    )


def _notes(shallow: bool, cut: bool) -> Iterable[str]:
    if shallow:
        yield "the repository is shallow: its older commits are not here"
    if cut:
        yield "the repository has more commits or names than were looked at"


class _Git:
    """Questions to one repository."""

    def __init__(self, folder: str, environment: Mapping[str, str]) -> None:
        self.folder = os.path.abspath(folder)
        kept = {name: environment[name] for name in KEPT if name in environment}
        self.environment = {**kept, **QUIET}

    def ask(self, *words: str, given: bytes = b"") -> Said | None:
        """One question; None where git cannot be run."""
        off = [part for name, value in OFF.items() for part in ("-c", f"{name}={value}")]
        options = ["-C", self.folder, "--no-pager", "--no-optional-locks", "--no-replace-objects", *off]
        return ask(["git", *options, *words], environment=self.environment, given=given, seconds=SECONDS, limit=BYTES)

    def text(self, *words: str, given: bytes = b"") -> str | None:
        """What git answers; None where it does not, or not to the end."""
        said = self.ask(*words, given=given)
        return said.output.decode("utf-8", "replace") if said is not None and said.done else None

    def lines(self, *words: str, end: int) -> list[str] | None:
        """The lines of an answer; the last of them may hold line ends itself, as paths may."""
        told = self.text(*words)
        found = [] if told is None else told.removesuffix("\n").split("\n", end - 1)
        return found if len(found) == end else None

    def refs(self) -> tuple[tuple[Ref, ...] | None, bool]:
        """Branches, those of remotes and tags; and whether there are more of them."""
        folders = [f"refs/{one}" for one in _KINDS]
        told = self.text("for-each-ref", f"--count={REFS + 1}", f"--format={_REF}", *folders)
        if told is None:
            return None, False
        rows = [row.split("\0") for row in told.splitlines() if row.count("\0") == 4]
        aims = {name: symref for _, _, symref, _, name in rows if symref}
        main = _default([name for _, _, _, _, name in rows], aims)
        found = [_ref(row, main) for row in rows[:REFS] if not row[2]]
        return tuple(found), len(rows) > REFS

    def named(self, names: Sequence[str]) -> dict[str, str | None] | None:
        """Name → the sha of the commit it leads to."""
        given = "".join(f"{name}^{{commit}}\n" for name in names).encode("utf-8", "surrogateescape")
        told = self.text("cat-file", "--batch-check=%(objectname) %(objecttype)", given=given)
        rows = [] if told is None else told.split("\n")
        if len(rows) != len(names) + 1:
            return None
        return {name: _sha(row) for name, row in zip(names, rows, strict=False)}

    def revisions(self, tips: Sequence[str], since: int, limit: int) -> tuple[tuple[Revision, ...] | None, bool]:
        """Commits below the tips from a time on, children first; and whether there are more."""
        if not tips:
            return (), False
        words = [
            "rev-list",
            "--stdin",
            "--topo-order",
            "--ignore-missing",
            f"--max-age={since}",
            f"--max-count={limit + 1}",
        ]
        said = self.ask(*words, *_SHOWN, given=_lines(tips))
        if said is None or (not said.done and not said.stopped):
            return None, False
        found = _revisions(said)
        return found[:limit], len(found) > limit or bool(said.stopped)

    def alone(self, shas: Sequence[str]) -> tuple[Revision, ...]:
        """Single commits, whatever their time."""
        said = self.ask("rev-list", "--stdin", "--no-walk=unsorted", *_SHOWN, given=_lines(shas)) if shas else None
        return () if said is None else _revisions(said)


def _lines(shas: Sequence[str]) -> bytes:
    return "".join(f"{sha}\n" for sha in shas).encode()


def _revisions(said: Said) -> tuple[Revision, ...]:
    """The commits of a list; one that is cut is none."""
    fields = said.output.decode("utf-8", "replace").split("\0")
    return tuple(_revision(fields[place : place + 5]) for place in range(0, len(fields) - 5, 5))


def _sha(row: str) -> str | None:
    """`3ad4d61… commit`; anything else is none, or not one."""
    sha, _, kind = row.partition(" ")
    return sha if kind == "commit" else None


def _revision(fields: Sequence[str]) -> Revision:
    named, parents, authored, committed, message = fields
    return Revision(
        sha=named.rpartition("\n")[2],
        parents=tuple(parents.split()),
        authored=_whole(authored),
        committed=_whole(committed),
        message=message.strip("\n"),
    )


def _whole(text: str) -> int:
    """Git lets a commit carry any number as its time."""
    return int(text[:18]) if text.lstrip("-").isdigit() else 0


def _ref(row: Sequence[str], main: frozenset[str]) -> Ref:
    sha, peeled, _, star, name = row
    _, kind, short = name.split("/", 2)
    return Ref(name=short, kind=_KINDS[kind], sha=peeled or sha, current=star == "*", default=name in main)


def _default(names: Sequence[str], aims: Mapping[str, str]) -> frozenset[str]:
    """The branch that all is merged into, here and at the remote."""
    said = aims.get("refs/remotes/origin/HEAD")
    if said is not None:
        return frozenset({said, "refs/heads/" + said.removeprefix("refs/remotes/origin/")})
    usual = next((one for one in _USUAL if f"refs/heads/{one}" in names or f"refs/remotes/origin/{one}" in names), None)
    return frozenset() if usual is None else frozenset({f"refs/heads/{usual}", f"refs/remotes/origin/{usual}"})
