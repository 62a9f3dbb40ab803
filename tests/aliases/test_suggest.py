"""Which names are suggested to be one thing, and which never are."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.tables import table
from lineage.aliases import Rule, Sizes, by_change, suggest
from lineage.aliases.known import known_sets
from lineage.aliases.names import is_generic, spoken
from lineage.graph import Graph
from lineage.impact import Policy, impact
from lineage.records import Assertion, DocumentRef, Extract, Place, Reading, Ref, Statement
from lineage.vocabulary import Kind, Relation
from worlds import snapshot, world


def data(name: str, namespace: str = "hf://datasets") -> Ref:
    return Ref(Kind.DATASET, namespace, name)


def model(name: str, namespace: str = "hf://models") -> Ref:
    return Ref(Kind.MODEL, namespace, name)


def says(*refs: Ref, path: str = "a.yml", **properties: object) -> Reading:
    """A document that speaks of these and gives each the properties."""
    stated = tuple(sorted(properties.items()))
    return Reading(
        DocumentRef("repo", path, "0" * 64, "test"),
        Extract(tuple(Statement(ref, Place("k", 1), stated) for ref in refs)),  # type: ignore[arg-type]
    )


def relates(subject: Ref, relation: Relation, thing: Ref, path: str = "r.yml") -> Reading:
    return Reading(
        DocumentRef("repo", path, "0" * 64, "test"),
        Extract((), (Assertion(subject, relation, thing, Place("k", 1)),)),
    )


def suggested(*readings: Reading) -> set[tuple[frozenset[str], str]]:
    graph = Graph(snapshot(*readings))
    return {(frozenset({s.a, s.b}), s.rule.value) for s in suggest(graph)}


@pytest.mark.parametrize(
    ("a", "b", "rule"),
    [
        (data("Acme/Faces"), data("acme/faces"), "case"),
        (data("okcupid", "name://datasets"), data("OkCupid", "lineage://story"), "case"),
        (Ref(Kind.SOURCE, "name://sources", "Reddit"), data("reddit"), "case"),
        (data("Common Crawl", "name://datasets"), data("common-crawl"), "spelling"),
        (data("CommonCrawl", "name://datasets"), data("common_crawl"), "spelling"),
        (model("unsloth/Llama-3.1-8B"), model("meta-llama/Llama-3.1-8B"), "mirror"),
        (model("LLM/Llama-3.1-8B", "ms://models"), model("meta-llama/llama-3-1-8b"), "mirror"),
        (
            model("deepset/minilm-uncased-squad2"),
            model("minilm-uncased-squad2", "name://models"),
            "mirror",
        ),
        (model("/models/gemma-7b", "file://repo"), model("google/gemma-7b"), "mirror"),
        (data("/data/ultrafeedback.jsonl", "file://repo"), data("acme/UltraFeedback"), "mirror"),
    ],
)
def test_these_may_be_one_thing(a: Ref, b: Ref, rule: str) -> None:
    assert suggested(says(a, b)) == {(frozenset({a.id, b.id}), rule)}


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (data("acme/faces"), model("acme/faces")),
        (data("a/train"), data("b/train")),
        (data("a/train-00000-of-00001.parquet"), data("b/train_00000_of_00001.parquet")),
        (model("out/checkpoint-500", "file://a"), model("checkpoint-500", "file://b")),
        (model("a/my_model"), model("b/my-model")),
        (data("a/c4"), data("b/C4")),
        (model("acme/net-1.0"), model("beta/net-10")),
        (model("roberta.large", "name://models"), model("roberta.base", "name://models")),
        (model("sft", "config://repo/a.yml"), model("sft-run", "config://repo/b.yml")),
        (data("corpusx", "unknown://repo/a:k"), data("corpusx", "unknown://repo/b:k")),
        (data("acme/${name}", "file://r"), data("other/${name}", "file://r")),
        (data("a/webface"), data("b/WebFace")),
        (Ref(Kind.COPY, "file://a", "out/llama-ft"), Ref(Kind.COPY, "file://b", "out/llama-ft")),
    ],
)
def test_these_are_never_suggested(a: Ref, b: Ref) -> None:
    assert suggested(says(a, b)) == set()


@pytest.mark.parametrize(
    "relation",
    [
        Relation.SAME_AS,
        Relation.DISTINCT_FROM,
        Relation.QUANTIZED_FROM,
        Relation.FINE_TUNED_FROM,
        Relation.MIRROR_OF,
    ],
)
def test_what_a_document_relates_already_is_not_suggested(relation: Relation) -> None:
    a, b = model("unsloth/Llama-3.1-8B"), model("meta-llama/Llama-3.1-8B")
    assert suggested(relates(a, relation, b)) == set()
    assert suggested(relates(b, relation, a)) == set()


def test_a_decision_on_one_name_holds_for_the_others_that_are_the_same() -> None:
    a, b, c = model("x/netnet"), model("y/netnet"), model("z/other")
    assert (
        suggested(relates(a, Relation.SAME_AS, c, "1"), relates(c, Relation.DISTINCT_FROM, b, "2"))
        == set()
    )


def test_a_name_said_to_be_also_called_so() -> None:
    a, b = data("MegaSet", "lineage://x"), data("acme/kappa-nine")
    reading = says(a, also_called=("kappa-nine", "train"))
    assert suggested(reading, says(b, data("b/train"), path="b")) == {
        (frozenset({a.id, b.id}), "mirror")
    }


def test_known_sets_are_recognised_by_their_numbers() -> None:
    folder = data("/mnt/crops", "file://repo")
    public = data("MS1MV2", "lineage://face-recognition")
    found = suggested(says(folder, num_classes=85742, num_image=5822653), says(public, path="b"))
    assert found == {(frozenset({folder.id, public.id}), "known")}
    (suggestion,) = suggest(
        Graph(snapshot(says(folder, num_classes=85742), says(public, path="b")))
    )
    assert "85,742 identities" in suggestion.reason
    assert "ms1mv2_r50.py" in suggestion.reason


def test_a_usual_folder_name_is_enough_and_contrary_numbers_forbid() -> None:
    folder = data("/train_tmp/faces_emore", "file://repo")
    public = data("MS1MV2", "lineage://face-recognition")
    assert suggested(says(folder, public)) == {(frozenset({folder.id, public.id}), "known")}
    glint = data("Glint360K", "lineage://face-recognition")
    assert suggested(says(folder, num_classes=360232), says(public, glint, path="b")) == {
        (frozenset({folder.id, glint.id}), "known")
    }


def test_names_that_mislead() -> None:
    """The folder faces_webface_112x112 is CASIA-WebFace, whatever WebFace260M is called."""
    folder = data("faces_webface_112x112", "file://repo")
    casia = data("CASIA-WebFace", "lineage://face-recognition")
    big = data("WebFace260M", "lineage://face-recognition")
    also = says(big, also_called=("faces_webface_112x112", "webface"), path="b")
    assert suggested(says(folder, casia), also) == {(frozenset({folder.id, casia.id}), "known")}


def test_the_same_numbers_of_no_known_set() -> None:
    a, b, c = data("/x/alpha", "file://r"), data("/y/beta", "file://r"), data("/z/gam", "file://r")
    same = suggested(
        says(a, identities=12345, images=678901),
        says(b, num_classes="12345", records=678901, path="b"),
        says(c, identities=12345, path="c"),
    )
    assert same == {(frozenset({a.id, b.id}), "known")}


def test_known_sets_agree_with_what_the_ingestor_recognises() -> None:
    numbers = {k.name: (k.identities, k.images) for k in known_sets()}
    for rows in table("arcface").values():
        for row in rows:
            identities, images = numbers[row["dataset"]]
            assert identities == int(row["num_classes"])
            assert "num_image" not in row or images == int(row["num_image"])
            known = next(k for k in known_sets() if k.name == row["dataset"])
            assert spoken(row["component"]) in known.names


def test_every_entry_of_the_data_file_says_where_it_is_from() -> None:
    path = Path(__file__).parents[2] / "lineage/aliases/face_data.json"
    content = json.loads(path.read_text("utf-8"))
    rows = content["sets"] + content["ambiguous"]
    assert all(len(row["source"]) > 20 for row in rows)
    spellings = [name for known in known_sets() for name in known.names]
    assert len(spellings) == len(set(spellings))


def test_a_group_is_suggested_around_the_name_most_assertions_speak_of() -> None:
    names = [model(f"org{i}/Llama-3.1-8B") for i in range(6)]
    used = [
        relates(model(f"ft{i}", "lineage://x"), Relation.FINE_TUNED_FROM, names[3], f"u{i}")
        for i in range(3)
    ]
    found = suggest(Graph(snapshot(says(*names), *used)))
    assert [s.a for s in found] == [names[3].id] * 5
    assert {s.b for s in found} == {n.id for n in names} - {names[3].id}


def test_what_was_rejected_with_one_is_offered_with_the_next() -> None:
    names = [model(f"org{i}/Llama-3.1-8B") for i in range(3)]
    rejected = relates(names[0], Relation.DISTINCT_FROM, names[1], "r1")
    assert suggested(says(*names), rejected) == {(frozenset({names[0].id, names[2].id}), "mirror")}
    both = relates(names[0], Relation.DISTINCT_FROM, names[2], "r2")
    assert suggested(says(*names), rejected, both) == {
        (frozenset({names[1].id, names[2].id}), "mirror")
    }


def test_many_names_of_one_kind_stay_few_suggestions_and_fast() -> None:
    names = [data(f"org{i}/big-corpus") for i in range(20_000)]
    found = suggest(Graph(snapshot(says(*names))))
    assert len(found) == 19_999


NAMES = st.sampled_from(
    ["Acme/Faces", "acme/faces", "acme-faces", "beta/FACES", "faces!", "kappa/nine", "Nine_Kappa"]
)
REFS = st.builds(
    Ref,
    st.sampled_from([Kind.DATASET, Kind.MODEL, Kind.SOURCE]),
    st.sampled_from(["hf://datasets", "name://x", "lineage://y"]),
    NAMES,
)
TOLD = st.tuples(
    REFS,
    st.sampled_from([Relation.SAME_AS, Relation.DISTINCT_FROM, Relation.DERIVED_FROM]),
    REFS,
)


@settings(max_examples=60)
@given(
    st.lists(TOLD, min_size=1, max_size=6),
    st.lists(REFS, max_size=6),
    st.randoms(use_true_random=False),
)
def test_suggestions_do_not_depend_on_the_order_of_documents(
    told: list[tuple[Ref, Relation, Ref]], named: list[Ref], random: Random
) -> None:
    readings = [relates(*t, path=f"{i}") for i, t in enumerate(told)]
    readings += [says(ref, path=f"n{i}") for i, ref in enumerate(named)]
    found = suggest(Graph(snapshot(*readings)))
    random.shuffle(readings)
    assert suggest(Graph(snapshot(*readings))) == found
    pairs = [frozenset({s.a, s.b}) for s in found]
    assert len(pairs) == len(set(pairs)), "no pair twice"
    assert len(pairs) < len({id_ for pair in pairs for id_ in pair} | {""}), "a forest"


LETTERS = st.sampled_from(["s1", "d1", "d2", "m1", "m2", "m3", "c1", "x1"])
EDGES = st.lists(
    st.tuples(LETTERS, st.sampled_from([r.value for r in Relation]), LETTERS), max_size=20
)


def both_ways(told: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """SAME_AS is stated both ways."""
    return told + [(o, r, s) for s, r, o in told if r == "SAME_AS"]


@settings(max_examples=200)
@given(EDGES)
def test_the_change_is_what_impact_says_before_and_after(
    told: list[tuple[str, str, str]],
) -> None:
    told = [*both_ways(told), ("m1", "TRAINED_ON", "s1"), ("m1", "TRAINED_ON", "d1")]
    graph = world(*told)
    a, b = (graph.number[f"test://world/{n}"] for n in ("s1", "d1"))
    sizes = Sizes(graph, Policy())
    for roots in ((a,), (b,), (a, b)):
        counts = impact(graph, roots).counts
        size = sizes.size(*roots)
        assert size.things == counts["total"]["blast_radius"]
        assert size.models == counts["kind"].get(Kind.MODEL, 0)
        assert size.deployments == counts["kind"].get(Kind.DEPLOYMENT, 0)
    joined = world(*told, ("s1", "SAME_AS", "d1"), ("d1", "SAME_AS", "s1"))
    for root in ("s1", "d1"):
        counts = impact(joined, [joined.number[f"test://world/{root}"]]).counts
        assert counts["total"]["blast_radius"] == sizes.size(a, b).things


def test_the_biggest_change_stands_first_then_the_name() -> None:
    used = [
        relates(model(f"ft{i}", "lineage://x"), Relation.TRAINED_ON, data("a/zebra-set"), f"u{i}")
        for i in range(3)
    ]
    graph = Graph(
        snapshot(
            says(
                data("a/zebra-set"), data("b/zebra-set"), data("a/apple-set"), data("b/apple-set")
            ),
            says(data("a/birch-set"), data("b/birch-set"), path="b"),
            *used,
        )
    )
    ranked = by_change(graph, suggest(graph))
    assert [s.a.rpartition("/")[2] for s, _ in ranked] == ["zebra-set", "apple-set", "birch-set"]
    assert [(c.first.models, c.second.models, c.joined.models, c.missed) for _, c in ranked] == [
        (3, 0, 3, 3),
        (0, 0, 0, 0),
        (0, 0, 0, 0),
    ]


@pytest.mark.parametrize("name", ["train", "Data", "out", "abc", "epoch_12", "my-dataset", "---"])
def test_generic_names(name: str) -> None:
    assert is_generic(name)


def test_rules_are_told_apart() -> None:
    assert {rule.value for rule in Rule} == {"case", "spelling", "mirror", "known"}
