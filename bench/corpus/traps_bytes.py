"""Traps of how rows lie in a file."""

from __future__ import annotations

import json

from bench.corpus.traps import TEXT, Case, Group

case = Group()


@case("two records on one physical line (the newline was lost): both count")
def two_on_a_line(c: Case) -> None:
    one = c.claude()
    one.assistant(TEXT, c.u(input=10_000, output=10_000))
    one.assistant(TEXT, c.u(input=1000, output=1000))
    one.rows[1] = one.rows[1].rstrip(b"\n")
    one.flush()


@case('written as "key": value with spaces: some tools skip every such row')
def spaced_json(c: Case) -> None:
    one = c.claude()
    one.assistant(TEXT, c.u(input=10_000, output=10_000))
    one.rows = [json.dumps(json.loads(row), ensure_ascii=False).encode() + b"\n" for row in one.rows]
    one.flush()


@case("keys in another order, usage before content, type last")
def shuffled_keys(c: Case) -> None:
    one = c.claude()
    one.assistant(TEXT, c.u(input=10_000, output=10_000))
    one.rows = [json.dumps(json.loads(row), sort_keys=True, separators=(",", ":")).encode() + b"\n" for row in one.rows]
    one.flush()


@case("CRLF line ends")
def crlf(c: Case) -> None:
    one = c.claude()
    one.assistant(TEXT * 2, c.u(input=10_000, output=10_000))
    one.rows = [row.replace(b"\n", b"\r\n") for row in one.rows]
    one.flush()


@case("a byte order mark before the first row, which is the only call")
def bom(c: Case) -> None:
    one = c.claude()
    one.rows.clear()
    one.assistant(TEXT, c.u(input=10_000, output=10_000))
    one.rows.insert(0, b"\xef\xbb\xbf")
    one.flush()


@case("a torn last line")
def torn_tail(c: Case) -> None:
    one = c.claude()
    one.assistant(TEXT, c.u(input=10_000, output=10_000))
    one.rows.append(b'{"type":"assistant","message":{"id":"msg_x","usage":{"input_tokens":99')
    one.flush()


@case("no newline after the last complete row: it counts")
def no_final_newline(c: Case) -> None:
    one = c.claude()
    one.assistant(TEXT, c.u(input=10_000, output=10_000))
    one.rows[-1] = one.rows[-1].rstrip(b"\n")
    one.flush()


@case("text that looks like usage inside a tool result and a prompt: not usage")
def usage_in_text(c: Case) -> None:
    one = c.claude()
    usage = '"usage":{"input_tokens":777777,"output_tokens":7}'
    fake = '{"type":"assistant","message":{"id":"msg_f","model":"claude-opus-4-5",' + usage + "}}"
    one.user(fake)
    one.assistant(
        [{"type": "tool_use", "id": "toolu_t", "name": "Bash", "input": {"command": "cat log"}}],
        c.u(input=10_000, output=1000),
    )
    one.result("toolu_t", fake + "\n" + fake, toolUseResult={"stdout": fake, "usage": {"input_tokens": 777_777}})
    one.flush()


@case("rows that are no objects, blank lines, NUL bytes, invalid UTF-8 between good ones")
def bad_rows(c: Case) -> None:
    one = c.claude()
    one.assistant(TEXT, c.u(input=10_000, output=10_000))
    one.rows[1:1] = [
        b"\n",
        b'"text"\n',
        b"42\n",
        b"[1]\n",
        b"null\n",
        b"not json\n",
        b"\x00\x00\n",
        b'{"type":"assistant","message":"\xff"}\n',
        b'{"type":"assistant","message":{"id":"m","usage":{"input_tokens":"many","output_tokens":null}}}\n',
    ]
    one.flush()
    c.note(
        "the row whose usage holds no numbers may be counted as unread or as a call of 0 tokens; totals must not change"
    )
