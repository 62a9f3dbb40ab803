"""Documents typed by hand, and stores read back as sets of tuples."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from lineage.records import Assertion, DocumentRef, Extract, Place, Reading, Ref, Statement, Value
from lineage.store.base import Store
from lineage.vocabulary import Kind, Relation

OpenStore = Callable[[], Store]
"""Opens one and the same store, as often as it is called."""

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
WEDNESDAY = MONDAY + timedelta(days=2)


def model(name: str) -> Ref:
    return Ref(Kind.MODEL, "hf://models", name)


def dataset(name: str) -> Ref:
    return Ref(Kind.DATASET, "hf://datasets", name)


def document(
    path: str,
    *edges: tuple[Ref, Relation, Ref],
    says: tuple[tuple[Ref, dict[str, Value]], ...] = (),
    sha256: str = "1",
    form: str = "axolotl",
    revision: str | None = None,
) -> Reading:
    """A document of the repository ``repo`` that asserts the edges and states the properties."""
    return Reading(
        DocumentRef("repo", path, sha256, form, revision),
        Extract(
            tuple(Statement(ref, Place("it"), tuple(said.items())) for ref, said in says),
            tuple(
                Assertion(start, relation, end, Place(f"key[{i}]", i + 1))
                for i, (start, relation, end) in enumerate(edges)
            ),
        ),
    )


def trained(path: str, name: str, *data: str, sha256: str = "1") -> Reading:
    """A config that trains one model on some data."""
    return document(
        path, *((model(name), Relation.TRAINED_ON, dataset(d)) for d in data), sha256=sha256
    )


def gone(path: str) -> Reading:
    """The document is no longer there."""
    return Reading(DocumentRef("repo", path, "", "axolotl"))


def edges(store: Store) -> set[tuple[str, str, str, bool]]:
    """(name of subject, relation, name of object, active) of every assertion."""
    snapshot = store.snapshot()
    names = {node.id: node.name for node in snapshot.nodes}
    return {(names[e.subject], e.relation.value, names[e.object], e.active) for e in snapshot.edges}


def kinds(store: Store) -> set[tuple[str, str]]:
    """(name, kind) of every node."""
    return {(node.name, node.kind.value) for node in store.snapshot().nodes}


def properties(store: Store, name: str) -> dict[str, Value]:
    """What is known of the node of this name."""
    return next(dict(n.properties) for n in store.snapshot().nodes if n.name == name)
