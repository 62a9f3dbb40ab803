"""Which action suffices for each unit, and which of those a policy prefers.

Units are looked at from what was revoked downwards, so that it is known of each input whether it
will be gone, or clean by the time this is built again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from lineage.graph import Graph
from lineage.impact import Certainty
from lineage.plan.actions import ACTIONS, Action, Brings
from lineage.plan.policy import RemediationPolicy
from lineage.plan.units import Unit, Units, properties
from lineage.records import Value
from lineage.vocabulary import UNKNOWN, Kind, Relation, Transmits

_R = Relation
TRAINING = frozenset(
    {_R.TRAINED_ON, _R.DERIVED_FROM, _R.SUBSET_OF, _R.GENERATED_BY, _R.DISTILLED_FROM}
)
WEIGHTS = frozenset({_R.FINE_TUNED_FROM, _R.INITIALISED_FROM, _R.ADAPTER_OF})
RECIPE = frozenset(
    {_R.QUANTIZED_FROM, _R.MERGED_FROM, _R.BUNDLES, _R.CALIBRATED_ON, _R.COPY_OF, _R.DERIVED_FROM}
)
_MATERIAL = RECIPE - {_R.CALIBRATED_ON}
_INDEX = re.compile(r"(?<![a-z])(index|faiss|vector[-_ ]?store|embeddings?[-_ ]?db)(?![a-z])", re.I)
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """What is done about a unit, why it suffices, from what it is built again and without what."""

    action: Action
    why: str
    takes: tuple[int, ...] = ()
    without: tuple[int, ...] = ()
    options: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """Where the data may be taken out (units), and what is to be kept at all (units)."""

    starts: frozenset[int]
    wanted: frozenset[int]


@dataclass(slots=True)
class _Case:
    """One unit, with what becomes of its inputs."""

    unit: Unit
    kind: Kind
    says: Mapping[str, Value]
    kept: list[tuple[int, Relation]] = field(default_factory=list)
    lost: list[tuple[int, Relation]] = field(default_factory=list)
    part: bool = False
    tools: frozenset[int] = frozenset()

    def keeps(self, *relations: Collection[Relation]) -> list[int]:
        """Inputs that stay or become clean, by one of these relations (node numbers)."""
        return [n for n, r in self.kept if any(r in wanted for wanted in relations)]


def choose(
    graph: Graph,
    units: Units,
    policy: RemediationPolicy,
    *,
    part: bool,
    ours: Collection[str],
    today: str,
    limits: Limits | None = None,
) -> list[Choice]:
    """A choice for each unit, in the order of the units.

    Args:
        graph, units: what is affected.
        policy: the order of preference.
        part: whether only a part of what is revoked goes.
        ours: ids of the parties that are us; empty when that was not said.
        today: the date that services are compared with, YYYY-MM-DD.
        limits: where data may be taken out; anywhere when None.
    """
    choices: list[Choice | None] = [None] * len(units.units)
    survives = [False] * len(units.units)
    for at in units.order:
        unit = units.units[at]
        case = _case(graph, units, unit, survives, part=part)
        applicable = _applicable(graph, case, policy, ours, today)
        if limits and not (
            at in limits.wanted
            and (at in limits.starts or any(_alive(units, survives, d) for d, _ in unit.dirty))
        ):
            applicable = {a: w for a, w in applicable.items() if not _renews(a)}
        action = next(a for a in (*policy.order, *applicable) if a in applicable)
        renews = _renews(action)
        survives[at] = renews
        others = tuple(a for a in applicable if a not in (action, Action.DELETE))
        choices[at] = Choice(
            action,
            applicable[action](),
            tuple(dict.fromkeys(n for n, _ in case.kept)) if renews else (),
            tuple(dict.fromkeys(n for n, _ in case.lost)) if renews else (),
            others,
        )
    return [choice for choice in choices if choice is not None]


def _renews(action: Action) -> bool:
    return ACTIONS[action].brings is Brings.CLEAN


def _alive(units: Units, survives: Sequence[bool], at: int) -> bool:
    unit = units.units[at]
    return any(survives[o] for o in unit.originals) if unit.copy else survives[at]


def _case(graph: Graph, units: Units, unit: Unit, survives: Sequence[bool], *, part: bool) -> _Case:
    case = _Case(unit, graph.nodes[unit.number].kind, properties(graph, unit), part=part)
    case.tools = units.tools
    case.kept = [
        (n, r) for n, r in unit.clean if not graph.nodes[n].namespace.startswith("unknown://")
    ]
    for at, relation in unit.dirty:
        source = units.units[at]
        if _alive(units, survives, at):
            living = [o for o in source.originals if survives[o]] if source.copy else [at]
            case.kept += [(units.units[o].number, relation) for o in living]
        else:
            case.lost.append((source.number, relation))
    return case


def _applicable(
    graph: Graph,
    case: _Case,
    policy: RemediationPolicy,
    ours: Collection[str],
    today: str,
) -> dict[Action, Callable[[], str]]:
    """The actions that suffice for a unit, each with why it does."""
    unit, says = case.unit, case.says
    holder = str(says.get("operated_by") or says.get("held_by") or "")
    if ours and holder and holder != UNKNOWN and holder not in ours:
        return {Action.NOTIFY: lambda: f"{_party(graph, holder)} holds it: they are to delete it"}
    if says.get("status") == "deleted":
        when = says.get("deletion_certified_on") or says.get("deleted_on")
        return {Action.CONFIRM: lambda: f"a document says that it was deleted ({when})"}
    if case.kind is Kind.RUN:
        return {
            Action.NONE: lambda: "a record of what was done; its outputs have steps of their own"
        }
    if case.kind is Kind.DEPLOYMENT or unit.effect is Transmits.EXPOSES:
        return _of_service(case, today)
    found: dict[Action, Callable[[], str]] = {}
    if policy.suppress_possible and unit.certainty is Certainty.POSSIBLE:
        return {Action.SUPPRESS: lambda: "it is not established that it was made of what goes"}
    if unit.copy:
        originals = [graph.shown(n) for n, _ in (*case.lost, *case.kept)]
        found[Action.DELETE] = lambda: (
            "the bytes also lie here" + (f", of {_listed(originals)}" if originals else "")
        )
        if _is_index(graph, case):
            found[Action.PURGE_INDEX] = lambda: "an index of what goes: its entries go"
        return found
    found[Action.DELETE] = lambda: _why_delete(graph, case)
    if unit.revoked:
        if case.part and case.kind in {Kind.DATASET, Kind.SOURCE}:
            found[Action.PURGE] = lambda: "only a part of it is revoked: the rest may stay"
        return found
    if case.kind is Kind.MODEL:
        found |= _of_model(graph, case, policy)
    elif _has_data(graph, case):
        action = Action.PURGE if case.lost else Action.REBUILD
        found[action] = lambda: _why_again(graph, case)
    if _is_index(graph, case):
        found[Action.PURGE_INDEX] = lambda: "each record has an entry of its own: those go"
    return found


def _of_service(case: _Case, today: str) -> dict[Action, Callable[[], str]]:
    until = str(case.says.get("in_use_to") or UNKNOWN)
    if until != UNKNOWN and until < today[: len(until)]:
        return {Action.CONFIRM: lambda: f"a document says that it was in use until {until}"}
    told = "nobody has said that its use ended" if until == UNKNOWN else f"it is in use to {until}"
    return {Action.WITHDRAW: lambda: f"it serves what goes, and {told}"}


def _of_model(
    graph: Graph, case: _Case, policy: RemediationPolicy
) -> dict[Action, Callable[[], str]]:
    found: dict[Action, Callable[[], str]] = {}
    relations = {r for _, r in (*case.kept, *case.lost)}
    if _R.ADAPTER_OF in relations:
        bases = [graph.shown(n) for n in case.keeps({_R.ADAPTER_OF})]
        found[Action.DROP_ADAPTER] = lambda: (
            f"the data is in the adapter alone; {_listed(bases)} stays"
            if bases
            else "an adapter of what goes is of no use without it"
        )
    if relations <= RECIPE and _has_material(case, relations):
        found[Action.REBUILD] = lambda: f"nothing was trained in it: {_why_again(graph, case)}"
    data = [n for n in case.keeps(TRAINING) if _teaches(graph, case, n)]
    by_data = {r for _, r in case.unit.dirty} <= TRAINING
    if data and relations & (TRAINING | WEIGHTS):
        found[Action.RETRAIN] = lambda: _why_retrain(graph, case)
        layout = str(case.says.get("training_layout") or "").casefold()
        if by_data and layout.startswith("sisa"):
            found[Action.RETRAIN_SHARD] = lambda: "its training was sharded: the other shards stay"
    if policy.accepts_unlearning and by_data:
        found[Action.UNLEARN] = lambda: "the policy accepts it, with the evidence that it needs"
    bases = [graph.shown(n) for n in case.keeps(WEIGHTS)]
    if bases:
        found[Action.ROLL_BACK] = lambda: f"{_listed(bases)}, which it was made from, stays"
    return found


def _has_data(graph: Graph, case: _Case) -> bool:
    """Whether data is left to make data of. A model that was only a tool for it is none."""

    def holds(inputs: Sequence[tuple[int, Relation]]) -> bool:
        return any(not _is_model(graph, case, n) for n, _ in inputs)

    if holds(case.kept) or holds(case.lost):
        return holds(case.kept)
    return bool(case.keeps({_R.GENERATED_BY}))


def _has_material(case: _Case, relations: set[Relation]) -> bool:
    main = next((r for r in (_R.QUANTIZED_FROM, _R.MERGED_FROM) if r in relations), None)
    return bool(case.keeps({main} if main else _MATERIAL))


def _is_index(graph: Graph, case: _Case) -> bool:
    node = graph.nodes[case.unit.number]
    words = (node.name.rpartition("/")[2], str(case.says.get("copy_kind") or ""))
    return any(_INDEX.search(word) for word in words)


def _why_delete(graph: Graph, case: _Case) -> str:
    if case.unit.revoked:
        return "it is what was revoked"
    lost = _listed([graph.shown(n) for n, _ in case.lost])
    if case.kept:
        return f"made from {lost}: what else it was made of is not enough to build it again"
    return f"all that it is known to be made of goes: {lost}" if lost else "it came from what goes"


def _teaches(graph: Graph, case: _Case, number: int) -> bool:
    """Whether a model can be trained on it: data, or a teacher."""
    return not _is_model(graph, case, number) or (number, _R.DISTILLED_FROM) in case.kept


def _is_model(graph: Graph, case: _Case, number: int) -> bool:
    return number in case.tools or graph.nodes[number].kind is Kind.MODEL


def _why_again(graph: Graph, case: _Case) -> str:
    kept = _listed([graph.shown(n) for n, _ in case.kept])
    lost = _listed([graph.shown(n) for n, _ in case.lost])
    return f"{kept} can be used again" + (f", without {lost}" if lost else ", clean by then")


def _why_retrain(graph: Graph, case: _Case) -> str:
    data = _listed([graph.shown(n) for n in case.keeps(TRAINING) if _teaches(graph, case, n)])
    lost = _listed([graph.shown(n) for n, _ in case.lost])
    bases = [graph.shown(n) for n in case.keeps(WEIGHTS)]
    start = f"from {_listed(bases)}" if bases else "from the start"
    return f"{data} can still be trained on, {start}" + (f", without {lost}" if lost else "")


def _party(graph: Graph, id_: str) -> str:
    return graph.shown(graph.number[id_]) if id_ in graph.number else id_


def _listed(names: Sequence[str]) -> str:
    unique = list(dict.fromkeys(names))
    if len(unique) > _NAMED:
        return f"{', '.join(unique[:_NAMED])} and {len(unique) - _NAMED} more"
    return " and ".join(filter(None, [", ".join(unique[:-1]), *unique[-1:]]))
