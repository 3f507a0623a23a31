#!/usr/bin/env python3
"""Plays `gh` and `glab` for the stories: what the real ones print where no terminal is, and a file that remembers.

It stands in the PATH of a played agent under either name. Requests and every question asked are kept in ~/.forge.json.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, TextIO

MEMORY = Path.home() / ".forge.json"
URLS = {"gh": "https://github.com/acme/demo/pull/{}", "glab": "https://gitlab.com/acme/demo/-/merge_requests/{}"}
Request = dict[str, Any]


def say(*parts: object, between: str = " ", out: TextIO = sys.stdout) -> None:
    """One line, or what `between` makes of them."""
    out.write(between.join(map(str, parts)) + "\n")


def remembered() -> dict[str, Any]:
    """What was asked so far; in the beginning each forge knows one request of somebody else's."""
    if MEMORY.exists():
        found: dict[str, Any] = json.loads(MEMORY.read_text(encoding="utf-8"))
        return found
    older = {"title": "fix: older", "head": "fix/older", "state": "open", "draft": False, "own": False}
    numbers = {"gh": 11, "glab": 2}
    requests = [{"forge": name, "number": n, "url": URLS[name].format(n), **older} for name, n in numbers.items()]
    return {"requests": requests, "asked": []}


def words(forge: str, given: list[str]) -> argparse.Namespace:
    """The part of both programs' command lines that the stories use."""
    parser = argparse.ArgumentParser(prog=forge)
    parser.add_argument("kind", choices=["pr", "mr"])
    parser.add_argument("verb", choices=["create", "view", "list", "ready", "update", "merge", "close", "comment"])
    parser.add_argument("number", nargs="?", type=lambda word: int(word.rpartition("/")[2]))
    for name in ("title", "body", "description", "json"):
        parser.add_argument("--" + name, default="")
    parser.add_argument("--head", "--source-branch", default="")
    for name in ("draft", "fill", "yes", "squash", "merge", "ready", "delete-branch"):
        parser.add_argument("--" + name, action="store_true")
    return parser.parse_args(given)


def main(forge: str, given: list[str]) -> int:
    """Answer one command and remember it."""
    asked = words(forge, given)
    with MEMORY.with_suffix(".lock").open("w") as lock:  # some agents run their tools at once
        fcntl.flock(lock, fcntl.LOCK_EX)
        return answered(forge, given, asked)


def answered(forge: str, given: list[str], asked: argparse.Namespace) -> int:
    """The exit code of a command."""
    memory = remembered()
    known = [one for one in memory["requests"] if one["forge"] == forge]
    if asked.verb == "create":
        code = create(forge, asked, memory, known)
    elif asked.verb == "list":
        code = listed(known)
    else:
        code = changed(forge, asked, next(one for one in known if one["number"] == asked.number))
    memory["asked"].append({"words": [forge, *given], "code": code})
    MEMORY.write_text(json.dumps(memory, indent=1) + "\n", encoding="utf-8")
    return code


def create(forge: str, asked: argparse.Namespace, memory: dict[str, Any], known: list[Request]) -> int:
    """One request a branch; an address on stdout."""
    branch = asked.head or git("branch", "--show-current")
    twin = next((one for one in known if one["head"] == branch and one["state"] == "open"), None)
    if twin is not None:
        say(f'a pull request for branch "{branch}" into branch "main" already exists:', out=sys.stderr)
        say(twin["url"], out=sys.stderr)
        return 1
    number = max(one["number"] for one in known) + 1
    url, title = URLS[forge].format(number), asked.title or git("log", "-1", "--format=%s")
    made = {"title": title, "head": branch, "state": "open", "draft": asked.draft, "own": True}
    memory["requests"].append({"forge": forge, "number": number, "url": url, **made})
    if forge == "glab":
        kind = "draft merge request" if asked.draft else "merge request"
        say(f"\nCreating {kind} for {branch} into main in acme/demo\n", out=sys.stderr)
    say(url)
    return 0


def listed(known: list[Request]) -> int:
    """Rows of tabs."""
    for one in known:
        if one["state"] == "open":
            state = "DRAFT" if one["draft"] else "OPEN"
            say(one["number"], one["title"], one["head"], state, "2026-11-20T09:00:00Z", between="\t")
    return 0


def changed(forge: str, asked: argparse.Namespace, one: Request) -> int:
    """A view, or a change of state; gh says nothing of a merge where no terminal is."""
    verb = "ready" if asked.ready else asked.verb
    match verb:
        case "view":
            return viewed(asked, one)
        case "comment":
            say(f"{one['url']}#issuecomment-1")
        case "ready":
            one["draft"] = False
            said = f'✓ Pull request acme/demo#{one["number"]} is marked as "ready for review"'
            say(said if forge == "gh" else f"- Updating merge request !{one['number']}", out=sys.stderr)
        case "merge":
            one["state"] = "merged"
            if forge == "glab":
                say("✓ Merged!", one["url"], between="\n")
        case "close":
            one["state"] = "closed"
            closed = f"✓ Closed pull request acme/demo#{one['number']} ({one['title']})"
            say(closed if forge == "gh" else f"✓ Closed merge request !{one['number']}", out=sys.stderr)
    return 0


def viewed(asked: argparse.Namespace, one: Request) -> int:
    """The fields that are asked for, as JSON; else the head of the page as rows of tabs."""
    state = one["state"].upper()
    fields = {
        "isDraft": one["draft"],
        "number": one["number"],
        "state": state,
        "title": one["title"],
        "url": one["url"],
    }
    if asked.json:
        kept = {name: value for name, value in fields.items() if name in asked.json.split(",")}
        say(json.dumps(kept, separators=(",", ":")))
        return 0
    shown = {"title": one["title"], "state": state, "author": "somebody", "number": one["number"], "url": one["url"]}
    for name, value in shown.items():
        say(f"{name}:\t{value}")
    return 0


def git(*given: str) -> str:
    """What git says of the folder that the agent is in."""
    return subprocess.run(["git", *given], capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[0]).name, sys.argv[1:]))
