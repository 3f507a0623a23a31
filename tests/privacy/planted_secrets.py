"""Secrets in the place of canaries: every shape of the table, with a value of its own wherever it is put."""

from __future__ import annotations

import re

from tests.privacy.contexts import text_of
from tests.privacy.planting import Planter
from tests.privacy.shapes import Shape, other_value
from tests.privacy.table import SHAPES


class SecretPlanter(Planter):
    """Puts the shapes of the table into texts, one after the other."""

    def __init__(self, agent: str) -> None:
        super().__init__(agent)
        self.used: list[Shape] = []
        self.asked = 0
        self.short = [shape for shape in SHAPES if "\n" not in text_of(shape, "env").whole]

    def canary(self, where: str) -> str:
        return self._next(SHAPES)

    def bare(self, where: str) -> str:
        return self._next(self.short)

    def joined(self, text: str, word: str) -> str:
        return f"{text}\n{word}"

    def spares(self, text: str, key: str) -> bool:
        """Models too, for prices go by them."""
        return super().spares(text, key) or "model" in key.lower()

    def _next(self, shapes: tuple[Shape, ...] | list[Shape]) -> str:
        self.used.append(_fresh(shapes[len(self.used) % len(shapes)], len(self.used)))
        return text_of(self.used[-1], "env").whole

    def _strange(self, where: str) -> dict[str, str]:
        """Seldom: redaction of a large home takes long."""
        self.asked += 1
        return super()._strange(where) if self.asked % 10 == 0 else {}


def _fresh(shape: Shape, number: int) -> Shape:
    """The shape with a value of its own, which looks like no name (it has a digit) and no path."""
    values = (other_value(shape, 100 * number + more) for more in range(100))
    return next((one for one in values if re.search(r"\A[^/].*\d", one.secret)), shape)
