"""Replace the price book by another one: `prices update FILE` or `prices update URL`, and `--reset` to go back.

The new book is a JSON file in the format of the one that comes with agent-trace
(src/agent_trace/pricing/prices.json). It is read and checked whole before anything is written, then put into
agent-trace's home, where every later command finds it before the shipped one. Own prices and discounts in config.toml
stay above both. Totals change at once: nothing is indexed anew.

This is the only command that fetches prices, and only the address it is given: https alone, redirects to https alone,
at most 5 MB.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from typing import IO, TYPE_CHECKING

import click
import msgspec

from agent_trace.config import load_config
from agent_trace.errors import NotFoundError, UnreachableError, UnreadableError, UsageError

if TYPE_CHECKING:
    from http.client import HTTPMessage
    from urllib.request import OpenerDirector

    from agent_trace.pricing.book import Book

LIMIT = 5_000_000
"""Bytes: the shipped book has a hundredth of it."""
TIMEOUT_S = 20
FILE = "prices.json"

arguments = [
    click.Argument(["source"], required=False, metavar="FILE|URL"),
    click.Option(["--reset"], is_flag=True, help="Forget the replaced book: use the shipped one again."),
]


def run(source: str | None, reset: bool) -> None:
    """Check and write, or remove."""
    if reset is (source is not None):
        raise UsageError("name one price book, or --reset", hint="agent-trace prices update FILE|URL")
    path = os.path.join(load_config().home, FILE)
    if source is None:
        click.echo(_reset(path))
        return
    data = _fetched(source) if "://" in source else _read(source)
    book = checked(data, source)
    before = _book_in_use(path)
    _write(path, data)
    click.echo(f"wrote {path}: {difference(before, book)}")


def _reset(path: str) -> str:
    try:
        os.remove(path)
    except FileNotFoundError:
        return "the shipped price book is in use already"
    except OSError as error:
        raise UnreachableError(f"cannot remove {path}: {error.strerror}") from error
    return f"removed {path}: the shipped price book is in use again"


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return _limited(file.read, path)
    except FileNotFoundError as error:
        raise NotFoundError(f"there is no file {path}") from error
    except OSError as error:
        raise UnreadableError(f"cannot read {path}: {error.strerror}") from error


def _limited(read: Callable[[int], bytes], where: str) -> bytes:
    data = read(LIMIT + 1)
    if len(data) > LIMIT:
        raise UnreadableError(f"{where} has more than {LIMIT // 1_000_000} MB: that is no price book")
    return data


def _fetched(url: str) -> bytes:
    from http.client import HTTPException

    if not url.startswith("https://"):
        raise UsageError(f"{url} is not fetched: only https:// is", hint="download it yourself and name the file")
    try:
        with opener().open(url, timeout=TIMEOUT_S) as answer:
            return _limited(answer.read, url)
    except (OSError, HTTPException, ValueError) as error:
        raise UnreachableError(f"{url} did not answer: {getattr(error, 'reason', None) or error}") from error


def opener() -> OpenerDirector:
    """What fetches the book: it follows redirects to https alone."""
    from urllib.error import URLError
    from urllib.request import HTTPRedirectHandler, Request, build_opener

    class OnlyHttps(HTTPRedirectHandler):
        """Refuses to be led elsewhere."""

        def redirect_request(
            self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
        ) -> Request | None:
            if not newurl.startswith("https://"):
                raise URLError(f"it leads to {newurl}, which is not https")
            return super().redirect_request(req, fp, code, msg, headers, newurl)

    return build_opener(OnlyHttps)


def checked(data: bytes, where: str) -> Book:
    """The book in these bytes, with every entry decoded; UnreadableError where one makes no sense."""
    from agent_trace.pricing.book import Book

    model = ""
    try:
        book = Book.load(data)
        for model in book.models():
            book.describe(model)
    except (UnreadableError, msgspec.DecodeError) as error:
        place = f"{where}: {model}" if model else where
        raise UnreadableError(f"{place} is no price book: {error}", hint="the old one stays in use") from error
    if not model:
        raise UnreadableError(f"{where} holds no price of any model", hint="the old one stays in use")
    return book


def _book_in_use(path: str) -> Book:
    """The book that is replaced: an earlier update, else the shipped one."""
    from agent_trace.pricing.book import Book
    from agent_trace.pricing.shipped import shipped

    with suppress(OSError, UnreadableError), open(path, "rb") as file:
        return checked(file.read(), path)
    return Book.load(shipped())


def difference(before: Book, after: Book) -> str:
    """In words, how many models the new book adds, changes and lacks."""
    old, new = set(before.models()), set(after.models())
    changed = sum(before.describe(model) != after.describe(model) for model in old & new)
    return f"{len(new)} models, {len(new - old)} new, {changed} changed, {len(old - new)} gone"


def _write(path: str, data: bytes) -> None:
    """All or nothing, readable for nobody else."""
    fresh = f"{path}.{os.getpid()}.new"
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)
    except OSError as error:
        with suppress(OSError):
            os.remove(fresh)
        raise UnreachableError(f"cannot write {path}: {error.strerror}") from error
