"""What the relationships of an SPDX 3 graph say of the lineage of its models and data sets.

A relationship reads ``from`` *relationship type* ``to``. Who came from whom depends on the type
and on what stands at either end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from ingest.reading import Node
from ingest.spdx3.elements import Element, Graph, short
from lineage.vocabulary import Evidence, Kind, Relation

_TRAINED = frozenset({"trainedon", "pretrainedon", "finetunedon"})
_TESTED = frozenset({"testedon", "evaluatedon", "validatedon"})
_HAS_TEST = frozenset({"hastest", "hastestcase"})
_FROM_ANCESTOR = frozenset({"descendantof"})
_TO_DESCENDANT = frozenset({"ancestorof", "hasvariant"})
_COPIES = frozenset({"copiedto", "packagedby", "hasdistributionartifact", "expandsto"})
_NEEDS = frozenset({"dependson", "hasprerequisite", "hasrequirement", "hasoptionaldependency",
                    "hasprovideddependency", "hasdynamiclink", "hasstaticlink"})  # fmt: skip
_MAKES = frozenset({"generates", "hasoutput"})
_HOLDS = frozenset({"contains", "hasdatafile", "hasoptionalcomponent"})

_MOST_STARTS = 100
_MOST_ABOVE = 1_000
_MOST_PAIRS = 10_000
"""Above so many pairs of what went in and what came out, the process itself stands between."""

_PROSE: tuple[tuple[str, Relation], ...] = (
    (r"quanti[sz]", Relation.QUANTIZED_FROM),
    (r"distil", Relation.DISTILLED_FROM),
    (r"\b(q?lora|peft|adapter)\b", Relation.ADAPTER_OF),
    (r"\bmerge", Relation.MERGED_FROM),
    (r"fine-?\s?tun|base model", Relation.FINE_TUNED_FROM),
    (r"reward", Relation.REWARDED_BY),
    (r"tokeni[sz]er", Relation.TOKENIZED_WITH),
)
"""What the description of a relationship between two models says more exactly."""


class End(NamedTuple):
    """One end of a relationship: an id, the place that names it, and what it is."""

    id: str
    node: Node
    kind: Kind | None
    element: Element | None


class Link(NamedTuple):
    """A fact of lineage: what came from what, and how that is known."""

    subject: End
    relation: Relation
    object: End
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Relationships:
    """All relationships of a graph, read as lineage."""

    graph: Graph

    def links(self) -> list[Link]:
        """Every fact of lineage, first those of single relationships, then those of processes."""
        stated = [link for row in self.graph.relationships for link in self.stated(row)]
        return [*stated, *self.processed(), *self.contained(stated)]

    def ends(self, node: Node) -> Iterator[End]:
        """What ``from`` or ``to`` names."""
        for identity, place in self.graph.ids(node):
            element = self.graph.elements.get(identity)
            yield End(identity, place, element.kind if element else None, element)

    def pairs(self, row: Element) -> Iterator[tuple[End, End]]:
        """Each ``from`` of a relationship with each ``to``."""
        for start in islice(self.ends(row.at("from")), _MOST_STARTS):
            for end in self.ends(row.at("to")):
                if start.id != end.id:
                    yield start, end

    def stated(self, row: Element) -> Iterator[Link]:
        """What one relationship says by itself."""
        kind = type_of(row)
        for start, end in self.pairs(row):
            if kind in _TRAINED:
                yield _trained(start, end)
            elif kind in _TESTED and (start.kind or end.kind):
                yield Link(
                    _taken_for(start, Kind.MODEL),
                    Relation.EVALUATED_ON,
                    _taken_for(end, Kind.DATASET),
                    Evidence.DECLARED,
                )
            elif kind in _HAS_TEST and end.kind is Kind.DATASET and start.kind is Kind.MODEL:
                yield Link(start, Relation.EVALUATED_ON, end, Evidence.DECLARED)
            elif kind in _COPIES and _both(start, end):
                yield Link(end, Relation.COPY_OF, start, Evidence.DECLARED)
            else:
                yield from self.derived(row, kind, start, end)

    def derived(self, row: Element, kind: str, start: End, end: End) -> Iterator[Link]:
        """Descent in general: which way it goes, and what it is between these two."""
        if kind in _FROM_ANCESTOR or (kind in _NEEDS and _both(start, end)):
            younger, older = start, end
        elif kind in _TO_DESCENDANT or (kind in _MAKES and _both(start, end)):
            younger, older = end, start
        elif kind == "hasinput" and _both(start, end):
            younger, older = start, end
        else:
            return
        known = younger.kind or older.kind
        if known is None:
            return
        younger, older = _taken_for(younger, known), _taken_for(older, known)
        relation = between(younger.kind, older.kind)
        if relation is None:
            return
        if kind in _NEEDS and short(row.at("scope").text).lower() == "test":
            relation = Relation.EVALUATED_ON if older.kind is Kind.DATASET else relation
        words = f"{row.at('description').text} {row.at('comment').text} {row.at('summary').text}"
        if relation is Relation.FINE_TUNED_FROM:
            said = _said(words)
            relation = said or (Relation.DERIVED_FROM if kind == "hasvariant" else relation)
        else:
            said = None
        vague = kind in _NEEDS or kind == "hasinput"
        yield Link(younger, relation, older, _evidence(vague=vague, said=said is not None))

    def processed(self) -> Iterator[Link]:
        """What a process put out came from what went into it."""
        inputs: dict[str, list[End]] = {}
        outputs: dict[str, list[End]] = {}
        for row in self.graph.relationships:
            kind = type_of(row)
            for start, end in self.pairs(row):
                if start.kind is None and kind == "hasinput":
                    inputs.setdefault(start.id, []).append(end)
                elif start.kind is None and kind in _MAKES:
                    outputs.setdefault(start.id, []).append(end)
        for process, made in outputs.items():
            taken = [end for end in inputs.get(process, []) if end.kind]
            if len(made) * len(taken) > _MOST_PAIRS:
                yield from _through(self.graph.elements.get(process), made, taken)
                continue
            for end in made:
                for source in taken:
                    relation = between(end.kind, source.kind)
                    if relation and end.id != source.id:
                        yield Link(end, relation, source, Evidence.INFERRED)

    def contained(self, links: list[Link]) -> Iterator[Link]:
        """What a package holds: parts that take part in lineage, and packages of their own."""
        origins = {link.subject.id for link in links}
        used = {link.object.id for link in links}
        holders: dict[str, list[tuple[End, End]]] = {}
        for row in self.graph.relationships:
            kind = type_of(row)
            if kind in _HOLDS or kind in _NEEDS:
                for start, end in self.pairs(row):
                    if kind in _HOLDS or not _both(start, end):
                        holders.setdefault(end.id, []).append((start, end))
        for identity, rows in holders.items():
            element = self.graph.elements.get(identity)
            if element is None or element.kind is None:
                continue
            if not (element.is_package or identity in origins | used):
                continue
            for holder, part in _above(holders, rows):
                known = part._replace(id=identity, kind=element.kind, element=element)
                made = identity in origins
                yield from _held(holder, known, used=identity in used, made=made)


def _through(process: Element | None, made: list[End], taken: list[End]) -> Iterator[Link]:
    """What a large process made came from it, and it from what went into it."""
    if process is None:
        return
    run = End(process.id, process.node, Kind.RUN, process)
    for end in made:
        if end.kind:
            yield Link(end, Relation.DERIVED_FROM, run, Evidence.INFERRED)
    for source in taken:
        yield Link(run, Relation.DERIVED_FROM, source, Evidence.INFERRED)


def _above(
    holders: dict[str, list[tuple[End, End]]], rows: list[tuple[End, End]]
) -> Iterator[tuple[End, End]]:
    """The nearest packages above a part, past the folders that are between."""
    pending, seen = list(rows), set[str]()
    while pending and len(seen) < _MOST_ABOVE:
        holder, part = pending.pop(0)
        if holder.id in seen:
            continue
        seen.add(holder.id)
        if holder.element is not None and holder.element.is_package:
            yield holder, part
        else:
            pending.extend((above, part) for above, _ in holders.get(holder.id, []))


def _held(holder: End, part: End, *, used: bool, made: bool) -> Iterator[Link]:
    """What a package and a part of it are to each other."""
    package = part.element is not None and part.element.is_package
    if holder.kind is None:
        if part.kind is Kind.MODEL and package:
            whole = holder._replace(kind=Kind.DEPLOYMENT)
            yield Link(whole, Relation.DEPLOYS, part, Evidence.DECLARED)
        return
    if holder.kind is Kind.DATASET and part.kind is Kind.DATASET and used:
        yield Link(part, Relation.SUBSET_OF, holder, Evidence.DECLARED)
    if package or made:
        yield Link(holder, Relation.BUNDLES, part, Evidence.DECLARED)


def _trained(start: End, end: End) -> Link:
    """Training: on data; or, where the other end is a model, from its weights."""
    model, source = _taken_for(start, Kind.MODEL), _taken_for(end, Kind.DATASET)
    relation = Relation.FINE_TUNED_FROM if source.kind is Kind.MODEL else Relation.TRAINED_ON
    return Link(model, relation, source, Evidence.DECLARED)


def type_of(row: Element) -> str:
    """A relationship's type in lower case: ``trainedOn`` and ``TRAINED_ON`` are one."""
    return short(row.at("relationshipType").text).lower().replace("_", "")


def between(younger: Kind | None, older: Kind | None) -> Relation | None:
    """What descent is between two things of these kinds."""
    return {
        (Kind.MODEL, Kind.DATASET): Relation.TRAINED_ON,
        (Kind.MODEL, Kind.MODEL): Relation.FINE_TUNED_FROM,
        (Kind.DATASET, Kind.DATASET): Relation.DERIVED_FROM,
        (Kind.DATASET, Kind.MODEL): Relation.GENERATED_BY,
    }.get((younger, older)) if younger and older else None  # fmt: skip


def _both(start: End, end: End) -> bool:
    return start.kind is not None and end.kind is not None


def _taken_for(end: End, kind: Kind) -> End:
    return end if end.kind else end._replace(kind=kind)


def _said(words: str) -> Relation | None:
    lowered = words.lower()
    return next((relation for pattern, relation in _PROSE if re.search(pattern, lowered)), None)


def _evidence(*, vague: bool, said: bool) -> Evidence:
    """A dependency may be of any nature, unless the relationship says which."""
    return Evidence.INFERRED if vague and not said else Evidence.DECLARED
