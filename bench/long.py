"""One long session: what a budget for a hundred thousand events is measured on, and what decoding its log alone costs."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from bench.corpus.claude import Claude
from bench.corpus.claude_turns import Answer, ToolCall, answered, asked, used
from bench.corpus.ledger import Json
from bench.corpus.source import END, Source

COMMANDS = (
    "python3 -m pytest -q tests/test_{}.py",
    "npm test -- {}",
    "git status && git diff src/{}.py",
    "git add -A && git commit -m 'step {}'",
    "cd src && ls -la {}",
    "rg -n {} src | head -40",
    "cat docs/{}.md",
    "sed -n 1,80p src/{}.py",
    "python3 scripts/{}.py --check",
    "make {}",
)
"""What is run in it, about one of some sixty names."""


def make_long(home: Path, events: int, seed: int = 5) -> Path:
    """Write one session of about so many events, 4 kB each; its log."""
    source = Source(seed, 3000)
    source.pool, source.numbered = _plain(source.pool), _plain(source.numbered)
    one = Claude(source, home, "/home/dev/src/proj", "claude-opus-5", END.replace(month=1))
    heard = 0
    while heard < events:
        if source.r.random() < 0.04:
            one.user(source.text(30, 1500))
            heard += 1
        heard += _step(one)
    one.flush()
    return one.path


def _plain(text: str) -> str:
    """Text as most of it is: ASCII, but for one line in six hundred."""
    lines = text.split("\n")
    return "\n".join(
        line if place % 600 == 0 else line.encode("ascii", "ignore").decode() for place, line in enumerate(lines)
    )


def _step(one: Claude) -> int:
    """One call of the model, its tools and their answers; how many events that makes."""
    src, r = one.src, one.src.r
    blocks: list[Json] = []
    if r.random() < 0.45:
        blocks.append({"type": "thinking", "thinking": src.text(300, 5000), "signature": src.b64[:2000]})
    if r.random() < 0.5:
        blocks.append({"type": "text", "text": src.text(60, 1800)})
    calls = [_asked(one) for _ in range(1 if r.random() < 0.8 else 2)]
    said = len(blocks)
    blocks += [{"type": "tool_use", "id": call.id, "name": call.name, "input": call.params} for call in calls]
    one.assistant(blocks, used(one, r.randrange(60, 2500)), stop="tool_use")
    for call in calls:
        failed = r.random() < 0.06
        content, shown = _told(one, call, failed)
        one.result(call.id, content, failed=failed, toolUseResult=shown)
    files = sum(call.name in ("Read", "Edit", "Write") for call in calls)
    return 1 + said + 2 * len(calls) + files


def _asked(one: Claude) -> ToolCall:
    """A tool call; none that starts a sub-agent, and commands as people's agents run them."""
    call = asked(one)
    while call.name == "Task":
        call = asked(one)
    if call.name == "Bash":
        command = one.src.r.choice(COMMANDS).format(f"part{one.src.r.randrange(60)}")
        call.params["command"] = command
    return call


def _told(one: Claude, call: ToolCall, failed: bool) -> Answer:
    """Its answer; commands print much."""
    if call.name not in {"Bash", "Grep"}:
        return answered(one, call, failed)
    printed = one.src.text(500, 26_000)
    if failed:
        return printed, "Error: Exit code 1\n" + printed
    return printed, {"stdout": printed, "stderr": "", "interrupted": False, "isImage": False}


def decode(log: Path) -> int:
    """Every line of a log as plain Python objects, one at a time; how many there are."""
    decoder = msgspec.json.Decoder()
    with log.open("rb") as file:
        return sum(decoder.decode(line) is not None for line in file)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["make", home, events]:
            print(make_long(Path(home), int(events)))
        case ["decode", log]:
            print(decode(Path(log)))
