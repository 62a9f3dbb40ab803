"""The records of a plan."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from lineage.plan.actions import Action


class Role(StrEnum):
    """Why an artifact is in the plan."""

    REVOKED = "revoked"
    AFFECTED = "affected"
    INFORMED = "informed"
    NAME = "name"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a case is about, as far as a plan depends on it.

    ``part`` names the part of what is revoked that goes, all of it when empty; ``ours`` has the
    ids of the parties that are us; ``deadline`` is a date, or empty.
    """

    part: str = ""
    ours: tuple[str, ...] = ()
    deadline: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What is done about one artifact.

    ``after`` has the ids of the steps that come first; ``places`` where its bytes are to be
    looked for afterwards; ``hours`` is None where nobody knows; ``options`` are other actions
    that would suffice.
    """

    id: str
    artifact: str
    name: str
    kind: str
    role: Role
    action: Action
    why: str
    certainty: str
    effect: str
    distance: int
    wave: int = 1
    after: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    digest: str = ""
    owner: str = ""
    hours: float | None = None
    options: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Steps in order of wave; ``critical`` are the steps that decide how long it takes."""

    policy: str
    policy_digest: str
    steps: tuple[Step, ...]
    waves: int
    critical: tuple[str, ...]
    hours: float
    unknown_effort: int
    doubts: tuple[str, ...]
    counts: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The plan as JSON-ready data."""
        value = asdict(self)
        return json.loads(json.dumps(value))  # type: ignore[no-any-return]

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> Plan:
        """The plan that :meth:`as_json` gave."""
        steps = tuple(
            Step(**_tuples(s) | {"role": Role(s["role"]), "action": Action(s["action"])})
            for s in value["steps"]
        )
        return cls(**_tuples(value) | {"steps": steps})

    def digest(self) -> str:
        """SHA-256 of the plan's content."""
        text = json.dumps(self.as_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def _tuples(value: Mapping[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in value.items()}
