"""Given these assertions, revoking this hits exactly those."""

from __future__ import annotations

import pytest

from lineage.errors import AmbiguousError, NotFoundError, UsageError
from lineage.graph import Graph
from lineage.impact import Certainty, Policy, explain, impact
from worlds import name_of, reading, ref, snapshot, world


def falls(graph: Graph, *roots: str, policy: Policy | None = None) -> dict[str, str]:
    """Affected names with their effect."""
    answer = impact(graph, [graph.number[ref(r).id] for r in roots], policy)
    return {name_of(a.id): a.effect.value for a in answer.affected}


def certain(graph: Graph, root: str) -> dict[str, str]:
    answer = impact(graph, [graph.number[ref(root).id]])
    return {name_of(a.id): a.certainty.value for a in answer.affected}


def test_the_whole_chain_of_machine_learning_is_reached() -> None:
    graph = world(
        ("d1", "DERIVED_FROM", "s"),
        ("m1", "TRAINED_ON", "d1"),
        ("m2", "FINE_TUNED_FROM", "m1"),
        ("m3", "MERGED_FROM", "m2"),
        ("m4", "QUANTIZED_FROM", "m3"),
        ("x1", "DEPLOYS", "m4"),
        ("m9", "TRAINED_ON", "d9"),
    )
    assert falls(graph, "s") == {
        "d1": "contaminates",
        "m1": "contaminates",
        "m2": "contaminates",
        "m3": "contaminates",
        "m4": "contaminates",
        "x1": "exposes",
    }


def test_evaluation_and_tokenizer_inform_and_go_no_further() -> None:
    graph = world(
        ("m1", "EVALUATED_ON", "s"),
        ("m2", "FINE_TUNED_FROM", "m1"),
        ("x1", "DEPLOYS", "m1"),
        ("m3", "TOKENIZED_WITH", "m4"),
        ("m4", "TRAINED_ON", "s"),
    )
    assert falls(graph, "s") == {
        "m1": "informs",
        "x1": "informs",
        "m4": "contaminates",
        "m3": "informs",
    }


def test_data_made_by_a_deployed_model_is_reached() -> None:
    graph = world(
        ("m1", "TRAINED_ON", "s"),
        ("x1", "DEPLOYS", "m1"),
        ("d2", "GENERATED_BY", "x1"),
        ("m2", "TRAINED_ON", "d2"),
    )
    assert falls(graph, "s") == {
        "m1": "contaminates",
        "x1": "exposes",
        "d2": "contaminates",
        "m2": "contaminates",
    }


def test_other_names_of_the_source_are_the_source() -> None:
    graph = world(
        ("d2", "SAME_AS", "s"),
        ("s", "SAME_AS", "d2"),
        ("m1", "TRAINED_ON", "d2"),
    )
    answer = impact(graph, [graph.number[ref("s").id]])
    assert {name_of(a.id): a.effect.value for a in answer.affected} == {
        "d2": "identifies",
        "m1": "contaminates",
    }
    assert answer.counts["total"]["blast_radius"] == 1


def test_two_names_of_one_model_count_once() -> None:
    graph = world(
        ("m1", "TRAINED_ON", "s"),
        ("m1", "SAME_AS", "m2"),
        ("m2", "SAME_AS", "m1"),
    )
    answer = impact(graph, [graph.number[ref("s").id]])
    assert answer.counts["kind"] == {"Model": 1}
    assert answer.counts["total"]["names"] == 2


def test_each_place_of_a_model_counts_though_the_bytes_are_the_same() -> None:
    graph = world(
        ("m1", "TRAINED_ON", "s"),
        ("c1", "COPY_OF", "m1"),
        ("c2", "COPY_OF", "m1"),
        ("c1", "SAME_AS", "m1"),
        ("m1", "SAME_AS", "c1"),
        ("c1", "SAME_AS", "c2"),
    )
    answer = impact(graph, [graph.number[ref("s").id]])
    assert answer.counts["kind"] == {"Model": 1, "Copy": 2}
    assert answer.coverage[1] == answer.counts["total"]["blast_radius"] == 3


def test_an_inferred_link_makes_possible_what_a_stated_one_proves() -> None:
    graph = world(
        ("m1", "TRAINED_ON", "s", "inferred"),
        ("m2", "FINE_TUNED_FROM", "m1"),
        ("m3", "TRAINED_ON", "s"),
        ("m3", "FINE_TUNED_FROM", "m1"),
    )
    assert certain(graph, "s") == {"m1": "possible", "m2": "possible", "m3": "proven"}


def test_a_longer_proven_path_beats_a_shorter_possible_one() -> None:
    graph = world(
        ("m1", "TRAINED_ON", "s", "comment"),
        ("d1", "DERIVED_FROM", "s"),
        ("m1", "TRAINED_ON", "d1"),
    )
    answer = impact(graph, [graph.number[ref("s").id]])
    found = {name_of(a.id): (a.certainty, a.distance) for a in answer.affected}
    assert found["m1"] == (Certainty.PROVEN, 2)


def test_a_place_that_two_configs_write_proves_nothing_about_its_users() -> None:
    graph = Graph(
        snapshot(
            reading([("m1", "TRAINED_ON", "s"), ("c1", "COPY_OF", "m1")], "a.yml"),
            reading([("m2", "TRAINED_ON", "d2"), ("c1", "COPY_OF", "m2")], "b.yml"),
            reading([("m3", "FINE_TUNED_FROM", "c1")], "c.yml"),
        )
    )
    assert certain(graph, "s") == {"m1": "proven", "c1": "proven", "m3": "possible"}


def test_retracted_assertions_still_contaminate_unless_told_otherwise() -> None:
    graph = Graph(
        snapshot(reading([("m1", "TRAINED_ON", "s")]), retracted=[("m1", "TRAINED_ON", "s")])
    )
    answer = impact(graph, [graph.number[ref("s").id]])
    assert [name_of(a.id) for a in answer.affected] == ["m1"]
    assert answer.retracted_used == 1
    assert falls(graph, "s", policy=Policy(counts_retracted=False)) == {}


def test_unknown_inputs_are_undetermined_and_never_clean() -> None:
    graph = world(
        ("m1", "TRAINED_ON", "s"),
        ("m2", "FINE_TUNED_FROM", "m8"),
        ("m3", "TRAINED_ON", "s2"),
        ("x3", "DEPLOYS", "m3"),
    )
    answer = impact(graph, [graph.number[ref("s").id]])
    assert (answer.undetermined, answer.cleared) == (2, 3)  # m8 and m2; s2, m3 and x3
    assert answer.coverage == (1, 1)


def test_a_party_or_grant_stands_for_what_it_gave() -> None:
    graph = world(
        ("s", "PROVIDED_BY", "p"),
        ("s", "COVERED_BY", "g"),
        ("g", "GRANTED_BY", "p"),
        ("m1", "TRAINED_ON", "s"),
        ("r", "REVOKES", "g"),
    )
    for root in ("p", "g", "r"):
        assert falls(graph, root) == {"s": "contaminates", "m1": "contaminates"}, root


def test_several_sources_together() -> None:
    graph = world(
        ("m1", "TRAINED_ON", "s"), ("m2", "TRAINED_ON", "s2"), ("m3", "MERGED_FROM", "m2")
    )
    assert set(falls(graph, "s", "s2")) == {"m1", "m2", "m3"}


def test_biometric_records_flag_what_they_contaminate() -> None:
    graph = world(
        ("m1", "TRAINED_ON", "s"),
        ("m2", "EVALUATED_ON", "s"),
        ("x1", "DEPLOYS", "m1"),
        properties={"s": {"data_categories": ["FacialPrint"]}, "x1": {"in_use_to": "UNKNOWN"}},
    )
    answer = impact(graph, [graph.number[ref("s").id]])
    assert {name_of(a.id): a.risks for a in answer.affected} == {
        "m1": ("biometric",),
        "x1": ("biometric",),
        "m2": (),
    }
    assert answer.counts["unknown"] == {"in_use_to": 1}


def test_a_chain_of_ten_thousand_is_whole() -> None:
    graph = world(
        ("m0", "TRAINED_ON", "s"),
        *((f"m{i + 1}", "FINE_TUNED_FROM", f"m{i}") for i in range(10_000)),
    )
    assert len(falls(graph, "s")) == 10_001


def test_the_explanation_names_document_and_line() -> None:
    graph = world(("d1", "DERIVED_FROM", "s"), ("m1", "TRAINED_ON", "d1"), ("x1", "DEPLOYS", "m1"))
    found = explain(graph, [graph.number[ref("s").id]], graph.number[ref("x1").id])
    assert [
        (name_of(s.subject), s.relation.value, name_of(s.object), s.assertions[0].line)
        for s in found.steps
    ] == [
        ("d1", "DERIVED_FROM", "s", 1),
        ("m1", "TRAINED_ON", "d1", 2),
        ("x1", "DEPLOYS", "m1", 3),
    ]


def test_an_informed_artifact_is_explained_too() -> None:
    graph = world(
        ("d1", "DERIVED_FROM", "s"), ("m1", "EVALUATED_ON", "d1"), ("x1", "DEPLOYS", "m1")
    )
    found = explain(graph, [graph.number[ref("s").id]], graph.number[ref("x1").id])
    assert [s.relation.value for s in found.steps] == ["DERIVED_FROM", "EVALUATED_ON", "DEPLOYS"]


def test_what_is_not_affected_has_no_explanation() -> None:
    graph = world(("m1", "TRAINED_ON", "s"), ("m2", "TRAINED_ON", "s2"))
    with pytest.raises(UsageError, match="not affected"):
        explain(graph, [graph.number[ref("s").id]], graph.number[ref("m2").id])


def test_names_resolve_or_list_their_candidates() -> None:
    graph = world(("m1", "TRAINED_ON", "s-okcupid"), ("m12", "TRAINED_ON", "s-other"))
    assert graph.resolve("okcupid") == graph.number[ref("s-okcupid").id]
    assert graph.resolve("m1") == graph.number[ref("m1").id]
    with pytest.raises(NotFoundError):
        graph.resolve("nowhere")
    with pytest.raises(AmbiguousError) as caught:
        graph.resolve("s-o")
    assert caught.value.total == 2
