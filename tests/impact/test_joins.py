"""Joins between documents that no single document states."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.graph import Graph
from lineage.joins import joins, joins_among
from lineage.records import (
    Assertion,
    DocumentRef,
    Extract,
    Place,
    Reading,
    Ref,
    Snapshot,
    Statement,
    frozen_properties,
)
from lineage.vocabulary import Kind, Relation
from worlds import snapshot

Triple = tuple[str, str, str]


def path(name: str, kind: Kind = Kind.DATASET, repository: str = "repo") -> Ref:
    return Ref(kind, f"file://{repository}", name)


def model(name: str) -> Ref:
    return Ref(Kind.MODEL, "config://repo/a.yml", name)


def said(
    *told: tuple[Ref, Relation, Ref],
    statements: tuple[Statement, ...] = (),
    repository: str = "repo",
    document: str = "a.yml",
) -> Reading:
    return Reading(
        DocumentRef(repository, document, "0" * 64, "test"),
        Extract(statements, tuple(Assertion(s, r, o, Place("k", 1)) for s, r, o in told)),
    )


def joined(taken: Snapshot) -> set[Triple]:
    return {
        (a.subject.name, a.relation.value, a.object.name)
        for a in joins(Graph(taken)).extract.assertions
    }


def test_a_checkpoint_inside_an_output_folder_belongs_to_it() -> None:
    taken = snapshot(
        said((path("out/sft", Kind.COPY), Relation.COPY_OF, model("sft"))),
        said(
            (model("grpo"), Relation.FINE_TUNED_FROM, path("out/sft/epoch_0", Kind.MODEL)),
            document="b.yml",
        ),
    )
    assert joined(taken) == {("out/sft/epoch_0", "SUBSET_OF", "out/sft")}


def test_paths_of_other_repositories_never_join() -> None:
    taken = snapshot(
        said((path("out/sft", Kind.COPY), Relation.COPY_OF, model("sft"))),
        said(
            (model("x"), Relation.FINE_TUNED_FROM, path("out/sft/e0", Kind.MODEL, "other")),
            repository="other",
            document="b.yml",
        ),
    )
    assert joined(taken) == set()


def test_training_on_a_folder_is_training_on_the_known_things_inside() -> None:
    taken = snapshot(
        said((path("data/okc/photos"), Relation.DERIVED_FROM, path("export.zip"))),
        said((model("m"), Relation.TRAINED_ON, path("data/okc")), document="b.yml"),
        said((model("n"), Relation.TRAINED_ON, path("data/okc/labels.csv")), document="c.yml"),
    )
    assert joined(taken) == {
        ("data/okc/photos", "SUBSET_OF", "data/okc"),
        ("data/okc/labels.csv", "SUBSET_OF", "data/okc"),
        ("m", "TRAINED_ON", "data/okc/photos"),
    }


def test_another_name_of_a_folder_is_not_each_of_the_things_inside() -> None:
    taken = snapshot(
        said((path("data/okc/photos"), Relation.DERIVED_FROM, path("export.zip"))),
        said((path("data/okc/labels"), Relation.DERIVED_FROM, path("names.zip")), document="b.yml"),
        said(
            (Ref(Kind.DATASET, "hf://datasets", "acme/okc"), Relation.SAME_AS, path("data/okc")),
            document="c.yml",
        ),
    )
    assert {j for j in joined(taken) if j[0] == "acme/okc"} == {
        ("acme/okc", "DERIVED_FROM", "data/okc/photos"),
        ("acme/okc", "DERIVED_FROM", "data/okc/labels"),
    }


def test_a_name_like_a_hubs_that_this_repository_writes_may_be_the_path() -> None:
    taken = snapshot(
        said((path("saves/qwen3", Kind.COPY), Relation.COPY_OF, model("sft"))),
        said(
            (model("q"), Relation.QUANTIZED_FROM, Ref(Kind.MODEL, "hf://models", "saves/qwen3")),
            document="b.yml",
        ),
    )
    assert joined(taken) == {("q", "QUANTIZED_FROM", "saves/qwen3")}


def test_the_same_bytes_are_the_same_thing() -> None:
    digest = frozen_properties({"digest": "md5:abc"})
    a, b = path("data/a.csv"), path("copy/a.csv", repository="other")
    taken = snapshot(
        said(statements=(Statement(a, Place("k"), digest), Statement(b, Place("k"), digest)))
    )
    assert joined(taken) == {
        ("data/a.csv", "SAME_AS", "copy/a.csv"),
        ("copy/a.csv", "SAME_AS", "data/a.csv"),
    }


def test_joins_are_the_same_whatever_the_order() -> None:
    one = said((path("out/sft", Kind.COPY), Relation.COPY_OF, model("sft")))
    two = said(
        (model("g"), Relation.FINE_TUNED_FROM, path("out/sft/e0", Kind.MODEL)), document="b.yml"
    )
    assert joins(Graph(snapshot(one, two))) == joins(Graph(snapshot(two, one)))


folders = st.sampled_from(["a", "a/b", "a/b/c", "a/d", "org/x", "org"])
things = st.one_of(
    st.builds(path, folders, st.sampled_from([Kind.COPY, Kind.DATASET]), st.sampled_from("rq")),
    st.builds(Ref, st.just(Kind.MODEL), st.just("hf://models"), st.sampled_from(["org/x", "o/y"])),
    st.builds(model, st.sampled_from("mn")),
)
facts = st.tuples(things, st.sampled_from(list(Relation)), things)


@st.composite
def documents(draw: st.DrawFn) -> Reading:
    digests = st.sampled_from(["md5:1", "md5:2", "UNKNOWN"])
    about = draw(st.lists(st.tuples(things, digests), max_size=3))
    return said(
        *draw(st.lists(facts, max_size=6)),
        statements=tuple(
            Statement(thing, Place("k"), frozen_properties({"digest": digest}))
            for thing, digest in about
        ),
        repository=draw(st.sampled_from("rq")),
        document=draw(st.sampled_from(["a.yml", "b.yml"])),
    )


@settings(max_examples=300)
@given(st.lists(documents(), max_size=4, unique_by=lambda r: r.document.id))
def test_what_a_graph_looks_at_is_all_that_decides(readings: list[Reading]) -> None:
    taken = snapshot(*readings)
    made = joins(Graph(taken))
    assert made == joins_among(taken)
    both = snapshot(*readings, made)
    assert joins(Graph(both)) == joins_among(both) == made
