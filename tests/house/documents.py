"""What the files of the repository may say, code or not: they speak of this project alone."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

CORPUS = "tests/corpus/"
"""Logs recorded elsewhere: what they say is not ours to choose."""

FORBIDDEN = {
    "a path of one machine": re.compile(r"(?<![\w.~$}/-])/(?:root|work|farm)/|/tmp/w\b/"),
    "the host of a package registry": re.compile(
        r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|yarnpkg\.com|deb\.debian\.org|crates\.io|proxy\.golang\.org"
    ),
    "a page outside the repository": re.compile(r"\bshared/(?:design|style|formats|numbers|pricing|rivals)\b"),
}
LOCKS = frozenset({"uv.lock"})
"""Lock files that name hosts; requirements/*.txt pin without them."""

CHANGE_NAME = re.compile(r"\d{3,}\.(?:feature|fix|speed|docs|change)\.md")
CHANGE_WORDS = 25
LINK = re.compile(r"\]\((?!\w+:|#|<)([^)#\s]+)")


def repository_files(root: Path) -> list[str]:
    """Paths of all files that are, or would be, committed; where there is no git, of all files."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0 and (root / ".git").exists():
        names = listed.stdout.decode().split("\0")
        return sorted({name for name in names if name and (root / name).is_file()})
    files = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in files if not made_by_tools(path))


def made_by_tools(path: Path) -> bool:
    """Whether a path lies in a directory that tools leave behind; of the hidden ones at the top only .ci is ours."""
    hidden = len(path.parts) > 1 and path.parts[0].startswith(".") and path.parts[0] != ".ci"
    return hidden or path.parts[0] in {"build", "dist"} or "__pycache__" in path.parts


def foreign_words(root: Path) -> list[str]:
    """Lines that name this or that machine, a registry or a page that readers of the repository do not have."""
    found = []
    for name in repository_files(root):
        if Path(name).name in LOCKS:
            found.append(f"{name}: a lock file that names hosts")
        if name.startswith(CORPUS):
            continue
        for number, line in enumerate(lines_of(root / name), start=1):
            found += [f"{name}:{number}: {what}" for what, pattern in FORBIDDEN.items() if pattern.search(line)]
    return found


def lines_of(path: Path) -> list[str]:
    """The lines of a text file; none for a binary one."""
    content = path.read_bytes()
    return [] if b"\0" in content else content.decode("utf-8", "replace").splitlines()


def changes_amiss(root: Path) -> list[str]:
    """News files with a wrong name, more than one sentence or more than 25 words."""
    directory = root / "changes.d"
    found = []
    for path in sorted(directory.iterdir()) if directory.is_dir() else []:
        if path.name == "README.md":
            continue
        if not CHANGE_NAME.fullmatch(path.name):
            found.append(f"{path.name}: not named NNN.kind.md")
        text = path.read_text(encoding="utf-8").strip()
        if not text.endswith(".") or re.search(r"[.!?]\s+[A-Z]", text) or "\n\n" in text:
            found.append(f"{path.name}: not one sentence")
        if len(text.split()) > CHANGE_WORDS:
            found.append(f"{path.name}: {len(text.split())} words, at most {CHANGE_WORDS}")
    return found


def broken_links(root: Path) -> list[str]:
    """Relative links in Markdown pages that lead nowhere."""
    return [
        f"{name}: {target} is not there"
        for name in repository_files(root)
        if name.endswith(".md") and not name.startswith(("tests/", "src/"))
        for target in links_of(root / name)
        if not (root / name).parent.joinpath(target).exists()
    ]


def links_of(page: Path) -> Iterator[str]:
    """Targets of a page's relative links, without those in code."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    yield from LINK.findall(text)
