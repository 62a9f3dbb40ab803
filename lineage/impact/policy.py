"""What transmits what, and which evidence proves: data that a user may replace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lineage.vocabulary import EVIDENCE, RELATIONS, Evidence, Relation, Transmits


class Certainty(StrEnum):
    """How sure an answer is."""

    PROVEN = "proven"
    POSSIBLE = "possible"
    UNDETERMINED = "undetermined"
    CLEARED = "cleared"


CERTAINTIES: Mapping[Certainty, str] = {
    Certainty.PROVEN: "reached through stated assertions alone",
    Certainty.POSSIBLE: "reached, but only through something inferred or said in a comment",
    Certainty.UNDETERMINED: "no known path, but something it stands on has unknown inputs",
    Certainty.CLEARED: "complete ancestry, and no path",
}


@dataclass(frozen=True)
class Policy:
    """What each relation transmits and which evidence proves. A report names its policy."""

    name: str = "default-1"
    transmits: Mapping[Relation, Transmits] = field(
        default_factory=lambda: {r: t.transmits for r, t in RELATIONS.items()}
    )
    proves: Mapping[Evidence, bool] = field(
        default_factory=lambda: {e: t.proves for e, t in EVIDENCE.items()}
    )
    counts_retracted: bool = True

    @property
    def key(self) -> tuple[object, ...]:
        """What tells it from other policies, whatever they are called."""
        return (
            *(self.transmits[r] for r in Relation),
            *(self.proves[e] for e in Evidence),
            self.counts_retracted,
        )

    def relations(self, *what: Transmits) -> tuple[Relation, ...]:
        """The relations that transmit one of these, in the order of the vocabulary."""
        return tuple(r for r in Relation if self.transmits[r] in what)


CARRIES = (Transmits.CONTAMINATES, Transmits.EXPOSES, Transmits.IDENTIFIES)
"""What the blast radius spreads by. ``informs`` goes one step further, and no more."""

RELAYS = (Transmits.EXPOSES, Transmits.IDENTIFIES)
"""What passes "a claim must be redone" on: to services, and to other names."""
