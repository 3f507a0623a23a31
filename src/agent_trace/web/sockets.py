"""Taking a port: what stands in the way is named, and what to do about it."""

from __future__ import annotations

import errno
import os
import socket

from agent_trace.errors import UnreachableError
from agent_trace.web.peers import can_tell, listener_of


def bound(host: str, port: int, *, option: str = "--port") -> socket.socket:
    """A socket that listens. Raises UnreachableError, which says who has the port and what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # named, or asyncio leaves small answers waiting for an acknowledgement: 40 ms each
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name != "nt":
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((host, port))
        found.listen(256)
    except OSError as error:
        found.close()
        raise _refused(host, port, option, error) from error
    found.setblocking(False)
    return found


def _refused(host: str, port: int, option: str, error: OSError) -> UnreachableError:
    if error.errno == errno.EADDRINUSE:
        return UnreachableError(
            f"port {port} is taken by {holder(port)}", hint=f"choose another: agent-trace serve {option} {port + 1}"
        )
    if error.errno == errno.EACCES:
        return UnreachableError(
            f"port {port} needs the rights of an administrator", hint=f"choose one above 1023 with {option}"
        )
    return UnreachableError(f"cannot listen on {host}, port {port}: {error.strerror or error}", hint="see --host")


def holder(port: int) -> str:
    """Who listens on a port, in words."""
    found = listener_of(port) if can_tell() else None
    if found is None:
        return "another program"
    if found.uid != os.getuid():
        return f"another user ({_user(found.uid)})"
    pid = _process(found.inode)
    return "another program of yours" if pid is None else f"your process {pid} ({_command(pid)})"


def _user(uid: int) -> str:
    import pwd

    try:
        return f"{pwd.getpwuid(uid).pw_name}, uid {uid}"
    except KeyError:
        return f"uid {uid}"


def _process(inode: int) -> int | None:
    """The process that has a socket open."""
    wanted = f"socket:[{inode}]"
    for pid in filter(str.isdigit, os.listdir("/proc")):
        folder = f"/proc/{pid}/fd"
        try:
            if any(os.readlink(os.path.join(folder, one)) == wanted for one in os.listdir(folder)):
                return int(pid)
        except OSError:
            continue
    return None


def _command(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/comm", encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return "?"
