"""Every answer written down plainly, for one multigraph: what the product must say of it.

By networkx over lists of tuples, with nothing of the product but its vocabulary.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import networkx as nx

from lineage.vocabulary import (
    ARTIFACT_KINDS,
    EVIDENCE,
    RELATIONS,
    UNKNOWN,
    Kind,
    Relation,
    Transmits,
)
from oracle.told import KINDS, Line, Said, World

CARRIED = (Transmits.CONTAMINATES, Transmits.EXPOSES, Transmits.IDENTIFIES)
RELAYED = (Transmits.EXPOSES, Transmits.IDENTIFIES)
FIRST = (
    Kind.MODEL,
    Kind.DEPLOYMENT,
    Kind.DATASET,
    Kind.SOURCE,
    Kind.COPY,
    Kind.RUN,
    Kind.GRANT,
    Kind.PARTY,
    Kind.REVOCATION,
)
"""What a thing is whose names are of several kinds: the first of these."""

TODAY = "2026-11-01"
"""Rights began and ended years before, or will years after."""

_USERS: Mapping[object, int] = {7: 7, "1,200": 1200, ("30",): 30}
_COMPARED = {
    Relation.TRAINED_ON,
    Relation.DERIVED_FROM,
    Relation.SUBSET_OF,
    Relation.COPY_OF,
    Relation.MERGED_FROM,
}


@dataclass(frozen=True)
class Rules:
    """What each relation transmits, and whether what documents no longer say counts."""

    transmits: Mapping[Relation, Transmits]
    counts_retracted: bool = True


USUAL = Rules({relation: term.transmits for relation, term in RELATIONS.items()})


@dataclass(frozen=True)
class Hit:
    """How one node is reached: in which way, whether that is proven, and over how many steps."""

    effect: Transmits
    proven: bool
    distance: int


@dataclass(frozen=True)
class Numbers:
    """Things, each counted once."""

    models: int
    deployments: int
    things: int
    people: int
    unknown: int


@dataclass(frozen=True)
class Answer:
    """A blast radius: the affected by name; how many things; what is said of all others."""

    hits: Mapping[str, Hit]
    starts: frozenset[str]
    spared: Mapping[str, frozenset[str]]
    exposed: Numbers
    kinds: Mapping[Kind, int]
    informed: int
    proven: int
    coverage: tuple[int, int]
    undetermined: int
    cleared: int
    retracted_used: int


Far = Mapping[str, Mapping[str, int]]


class Plain:
    """One world under some rules, ready to be asked."""

    def __init__(self, world: World, rules: Rules = USUAL):
        self.world, self.rules, self.names = world, rules, world.names
        self.kind = {name: KINDS[name[0]] for name in self.names}
        self.artifacts = {n for n in self.names if self.kind[n] in ARTIFACT_KINDS}
        self.reach_of = lru_cache(maxsize=None)(self._reach_of)
        self.impact = lru_cache(maxsize=None)(self._impact)

    # What may be walked.

    def told(
        self, *what: Transmits, proven: bool = False, retracted: bool | None = None
    ) -> list[Said]:
        """The assertions that pass one of these on."""
        kept = self.rules.counts_retracted if retracted is None else retracted
        return [
            s
            for s in self.world.said
            if self.rules.transmits[s.relation] in what
            and (s.active or kept)
            and not (proven and not self.proves(s))
        ]

    def proves(self, said: Said) -> bool:
        """Whether an assertion proves, and leads out of a place that one document writes to."""
        return EVIDENCE[said.evidence].proves and said.object not in self.ambiguous

    def flow(self, said: Iterable[Said]) -> nx.MultiDiGraph:
        """Assertions in the direction in which things are passed on."""
        flow: nx.MultiDiGraph = nx.MultiDiGraph()
        flow.add_nodes_from(self.names)
        flow.add_edges_from((s.object, s.subject) for s in said)
        return flow

    def far(self, *what: Transmits, proven: bool = False, retracted: bool | None = None) -> Far:
        """From each node, how far each is that it leads to."""
        key = (what, proven, retracted)
        if key not in self._far:
            flow = self.flow(self.told(*what, proven=proven, retracted=retracted))
            self._far[key] = dict(nx.all_pairs_shortest_path_length(flow))
        return self._far[key]

    @cached_property
    def _far(self) -> dict[object, Far]:
        return {}

    @cached_property
    def ambiguous(self) -> frozenset[str]:
        """Places that several documents write to, and not all of them the same."""
        written: dict[str, dict[str, set[str]]] = {}
        for s in self.world.said:
            if s.relation == Relation.COPY_OF:
                by = written.setdefault(s.subject, {})
                by.setdefault(s.document, set()).add(self.thing[s.object])
        return frozenset(
            place for place, by in written.items() if len({frozenset(c) for c in by.values()}) > 1
        )

    # Names and things.

    @cached_property
    def thing(self) -> dict[str, str]:
        """Of each node, the name under which its thing is counted."""
        same = self.flow(s for s in self.world.said if s.relation == Relation.SAME_AS)
        return {
            name: min(part, key=self.world.id)
            for part in nx.weakly_connected_components(same)
            for name in part
        }

    @cached_property
    def place(self) -> dict[str, str]:
        """Of each node, one of the names that lead to it and to which it leads."""
        same = self.flow(self.told(Transmits.IDENTIFIES))
        return {name: min(part) for part in nx.strongly_connected_components(same) for name in part}

    @cached_property
    def loose(self) -> bool:
        """Whether a thing has names of which one leads to another and not back."""
        places: dict[str, set[str]] = {}
        for name, thing in self.thing.items():
            if self.kind[name] != Kind.COPY:
                places.setdefault(thing, set()).add(self.place[name])
        return any(len(several) > 1 for several in places.values())

    def counted(self, names: Iterable[str]) -> set[tuple[str, str]]:
        """Things once; a copy is a place of its own, whatever else is the same."""
        return {
            ("place", n) if self.kind[n] == Kind.COPY else ("thing", self.thing[n]) for n in names
        }

    def kinds_of(self, names: Collection[str]) -> dict[Kind, int]:
        """How many things of each kind."""
        kinds: dict[tuple[str, str], Kind] = {}
        for name in sorted(names, key=lambda n: FIRST.index(self.kind[n])):
            kinds.setdefault(*self.counted([name]), self.kind[name])
        return {k: n for k in FIRST if (n := list(kinds.values()).count(k))}

    # The blast radius.

    def _reach_of(self, starts: frozenset[str], proven: bool) -> dict[str, tuple[Transmits, int]]:
        """All that is reached from some nodes, themselves among it, how, and how far it is."""

        def nearest(far: Far, begin: Mapping[str, int]) -> dict[str, int]:
            found: dict[str, int] = {}
            for node, before in begin.items():
                for then, steps in far[node].items():
                    found[then] = min(found.get(then, before + steps), before + steps)
            return found

        carried = nearest(self.far(*CARRIED, proven=proven), dict.fromkeys(starts, 0))
        same = self.far(Transmits.IDENTIFIES, proven=proven)
        made = self.told(Transmits.CONTAMINATES, proven=proven)
        contaminated = {s.subject for s in made if s.object in carried}
        contaminated |= {then for name in contaminated for then in same[name]}
        named = {then for name in starts for then in same[name]}
        result = {
            name: (
                Transmits.IDENTIFIES
                if name in named
                else Transmits.CONTAMINATES
                if name in contaminated
                else Transmits.EXPOSES,
                steps,
            )
            for name, steps in carried.items()
        }
        begin: dict[str, int] = {}
        for s in self.told(Transmits.INFORMS, proven=proven):
            if s.object in carried and s.subject not in carried:
                steps = carried[s.object] + 1
                begin[s.subject] = min(begin.get(s.subject, steps), steps)
        for name, steps in nearest(self.far(*RELAYED, proven=proven), begin).items():
            if name not in carried:
                result[name] = (Transmits.INFORMS, steps)
        return result

    def _impact(self, roots: frozenset[str], destroy: bool = False) -> Answer:
        """What falls if these go."""
        spared = {} if destroy else self.spared(roots)
        starts = self.starts(roots, spared)
        every, sure = self.reach_of(starts, False), self.reach_of(starts, True)
        hits = {}
        for name, (effect, steps) in every.items():
            start = name in starts
            if name in roots or (start and name not in self.artifacts):
                continue
            how = Transmits.CONTAMINATES if start else effect
            proven = start or sure.get(name, (None, 0))[0] == how
            hits[name] = Hit(how, proven, sure[name][1] if proven else steps)
        rest = self.artifacts - hits.keys() - starts
        unknown = self.unknown_inputs
        counted = self.representatives(hits)
        blast = [n for n in counted if hits[n].effect != Transmits.INFORMS]
        now = Plain(self.world, Rules(self.rules.transmits, counts_retracted=False))
        still = now.reach_of(starts, False) if self.rules.counts_retracted else every
        return Answer(
            hits,
            starts,
            spared,
            self.numbers(hits, hits),
            {k: n for k in FIRST if (n := [self.kind[b] for b in blast].count(k))},
            len(counted) - len(blast),
            sum(hits[n].proven for n in blast),
            (sum(n not in unknown for n in blast), len(blast)),
            len({self.thing[n] for n in rest & unknown}),
            len({self.thing[n] for n in rest - unknown}),
            sum(n not in still for n in counted),
        )

    def starts(self, roots: Collection[str], spare: Collection[str] = ()) -> frozenset[str]:
        """The roots, and what parties, rights and endings of rights among them stand for."""
        seeds = set(roots)
        for s in self.world.said:
            if s.relation == Relation.REVOKES and s.subject in roots and s.subject[0] == "r":
                seeds.add(s.object)

        def below(begin: Iterable[str], *relations: Relation) -> set[str]:
            flow = self.flow(s for s in self.world.said if s.relation in relations)
            return {n for b in begin for n in (b, *nx.descendants(flow, b))}

        given = below(seeds - self.artifacts, Relation.PROVIDED_BY, Relation.GRANTED_BY)
        held = below(given - self.artifacts, Relation.COVERED_BY)
        return frozenset(seeds | given | (held - set(spare)))

    def spared(self, roots: Collection[str]) -> dict[str, frozenset[str]]:
        """What rights that end cover, and which other rights in force still do."""
        ended = {n for n in roots if n[0] == "g"}
        for s in self.world.said:
            if s.relation == Relation.REVOKES and s.subject in roots and s.subject[0] == "r":
                ordered = self.stated(s.subject).get("cause") == "order"
                ended |= {s.object} if s.object[0] == "g" and not ordered else set()
            if s.relation == Relation.GRANTED_BY and s.object in roots and s.object[0] == "p":
                ended.add(s.subject)
        covers = [s for s in self.world.said if s.relation == Relation.COVERED_BY]
        found = {}
        for name in {s.subject for s in covers if s.object in ended}:
            others = {s.object for s in covers if s.subject == name and s.active} - ended
            if left := frozenset(g for g in others if self.in_force(g)):
                found[name] = left
        return found

    def in_force(self, grant: str) -> bool:
        """Whether a right is verified, of a known kind, begun, not over and not ended."""
        stated = self.stated(grant)
        begun, over = str(stated.get("valid_from", "")), str(stated.get("valid_to", "9"))
        return (
            stated.get("grant_kind") not in {None, "none", UNKNOWN}
            and stated.get("verification") == "verified"
            and begun < TODAY
            and TODAY < over < UNKNOWN
            and not any(
                s.relation == Relation.REVOKES and s.object == grant and s.active
                for s in self.world.said
            )
        )

    def stated(self, name: str) -> Mapping[str, object]:
        """The properties of a node."""
        return self.world.properties.get(name, {})

    def representatives(self, hits: Mapping[str, Hit]) -> list[str]:
        """One name of each thing that falls; none of what is only another name of a root."""
        chosen: dict[str, str] = {}
        for name in sorted(
            hits, key=lambda n: (FIRST.index(self.kind[n]), hits[n].distance, self.world.id(n))
        ):
            if self.kind[name] != Kind.COPY:
                chosen.setdefault(self.thing[name], name)
        names = [*chosen.values(), *(n for n in hits if self.kind[n] == Kind.COPY)]
        return [n for n in names if hits[n].effect != Transmits.IDENTIFIES]

    def numbers(self, hits: Mapping[str, Hit], among: Collection[str]) -> Numbers:
        """Some of what falls, in numbers."""
        some = {n: hits[n] for n in among}
        blast = [n for n in self.representatives(some) if some[n].effect != Transmits.INFORMS]
        users: dict[str, int] = {}
        for name, hit in some.items():
            if self.kind[name] == Kind.DEPLOYMENT and hit.effect in CARRIED[:2]:
                number = _USERS.get(self.stated(name).get("users"), -1)
                users[self.thing[name]] = max(users.get(self.thing[name], -1), number)
        return Numbers(
            sum(self.kind[n] == Kind.MODEL for n in blast),
            sum(self.kind[n] == Kind.DEPLOYMENT for n in blast),
            len(blast),
            sum(n for n in users.values() if n > 0),
            list(users.values()).count(-1),
        )

    @cached_property
    def no_origin(self) -> frozenset[str]:
        """What names no input and is no source, under none of its names; and placeholders."""
        inputs = self.told(Transmits.CONTAMINATES, Transmits.EXPOSES, retracted=True)
        named = {s.subject for s in inputs} | {n for n in self.names if n[0] == "s"}
        same = self.far(Transmits.IDENTIFIES, retracted=True)
        known = {then for name in named for then in same[name]}
        return frozenset(n for n in self.artifacts if n[0] == "u" or n not in known)

    @cached_property
    def unknown_inputs(self) -> frozenset[str]:
        """What is of unknown origin, or stands on something that is."""
        far = self.far(*CARRIED, retracted=True)
        return frozenset(then for name in self.no_origin for then in far[name])

    # What something stands on.

    def ancestors(self, name: str) -> dict[str, Hit]:
        """What has it in its blast radius, and in which way."""
        found = {}
        for root in self.names:
            alone = frozenset([root])
            how = self.reach_of(alone, False).get(name)
            if how and root != name:
                sure = self.reach_of(alone, True).get(name)
                proven = sure is not None and sure[0] == how[0]
                found[root] = Hit(how[0], proven, sure[1] if sure and proven else how[1])
        return found

    def without_right(self, names: Iterable[str]) -> set[str]:
        """Data of which nobody states a licence, nor a grant that is one."""
        covered = {
            s.subject
            for s in self.world.said
            if s.relation == Relation.COVERED_BY
            and s.active
            and self.stated(s.object).get("grant_kind") != "none"
            and self.stated(s.object).get("verification") != "refused"
        }
        licensed = {n for n in self.names if self.stated(n).get("licence") == "mit"}
        return {n for n in names if n[0] in "sd"} - covered - licensed

    def revoked_by(self, name: str) -> set[str]:
        """The endings of rights that take it."""
        orders = [n for n in self.names if n[0] == "r"]
        return {r for r in orders if name in self.starts([r], self.spared([r]))}

    # What lies between.

    def things_flow(self) -> nx.DiGraph:
        """Which thing is made from which, all names of one as one place."""
        flow = nx.DiGraph()
        flow.add_nodes_from(self.place.values())
        ends = ((self.place[s.object], self.place[s.subject]) for s in self.told(*CARRIED))
        flow.add_edges_from((one, other) for one, other in ends if one != other)
        return flow

    def steps(self, names: Collection[str]) -> dict[str, int]:
        """In which step each is made again, if each waits for those that it is made from."""
        within = self.flow(self.told(*CARRIED)).subgraph(names)
        whole = nx.condensation(nx.DiGraph(within))
        step: dict[int, int] = {}
        for part in nx.topological_sort(whole):
            step[part] = max((step[before] + 1 for before in whole.predecessors(part)), default=0)
        return {n: step[part] for part, inside in whole.nodes(data="members") for n in inside}

    def doses(self, starts: Collection[str]) -> dict[str, tuple[float, float]]:
        """The least and the most of each that came from some nodes."""
        walked = self.told(*CARRIED)
        mixed = {
            s.subject
            for s in self.told(Transmits.CONTAMINATES)
            if s.relation not in _COMPARED and s.share is None
        }
        flow: nx.MultiDiGraph = nx.MultiDiGraph()
        flow.add_nodes_from(self.names)
        for number, s in enumerate(walked):
            flow.add_edge(s.object, s.subject, key=number)
        stated = [None if s.subject in mixed else s.share for s in walked]
        return share_bounds(flow, set(starts), stated, self.no_origin - set(starts))


def share_bounds(
    flow: nx.MultiDiGraph,
    seeds: Collection[object],
    share: list[float | None],
    unknown: Collection[object] = (),
    rounds: int = 3_000,
) -> dict[object, tuple[float, float]]:
    """The equations of shares as they stand, from 0 and from 1, over a whole graph.

    Edges are keyed by their place in ``share``.
    """
    low = {n: float(n in seeds) for n in flow}
    high = dict.fromkeys(flow, 1.0)
    inputs: dict[object, tuple[dict[object, float], list[object], float]] = {}
    for node in flow:
        stated, rest = {}, []
        for source in flow.predecessors(node):
            said = {share[key] for key in flow[source][node]} - {None}
            if len(said) == 1:
                stated[source] = said.pop()
            else:
                rest.append(source)
        total = sum(stated.values())
        if total > 1 + 1e-9:
            stated, rest, total = {}, list(flow.predecessors(node)), 0.0
        inputs[node] = stated, rest, 1 - total if total < 1 - 1e-9 else 0.0
    for _ in range(rounds):
        moved = 0.0
        for node, (stated, rest, left) in inputs.items():
            if node in seeds or node in unknown:
                continue
            lower = sum(w * low[s] for s, w in stated.items())
            upper = sum(w * high[s] for s, w in stated.items())
            if rest:
                lower += left * min(low[s] for s in rest)
                upper += left * max(high[s] for s in rest)
            elif stated:
                upper += left
            moved = max(moved, abs(lower - low[node]), abs(upper - high[node]))
            low[node], high[node] = lower, upper
        if moved <= 1e-13:
            break
    return {n: (low[n], high[n]) for n in flow}


def same_lines(line: Line) -> list[Line]:
    """What is taken away with a relationship: that two are one is taken away both ways."""
    subject, relation, object = line
    return [line, (object, relation, subject)] if relation == Relation.SAME_AS else [line]
