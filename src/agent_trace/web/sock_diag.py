"""Linux's sock_diag(7): one TCP connection by its two ends, at once.

/proc/net/tcp says the same, but the kernel walks through its whole table for it: 5 ms of processor time on a machine with
much memory, for every request.
"""

from __future__ import annotations

import socket
import struct

NETLINK_SOCK_DIAG = 4
SOCK_DIAG_BY_FAMILY = 20
NLM_F_REQUEST = 1
ALL_STATES = 0xFFFFFFFF
NO_COOKIE = b"\xff" * 8
_HEADER = struct.Struct("=IHHII")
"""nlmsghdr: length, type, flags, number, port."""
_REQUEST = struct.Struct("=BBBxI")
"""The head of inet_diag_req_v2: family, protocol, extensions, states; the ends of the connection follow."""
_ENDS = struct.Struct("!HH16s16s")
"""The head of inet_diag_sockid: both ports, both addresses; interface and cookie follow."""
_ENDS_AT = _HEADER.size + 4
_OWNER_AT = _ENDS_AT + _ENDS.size + 4 + len(NO_COOKIE) + 12
_OWNER = struct.Struct("=II")
"""uid and inode. A socket that its process closed has no inode, and 0 for a uid whoever had it."""
ROOM = 4096


def owner_of(here: tuple[str, int], there: tuple[str, int]) -> int | None:
    """The uid whose socket is connected from `here` to `there` (IP, port); None where the kernel does not say it."""
    family = socket.AF_INET6 if ":" in here[0] else socket.AF_INET
    try:
        ends = _ENDS.pack(here[1], there[1], _packed(family, here[0]), _packed(family, there[0]))
        answer = _asked(_REQUEST.pack(family, socket.IPPROTO_TCP, 0, ALL_STATES) + ends + bytes(4) + NO_COOKIE)
    except (OSError, AttributeError):  # another system, a sandbox without netlink, an address of another kind
        return None
    return _read(answer, ends)


def _packed(family: int, host: str) -> bytes:
    return socket.inet_pton(family, host).ljust(16, b"\0")


def _asked(request: bytes) -> bytes:
    """The kernel answers before the question is sent: there is nothing to wait for."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_SOCK_DIAG) as line:
        line.setblocking(False)
        line.sendto(
            _HEADER.pack(_HEADER.size + len(request), SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, 1, 0) + request, (0, 0)
        )
        return line.recv(ROOM)


def _read(answer: bytes, ends: bytes) -> int | None:
    """Where no connection has these ends, the kernel tells of a socket that listens, or of an error."""
    if len(answer) < _OWNER_AT + _OWNER.size or _HEADER.unpack_from(answer)[1] != SOCK_DIAG_BY_FAMILY:
        return None
    if answer[_ENDS_AT : _ENDS_AT + len(ends)] != ends:
        return None
    uid, inode = _OWNER.unpack_from(answer, _OWNER_AT)
    return int(uid) if inode else None
