"""Pull requests from what gh, glab and others print."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from agent_trace.analysis.outcome import outcome
from agent_trace.analysis.pull_requests import PullRequest
from agent_trace.model.events import Attachment, ToolCall, ToolResult
from agent_trace.model.session import Session
from tests.analysis.playing import Told, events_of, told

URL = "https://github.com/acme/demo/pull/12"
MR = "https://git.example.invalid/group/sub/demo/-/merge_requests/3"
CREATE = Told("gh pr create -t T -b ''", f"\nCreating pull request for f into main in acme/demo\n\n{URL}\n", 0)
DRAFT = Told("gh pr create --draft --fill", URL, 0)


def drawn(one: PullRequest) -> str:
    marks = [name for name in ("created_here", "changed_here", "merged_here") if getattr(one, name)]
    words = [one.repository or "?", f"#{one.number}", one.state or "?", *(mark.removesuffix("_here") for mark in marks)]
    return " ".join(words) + (f": {one.title}" if one.title else "")


CASES: dict[str, tuple[list[Told], list[str]]] = {
    "created": ([CREATE], ["acme/demo #12 open created changed: T"]),
    "created as a draft": ([DRAFT], ["acme/demo #12 draft created changed"]),
    "made ready": (
        [DRAFT, Told("gh pr ready", '✓ Pull request acme/demo#12 is marked as "ready for review"')],
        ["acme/demo #12 open created changed"],
    ),
    "a draft again": (
        [CREATE, Told("gh pr ready 12 --undo", '✓ Pull request acme/demo#12 is converted to "draft"')],
        ["acme/demo #12 draft created changed: T"],
    ),
    "merged in silence": ([CREATE, Told("gh pr merge 12 -s -d")], ["acme/demo #12 merged created changed merged: T"]),
    "merged by branch": ([CREATE, Told("gh pr merge --squash")], ["acme/demo #12 merged created changed merged: T"]),
    "to be merged later": ([CREATE, Told("gh pr merge 12 --auto --squash")], ["acme/demo #12 open created changed: T"]),
    "merge failed": ([CREATE, Told("gh pr merge 12", "X Pull request is not mergeable", 1)], ["acme/demo #12 open created changed: T"]),
    "closed": (
        [Told("gh pr close 13", "✓ Closed pull request acme/demo#13 (old one)")], ["acme/demo #13 closed changed: old one"],
    ),
    "closed already": (
        [Told("gh pr close 13", "! Pull request acme/demo#13 (old one) is already closed")], ["acme/demo #13 closed: old one"],
    ),
    "reopened": ([Told("gh pr reopen 13", "✓ Reopened pull request acme/demo#13 (x)")], ["acme/demo #13 open changed: x"]),
    "edited": ([Told("gh pr edit 12 -t New", URL)], ["acme/demo #12 ? changed: New"]),
    "exists already": (
        [Told("gh pr create --fill", f'a pull request for branch "f" into branch "main" already exists:\n{URL}', 1)],
        ["acme/demo #12 ?"],
    ),
    "looked at as JSON": (
        [Told("gh pr view 12 --json state,isDraft,url,title", json.dumps({"state": "OPEN", "isDraft": True, "url": URL, "title": "T"}))],
        ["acme/demo #12 draft: T"],
    ),
    "looked at": ([Told("gh pr view 12", "title:\tT\nstate:\tMERGED\nnumber:\t12\n--\nbody")], ["? #12 merged: T"]),
    "looked at by branch": ([CREATE, Told("gh pr view", "state:\tCLOSED\nnumber:\t12")], ["acme/demo #12 closed created changed: T"]),
    "looked at by address": ([Told(f"gh pr view {URL} --json state", '{"state":"MERGED"}')], ["acme/demo #12 merged"]),
    "looked at, not JSON": ([Told("gh pr view 12", "{broken}")], []),
    "commented": ([Told("gh pr comment 12 -b x", f"{URL}#issuecomment-1")], ["acme/demo #12 ?"]),
    "listed": ([Told("gh pr list", f"12\tT\tf\tOPEN\t{URL}")], []),
    "mentioned": ([Told(f"echo {URL}", URL)], []),
    "tried only": ([Told("gh pr create --dry-run", "Would have created a Pull Request with:")], []),
    "in the browser": ([Told("gh pr create --web", "Opening github.com/acme/demo/compare in your browser.")], []),
    "failed": ([Told("gh pr create --fill", "could not create: 403", 1)], []),
    "a branch pushed": ([Told("git push", f"remote: Create a pull request:\nremote:   {URL.replace('12', 'new/f')}")], []),
    "pushed as a merge request": (
        [Told("git push -o merge_request.create", f"remote: View merge request for f:\nremote:   {MR}")],
        ["group/sub/demo #3 open created changed"],
    ),
    "glab created": ([Told("glab mr create --draft -t T", f"!3 T (f)\n {MR}")], ["group/sub/demo #3 draft created changed: T"]),
    "glab ready": (
        [Told("glab mr create --draft", MR), Told("glab mr update 3 --ready", f"✓ marked as ready\n{MR}")],
        ["group/sub/demo #3 open created changed"],
    ),
    "glab draft": ([Told("glab mr update 3 --draft", MR)], ["group/sub/demo #3 draft changed"]),
    "glab merged": ([Told("glab mr merge 3 --yes", f"✓ Merged!\n{MR}")], ["group/sub/demo #3 merged changed merged"]),
    "glab closed": ([Told("glab mr close 3", "✓ Closed merge request !3.")], ["? #3 closed changed"]),
    "api": (
        [
            Told("gh api repos/acme/demo/pulls -f title=T -f head=f", json.dumps({"html_url": URL})),
            Told("gh api -X PATCH repos/acme/demo/pulls/12 -f state=closed"),
        ],
        ["acme/demo #12 closed created changed"],
    ),
    "api merges": ([Told("gh api -X PUT repos/acme/demo/pulls/12/merge")], ["acme/demo #12 merged changed merged"]),
    "api looks": ([Told("gh api repos/acme/demo/pulls/12", json.dumps({"html_url": URL}))], []),
    "nothing known of it": ([Told("gh pr edit 12 -t x | grep y", "zzz")], []),
    "no number anywhere": ([Told("gh pr merge -R acme/demo --squash")], ["acme/demo #None merged changed merged"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_read(name: str) -> None:
    calls, expected = CASES[name]
    assert [drawn(one) for one in told(*calls).pull_requests] == expected


def with_tool(tool: str, given: dict[str, object], output: str, failed: bool = False) -> Sequence[PullRequest]:
    events = [
        *events_of([]),
        ToolCall(id="t", session="s", call="t", tool=tool, kind="mcp", input=json.dumps(given)),
        ToolResult(id="u", session="s", call="t", output=output, failed=failed),
    ]
    return outcome(Session("s", "made", tuple(events))).pull_requests


def test_tools_of_a_server() -> None:
    said = json.dumps({"html_url": URL})
    tool = "mcp__github__create_pull_request"
    assert [drawn(one) for one in with_tool(tool, {"title": "T", "draft": True}, said)] == [
        "acme/demo #12 draft created changed: T"
    ]
    merged = with_tool("merge_pull_request", {"pullNumber": 12}, "{}")
    assert [drawn(one) for one in merged] == ["? #12 merged changed merged"]
    updated = with_tool("update_pull_request", {"pullNumber": 12, "state": "closed"}, said)
    assert [drawn(one) for one in updated] == ["acme/demo #12 closed changed"]
    assert with_tool(tool, {}, "403", failed=True) == ()
    assert with_tool(tool, {}, "no address") == ()
    assert with_tool("list_pull_requests", {}, said) == ()


def test_records_of_the_agent_itself() -> None:
    link = Attachment(id="l", session="s", kind="pull request", text=URL)
    alone = outcome(Session("s", "made", (*events_of([]), link)))
    assert [drawn(one) for one in alone.pull_requests] == ["acme/demo #12 ? changed"]
    assert alone.productive.why == "updated a pull request"
    commented = outcome(Session("s", "made", (*events_of([Told("gh pr comment 12 -b x", URL)]), link)))
    assert [drawn(one) for one in commented.pull_requests] == ["acme/demo #12 ?"]
    nothing = Attachment(id="l", session="s", kind="pull request", text="")
    assert outcome(Session("s", "made", (*events_of([]), nothing))).pull_requests == ()
