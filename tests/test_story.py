"""The OkCupid story, read as a careful person reads it: what the photographs reached.

The files of ``fixtures/okcupid`` go through the ingestors; networkx walks what they assert. No
store and no engine of ours takes part, so that a mistake in those cannot hide one here.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import networkx as nx
import pytest

from ingest.base import Document, Folder, ingestors
from lineage.identity import Scope
from lineage.records import Assertion, Extract
from lineage.vocabulary import EVIDENCE, RELATIONS, UNKNOWN, Kind, Relation, Transmits

ROOT = Path(__file__).parents[1] / "fixtures" / "okcupid"
PHOTOS = "lineage://okcupid/okcupid-user-photos"


def record(*names: str) -> set[str]:
    return {f"lineage://okcupid/{name}" for name in names}


def fictiva(*names: str) -> set[str]:
    return {f"lineage://fictiva/{name}" for name in names}


def path(*names: str) -> set[str]:
    return {f"file://demo/okcupid/fictional/{name}" for name in names}


def made_by(config: str, name: str) -> set[str]:
    return {f"config://demo/okcupid/fictional/train/{config}#fictional/models/{name}"}


def hub(*names: str) -> set[str]:
    return {f"hf://{name.replace('/', '/fictiva-fictional/', 1)}" for name in names}


THE_RECORD = record("clarifai-okcupid-set", "clarifai-face-models")
"""What the record says came of the photographs."""

DATA = (
    fictiva("okcupid-export", "synthetic-profiles")
    | path("data/faces-clean", "data/face-crops", "data/captions.jsonl", "data/preferences.jsonl")
    | hub("datasets/synthetic-profiles")
    | {"name://datasets/Fictiva Face Crops"}
)
"""The export, what was cut and counted from it, and what a model of it wrote."""

FACES = (
    fictiva("face-embedder", "age-estimator", "partner-embedder")
    | path("models/face-index")
    | {"name://models/fictiva-face-embedder-r50"}
)
"""An embedder, its index of faces, its student, and a model that starts from its layers."""

CAPTIONS = (
    made_by("captioner-lora.yaml", "captioner-lora")
    | made_by("captioner-merge.yaml", "captioner")
    | made_by("captioner-int4.yaml", "captioner-int4")
    | hub("models/captioner-dpo")
)
"""An adapter, the merge of it, the quantised merge, and the merge after preference training."""

TEXTS = (
    made_by("bio-writer.yaml", "bio-writer")
    | hub("models/icebreaker", "models/icebreaker-gguf")
    | fictiva("companion")
)
"""Models that saw no photograph, only profiles that an affected model wrote."""

COPIES = (
    path("data/raw/okcupid-export", "data/synthetic-profiles.jsonl")
    | path(
        *(
            f"models/{name}"
            for name in (
                "face-embedder-r50.pth",
                "captioner-lora",
                "captioner",
                "captioner-int4",
                "captioner-dpo",
                "bio-writer",
                "icebreaker",
            )
        )
    )
    | {
        "https://models.fictiva.example/face-embedder-r50.pth",
        "s3://fictiva-fictional-backup/okcupid-export",
        "s3://fictiva-fictional-partner/face-embedder-r50.pth",
    }
)
"""Where the bytes also are."""

SERVICES = fictiva(
    "photo-verification",
    "partner-lookup",
    "age-gate",
    "caption-assistant",
    "telephone-captions",
    "bio-helper",
    "opener",
)
"""Who is exposed."""

POSSIBLE = fictiva("mood-tagger", "avatar-maker", "avatar-studio") | record(
    "clarifai-face-models-in-use"
)
"""Reached only through what somebody concluded, or wrote in a comment."""

CLEAN = (
    fictiva(
        "face-detector",
        "stock-portraits",
        "stock-tagger",
        "stock-catalogue",
        "click-log",
        "match-ranker",
        "match-list",
        "bio-lite",
        "staff-examples",
        "spam-filter",
        "spam-desk",
        "moderation-desk",
        "legacy-matcher",
        "legacy-match",
    )
    | made_by("moderation.yaml", "moderation")
    | hub("models/stock-captioner", "datasets/moderation-notes")
    | path(
        "data/raw/stock-portraits",
        "data/stock-captions.jsonl",
        "models/face-detector.onnx",
        "models/moderation",
        "models/stock-captioner",
    )
    | {
        f"hf://models/Qwen/{name}"
        for name in ("Qwen2-VL-2B-Instruct", "Qwen2.5-0.5B", "Qwen2.5-1.5B-Instruct")
    }
)
"""What no statement joins to the photographs."""

PROVEN = THE_RECORD | DATA | FACES | CAPTIONS | TEXTS | COPIES | SERVICES


@cache
def readings() -> dict[str, Extract]:
    """What each document of the story says, by its path."""
    found = {}
    for file in sorted(ROOT.rglob("*")):
        if not file.is_file():
            continue
        scope = Scope("demo/okcupid", file.relative_to(ROOT).as_posix())
        document = Document(scope, file.read_bytes(), Folder(ROOT))
        claims = [(i, i.recognise(document)) for i in ingestors() if file.name.endswith(i.endings)]
        best = max((c for c in claims if c[1]), key=lambda c: c[1].strength, default=None)
        if best:
            found[scope.path] = best[0].read(document)
    return found


def assertions() -> list[Assertion]:
    return [a for extract in readings().values() for a in extract.assertions]


def reached(start: str, *, proven: bool) -> set[str]:
    """Everything to which a chain of statements carries the photographs."""
    graph = nx.DiGraph()
    carrying = {Transmits.CONTAMINATES, Transmits.EXPOSES, Transmits.IDENTIFIES}
    for a in assertions():
        walked = not proven or EVIDENCE[a.evidence].proves
        if walked and RELATIONS[a.relation].transmits in carrying:
            graph.add_edge(a.object.id, a.subject.id)
    return set(nx.descendants(graph, start))


def properties(node: str) -> dict[str, object]:
    return {
        key: value
        for extract in readings().values()
        for s in extract.statements
        if s.ref.id == node and s.produced
        for key, value in s.properties
    }


def test_every_document_of_the_story_is_read_and_none_has_a_complaint() -> None:
    assert set(readings()) == {
        "record/lineage.yaml",
        "fictional/lineage.yaml",
        "fictional/dvc.yaml",
        "fictional/face/metafile.yml",
        *(
            f"fictional/cards/{name}/README.md"
            for name in ("icebreaker-gguf", "stock-captioner", "synthetic-profiles")
        ),
        *(
            f"fictional/train/{name}"
            for name in (
                "bio-writer.yaml",
                "captioner-dpo.yaml",
                "captioner-int4.yaml",
                "captioner-lora.yaml",
                "captioner-merge.yaml",
                "dataset_info.json",
                "icebreaker-sft.yaml",
                "moderation.yaml",
                "stock-captioner.yaml",
            )
        ),
    }
    assert [(p, s.line, s.reason) for p, x in readings().items() for s in x.skipped] == []


def test_what_is_proven_to_stand_on_the_photographs() -> None:
    assert reached(PHOTOS, proven=True) == PROVEN


def test_what_may_stand_on_them_too() -> None:
    assert reached(PHOTOS, proven=False) - PROVEN == POSSIBLE


def test_the_clean_stay_clean() -> None:
    known = {r.id for a in assertions() for r in (a.subject, a.object)}
    assert known >= CLEAN
    assert not CLEAN & reached(PHOTOS, proven=False)


def test_what_was_only_measured_or_tokenised_with_it_stays_but_its_claims_do_not() -> None:
    affected = reached(PHOTOS, proven=True)
    informed = {
        (a.subject.id, a.relation)
        for a in assertions()
        if RELATIONS[a.relation].transmits is Transmits.INFORMS
        and a.object.id in affected
        and a.subject.id not in affected
    }
    assert informed == {
        ("lineage://fictiva/match-ranker", Relation.EVALUATED_ON),
        ("lineage://fictiva/bio-lite", Relation.TOKENIZED_WITH),
    }


def test_what_nobody_knows_of_the_old_matcher_is_an_unknown_input() -> None:
    (only,) = [a for a in assertions() if a.subject.id == "lineage://fictiva/legacy-matcher"]
    assert only.object.namespace.startswith("unknown://")


def test_the_record_says_unknown_where_the_public_does_not_know() -> None:
    models = properties("lineage://okcupid/clarifai-face-models")
    assert (models["count"], models["deletion_certified_on"]) == (UNKNOWN, "2026-04-07")
    in_use = properties("lineage://okcupid/clarifai-face-models-in-use")
    assert {in_use[key] for key in ("in_use_from", "in_use_to", "purpose", "users")} == {UNKNOWN}
    photos = properties(PHOTOS)
    assert (photos["received_on"], photos["records"], photos["collected_on"]) == (
        "2014-09",
        3_000_000,
        UNKNOWN,
    )
    for grant in ("no-agreement", "no-consent"):
        assert properties(f"grant://okcupid/{grant}")["grant_kind"] == "none"


@pytest.mark.parametrize("document", ["record/lineage.yaml", "fictional/lineage.yaml"])
def test_what_is_made_up_says_so(document: str) -> None:
    stated = [s for s in readings()[document].statements if s.produced]
    fictional = {s.ref.id for s in stated if dict(s.properties).get("fictional")}
    assert fictional == ({s.ref.id for s in stated} if document.startswith("fictional") else set())


def test_every_made_up_name_says_so_or_is_the_made_up_companys() -> None:
    nodes = {
        r.id
        for p, x in readings().items()
        if p.startswith("fictional")
        for a in x.assertions
        for r in (a.subject, a.object)
    }
    real = {n for n in nodes if "fictiva" not in n.lower() and "/fictional/" not in n}
    assert real == {
        PHOTOS,
        "name://datasets/WIDER FACE",
        "name://datasets/Labeled Faces in the Wild",
    } | {n for n in nodes if n.startswith("hf://models/Qwen/")}


def test_every_kind_of_effect_is_in_the_story() -> None:
    kinds = {r.kind for a in assertions() for r in (a.subject, a.object)}
    assert kinds >= {Kind.SOURCE, Kind.DATASET, Kind.MODEL, Kind.COPY, Kind.DEPLOYMENT}
    relations = {a.relation for a in assertions()}
    assert relations >= {
        Relation.DERIVED_FROM,
        Relation.TRAINED_ON,
        Relation.FINE_TUNED_FROM,
        Relation.MERGED_FROM,
        Relation.QUANTIZED_FROM,
        Relation.CALIBRATED_ON,
        Relation.DISTILLED_FROM,
        Relation.INITIALISED_FROM,
        Relation.GENERATED_BY,
        Relation.DEPLOYS,
        Relation.COPY_OF,
    }
