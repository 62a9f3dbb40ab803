"""Random graphs with cycles, self-loops, several names of things, and assertions gone."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from lineage.graph import Graph
from lineage.impact import Policy
from lineage.vocabulary import UNKNOWN, Evidence, Relation, Transmits
from worlds import name_of, reading, ref, snapshot

NAMES = "s1 s2 d1 d2 d3 m1 m2 m3 m4 c1 c2 x1 x2 p1 p2 g1 r1".split()

Edge = tuple[str, str, str, str]

told = st.tuples(
    st.sampled_from(NAMES),
    st.sampled_from([r.value for r in Relation] + ["SAME_AS", "TRAINED_ON", "DEPLOYS"] * 3),
    st.sampled_from(NAMES),
    st.sampled_from([e.value for e in Evidence]),
)

stated = st.dictionaries(
    st.sampled_from(["x1", "x2", "m1", "d1"]),
    st.sampled_from([7, "1,200", "staff", UNKNOWN, ("30",), ("a", "b")]).map(
        lambda n: {"users": n}
    ),
)

POLICIES = (
    Policy(),
    Policy(counts_retracted=False),
    replace(
        Policy(),
        transmits={**Policy().transmits, Relation.SAME_AS: Transmits.NOTHING},
        name="names apart",
    ),
)


@dataclass(frozen=True)
class World:
    """A graph, and the policy to ask it under."""

    graph: Graph
    policy: Policy

    def number(self, name: str) -> int:
        return self.graph.number[ref(name).id]

    def name(self, number: int) -> str:
        return name_of(self.graph.nodes[int(number)].id)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Two documents that say up to fifty things; some of it is said no more."""
    first = draw(st.lists(told, min_size=1, max_size=40))
    second = draw(st.lists(told, max_size=8))
    gone = draw(st.sets(st.integers(0, 39), max_size=10))
    unique = list({e[:3]: e for e in first}.values())
    graph = Graph(
        snapshot(
            reading(unique, "a.yml", properties=draw(stated)),
            reading(list({e[:3]: e for e in second}.values()), "b.yml"),
            retracted=[e[:3] for n, e in enumerate(unique) if n in gone],
        )
    )
    return World(graph, draw(st.sampled_from(POLICIES)))
