"""Where an answer goes and in which form: JSON to stdout alone, notes and progress to stderr."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from agent_trace.app.written import LEAVING, whole
from agent_trace.errors import NotFoundError
from agent_trace.model.facts import Facts
from agent_trace.sync.progress import Progress

if TYPE_CHECKING:
    from agent_trace.app.leaving import Door

_ENDINGS = {".json": "json", ".md": "markdown", ".html": "html", ".htm": "html", ".csv": "csv"}
MORE = {1: " (--tier 2 or 3 for more)", 2: " (--tier 3 for more)"}
WIDEST = 160
"""Text is never laid out wider: a line that long is hard to read."""


class Output:
    """The form and the place of an answer."""

    def __init__(self, form: str, path: str | None) -> None:
        self.form, self.path = form, path
        self.door: Door | None = None
        """What the answer went through, where that is worth a word."""

    @classmethod
    def chosen(cls, values: dict[str, Any]) -> Output:
        """From --format, --json and the ending of the file."""
        path = values.get("output")
        form = "json" if values.get("json") else values.get("form") or "text"
        if path and form == "text":
            form = _ENDINGS.get(os.path.splitext(path)[1].lower(), "text")
        return cls(form, path)

    @property
    def is_text(self) -> bool:
        return self.form == "text"

    @property
    def leaves(self) -> bool:
        """A page for others: what it holds leaves this machine."""
        return self.form in LEAVING

    def write(self, report: ModuleType, result: Any, options: Any, facts: Facts) -> None:
        """Draw the result and put it where it belongs; on stderr, what was masked in it."""
        self._write(report, result, options, facts)
        self.tell()

    def tell(self) -> None:
        """Say what was masked and left out, never a value."""
        if self.door is not None:
            tell_passage(self.door)

    def _write(self, report: ModuleType, result: Any, options: Any, facts: Facts) -> None:
        if self.form == "text" and self.path is None:
            for line in text_lines(report, result, options, facts):
                click.echo(line)
            return
        self.put(whole(self.form, report, result, options, facts, width=screen_width(), door=self.door))

    def put(self, text: str) -> None:
        """A finished text to the file, or to stdout."""
        if self.path is None:
            click.echo(text, nl=not text.endswith("\n"))
            return
        with _told_of(self.path), _opened(self.path) as file:
            file.write((text if text.endswith("\n") else text + "\n").encode("utf-8", "replace"))

    def put_pieces(self, pieces: Iterable[bytes]) -> None:
        """The same of a text that comes in UTF-8, piece by piece."""
        if self.path is None:
            for piece in pieces:
                click.echo(piece, nl=False)
            return
        with _told_of(self.path), _opened(self.path) as file:
            file.writelines(pieces)


@contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    """A file to write that nobody else may read: it holds what sessions said. Devices and pipes stay as they are."""
    with open(path, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        with suppress(OSError):
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                os.chmod(path, 0o600)
        yield file


@contextmanager
def _told_of(path: str) -> Iterator[None]:
    """Says that a file was written. Raises NotFoundError where it could not be."""
    try:
        yield
    except OSError as error:
        raise NotFoundError(f"{path} cannot be written: {error.strerror or error}") from error
    click.echo(f"wrote {path}", err=True)


def tell_passage(door: Door) -> None:
    """Say on stderr what passed and what was masked, and how to see more."""
    more = MORE[door.tier] if door.stored > door.tier else ""
    click.echo(f"agent-trace: {door.said}{more}", err=True)


def text_lines(report: ModuleType, result: Any, options: Any, facts: Facts) -> Iterator[str]:
    """The lines of a report for this terminal."""
    from agent_trace.render.text import render_text

    blocks = report.layout(result, options, facts)
    return render_text(blocks, width=screen_width(), color=wants_color(), unicode=speaks_unicode())


def screen_width() -> int:
    """COLUMNS, the terminal's width, or 80; a wide screen is not used to its end."""
    return max(40, min(_columns(), WIDEST))


def _columns() -> int:
    given = os.environ.get("COLUMNS", "")
    if given.isdigit() and int(given):
        return int(given)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns if sys.__stdout__ else 80
    except (OSError, ValueError):
        return 80


def wants_color() -> bool:
    """Colour on a terminal, unless NO_COLOR is set or TERM is dumb."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def speaks_unicode() -> bool:
    return "utf" in (sys.stdout.encoding or "").lower()


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[Progress], None]]:
    """A line on a terminal's stderr with rate and remaining time; nothing where it is not a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    begun = time.monotonic()
    shown = [0.0]

    def told(progress: Progress) -> None:
        now = time.monotonic()
        if now - begun < 0.4 or now - shown[0] < 0.1:
            return
        shown[0] = now
        click.echo("\r\x1b[K" + progress_line(label, progress, now - begun), err=True, nl=False)

    try:
        yield told
    finally:
        if shown[0]:
            click.echo("\r\x1b[K", err=True, nl=False)


def progress_line(label: str, progress: Progress, seconds: float) -> str:
    """What the bar says: how much is done, how fast, how long still."""
    rate = progress.done / seconds if seconds else 0.0
    left = (progress.total - progress.done) / rate if rate else 0.0
    share = min(1.0, progress.done / progress.total) if progress.total else 1.0
    bar = "█" * round(share * 24)
    size = f"{progress.done / 1e6:.0f} of {progress.total / 1e6:.0f} MB"
    return f"{label} {bar:<24} {share:4.0%} · {size} · {rate / 1e6:.0f} MB/s · {max(0, round(left))} s left"
