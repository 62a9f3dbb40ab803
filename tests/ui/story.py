"""A small story like that of OkCupid, typed by hand, and a store that holds it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from lineage.graph import Graph
from lineage.records import (
    Assertion,
    DocumentRef,
    Extract,
    Place,
    Reading,
    Ref,
    Statement,
    frozen_properties,
)
from lineage.store.embedded import EmbeddedStore
from lineage.vocabulary import UNKNOWN, Evidence, Kind, Relation

CHECKPOINTS = [f"s3://checkpoints/face-embedder-step-{n}" for n in range(6)]
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "**bold** [a](http://evil.example) `c`",
    "$x$ :smile: -> b",
    "</script><script>alert(2)</script>",
]


def ref(kind: Kind, name: str) -> Ref:
    return Ref(kind, "lineage://story", name)


SOURCE = ref(Kind.SOURCE, "okcupid-user-photos")
FACES = ref(Kind.DATASET, "okcupid-faces")
EMBEDDER = ref(Kind.MODEL, "face-embedder")
SERVICE = ref(Kind.DEPLOYMENT, "match-search")


def told(path: str, *said: tuple[Ref, Relation, Ref, Evidence], **properties: object) -> Reading:
    """A document that says these things from line 10 on; ``properties`` are of SERVICE."""
    return Reading(
        DocumentRef("story", path, "0" * 64, "test"),
        Extract(
            (Statement(SERVICE, Place("service", 3), frozen_properties(properties)),)
            if properties
            else (),
            tuple(
                Assertion(subject, relation, thing, Place(f"inputs[{at}]", 10 + at), evidence)
                for at, (subject, relation, thing, evidence) in enumerate(said)
            ),
        ),
    )


def story(hostile: bool = False) -> list[Reading]:
    """Photos, the faces cut from them, models, a service, copies; and others that are not hit."""
    declared, comment = Evidence.DECLARED, Evidence.COMMENT
    readings = [
        told("data/manifest.yaml", (FACES, Relation.DERIVED_FROM, SOURCE, declared)),
        told("train/embedder.yaml", (EMBEDDER, Relation.TRAINED_ON, FACES, declared)),
        told("train/embedder-again.yaml", (EMBEDDER, Relation.TRAINED_ON, FACES, declared)),
        told(
            "train/age.yaml",
            (ref(Kind.MODEL, "age-estimator"), Relation.FINE_TUNED_FROM, EMBEDDER, declared),
        ),
        told(
            "train/writer.yaml",
            (ref(Kind.MODEL, "profile-writer"), Relation.TRAINED_ON, FACES, comment),
        ),
        told(
            "eval/ranker.yaml", (ref(Kind.MODEL, "ranker"), Relation.EVALUATED_ON, FACES, declared)
        ),
        told("serve.yaml", (SERVICE, Relation.DEPLOYS, EMBEDDER, declared), in_use_to=UNKNOWN),
        told(
            "copies.yaml",
            *(
                (
                    Ref(Kind.COPY, "s3://checkpoints", copy.rpartition("/")[2]),
                    Relation.COPY_OF,
                    EMBEDDER,
                    declared,
                )
                for copy in CHECKPOINTS
            ),
        ),
        told("parties.yaml", (SOURCE, Relation.PROVIDED_BY, ref(Kind.PARTY, "OkCupid"), declared)),
        told(
            "train/other.yaml",
            (
                ref(Kind.MODEL, "clean-model"),
                Relation.TRAINED_ON,
                ref(Kind.SOURCE, "stock"),
                declared,
            ),
            (
                ref(Kind.MODEL, "murky-model"),
                Relation.TRAINED_ON,
                ref(Kind.DATASET, "heap"),
                declared,
            ),
        ),
    ]
    if hostile:
        readings += [
            told(
                f"hostile/{at}.yaml",
                (ref(Kind.DATASET, name), Relation.DERIVED_FROM, SOURCE, declared),
            )
            for at, name in enumerate(HOSTILE)
        ]
    return readings


def write(path: Path, readings: list[Reading]) -> Graph:
    """A store at this path with these documents, as a graph."""
    store = EmbeddedStore.open(path)
    store.write(readings, datetime.now(UTC))
    graph = Graph(store.snapshot())
    store.close()
    return graph
