"""Whose process is at the other end of a loopback connection: Linux says it over sock_diag, and in /proc/net/tcp and tcp6."""

from __future__ import annotations

import socket
import struct
import sys
from collections.abc import Iterator
from typing import NamedTuple

from agent_trace.web.sock_diag import owner_of

TABLES = (("/proc/net/tcp", socket.AF_INET), ("/proc/net/tcp6", socket.AF_INET6))
LISTENS = "0A"
Address = tuple[str, int]


class Connection(NamedTuple):
    """One line of a table."""

    here: Address
    there: Address
    state: str
    uid: int
    inode: int


def can_tell() -> bool:
    """Whether this system says whose a connection is."""
    return sys.platform == "linux"


def uid_of(client: Address | list[object] | None, server: Address | list[object] | None) -> int | None:
    """The uid of the process that connected from `client` to `server`; None where it cannot be told.

    It cannot once the process closed its end: Linux then says 0 for a uid, and has no inode.
    """
    if not client or not server:
        return None
    wanted = (_plain(client), _plain(server))
    uid = owner_of(*wanted)
    if uid is not None:
        return uid
    for one in connections():
        if (one.here, one.there) == wanted:
            return one.uid if one.inode else None
    return None


def listener_of(port: int) -> Connection | None:
    """The socket that listens on a port; None where none does or it cannot be told."""
    return next((one for one in connections() if one.state == LISTENS and one.here[1] == port), None)


def connections() -> Iterator[Connection]:
    """All TCP connections of this machine."""
    for path, family in TABLES:
        try:
            with open(path, encoding="ascii") as file:
                lines = file.readlines()[1:]
        except OSError:
            continue
        for line in lines:
            parts = line.split()
            yield Connection(
                _address(parts[1], family), _address(parts[2], family), parts[3], int(parts[7]), int(parts[9])
            )


def _address(text: str, family: int) -> Address:
    """`0100007F:0C1C`: words of four bytes in the machine's order."""
    host, _, port = text.partition(":")
    words = bytes.fromhex(host)
    turned = b"".join(struct.pack(">I", *struct.unpack("=I", words[at : at + 4])) for at in range(0, len(words), 4))
    return _unmapped(socket.inet_ntop(family, turned)), int(port, 16)


def _plain(address: Address | list[object]) -> Address:
    return _unmapped(str(address[0])), int(str(address[1]))


def _unmapped(host: str) -> str:
    """An IPv4 address that comes as IPv6."""
    return host.removeprefix("::ffff:") if "." in host else host
