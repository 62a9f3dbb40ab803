"""What transmits what, and which evidence proves: data that a user may replace."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from lineage.errors import InputError
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

    @cached_property
    def key(self) -> tuple[object, ...]:
        """What tells it from other policies, whatever they are called."""
        return (
            *(self.transmits[r] for r in Relation),
            *(self.proves[e] for e in Evidence),
            self.counts_retracted,
        )

    @property
    def title(self) -> str:
        """Its name, and a digest of what it says unless that is the default."""
        if self.key == Policy().key:
            return self.name
        said = hashlib.sha256(repr(tuple(map(str, self.key))).encode()).hexdigest()
        return f"{self.name} ({said[:12]})"

    def relations(self, *what: Transmits) -> tuple[Relation, ...]:
        """The relations that transmit one of these, in the order of the vocabulary."""
        return tuple(r for r in Relation if self.transmits[r] in what)


def read_policy(path: Path) -> Policy:
    """A policy from a TOML file; what the file does not say is as in the default policy.

    ::

        name = "ours-2"
        counts_retracted = true
        [transmits]
        TOKENIZED_WITH = "contaminates"
        [proves]
        inferred = true

    Raises:
        InputError: the file cannot be read, or says something that is not known; the message
            names it and what is possible.
    """
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"the policy cannot be read: {error}", location=str(path)) from error
    known = {"name", "counts_retracted", "transmits", "proves"}
    for key in told.keys() - known:
        raise _unknown(path, key, known)
    default = Policy()
    transmits, proves = dict(default.transmits), dict(default.proves)
    for name, value in _table(path, told, "transmits").items():
        relation = _one_of(path, name, Relation)
        transmits[relation] = _one_of(path, value, Transmits, name)
    for name, value in _table(path, told, "proves").items():
        if not isinstance(value, bool):
            raise InputError(f"{name} is true or false, not {value!r}", location=str(path))
        proves[_one_of(path, name, Evidence)] = value
    counts, name = told.get("counts_retracted", True), told.get("name", path.stem)
    if not isinstance(counts, bool) or not isinstance(name, str):
        raise InputError(
            "name is a text, and counts_retracted is true or false", location=str(path)
        )
    return Policy(name, transmits, proves, counts)


def _table(path: Path, told: Mapping[str, object], name: str) -> Mapping[str, object]:
    table = told.get(name, {})
    if not isinstance(table, dict):
        raise InputError(f"{name} is a table", location=str(path))
    return table


_Word = TypeVar("_Word", bound=StrEnum)


def _one_of(path: Path, value: object, words: type[_Word], of: str = "") -> _Word:
    try:
        return words(value)  # type: ignore[arg-type]
    except ValueError as error:
        raise _unknown(
            path, f"{of} = {value!r}" if of else value, [w.value for w in words]
        ) from error


def _unknown(path: Path, what: object, known: Iterable[str]) -> InputError:
    return InputError(
        f"“{what}” is not known",
        location=str(path),
        remedy=f"Known are: {', '.join(sorted(known))}.",
    )


RELAYS = (Transmits.EXPOSES, Transmits.IDENTIFIES)
"""What passes "a claim must be redone" on: to services, and to other names."""
