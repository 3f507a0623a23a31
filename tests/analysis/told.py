"""A repository and what a session is known to have made in it, for tests of what became of it and of who made what."""

from __future__ import annotations

from pathlib import Path

from agent_trace.analysis.commit_calls import How
from agent_trace.analysis.commits import Commit
from agent_trace.analysis.makers import Made
from agent_trace.model.history import CommitFate
from tests.analysis.asking import became, who
from tests.outside.repositories import Repository

ROOT = {f"{name}_txt": f"of the root in {name}\n" for name in "abc"}


class Told:
    """A repository, and what a session is known to have made in it."""

    def __init__(self, folder: Path) -> None:
        self.repository = Repository(folder)
        self.repository.commit("chore: the very first", **ROOT)
        self.made: list[Made] = []

    def git(self, *words: str) -> str:
        return self.repository.git(*words)

    def commit(self, message: str, **files: str) -> str:
        """By somebody else."""
        return self.repository.commit(message, **files)

    def session(self, message: str, *, session: str = "s1", shown: bool = True, **files: str) -> str:
        """By a session, whose log shows the sha or does not."""
        sha = self.repository.commit(message, **files)
        self.know(sha, message, session=session, shown=shown)
        return sha

    def know(self, sha: str, message: str | None, *, session: str = "s1", shown: bool = True, how: How = "commit",
             amends: str | None = None, fate: str = "stands") -> None:  # fmt: skip
        """That a session made what is checked out, now."""
        at = self.repository.now * 1000
        one = Commit(
            event=f"e{len(self.made)}", number=len(self.made) + 1, at=at + 400, began=at - 300, how=how,
            sha=sha[:7] if shown else None, message=message, amends=amends, prompt="p1",
            fate="amended" if fate == "amended" else "stands",
        )  # fmt: skip
        self.made.append(Made(session=session, commit=one))

    def fates(self) -> list[CommitFate]:
        return became(self.repository.folder, self.made)

    def words(self) -> list[str]:
        return [one.words for one in self.fates()]

    def who(self, name: str = "HEAD") -> list[tuple[str, str | None, str]]:
        """Session, subject and proof of every commit that went into one."""
        sha = self.git("rev-parse", name)
        found = who(self.repository.folder, sha, self.made)
        return [(one.made.session, one.made.commit.subject, one.by) for one in found.proofs]

    def prune(self) -> None:
        """Nothing stays that no name leads to."""
        self.git("reflog", "expire", "--expire=now", "--all")
        self.git("gc", "-q", "--prune=now")


def short(sha: str) -> str:
    """As people are shown it."""
    return sha[:7]


def squashed(told: Told, message: str = "") -> None:
    """A branch of two sessions and somebody, squashed into main."""
    told.git("checkout", "-q", "-b", "topic")
    told.session("feat: the first part", d_txt="first line\n")
    told.session("feat: the second part", session="s2", d_txt="another line\n")
    told.commit("docs: of somebody", e_txt="something else\n")
    told.git("checkout", "-q", "main")
    told.commit("chore: meanwhile", f_txt="f\n")
    told.git("merge", "-q", "--squash", "topic")
    told.repository.now += 60
    told.git("commit", "-q", *(["-m", message] if message else ["--no-edit"]))
