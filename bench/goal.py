"""One goal: what was measured, and what it should be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Goal:
    """A measured value beside its bar; ``figures`` are the raw measurements behind it.

    ``equal`` says whether the answers of what was compared are the same, where two were.
    """

    goal: str
    value: float
    bar: float
    better: Literal["less", "more"]
    figures: Mapping[str, float] = field(default_factory=dict)
    equal: bool | None = None

    @property
    def met(self) -> bool:
        """Whether the value is on the right side of the bar, and the answers are the same."""
        reached = self.value <= self.bar if self.better == "less" else self.value >= self.bar
        return reached and self.equal is not False
