"""Sizes of files as people read them."""

from __future__ import annotations


def size(octets: int | None) -> str:
    """`812 B`, `45.2 kB`, `7.9 MB`, `1.3 GB`, in powers of a thousand; `?` if unknown."""
    if octets is None:
        return "?"
    if octets < 1000:
        return f"{octets} B"
    for unit, scale in (("kB", 10**3), ("MB", 10**6), ("GB", 10**9)):
        if octets < 999.95 * scale:
            return f"{octets / scale:.1f} {unit}"
    return f"{octets / 10**12:,.1f} TB"
