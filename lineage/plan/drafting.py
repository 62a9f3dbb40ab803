"""Steps before they are put in order: of units, of claims, of other names, and notices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from lineage.graph import Graph
from lineage.impact import Affected, Policy
from lineage.plan.actions import ACTIONS, Action, Brings
from lineage.plan.choosing import Choice
from lineage.plan.doubts import doubts_of_step
from lineage.plan.order import Schedule
from lineage.plan.policy import RemediationPolicy
from lineage.plan.records import Role, Step
from lineage.plan.units import RELATION_OF, Unit, Units, properties
from lineage.records import NodeRow, Value
from lineage.vocabulary import UNKNOWN, Kind, Relation, Transmits

_PUBLIC = ("hf://", "https://", "http://")
_RANK = {role: rank for rank, role in enumerate(Role)}


class Drafts:
    """The steps of one plan, as they are known before their order is."""

    def __init__(
        self,
        graph: Graph,
        units: Units,
        choices: Sequence[Choice],
        remediation: RemediationPolicy,
    ):
        self._graph, self._units, self._choices = graph, units, choices
        self._remediation = remediation
        self._claim_units: list[list[Affected]] = []
        self.main = [self._of_unit(u, c) for u, c in zip(units.units, choices, strict=True)]
        self._informed()
        self.ids: dict[int, str] = {}

    def _of_unit(self, unit: Unit, choice: Choice) -> Step:
        graph, node = self._graph, self._graph.nodes[unit.number]
        says = properties(graph, unit)
        named = [graph.nodes[n] for n in (unit.number, *unit.others)]
        return Step(
            "",
            node.id,
            graph.shown(unit.number),
            node.kind.value,
            Role.REVOKED if unit.revoked else Role.AFFECTED,
            choice.action,
            choice.why,
            unit.certainty.value,
            unit.effect.value,
            unit.distance,
            takes=tuple(graph.nodes[n].id for n in choice.takes),
            without=tuple(graph.nodes[n].id for n in choice.without),
            places=tuple(place_of(n) for n in named if _is_place(n.id)),
            digest=_text(says.get("digest")),
            owner=self._owner(says),
            hours=self._hours(says, choice.action),
            options=tuple(a.value for a in choice.options),
            doubts=doubts_of_step(unit, node.kind, says),
        )

    def _owner(self, says: Mapping[str, Value]) -> str:
        for name in ("owner", "operated_by", "held_by"):
            value = _text(says.get(name))
            if value:
                known = value in self._graph.number
                return self._graph.shown(self._graph.number[value]) if known else value
        return ""

    def _hours(self, says: Mapping[str, Value], action: Action) -> float | None:
        """What the graph or the policy knows of the effort; None where neither does."""
        if action is Action.NONE:
            return 0.0
        again = {Action.RETRAIN, Action.REBUILD, Action.RETRAIN_SHARD}
        if action in again:
            for name in ("training_hours", "gpu_hours", "hours"):
                value = says.get(name)
                if isinstance(value, int | float) and not isinstance(value, bool):
                    return float(value)
        rate, records = self._remediation.hours_per_million_records, says.get("records")
        if action is Action.PURGE and rate is not None and isinstance(records, int | float):
            return rate * records / 1_000_000
        return self._remediation.hours.get(action)

    def _informed(self) -> None:
        """Claims that have to be redone: one step a thing."""
        things: dict[str, list[Affected]] = {}
        for a in self._units.informed:
            things.setdefault(a.same_as if a.kind is not Kind.COPY else a.id, []).append(a)
        self._claim_units = [
            sorted(names, key=lambda a: (a.kind == Kind.COPY, a.distance, a.id))
            for names in things.values()
        ]

    def claims(self, policy: Policy) -> list[tuple[list[int], list[int]]]:
        """For each claim: the units, and the other claims, that it rests on."""
        graph = self._graph
        at_claim = {a.number: at for at, names in enumerate(self._claim_units) for a in names}
        result: list[tuple[list[int], list[int]]] = []
        self._evaluated: list[bool] = []
        informing = {r for r, t in policy.transmits.items() if t != Transmits.NOTHING}
        for names in self._claim_units:
            rests: set[int] = set()
            others: set[int] = set()
            evaluated = False
            for a in names:
                for edge in graph.upstream.of(np.array([a.number])).tolist():
                    relation = RELATION_OF[int(graph.relation[edge])]
                    target = int(graph.object[edge])
                    if relation not in informing:
                        continue
                    if target in self._units.of_node:
                        rests.add(self._units.of_node[target])
                        evaluated |= relation is Relation.EVALUATED_ON
                    elif target in at_claim:
                        others.add(at_claim[target])
            result.append((sorted(rests), sorted(others - {at_claim[names[0].number]})))
            self._evaluated.append(evaluated)
        return result

    def _of_claim(self, at: int) -> Step:
        a = self._claim_units[at][0]
        action = Action.RE_EVALUATE if self._evaluated[at] else Action.RE_ISSUE
        why = (
            "a metric of it was measured on what goes; its weights never saw it"
            if action is Action.RE_EVALUATE
            else "what is said of it rests on what goes; it holds nothing of it"
        )
        says = self._graph.nodes[a.number].properties
        return Step(
            "", a.id, a.name, a.kind.value, Role.INFORMED, action, why, a.certainty.value,
            a.effect.value, a.distance, owner=self._owner(says), hours=self._hours(says, action),
        )  # fmt: skip

    def numbered(self, planned: Schedule) -> list[Step]:
        """All steps with ids, in order of wave."""
        count = len(self.main)
        drafts = [*self.main, *(self._of_claim(at) for at in range(len(self._claim_units)))]
        order = sorted(
            range(len(drafts)),
            key=lambda at: (
                planned.wave[at],
                _RANK[drafts[at].role],
                drafts[at].distance,
                drafts[at].artifact,
            ),
        )
        self.ids = {at: f"S{number}" for number, at in enumerate(order, 1)}
        steps = [
            replace(
                drafts[at],
                id=self.ids[at],
                wave=planned.wave[at],
                after=tuple(sorted((self.ids[b] for b in planned.before[at]), key=_by_number)),
            )
            for at in order
        ]
        waves = {step.id: step.wave for step in steps}
        names = [replace(s, wave=waves[s.after[0]]) for s in self._names(count)]
        extra = [*names, *self._notices()]
        return [
            *steps,
            *(replace(s, id=f"S{n}") for n, s in enumerate(extra, len(steps) + 1)),
        ]

    def _names(self, count: int) -> list[Step]:
        graph, result = self._graph, []
        for at, unit in enumerate(self._units.units):
            result += [self._name(graph.nodes[n].id, n, self.ids[at]) for n in unit.others]
        for at, names in enumerate(self._claim_units):
            result += [self._name(a.id, a.number, self.ids[count + at]) for a in names[1:]]
        return result

    def _name(self, id_: str, number: int, main: str) -> Step:
        graph = self._graph
        return Step(
            "", id_, graph.shown(number), graph.nodes[number].kind.value, Role.NAME, Action.NONE,
            f"another name of what {main} is about", "proven", "identifies", 0, after=(main,),
            hours=0.0,
        )  # fmt: skip

    def _notices(self) -> list[Step]:
        """A notice for each thing that was published: who took it is not known."""
        result = []
        for step in self.main:
            where = [p for p in (step.artifact, *step.places) if p.startswith(_PUBLIC)]
            gone = ACTIONS[step.action].brings in {Brings.GONE, Brings.CLEAN}
            if where and gone and step.kind != Kind.DEPLOYMENT.value:
                result.append(
                    replace(
                        step,
                        role=Role.TOLD,
                        action=Action.NOTIFY,
                        why=f"it was published at {where[0]}: who holds it is not known, and "
                        "they are to be told as far as is reasonable",
                        takes=(),
                        without=(),
                        places=(),
                        options=(),
                        doubts=(),
                        digest="",
                        hours=self._remediation.hours.get(Action.NOTIFY),
                    )
                )
        return result


def _by_number(id_: str) -> int:
    return int(id_[1:])


def place_of(node: NodeRow) -> str:
    """Where to look for a node's bytes: its id, or ``file://REPOSITORY//PATH``."""
    if node.namespace.startswith("file://"):
        return f"{node.namespace}//{node.name}"
    return node.id


def _is_place(id_: str) -> bool:
    return not id_.startswith(("lineage://", "config://", "unknown://", "name://", "party://"))


def _text(value: Value | None) -> str:
    return "" if value is None or value == UNKNOWN else str(value)
