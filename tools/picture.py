"""Draws what a command prints as an SVG: `python -m tools.picture docs/images/overview.svg agent-trace demo`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

COLUMNS = 100
LINE, CHARACTER, MARGIN, BAR = 18, 8.4, 20, 34
STYLE = """
  .ground { fill: #fbfbf9; stroke: #d8d8d2; }
  text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #22242a; white-space: pre; }
  .prompt { fill: #6b6f78; }
  .rule { fill: #a9aca4; }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #17191d; stroke: #33363d; }
    text { fill: #dcdee2; }
    .prompt { fill: #8b909b; }
    .rule { fill: #565a63; }
  }
"""


def output(command: Sequence[str]) -> list[str]:
    """The lines that a command prints on a terminal of this width."""
    environment = {**os.environ, "COLUMNS": str(COLUMNS), "NO_COLOR": "1", "TZ": "UTC"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.rstrip("\n").splitlines()


def draw(title: str, lines: Sequence[str]) -> str:
    """The lines as one picture, readable as text and in both colour schemes."""
    width = round(COLUMNS * CHARACTER + 2 * MARGIN)
    height = BAR + LINE * len(lines) + MARGIN
    rows = [
        f'<text x="{MARGIN}" y="{BAR + LINE * (number + 1)}"{_tone(line)} xml:space="preserve">{escape(line)}</text>'
        for number, line in enumerate(lines)
        if line
    ]
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" role="img">',
            f"<title>{escape(title)}</title>",
            f"<style>{STYLE}</style>",
            f'<rect class="ground" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8"/>',
            f'<text class="prompt" x="{MARGIN}" y="{MARGIN + 4}">$ {escape(title)}</text>',
            *rows,
            "</svg>",
            "",
        )
    )


def _tone(line: str) -> str:
    return ' class="rule"' if set(line.strip()) <= {"─"} else ""


def main(arguments: Sequence[str]) -> None:
    """Run the command and write its picture."""
    target, *command = arguments
    name, *words = command
    shown = " ".join([Path(name).name, *(word for word in words if word != "demo")])
    Path(target).write_text(draw(shown, output(command)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
