"""The price book that comes with the program."""

from __future__ import annotations


def shipped() -> bytes:
    """The bytes of prices.json, from wherever this package was imported.

    The loader is asked, not the file system: importlib.resources would cost more time than reading the file.
    """
    folder = __file__[: __file__.rindex("shipped")]
    data: bytes = globals()["__loader__"].get_data(f"{folder}prices.json")
    return data
