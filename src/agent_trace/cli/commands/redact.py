"""Mask secrets in a file, in a stream, or in what is stored of a session.

`redact FILE` prints the file with `[REDACTED:kind]` in the place of every secret, or writes it with -o. `redact -` is a
filter from stdin to stdout: it prints line by line as the text comes. Any text goes: logs, JSON lines, YAML, shell history;
JSON stays valid, keys that run over several lines are masked as a whole, bytes that are no UTF-8 stay. The file itself is
never changed.

--check masks nothing: it lists what would be masked by type and place, never the value, and leaves with 1 where there is
something.

`redact SESSION --check` does the same with all that is stored of a session; --apply masks it there for good, in the
archive, the index and the full text. An agent's own log is never changed: the answer says where it lies.
"""

from __future__ import annotations

import io
import os
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

import click
import msgspec

from agent_trace.app.choosing import choose
from agent_trace.app.leaving import masker_of
from agent_trace.app.trace_folder import put_file
from agent_trace.cli.output import progress_bar
from agent_trace.cli.running import open_workspace
from agent_trace.cli.saying import say
from agent_trace.config import Config, load_config
from agent_trace.errors import UnreadableError, UsageError
from agent_trace.privacy.masking import Masker
from agent_trace.privacy.pieces import Piece, Spot, is_document, masked, may_begin_document, pieces, spots
from agent_trace.render.blocks import AnyBlock, Code, Column, Note, Prose, Table, cell
from agent_trace.render.numbers import count

if TYPE_CHECKING:
    from agent_trace.app.redacting import Redacted

STDIN = "-"
FOUND = 1
"""The exit code of --check where something would be masked."""
TOGETHER = 1 << 20
"""Bytes of a file's plain text that are looked at as one."""
SHOWN = 200
"""Rows of a table on a terminal."""

arguments = [
    click.Argument(["target"], metavar="FILE|-|SESSION"),
    click.Option(["-o", "--output"], type=click.Path(dir_okay=False), help="Write to this file, for its owner alone."),
    click.Option(
        ["--check"], is_flag=True, help="Only list what would be masked; exit code 1 where there is something."
    ),
    click.Option(["--apply"], is_flag=True, help="Mask what is stored of a session, for good."),
    click.Option(["--mask"], is_flag=True, help="Mask e-mail addresses, phone, card and account numbers too."),
    click.Option(["--redact-pattern"], multiple=True, metavar="RE", help="Mask what this pattern (RE2) matches too."),
    click.Option(
        ["--mode"],
        type=click.Choice(["strict", "moderate", "minimal"]),
        help="Which levels of rules: all, MAXIMUM to MEDIUM, MAXIMUM alone. Default: privacy_mode (moderate).",
    ),
    click.Option(["--json"], is_flag=True, help="Print the list as JSON."),
]


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What would be masked in a text: types and places."""

    file: str
    """`-`: stdin."""
    kinds: dict[str, int]
    found: tuple[Spot, ...]


def run(target: str, output: str | None, check: bool, apply: bool, json: bool, **values: Any) -> int:
    """Tell a file from a session, and mask or list."""
    if check and apply:
        raise UsageError("--check and --apply do not go together", hint="--check first, then --apply")
    if apply or not is_file(target):
        return _session(target, values, check=check, apply=apply, json=json)
    config = _configured(load_config(), values)
    masker = masker_of(config, patterns=values["redact_pattern"], mask=values["mask"])(os.getcwd())
    if check:
        return _check(target, masker, json=json)
    _mask(target, output, masker)
    return 0


def is_file(target: str) -> bool:
    """A path is one where something lies there; `-` is stdin."""
    return target == STDIN or os.path.lexists(target)


def _configured(config: Config, values: dict[str, Any]) -> Config:
    return msgspec.structs.replace(config, privacy_mode=values["mode"]) if values["mode"] else config


# ---- what is stored of a session


def _session(target: str, values: dict[str, Any], *, check: bool, apply: bool, json: bool) -> int:
    """List or mask what is stored of a session."""
    if not (check or apply):
        raise UsageError(f"there is no file {target}", hint="of a session, say --check or --apply")
    if apply and (values["redact_pattern"] or values["mask"] or values["mode"]):
        raise UsageError(
            "a session stays masked at every later reading: its rules cannot be flags of one call",
            hint="write them to config/privacy.yml of the home, or `pii` and `privacy_mode` to config.toml",
        )
    from agent_trace.app.redacting import apply as masked_for_good
    from agent_trace.app.redacting import check as checked

    workspace = open_workspace({})
    try:
        with progress_bar("reading logs") as told:
            workspace.sync(told)
        row = choose(workspace, target)
        if apply:
            done = masked_for_good(workspace, row)
        else:
            config = _configured(workspace.config, values)
            done = checked(workspace, row, masker_of(config, patterns=values["redact_pattern"], mask=values["mask"]))
        say(done, lambda: session_blocks(done), json=json)
        return FOUND if check and done.findings else 0
    finally:
        workspace.close()


def session_blocks(done: Redacted) -> Iterator[AnyBlock]:
    """What would be masked in a session, or was, as people read it."""
    places = count(len(done.findings))
    kinds = ", ".join(f"{count(number)} {kind}" for kind, number in done.kinds.items())
    yield Table(
        title=f"{places} {'masked' if done.applied else 'would be masked'}: {kinds}" if done.findings else "",
        columns=(
            Column(title="event", align="right"),
            Column(title="session", weight=3),
            Column(title="type"),
            Column(title="level"),
            Column(title="where", stretch=True),
        ),
        rows=tuple(
            (
                cell("-" if one.event is None else count(one.event)),
                cell(one.session),
                cell(one.kind),
                cell(one.level),
                cell(one.where),
            )
            for one in done.findings[:SHOWN]
        ),
        empty="nothing was found that had to be masked" if done.applied else "nothing would be masked",
    )
    if len(done.findings) > SHOWN:
        yield Prose(text=f"… and {count(len(done.findings) - SHOWN)} more: --json lists them all", tone="dim")
    if done.unread:
        yield Note(text="these logs are gone and were not archived; what is stored of them is masked too:")
        yield Code(text="\n".join(done.unread))
    if done.logs:
        one = "its log still holds" if len(done.logs) == 1 else f"{count(len(done.logs))} logs still hold"
        yield Note(text=f"an agent's own file is never edited: {one} what was found", hint=", ".join(done.logs))


# ---- texts


def _mask(target: str, output: str | None, masker: Masker) -> None:
    """Print the text without its secrets, or write it elsewhere."""
    if output is None:
        sys.stdout.flush()
        for piece in _pieces(target):
            sys.stdout.buffer.write(masked(masker, piece.data))
            if target == STDIN:
                sys.stdout.buffer.flush()
        return
    if target != STDIN and os.path.exists(output) and os.path.samefile(target, output):
        raise UsageError(f"{output} is the file itself", hint="redact never changes a file: name another one")
    put_file(output, b"".join(masked(masker, piece.data) for piece in _pieces(target)))
    click.echo(f"wrote {output}", err=True)


def _check(target: str, masker: Masker, *, json: bool) -> int:
    found = tuple(spot for piece in _pieces(target) for spot in spots(masker, piece))
    kinds = Counter(spot.kind for spot in found)
    done = Checked(file=target, kinds=dict(sorted(kinds.items())), found=found)
    say(done, lambda: blocks(done), json=json)
    return FOUND if found else 0


def _pieces(target: str) -> Iterator[Piece]:
    """A stream goes out line by line as it comes; a file can be looked at in larger pieces."""
    return pieces(_lines(target), 0 if target == STDIN else TOGETHER)


def _lines(target: str) -> Iterator[bytes]:
    """The lines of a text with their ends; a JSON value that a file spreads over lines comes as one."""
    if target == STDIN:
        yield from iter(sys.stdin.buffer.readline, b"")
        return
    try:
        with open(target, "rb") as file:
            first = file.readline()
            if not may_begin_document(first):
                yield from chain([first], file)
                return
            data = first + file.read()
    except OSError as error:
        raise UnreadableError(f"{target} cannot be read: {error.strerror or error}") from error
    yield from [data] if is_document(data) else io.BytesIO(data)


def blocks(done: Checked) -> Iterator[AnyBlock]:
    """What would be masked, as people read it."""
    places = count(len(done.found))
    kinds = ", ".join(f"{count(number)} {kind}" for kind, number in done.kinds.items())
    yield Table(
        title=f"{places} would be masked: {kinds}" if done.found else "",
        columns=(
            Column(title="line", align="right"),
            Column(title="type"),
            Column(title="level"),
            Column(title="where", stretch=True),
        ),
        rows=tuple(
            (cell(count(one.line)), cell(one.kind), cell(one.level), cell(one.where)) for one in done.found[:SHOWN]
        ),
        empty="nothing would be masked",
    )
    if len(done.found) > SHOWN:
        yield Prose(text=f"… and {count(len(done.found) - SHOWN)} more: --json lists them all", tone="dim")
