"""What a replay shows, as one text that two pages can be compared by."""

from __future__ import annotations

TALL = 12_000
"""Pixels of a window in which every row is drawn."""
SHOWN = """() => {
    const text = selector => [...document.querySelectorAll(selector)].map(one => one.textContent.trim());
    const places = selector => [...document.querySelectorAll(selector)].map(one =>
        [one.dataset.kind ?? "", one.getAttribute("style"), one.title]);
    return {
        title: text("h1"), made: text(".made"), sheets: text(".sheets button"), phases: text(".phases"),
        prompts: text(".asked > li"), facts: text(".facts > div"),
        marks: places(".marks > span"), minimap: places(".minimap i"), nested: text(".nested li"),
        rows: [...document.querySelectorAll(".moments > .moment")].map(one =>
            [one.dataset.event, one.className.replace(" current", "").trim(), one.textContent]),
    };
}"""
"""All that a replay shows, but where its cursor is."""
