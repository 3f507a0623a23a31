"""The fast pass: what a Summary needs beyond calls and tools, piece by piece."""

from __future__ import annotations

import pytest

from agent_trace.agents.claude.scan import Scanner
from agent_trace.agents.claude.state import State
from agent_trace.model.scan import GAP_MS, Part, Scan, digest, merge_parts
from tests.agents.claude.written import JSON, answered, came_back, log, row, said, text, tool

NOON = 1_795_003_200_000
MAIN = "projects/-p/log.jsonl"


def scanned(*rows: JSON | bytes, path: str = MAIN, skip: frozenset[int] = frozenset()) -> Scan:
    """What one pass over these rows finds."""
    scanner = Scanner(path, skip=skip)
    scanner.feed(log(*rows), 0)
    return scanner.finish()[0]


def part(*rows: JSON | bytes) -> Part:
    """What it finds of the main session."""
    return scanned(*rows).part("log")


# ---- pieces


def test_a_last_line_without_newline_counts_if_it_is_whole() -> None:
    whole = log(said("u1", "hi"), answered("a1", "msg_1"))[:-1]
    scanner = Scanner(MAIN)
    scanner.feed(whole, 0)
    assert (len(scanner.scan.calls), scanner.scan.offset, scanner.scan.torn) == (1, len(whole), None)


def test_a_last_line_that_is_being_written_waits() -> None:
    data = log(said("u1", "hi"), answered("a1", "msg_1"))
    first = len(log(said("u1", "hi")))
    scanner = Scanner(MAIN)
    scanner.feed(data[:-5], 0)
    assert (len(scanner.scan.calls), scanner.scan.offset) == (0, first)
    assert scanner.scan.torn is not None
    assert (scanner.scan.torn.offset, scanner.scan.torn.reason) == (first, "unfinished line")


def test_a_tail_is_read_with_what_was_remembered() -> None:
    rows = (answered("a1", "msg_1", tool("t1", "Bash")), came_back("r1", "t1", "Exit code 1", failed=True))
    first = Scanner(MAIN)
    first.feed(log(rows[0]), 0)
    state = first.finish()[1]
    second = Scanner(MAIN, state)
    second.feed(log(rows[1]), len(log(rows[0])))
    assert [result.failed for result in second.scan.results] == [True]
    assert state.open == {}


def test_a_part_of_the_log_may_still_be_open() -> None:
    scanner = Scanner(MAIN)
    scanner.feed(b'{"type":"mode"}', 0, final=False)
    assert (scanner.scan.offset, scanner.scan.torn) == (0, None)


# ---- titles


def test_the_last_title_of_each_kind_stays() -> None:
    rows = (
        {"type": "custom-title", "customTitle": "one"},
        {"type": "custom-title", "customTitle": "two"},
        {"type": "custom-title"},
        {"type": "ai-title", "aiTitle": "by the agent"},
        said("u1", "  first\nprompt "),
        said("u2", "second prompt"),
    )
    found = part(*rows)
    assert (found.custom_title, found.ai_title, found.first_prompt) == ("two", "by the agent", "first prompt")


def test_a_summary_is_a_title_only_of_its_own_conversation() -> None:
    own = {"type": "summary", "summary": "own", "leafUuid": "u1"}
    elsewhere = {"type": "summary", "summary": "elsewhere", "leafUuid": "nowhere"}
    assert part(own, elsewhere, said("u1", "hi")).summary == "own"
    assert part(elsewhere, said("u1", "hi")).summary is None


def test_a_summary_whose_leaf_lies_before_the_tail_asks_for_the_whole_log() -> None:
    scanner = Scanner(MAIN, State(started=True))
    scanner.feed(log({"type": "summary", "summary": "?", "leafUuid": "u1"}), 0)
    assert scanner.scan.again


def test_titles_are_without_what_stands_around_the_words() -> None:
    rows = (said("u1", [text("<ide_opened_file>a.py</ide_opened_file>"), text("mend it")]),)
    assert part(*rows).first_prompt == "mend it"
    side = {"agentId": "a1", "isSidechain": True}
    told = said("u2", "<teammate-message teammate_id='lead' color='blue'>\nlook around\n</teammate-message>", **side)
    reminded = said("u1", "<system-reminder>others work too</system-reminder>", **side)
    assert scanned(reminded, told, path="root/subagents/agent-a1.jsonl").part("root/agent-a1").task == "look around"


def test_a_sub_agents_task_is_its_title() -> None:
    found = scanned(said("u1", "look around"), said("u2", "and there"), path="p/root/subagents/agent-a1.jsonl")
    assert found.part("root/agent-a1").task == "look around"
    assert found.prompts == []


# ---- when, where, how it ended


def test_activity_is_kept_in_stretches() -> None:
    later = "2026-11-18T13:00:00.000Z"
    found = part(
        said("u1", "a"), said("u2", "b", timestamp="2026-11-18T12:01:00.000Z"), said("u3", "c", timestamp=later)
    )
    assert found.spans == [[NOON, NOON + 60_000], [NOON + 3_600_000, NOON + 3_600_000]]


def test_a_tool_that_ran_long_was_activity() -> None:
    ended = "2026-11-18T13:00:00.000Z"
    found = part(answered("a1", "m", tool("t1", "Bash")), came_back("r1", "t1", timestamp=ended))
    assert found.spans == [[NOON, NOON + 3_600_000]]
    assert GAP_MS < 3_600_000


def test_the_first_folder_and_the_last_branch_stay() -> None:
    found = part(
        said("u1", "a", cwd="/one", gitBranch="one"), said("u2", "b", cwd="/two", gitBranch="two", version="3")
    )
    assert (found.cwd, found.branch, found.version) == ("/one", "two", "3")


@pytest.mark.parametrize(
    ("last", "tail"),
    [
        (said("x", "go"), "prompt"),
        (answered("x", "m", text("done")), "answer"),
        (answered("x", "m", tool("t1", "Bash")), "tool"),
        (came_back("x", "t1"), "result"),
        (said("x", "[Request interrupted by user]"), "interrupt"),
        ({"type": "cost-state"}, "end"),
    ],
)
def test_how_a_log_ends(last: JSON, tail: str) -> None:
    assert part(said("u1", "hi"), last).tail == tail


# ---- cost records


def test_a_cost_record() -> None:
    spent = {
        "inputTokens": 1,
        "outputTokens": 2,
        "cacheReadInputTokens": 3,
        "cacheCreationInputTokens": 10,
        "cacheCreationEphemeral1hInputTokens": 4,
        "webSearchRequests": 5,
    }
    (record,) = scanned(
        said("u1", "hi"),
        {
            "type": "cost-state",
            "totalCostUSD": 0.25,
            "startTime": NOON - 900,
            "totalDuration": 1200.7,
            "modelUsage": {"m": spent, "odd": 7},
        },
    ).records
    assert (record.session, record.at, record.usd, record.duration_ms) == ("log", NOON, "0.25", 1200)
    assert (record.began_ms, record.ended_ms) == (NOON - 900, NOON + 300)
    assert record.models == {"m": [1, 2, 3, 6, 4, 5], "odd": [0] * 6}


def test_a_cost_record_that_says_nothing() -> None:
    (record,) = scanned({"type": "cost-state", "modelUsage": []}).records
    assert (record.models, record.usd, record.duration_ms, record.at) == ({}, "0", None, None)
    assert (record.began_ms, record.ended_ms) == (None, None)
    (record,) = scanned({"type": "cost-state", "startTime": "noon", "totalDuration": 5, "modelUsage": {}}).records
    assert (record.began_ms, record.ended_ms) == (None, None)


def test_a_process_that_died_breaks_the_record_after_it() -> None:
    died = "[Tool call interrupted: the session ended before this call's result was recorded]"
    rows = (answered("a1", "m", tool("t1", "Bash")), came_back("r1", "t1", died, failed=True))
    first, second = scanned(*rows, {"type": "cost-state"}, {"type": "cost-state"}).records
    assert (first.broken, second.broken) == (True, False)


# ---- links, copies


CLEAR = "<command-name>/clear</command-name>\n<command-args></command-args>"


@pytest.mark.parametrize(
    ("rows", "cleared"),
    [
        ((said("u1", CLEAR), said("u2", "hi")), True),
        ((said("u1", "a note", isMeta=True), said("u2", f"  {CLEAR}")), True),
        ((said("u1", "hi"), said("u2", CLEAR)), False),
        ((said("u1", CLEAR, isMeta=True), said("u2", "hi")), False),
        ((said("u1", f"what is {CLEAR}?"),), False),
        ((said("u1", CLEAR.replace("clear", "clearly")),), False),
    ],
)
def test_a_session_that_begins_with_a_clear(rows: tuple[JSON, ...], cleared: bool) -> None:
    assert part(*rows).cleared is cleared


def test_what_stands_in_the_tail_is_no_beginning() -> None:
    begun, later = part(said("u1", "hi")), part(said("u2", CLEAR))
    assert later.cleared
    assert not merge_parts(begun, later).cleared
    assert merge_parts(Part(), later).cleared
    assert merge_parts(later, begun).cleared


def test_a_tool_call_that_starts_an_agent() -> None:
    (link,) = scanned(
        answered("a1", "msg_1", tool("t1", "Task")), came_back("r1", "t1", toolUseResult={"agentId": "a9"})
    ).links
    assert (link.agent_id, link.tool_id, link.call) == ("a9", "t1", digest(b"msg_1"))


def test_what_was_copied_sets_titles_and_nothing_else() -> None:
    rows = (
        said("u1", "asked there"),
        answered("a1", "msg_1", tool("t1", "Write", file_path="/a")),
        row("custom-title", "c1", customTitle="theirs"),
        came_back("r1", "t1", toolUseResult={"type": "create", "content": "a"}),
        said("u2", "asked here"),
    )
    found = scanned(*rows, skip=frozenset(digest(name) for name in (b"u1", b"a1", b"c1")))
    own = found.part("log")
    assert (own.first_prompt, own.custom_title, own.lines_added) == ("asked there", "theirs", 1)
    assert (len(found.calls), len(found.tools), len(found.prompts), own.rows, own.own) == (0, 0, 1, 5, 2)


def test_rows_have_names_that_copies_share() -> None:
    rows = (said("u1", "hi"), {"type": "mode"}, {"type": "mode", "timestamp": "2026-11-18T12:00:00.000Z"})
    found = scanned(*rows, answered("a1", "m"), came_back("r1", "t1"))
    assert found.rows == [
        ("u1", NOON, 2),
        ("mode:2026-11-18T12:00:00.000Z", NOON, 0),
        ("a1", NOON, 1),
        ("r1", NOON, 1),
    ]


# ---- what is left out


@pytest.mark.parametrize(
    "attachment",
    [
        {"type": "file", "content": "queued_command"},
        {"type": "queued_command", "commandMode": "task-notification", "prompt": "done"},
        "queued_command",
    ],
)
def test_attachments_that_are_no_prompts(attachment: object) -> None:
    assert scanned(row("attachment", "t1", attachment=attachment)).prompts == []


def test_a_queued_prompt_counts() -> None:
    queued = row("attachment", "t1", attachment={"type": "queued_command", "commandMode": "prompt", "prompt": "go"})
    assert part(queued).first_prompt == "go"
    assert scanned(queued, path="p/root/subagents/agent-a1.jsonl").prompts == []
