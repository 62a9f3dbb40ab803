"""What joining two names would change: how much falls now, and how much would fall then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lineage.aliases.suggest import Suggestion
from lineage.engine.reach import reachable
from lineage.graph import Graph, Ints
from lineage.impact import CARRIES, Policy
from lineage.impact.reach import walkable
from lineage.vocabulary import Kind, Transmits


@dataclass(frozen=True, slots=True, order=True)
class Size:
    """How many things a blast radius holds, and how many of them are models and deployments."""

    things: int
    models: int
    deployments: int


@dataclass(frozen=True, slots=True)
class Change:
    """The blast radius of the first name, of the second, and of both once they are one."""

    first: Size
    second: Size
    joined: Size

    @property
    def missed(self) -> int:
        """How many things the answer about one of the names misses today, at the most."""
        return self.joined.things - min(self.first.things, self.second.things)


class Sizes:
    """Counts what falls, as :func:`lineage.impact.impact` does, for many questions of one graph.

    Which assertions may be walked is worked out once. A question costs O(nodes) and the edges
    that are reached.
    """

    def __init__(self, graph: Graph, policy: Policy):
        self._graph = graph
        self._carrying = walkable(graph, policy, *CARRIES)
        self._identifying = walkable(graph, policy, Transmits.IDENTIFIES)
        places = len(graph) + np.arange(len(graph))  # each copy is a thing of its own
        self._thing: Ints = np.where(graph.of_kind(Kind.COPY), places, graph.same_as)
        self._model = graph.of_kind(Kind.MODEL)
        self._deployment = graph.of_kind(Kind.DEPLOYMENT)
        self._known: dict[tuple[int, ...], Size] = {}

    def change(self, suggestion: Suggestion) -> Change:
        """What joining a suggestion's two names would change."""
        a, b = (self._graph.number[id_] for id_ in (suggestion.a, suggestion.b))
        return Change(self.size(a), self.size(b), self.size(a, b))

    def size(self, *roots: int) -> Size:
        """The size of the blast radius of some artifacts."""
        if roots not in self._known:
            self._known[roots] = self._counted(np.array(roots, np.int64))
        return self._known[roots]

    def _counted(self, roots: Ints) -> Size:
        topology = self._graph.topology
        fallen = reachable(topology, roots, self._carrying)
        fallen &= ~reachable(topology, roots, self._identifying)
        models = np.unique(self._thing[fallen & self._model])
        served = np.setdiff1d(self._thing[fallen & self._deployment], models)
        return Size(len(np.unique(self._thing[fallen])), len(models), len(served))


def by_change(
    graph: Graph, suggestions: Sequence[Suggestion], policy: Policy | None = None
) -> list[tuple[Suggestion, Change]]:
    """Suggestions with what each would change, the biggest change first, then by name."""
    sizes = Sizes(graph, policy or Policy())
    found = [(suggestion, sizes.change(suggestion)) for suggestion in suggestions]
    return sorted(found, key=lambda f: (-f[1].missed, f[0].a, f[0].b))
