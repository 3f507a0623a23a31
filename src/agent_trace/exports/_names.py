"""What a session is called on disk."""

from __future__ import annotations

import re
from hashlib import blake2b

LONGEST = 128
"""Characters of a name that agent-strace takes."""
_STRANGE = re.compile(r"[^A-Za-z0-9._-]")


def file_name(session: str) -> str:
    """A session's id as a name of a file: `--` for the `/` of a sub-agent. Another id gets another name."""
    name = _STRANGE.sub("-", session.replace("/", "--"))
    name = name if name[:1].isalnum() else "s" + name
    if name == session.replace("/", "--") and len(name) <= LONGEST:
        return name
    mark = blake2b(session.encode("utf-8", "replace"), digest_size=4).hexdigest()
    return f"{name[: LONGEST - 9]}-{mark}"
