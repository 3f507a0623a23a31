"""Whose a connection is, asked of the kernel itself: it says what /proc/net/tcp says, and tells no other socket for it."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import NamedTuple

import pytest

from agent_trace.web import peers, sock_diag

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="sock_diag is Linux's")
Address = tuple[str, int]


class Line(NamedTuple):
    """A connection over loopback."""

    client: socket.socket
    server: socket.socket

    @property
    def ends(self) -> tuple[Address, Address]:
        """Of the client's socket, as the server knows them."""
        return self.server.getpeername()[:2], self.server.getsockname()[:2]


@pytest.fixture(params=["127.0.0.1", "::1"])
def line(request: pytest.FixtureRequest) -> Iterator[Line]:
    """One that stands."""
    family = socket.AF_INET6 if ":" in request.param else socket.AF_INET
    with ExitStack() as stack:
        listens = stack.enter_context(closing(socket.socket(family)))
        listens.bind((request.param, 0))
        listens.listen()
        client = stack.enter_context(socket.create_connection(listens.getsockname()[:2]))
        yield Line(client, stack.enter_context(closing(listens.accept()[0])))


def in_table(ends: tuple[Address, Address]) -> list[int]:
    return [one.uid for one in peers.connections() if (one.here, one.there) == ends]


def test_it_says_what_the_table_says(line: Line) -> None:
    assert sock_diag.owner_of(*line.ends) == os.getuid()
    assert in_table(line.ends) == [os.getuid()]


def test_each_end_is_told_for_itself(line: Line) -> None:
    here, there = line.ends
    assert sock_diag.owner_of(there, here) == os.getuid()


@pytest.mark.skipif(os.getuid() != 0, reason="only root may make a socket as somebody else")
def test_it_is_who_made_the_socket() -> None:
    system = ctypes.CDLL(None)
    with closing(socket.create_server(("127.0.0.1", 0))) as listens:
        before = system.setfsuid(65534)
        try:
            client = socket.create_connection(listens.getsockname())
        finally:
            system.setfsuid(before)
        with client:
            assert sock_diag.owner_of(client.getsockname(), listens.getsockname()) == 65534


def test_a_socket_that_listens_is_nobody_s_connection(line: Line) -> None:
    _, server = line.ends
    assert sock_diag.owner_of((server[0], 9), server) is None
    assert sock_diag.owner_of(server, (server[0], 9)) is None


def test_of_an_end_that_was_closed_nothing_is_said(line: Line) -> None:
    """Linux calls it root's, whoever had it."""
    ends = line.ends
    line.client.close()
    assert sock_diag.owner_of(*ends) is None
    assert peers.uid_of(*ends) is None


@pytest.mark.parametrize("answer", [b"", b"\0" * 16, b"\0" * 200])
def test_an_answer_that_says_nothing(answer: bytes, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sock_diag, "_asked", lambda _: answer)
    assert sock_diag.owner_of(*line.ends) is None
    assert peers.uid_of(*line.ends) == os.getuid()


def test_where_the_kernel_is_not_to_be_asked_the_table_is_read(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: bytes) -> bytes:
        raise PermissionError("no netlink in this sandbox")

    monkeypatch.setattr(sock_diag, "_asked", refused)
    assert peers.uid_of(*line.ends) == os.getuid()


def test_an_address_of_another_kind_is_not_asked_about() -> None:
    assert sock_diag.owner_of(("localhost", 1), ("127.0.0.1", 2)) is None
