"""Which action is preferred, and what is known of its cost: data that a user may replace.

As a file: JSON with ``remediation`` (1), ``name``, ``order`` (actions, the most wanted first,
``delete`` last), and where they are known ``hours`` (by action), ``hours_per_million_records``,
``accepts_unlearning`` and ``suppress_possible``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lineage.errors import InputError
from lineage.plan.actions import ACTIONS, Action, Brings

_ALWAYS = (Action.NONE, Action.CONFIRM, Action.NOTIFY, Action.WITHDRAW)
_KEEPING = (
    Action.DROP_ADAPTER,
    Action.RETRAIN_SHARD,
    Action.REBUILD,
    Action.PURGE,
    Action.UNLEARN,
    Action.RETRAIN,
    Action.PURGE_INDEX,
    Action.ROLL_BACK,
    Action.DELETE,
)


@dataclass(frozen=True)
class RemediationPolicy:
    """The order of preference among the actions that suffice, and known costs in hours."""

    name: str = "keep-1"
    order: tuple[Action, ...] = (*_ALWAYS, *_KEEPING)
    hours: Mapping[Action, float] = field(default_factory=dict)
    hours_per_million_records: float | None = None
    accepts_unlearning: bool = False
    suppress_possible: bool = False

    def as_json(self) -> dict[str, object]:
        """The policy as its file has it."""
        return {
            "remediation": 1,
            "name": self.name,
            "order": [a.value for a in self.order],
            "hours": {a.value: h for a, h in sorted(self.hours.items())},
            "hours_per_million_records": self.hours_per_million_records,
            "accepts_unlearning": self.accepts_unlearning,
            "suppress_possible": self.suppress_possible,
        }

    def digest(self) -> str:
        """SHA-256 of the policy's content."""
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()


PLANS: Mapping[str, RemediationPolicy] = {
    "keep": RemediationPolicy(),
    "delete": RemediationPolicy("delete-all-1", (*_ALWAYS, Action.DELETE)),
}
"""The policies that come with the program, by the name that the command line has for each."""


def read_policy(path: Path) -> RemediationPolicy:
    """A policy from a file.

    Raises:
        InputError: it is none, with what is wrong in it.
    """
    try:
        return policy_of(json.loads(path.read_text("utf-8")), str(path))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", location=str(path)) from error
    except ValueError as error:
        raise InputError(f"this is no JSON: {error}", location=str(path)) from error


def policy_of(value: object, location: str = "policy") -> RemediationPolicy:
    """A policy from the JSON of its file.

    Raises:
        InputError: it is none, with what is wrong in it.
    """

    def refused(what: str) -> InputError:
        return InputError(f"no remediation policy: {what}", location=location)

    if not isinstance(value, dict) or value.get("remediation") != 1:
        raise refused("“remediation” must be 1")
    odd = sorted(set(value) - set(RemediationPolicy().as_json()))
    if odd:
        raise refused(f"“{odd[0]}” means nothing here")
    try:
        order = tuple(Action(name) for name in value["order"])
        hours = {Action(k): float(h) for k, h in (value.get("hours") or {}).items()}
        rate = value.get("hours_per_million_records")
        rate = None if rate is None else float(rate)
        name = str(value["name"])
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise refused(f"{error} is missing or not what it should be") from error
    if not order or order[-1] is not Action.DELETE:
        raise refused("“order” must end with “delete”: it is what suffices when nothing else does")
    claims = [a for a in order if ACTIONS[a].brings is Brings.REDONE or a is Action.ACCEPT]
    if claims or len(set(order)) != len(order):
        raise refused("“order” has an action twice, or one that a plan does not choose by order")
    if any(h < 0 for h in hours.values()) or (rate or 0) < 0:
        raise refused("hours cannot be negative")
    return RemediationPolicy(
        name,
        (*(a for a in _ALWAYS if a not in order), *order),
        hours,
        rate,
        value.get("accepts_unlearning") is True,
        value.get("suppress_possible") is True,
    )
