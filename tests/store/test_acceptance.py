"""What every store promises. Each test runs on each kind of store."""

from __future__ import annotations

import math

import pytest

from by_hand import (
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    OpenStore,
    dataset,
    document,
    edges,
    gone,
    kinds,
    model,
    properties,
    trained,
)
from lineage.errors import StoreConflictError
from lineage.records import Assertion, DocumentRef, Extract, Place, Reading, Ref
from lineage.store.base import Store
from lineage.vocabulary import Evidence, Kind, Relation

FACES = trained("train.yaml", "faces", "okcupid", "flickr")


def test_an_empty_store_has_version_0_and_nothing_in_it(store: Store) -> None:
    snapshot = store.snapshot()
    assert (store.version(), snapshot.version) == (0, 0)
    assert (snapshot.nodes, snapshot.edges, snapshot.documents) == ((), (), ())
    assert store.documents() == []


def test_what_was_written_is_read_back(store: Store) -> None:
    result = store.write([FACES], MONDAY)
    assert (result.version, result.asserted, result.retracted, result.unchanged) == (1, 2, 0, 0)
    assert edges(store) == {
        ("faces", "TRAINED_ON", "okcupid", True),
        ("faces", "TRAINED_ON", "flickr", True),
    }
    assert kinds(store) == {("faces", "Model"), ("okcupid", "Dataset"), ("flickr", "Dataset")}


def test_an_assertion_keeps_its_place_evidence_part_and_times(store: Store) -> None:
    said = Assertion(
        model("m"),
        Relation.TRAINED_ON,
        dataset("d"),
        Place("a.b[0]", 7),
        Evidence.INFERRED,
        "train[:10%]",
        0.25,
    )
    store.write([Reading(DocumentRef("repo", "c.yaml", "1", "trl"), Extract((), (said,)))], MONDAY)
    (edge,) = store.snapshot().edges
    assert (edge.place, edge.line, edge.evidence) == ("a.b[0]", 7, Evidence.INFERRED)
    assert (edge.selector, edge.share, edge.active) == ("train[:10%]", 0.25, True)
    assert (edge.document, edge.retracted_at) == ("document://repo/c.yaml", None)
    assert edge.first_seen == edge.last_seen == "2026-03-02T09:00:00.000000+00:00"


def test_properties_keep_their_types(store: Store) -> None:
    said = {
        "whole": 1,
        "real": 1.0,
        "big": 2**62,
        "low": -(2**63),
        "yes": True,
        "text": "1",
        "many": ("b", "a"),
        "none": (),
        "empty": "",
        "infinite": math.inf,
    }
    store.write([document("c", says=((model("m"), said),))], MONDAY)
    read = properties(store, "m")
    assert read == said
    assert {k: type(v) for k, v in read.items()} == {k: type(v) for k, v in said.items()}


@pytest.mark.parametrize(
    "name",
    [
        "key",
        "active",
        "sha256",
        "_",
        "`",
        "a b",
        "é",
        "$x",
        "row",
        "n`) DETACH DELETE n //",
        "x}) SET n.y = 1 //",
    ],
)
def test_a_document_may_call_its_properties_as_it_likes(store: Store, name: str) -> None:
    store.write([document("c", says=((model("m"), {name: "said"}),))], MONDAY)
    assert properties(store, "m") == {name: "said"}
    assert kinds(store) == {("m", "Model")}


@pytest.mark.parametrize(
    "name",
    [
        "Zoë’s Gesichter 顔 🙂",
        'it\'s "quoted" \\ and `ticked`',
        "') DETACH DELETE n //",
        "$name {id: 1}",
        "\\u0027 OR 1=1",
        "; DROP CONSTRAINT artifact_id",
        "e\u0301",
        "é",
        "a" * 400,
    ],
)
def test_any_name_survives_as_text(store: Store, name: str) -> None:
    store.write([trained("café/‘x’.yaml", name, "d")], MONDAY)
    assert edges(store) == {(name, "TRAINED_ON", "d", True)}


@pytest.mark.parametrize("times", [1, 2, 10])
def test_the_same_documents_again_change_nothing(store: Store, times: int) -> None:
    readings = [
        FACES,
        trained("b.yaml", "voices", "calls"),
        document("c", says=((model("faces"), {"licence": "mit"}),)),
    ]
    first = store.write(readings, MONDAY)
    digest = store.snapshot().digest()
    for _ in range(times):
        again = store.write(list(reversed(readings)), TUESDAY)
        assert (again.asserted, again.retracted, again.unchanged) == (0, 0, 3)
    assert store.version() == first.version == 1
    assert store.snapshot().digest() == digest


def test_seeing_it_again_is_remembered_and_nothing_else_changes(store: Store) -> None:
    store.write([FACES], MONDAY)
    store.write([FACES], TUESDAY)
    snapshot = store.snapshot()
    assert {(e.first_seen[:10], e.last_seen[:10]) for e in snapshot.edges} == {
        ("2026-03-02", "2026-03-03")
    }
    assert [d.read_at[:10] for d in snapshot.documents] == ["2026-03-03"]


def test_what_a_document_no_longer_says_is_retracted_and_kept(store: Store) -> None:
    store.write([FACES], MONDAY)
    result = store.write([trained("train.yaml", "faces", "ffhq", "flickr", sha256="2")], TUESDAY)
    assert (result.version, result.asserted, result.retracted, result.unchanged) == (2, 1, 1, 1)
    assert edges(store) == {
        ("faces", "TRAINED_ON", "okcupid", False),
        ("faces", "TRAINED_ON", "flickr", True),
        ("faces", "TRAINED_ON", "ffhq", True),
    }
    (old,) = [e for e in store.snapshot().edges if not e.active]
    assert (old.last_seen[:10], (old.retracted_at or "")[:10]) == ("2026-03-02", "2026-03-03")


def test_what_is_said_again_holds_again_since_it_was_first_said(store: Store) -> None:
    store.write([FACES], MONDAY)
    digest = store.snapshot().digest()
    store.write([trained("train.yaml", "faces", sha256="2")], TUESDAY)
    store.write([FACES], WEDNESDAY)
    assert {
        (e.active, e.first_seen[:10], e.last_seen[:10], e.retracted_at)
        for e in store.snapshot().edges
    } == {(True, "2026-03-02", "2026-03-04", None)}
    assert (store.snapshot().digest(), store.version()) == (digest, 3)


def test_what_another_document_says_still_holds(store: Store) -> None:
    store.write([FACES, trained("other.yaml", "faces", "okcupid")], MONDAY)
    store.write([gone("train.yaml")], TUESDAY)
    assert {(e.document[-10:], e.active) for e in store.snapshot().edges} == {
        ("train.yaml", False),
        ("other.yaml", True),
    }


def test_a_document_that_is_gone_is_kept_with_all_it_said_retracted(store: Store) -> None:
    store.write([FACES], MONDAY)
    result = store.write([gone("train.yaml")], TUESDAY)
    assert (result.asserted, result.retracted) == (0, 2)
    assert {active for *_, active in edges(store)} == {False}
    assert [(d.path, d.sha256) for d in store.documents()] == [("train.yaml", "")]
    assert kinds(store) == {("faces", "Model"), ("okcupid", "Dataset"), ("flickr", "Dataset")}
    assert store.write([gone("train.yaml")], WEDNESDAY).version == 2


def test_the_last_of_two_readings_of_one_document_counts(store: Store) -> None:
    store.write([FACES, trained("train.yaml", "faces", "flickr")], MONDAY)
    assert edges(store) == {
        ("faces", "TRAINED_ON", "okcupid", False),
        ("faces", "TRAINED_ON", "flickr", True),
    }


def test_the_most_specific_kind_wins_and_goes_when_nobody_says_it(store: Store) -> None:
    path = Ref(Kind.MODEL, "s3://bucket", "out")
    copy = Ref(Kind.COPY, "s3://bucket", "out")
    store.write([document("reads.yaml", says=((path, {}),))], MONDAY)
    store.write([document("writes.yaml", says=((copy, {}),))], MONDAY)
    assert kinds(store) == {("out", "Copy")}
    store.write([gone("writes.yaml")], TUESDAY)
    assert kinds(store) == {("out", "Model")}


def test_a_node_moves_between_governance_and_lineage_with_its_relationships(store: Store) -> None:
    party = Ref(Kind.PARTY, "name://x", "acme")
    store.write([document("a", (dataset("d"), Relation.PROVIDED_BY, party))], MONDAY)
    assert kinds(store) == {("d", "Dataset"), ("acme", "Party")}
    source = Ref(Kind.SOURCE, "name://x", "acme")
    store.write([document("b", (dataset("e"), Relation.DERIVED_FROM, source))], TUESDAY)
    assert kinds(store) == {("d", "Dataset"), ("e", "Dataset"), ("acme", "Source")}
    assert edges(store) == {("d", "PROVIDED_BY", "acme", True), ("e", "DERIVED_FROM", "acme", True)}
    store.write([gone("b")], WEDNESDAY)
    assert ("acme", "Party") in kinds(store)


def test_every_kind_and_every_relation_can_be_held(store: Store) -> None:
    refs = [Ref(kind, "name://all", kind.value) for kind in Kind]
    pairs = [
        (refs[i % len(refs)], relation, refs[(i + 1) % len(refs)])
        for i, relation in enumerate(Relation)
    ]
    store.write([document("all.yaml", *pairs)], MONDAY)
    assert edges(store) == {(s.name, r.value, o.name, True) for s, r, o in pairs}
    assert kinds(store) == {(kind.value, kind.value) for kind in Kind}


def test_a_thing_may_come_from_itself(store: Store) -> None:
    store.write([document("a", (model("m"), Relation.DERIVED_FROM, model("m")))], MONDAY)
    assert edges(store) == {("m", "DERIVED_FROM", "m", True)}


def test_the_projects_manifest_wins_and_the_difference_is_shown(store: Store) -> None:
    store.write(
        [
            document("a.md", says=((model("m"), {"licence": "mit", "size": 7}),), form="hf-card"),
            document("z.yaml", says=((model("m"), {"licence": "other"}),), form="lineage"),
        ],
        MONDAY,
    )
    assert properties(store, "m") == {"licence": "other", "size": 7, "conflicts": ("licence",)}
    store.write([gone("z.yaml")], TUESDAY)
    assert properties(store, "m") == {"licence": "mit", "size": 7}


def test_a_property_that_nobody_states_any_more_is_removed(store: Store) -> None:
    store.write([document("a", says=((model("m"), {"licence": "mit", "size": 7}),))], MONDAY)
    store.write([document("a", says=((model("m"), {"licence": "mit"}),), sha256="2")], TUESDAY)
    assert properties(store, "m") == {"licence": "mit"}


@pytest.mark.parametrize(
    "changed",
    [
        {"sha256": "2"},
        {"form": "trl"},
        {"revision": "abc"},
        {"says": ((model("m"), {"a": 1}),)},
    ],
)
def test_a_change_of_the_document_makes_a_new_version(store: Store, changed: dict) -> None:
    store.write([document("a", says=((model("m"), {}),))], MONDAY)
    store.write([document("a", **{"says": ((model("m"), {}),)} | changed)], TUESDAY)
    assert store.version() == 2


def test_a_fact_that_moved_in_its_document_is_the_same_fact_at_its_new_place(store: Store) -> None:
    store.write([trained("a", "m", "d")], MONDAY)
    store.write([trained("a", "m", "first", "d", sha256="2")], TUESDAY)
    assert {(e.line, e.active) for e in store.snapshot().edges} == {(1, True), (2, True)}


def test_a_write_based_on_an_old_version_is_refused_whole(store: Store) -> None:
    store.write([FACES], MONDAY)
    digest = store.snapshot().digest()
    with pytest.raises(StoreConflictError):
        store.write([trained("b", "m", "d")], TUESDAY, based_on=0)
    assert (store.version(), store.snapshot().digest()) == (1, digest)
    assert store.write([trained("b", "m", "d")], TUESDAY, based_on=1).version == 2


def test_documents_are_listed_by_repository_in_order(store: Store) -> None:
    other = Reading(DocumentRef("another", "a.yaml", "9", "trl", "rev"))
    store.write([trained("b", "m", "d"), trained("a", "m", "d"), other], MONDAY)
    assert [d.path for d in store.documents("repo")] == ["a", "b"]
    assert [(d.repository, d.revision) for d in store.documents()] == [
        ("another", "rev"),
        ("repo", None),
        ("repo", None),
    ]
    assert store.documents("nobody") == []
    assert tuple(store.documents()) == store.snapshot().documents


def test_nothing_to_write_changes_nothing(store: Store) -> None:
    assert store.write([], MONDAY).version == 0


def test_what_is_written_is_there_when_opened_again(open_store: OpenStore) -> None:
    first = open_store()
    first.write([FACES], MONDAY)
    digest = first.snapshot().digest()
    first.close()
    again = open_store()
    assert (again.version(), again.snapshot().digest()) == (1, digest)
    assert again.write([FACES], TUESDAY).version == 1


def test_a_join_that_still_holds_keeps_no_retracted_property(store: Store) -> None:
    store.write([document("a.yaml", says=((model("m"), {"licence": "mit"}),))], MONDAY)
    said = Assertion(model("m"), Relation.SAME_AS, model("n"), Place("same"))
    joined = Reading(DocumentRef("lineage", "joins", "1", "joins"), Extract(assertions=(said,)))
    store.write([joined], MONDAY)
    store.write([gone("a.yaml")], TUESDAY)
    store.write([document("b.yaml", says=((model("m"), {}),))], WEDNESDAY)
    assert properties(store, "m") == {}


def test_a_document_that_repeats_what_is_known_changes_no_node(store: Store) -> None:
    known = {"licence": "mit", "open": True}
    store.write([document("b.yaml", says=((model("m"), known),))], MONDAY)
    store.write([document("a.yaml", says=((model("m"), {"licence": "mit"}),))], MONDAY)
    assert properties(store, "m") == known
    store.write([document("0.yaml", says=((model("m"), {"open": 1}),))], MONDAY)
    assert properties(store, "m")["open"] == 1
    assert properties(store, "m")["open"] is not True
