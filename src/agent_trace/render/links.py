"""Which addresses may become links."""

from __future__ import annotations

import re

_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\.(?:md|html|png|jpg|gif|webp)")

_PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/]+={0,2}")


def picture(address: str) -> str | None:
    """The address where it carries a picture of a kind that runs nothing, else None."""
    return address if _PICTURE.fullmatch(address) else None


def target(link: str | None) -> str | None:
    """Where a link may lead: to a web address, or to a file of ours in the same folder."""
    if link and _FILE.fullmatch(link):
        return link
    return web_address(link)


def web_address(link: str | None) -> str | None:
    """The address where it is http or https and holds nothing invisible, else None: no script, no file, no data."""
    if not link or not link.isprintable() or " " in link:
        return None
    return link if link.lower().startswith(("https://", "http://")) else None
