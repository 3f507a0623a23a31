"""Which addresses may become links."""

from __future__ import annotations


def web_address(link: str | None) -> str | None:
    """The address where it is http or https and holds nothing invisible, else None: no script, no file, no data."""
    if not link or not link.isprintable() or " " in link:
        return None
    return link if link.lower().startswith(("https://", "http://")) else None
