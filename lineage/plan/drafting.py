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
from lineage.plan.units import RELATION_OF, Units, properties
from lineage.records import NodeRow, Value
from lineage.vocabulary import UNKNOWN, Kind, Relation, Transmits

_PUBLIC = ("hf://", "https://", "http://")


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
        self._informed()
        self.ids: dict[int, str] = {}

    def hours(self) -> list[float | None]:
        """For each unit, what is known of the effort."""
        return [
            self._hours(properties(self._graph, unit), choice.action)
            for unit, choice in zip(self._units.units, self._choices, strict=True)
        ]

    def _of_unit(self, at: int, planned: Schedule) -> Step:
        unit, choice = self._units.units[at], self._choices[at]
        graph, node = self._graph, self._graph.nodes[unit.number]
        says = properties(graph, unit)
        named = [graph.nodes[n] for n in (unit.number, *unit.others)]
        return Step(
            self.ids[at],
            node.id,
            graph.shown(unit.number),
            node.kind.value,
            Role.REVOKED if unit.revoked else Role.AFFECTED,
            choice.action,
            choice.why,
            unit.certainty.value,
            unit.effect.value,
            unit.distance,
            planned.wave[at],
            self._after(at, planned),
            takes=tuple(graph.nodes[n].id for n in choice.takes),
            without=tuple(graph.nodes[n].id for n in choice.without),
            places=tuple(place_of(n) for n in named if _is_place(n.id)),
            digest=_text(says.get("digest")),
            owner=self._owner(says),
            hours=self._hours(says, choice.action),
            options=tuple(a.value for a in choice.options),
            doubts=doubts_of_step(unit, node.kind, says),
        )

    def _after(self, at: int, planned: Schedule) -> tuple[str, ...]:
        return tuple(sorted((self.ids[b] for b in planned.before[at]), key=_by_number))

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

    def _of_claim(self, at: int, planned: Schedule) -> Step:
        claim = at - len(self._units.units)
        a = self._claim_units[claim][0]
        action = Action.RE_EVALUATE if self._evaluated[claim] else Action.RE_ISSUE
        why = (
            "a metric of it was measured on what goes; its weights never saw it"
            if action is Action.RE_EVALUATE
            else "what is said of it rests on what goes; it holds nothing of it"
        )
        says = self._graph.nodes[a.number].properties
        return Step(
            self.ids[at], a.id, a.name, a.kind.value, Role.INFORMED, action, why,
            a.certainty.value, a.effect.value, a.distance, planned.wave[at],
            self._after(at, planned), owner=self._owner(says), hours=self._hours(says, action),
        )  # fmt: skip

    def numbered(self, planned: Schedule) -> list[Step]:
        """All steps with ids, in order of wave."""
        count = len(self._units.units)
        keys = [
            (planned.wave[at], not u.revoked, u.distance, self._graph.nodes[u.number].id)
            for at, u in enumerate(self._units.units)
        ]
        keys += [
            (planned.wave[count + at], True, names[0].distance, names[0].id)
            for at, names in enumerate(self._claim_units)
        ]
        order = sorted(range(len(keys)), key=keys.__getitem__)
        self.ids = {at: f"S{number}" for number, at in enumerate(order, 1)}
        steps = [
            self._of_unit(at, planned) if at < count else self._of_claim(at, planned)
            for at in order
        ]
        waves = {step.id: step.wave for step in steps}
        names = [replace(s, wave=waves[s.after[0]]) for s in self._names(count)]
        extra = [*names, *self._notices(steps)]
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

    def _notices(self, steps: Sequence[Step]) -> list[Step]:
        """A notice for each thing that was published: who took it is not known."""
        result = []
        for step in steps:
            where = [p for p in (step.artifact, *step.places) if p.startswith(_PUBLIC)]
            gone = ACTIONS[step.action].brings in {Brings.GONE, Brings.CLEAN}
            if where and gone and step.kind != Kind.DEPLOYMENT.value:
                result.append(
                    replace(
                        step,
                        role=Role.TOLD,
                        action=Action.NOTIFY,
                        wave=1,
                        after=(),
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
