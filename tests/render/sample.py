"""One report with every block in it, as the golden files show it."""

from __future__ import annotations

from decimal import Decimal

from agent_trace.render.blocks import (
    AnyBlock,
    Cell,
    Chart,
    Code,
    Column,
    Diff,
    DiffLine,
    Entry,
    Fields,
    Heading,
    Node,
    Note,
    Outline,
    Point,
    Prose,
    Table,
    Timeline,
    cell,
    field,
)

SESSIONS = Table(
    title="Sessions",
    columns=(
        Column(title="Session"),
        Column(title="Title", stretch=True),
        Column(title="Branch", weight=3),
        Column(title="Calls", align="right", weight=2),
        Column(title="Tokens", align="right", weight=1),
        Column(title="State", weight=1),
        Column(title="Cost", align="right", key="cost_usd"),
    ),
    rows=(
        (
            cell("8f3c21d0"),
            cell("Make the retry queue survive a restart of the worker, and say so in the docs"),
            cell("feature/durable-queue"),
            cell("1,204", value="1204"),
            cell("12.3M", value="12301877"),
            cell("committed", "good"),
            cell("$41.07", value="41.0688"),
        ),
        (
            cell("b77a09e4"),
            cell("修复日本語のテスト 👩‍💻 with wide signs"),
            cell("main"),
            cell("38"),
            cell("402.8k", value="402811"),
            cell("failed", "bad"),
            cell("$1.20", "warning", value="1.2"),
        ),
        (
            Cell(text="c0ffee12", link="https://example.com/pull/7"),
            cell("A question"),
            cell("main", "dim"),
            cell("2"),
            cell("9,120", value="9120"),
            cell("idle"),
            cell("≥$0.0042", value="0.0042"),
        ),
    ),
    footer=((cell("3 sessions"), cell(""), cell(""), cell("1,244"), cell("12.7M"), cell(""), cell("≥$42.27")),),
)

REPLAY = Timeline(
    entries=(
        Entry(number="1", when="09:14:03", mark="▶", label="prompt", text="Make the retry queue survive a restart"),
        Entry(
            number="2",
            when="09:14:09",
            mark="·",
            label="answer",
            text="I will look at the queue first, then at what the worker does on shutdown, and only then change it.",
            body=(
                "I will look at the queue first.\n\n"
                "  - what is kept in memory only, and is lost when the process that holds it ends without a warning\n"
                "  - what the worker does on shutdown"
            ),
        ),
        Entry(number="3", when="09:14:11", mark="→", label="Read", text="src/queue.py", depth=1),
        Entry(
            number="3",
            when="09:14:12",
            mark="←",
            label="result",
            text="exit code 1",
            body="\x1b[31mFAILED\x1b[0m tests/test_queue.py::test_restart\n\tassert 3 == 4",
            depth=1,
            tone="bad",
        ),
        Entry(number="12/3", when="09:15:40", mark="", label="mcp__github__create_issue", text="", tone="warning"),
    )
)

REPORT: tuple[AnyBlock, ...] = (
    Heading(text="Session 8f3c21d0"),
    Prose(
        text="Two of three phases ended well. The queue was rewritten twice, because the first design kept its state "
        "in memory; the second one passed every test at the first attempt."
    ),
    Fields(
        items=(
            field("Agent", "Claude Code 2.1.197"),
            field("Cost", "$41.07", "priced, 1,204 calls"),
            field("Directory", "~/projects/worker"),
            field(
                "First prompt", "Make the retry queue survive a restart of the worker, and say so in the docs of it."
            ),
        )
    ),
    SESSIONS,
    Table(columns=(Column(title="Model"),), rows=(), title="Unpriced", empty="every model has a price"),
    Heading(text="Cost per day", level=2),
    Chart(
        title="",
        points=(
            Point(label="2026-11-16", value=Decimal("12.34"), text="$12.34"),
            Point(label="2026-11-17", value=Decimal("41.07"), text="$41.07"),
            Point(label="2026-11-18", value=Decimal("0.02"), text="$0.02"),
            Point(label="2026-11-19", value=0, text="$0.00"),
            Point(label="2026-11-20", value=None, text="?"),
        ),
    ),
    Heading(text="What started what", level=2),
    Outline(
        nodes=(
            Node(
                text="8f3c21d0 Make the retry queue survive",
                detail="$41.07",
                children=(
                    Node(
                        text="agent-a1 Explore the code base",
                        detail="$2.10",
                        children=(
                            Node(text="agent-a4 Read the docs", detail="$0.12"),
                            Node(text="agent-a5 Search for other users of the queue", tone="bad", detail="interrupted"),
                        ),
                    ),
                    Node(text="agent-a2 Review", detail="$0.80", tone="good"),
                ),
            ),
            Node(text="c0ffee12 A question", tone="dim"),
        )
    ),
    Heading(text="Replay", level=2),
    REPLAY,
    Diff(
        path="src/queue.py",
        lines=(
            DiffLine(mark="@", text="-10,3 +10,3"),
            DiffLine(mark=" ", text="def push(job):"),
            DiffLine(mark="-", text="    pending.append(job)"),
            DiffLine(mark="+", text="    store.write(job)"),
        ),
    ),
    Code(text="def push(job):\n\tstore.write(job)\n", language="python"),
    Note(text="38 calls of mystery-model have no price.", hint="Add it to the price book, or ask for recorded costs."),
    Note(text="2 lines could not be read.", tone="bad"),
    Note(text="Times are in UTC.", tone="plain"),
    Prose(text="All checks passed.", tone="good"),
)
