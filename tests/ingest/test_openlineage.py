"""OpenLineage: given these events, this came from that."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reading_helper import Read, Tree

SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"


def data(name: str, namespace: str = "bigquery", **more: object) -> dict[str, object]:
    return {"namespace": namespace, "name": name, **more}


def event(run: str = "r1", *, state: str = "COMPLETE", **more: Any) -> dict[str, object]:
    return {
        "eventType": state,
        "eventTime": "2025-01-01T00:00:00Z",
        "run": {"runId": run},
        "job": {"namespace": "jobs", "name": "j"},
        "schemaURL": SCHEMA,
        **more,
    }


def read(tree: Tree, *events: object) -> Read:
    return tree.read("events.json", json.dumps(events[0] if len(events) == 1 else events, indent=1))


def edges(one: Read) -> set[tuple[str, str, str]]:
    return {(a.subject.name, a.relation.role, a.object.name) for a in one.extract.assertions}


def test_outputs_of_a_run_came_from_its_inputs(tree: Tree) -> None:
    one = read(tree, event(inputs=[data("a"), data("b")], outputs=[data("c")]))
    assert edges(one) == {("c", "derived_from", "a"), ("c", "derived_from", "b")}
    assert one.output_ids == ["bigquery/c"]


def test_events_of_one_run_are_one_fact(tree: Tree) -> None:
    both: dict[str, Any] = {"inputs": [data("a")], "outputs": [data("c")]}
    one = read(tree, event(state="START", **both), event(**both))
    assert len(one.extract.assertions) == 1
    assert one.properties("c")["run_ids"] == ("r1",)


def test_events_of_one_run_add_up(tree: Tree) -> None:
    one = read(tree, event(state="START", inputs=[data("a")]), event(outputs=[data("c")]))
    assert edges(one) == {("c", "derived_from", "a")}


def test_runs_are_kept_apart(tree: Tree) -> None:
    one = read(
        tree,
        event("r1", inputs=[data("a")], outputs=[data("c")]),
        event("r2", inputs=[data("b")], outputs=[data("d")]),
    )
    assert edges(one) == {("c", "derived_from", "a"), ("d", "derived_from", "b")}


def test_what_a_failed_run_wrote_is_uncertain(tree: Tree) -> None:
    one = read(tree, event(state="FAIL", inputs=[data("a")], outputs=[data("c")]))
    assert one.input("a", "derived_from")["evidence"] == "inferred"


def test_a_run_that_writes_nothing_came_from_its_inputs_itself(tree: Tree) -> None:
    one = read(tree, event(inputs=[data("a")]))
    assert edges(one) == {("j", "derived_from", "a")}
    assert one.outputs == []


def test_many_inputs_and_outputs_meet_in_their_run(tree: Tree) -> None:
    inputs = [data(f"i{number}") for number in range(101)]
    outputs = [data(f"o{number}") for number in range(101)]
    one = read(tree, event(inputs=inputs, outputs=outputs))
    assert edges(one) == {("j", "derived_from", f"i{n}") for n in range(101)} | {
        (f"o{n}", "derived_from", "j") for n in range(101)
    }


@pytest.mark.parametrize(
    ("namespace", "name", "identity"),
    [
        ("s3://bucket", "/a/b", "s3://bucket/a/b"),
        ("gs://bucket/", "a", "gs://bucket/a"),
        ("hdfs://node:8020", "/a", "hdfs://node:8020/a"),
        ("file", "/tmp/a", "file://repo//tmp/a"),
        ("file:/tmp/house", "db.a", "file://repo//tmp/house/db.a"),
        ("file://host", "/data/a", "file://host//data/a"),
        ("bigquery", "p.d.t", "bigquery/p.d.t"),
        ("postgres://u:pw@h:5432", "d.s.t", "postgres://h:5432/d.s.t"),
        ("jdbc:x://h/d?user=u&password=pw", "t", "jdbc:x://h/d/t"),
        ("hf://datasets", "acme/faces", "hf://datasets/acme/faces"),
        ("https://huggingface.co/datasets", "acme/faces", "hf://datasets/acme/faces"),
        ("my-source", "my_schema.t", "my-source/my_schema.t"),
        ("config://repo/x", "a", "config:repo/x/a"),
        ("", "a", "name://datasets/a"),
    ],
)
def test_names(tree: Tree, namespace: str, name: str, identity: str) -> None:
    one = read(tree, event(inputs=[data(name, namespace)], outputs=[data("c")]))
    assert one.ids == {("derived_from", identity)}


def test_a_template_is_an_unknown_of_its_document(tree: Tree) -> None:
    one = read(tree, event(inputs=[data("${any}.*/t1", "file")], outputs=[data("c")]))
    ((_, identity),) = one.ids
    assert identity.startswith("unknown://repo/events.json")


def test_a_run_that_writes_weights_trained(tree: Tree) -> None:
    weights = data("m/face.safetensors", "s3://models")
    base = data("m/base.ckpt", "s3://models")
    one = read(tree, event(inputs=[data("a"), base], outputs=[weights]))
    assert {role for _, role, _ in edges(one)} == {"trained_on", "fine_tuned_from"}


def test_a_model_of_a_catalogue_and_what_it_predicts(tree: Tree) -> None:
    model = data("m", facets={"datasetType": {"datasetType": "MODEL"}})
    one = read(tree, event("r1", inputs=[data("a")], outputs=[model]))
    assert edges(one) == {("m", "trained_on", "a")}
    one = read(tree, event("r2", inputs=[model], outputs=[data("p")]))
    assert edges(one) == {("p", "generated_by", "m")}


def test_a_model_of_dbt_is_a_table(tree: Tree) -> None:
    job = {"namespace": "d", "name": "j", "facets": {"jobType": {"integration": "DBT"}}}
    table = data("c", facets={"datasetType": {"datasetType": "MODEL"}})
    one = read(tree, event(job=job, inputs=[data("a")], outputs=[table]))
    assert edges(one) == {("c", "derived_from", "a")}


def test_columns_name_further_inputs(tree: Tree) -> None:
    fields = {"x": {"inputFields": [{**data("b"), "field": "y"}]}}
    used = [{**data("d"), "field": "key", "transformations": [{"type": "INDIRECT"}]}]
    facets = {"columnLineage": {"fields": fields, "dataset": used}}
    one = read(tree, event(inputs=[data("a")], outputs=[data("c", facets=facets)]))
    assert edges(one) == {("c", "derived_from", name) for name in "abd"}
    assert one.input("b", "derived_from")["selector"] == "columns=y"


def test_of_several_outputs_columns_tell_which_is_sure(tree: Tree) -> None:
    def made_of(name: str) -> dict[str, object]:
        field = {"inputFields": [{**data(name), "field": "y"}]}
        return {"columnLineage": {"fields": {"x": field}}}

    one = read(
        tree,
        event(
            inputs=[data("a"), data("b")],
            outputs=[data("c", facets=made_of("a")), data("d", facets=made_of("b"))],
        ),
    )
    sure = {
        (a.subject.name, a.object.name)
        for a in one.extract.assertions
        if a.evidence.value == "declared"
    }
    assert sure == {("c", "a"), ("d", "b")}
    assert len(edges(one)) == 4


def test_explicit_lineage_counts_alone(tree: Tree) -> None:
    entries = [{**data("c"), "type": "DATASET", "inputs": [{**data("a"), "type": "DATASET"}]}]
    job = {"namespace": "n", "name": "j", "facets": {"lineage": {"entries": entries}}}
    both: dict[str, Any] = {"inputs": [data("a"), data("b")], "outputs": [data("c"), data("d")]}
    one = read(tree, event(job=job, **both))
    assert edges(one) == {
        ("c", "derived_from", "a"),
        ("d", "derived_from", "a"),
        ("d", "derived_from", "b"),
    }


def test_other_names_and_earlier_names(tree: Tree) -> None:
    facets = {
        "symlinks": {"identifiers": [{"namespace": "hive://m", "name": "db.c", "type": "TABLE"}]},
        "lifecycleStateChange": {
            "lifecycleStateChange": "RENAME",
            "previousIdentifier": data("c_tmp"),
        },
    }
    one = read(tree, event(outputs=[data("c", facets=facets)]))
    assert edges(one) == {
        ("c", "same_as", "db.c"),
        ("db.c", "same_as", "c"),
        ("c", "derived_from", "c_tmp"),
    }


def test_facets_of_people_are_not_kept(tree: Tree) -> None:
    owners = [{"name": "team:vision"}, {"name": "person:jane"}, {"name": "jane@acme.example"}]
    rows = {"outputStatistics": {"rowCount": 7}}
    output = data("c", facets={"ownership": {"owners": owners}}, outputFacets=rows)
    said = read(tree, event(outputs=[output])).properties("c")
    assert said["owners"] == ("team:vision",)
    assert said["rows"] == 7


def test_the_part_that_was_read(tree: Tree) -> None:
    subset = {"inputCondition": {"type": "partition", "partitions": [{"identifier": "day=1"}]}}
    given = data(
        "a", facets={"version": {"datasetVersion": "4"}}, inputFacets={"subset": subset}
    )  # fmt: skip
    one = read(tree, event(inputs=[given], outputs=[data("c")]))
    assert one.input("a", "derived_from")["selector"] == "version=4; partition=day=1"


def test_an_event_of_a_data_set(tree: Tree) -> None:
    inputs = [{**data("a"), "type": "DATASET"}, {"type": "JOB", "namespace": "n", "name": "crawl"}]
    one = read(
        tree,
        {
            "eventTime": "2025-01-01T00:00:00Z",
            "dataset": data("c", facets={"lineage": {"inputs": inputs}}),
            "schemaURL": SCHEMA,
        },
    )
    assert edges(one) == {("c", "derived_from", "a"), ("c", "derived_from", "crawl")}
    assert one.outputs == ["c"]


def test_a_facet_alone(tree: Tree) -> None:
    entries = [{"type": "JOB", "inputs": [{**data("a"), "type": "DATASET"}]}]
    schema = "https://openlineage.io/spec/facets/1-0-0/LineageFacet.json"
    one = read(tree, {"lineage": {"_schemaURL": schema, "entries": entries}})
    assert edges(one) == {("events", "derived_from", "a")}


@pytest.mark.parametrize("name", ["log.jsonl", "log.ndjson", "log.json"])
def test_one_event_on_each_line(tree: Tree, name: str) -> None:
    lines = [
        json.dumps(event("r1", inputs=[data("a")], outputs=[data("c")])),
        "",
        json.dumps(event("r2", inputs=[data("b")], outputs=[data("d")])),
    ]
    one = tree.read(name, "\n".join(lines) + "\n")
    assert edges(one) == {("c", "derived_from", "a"), ("d", "derived_from", "b")}
    assert [a.place.line for a in one.extract.assertions] == [1, 3]


def test_the_answer_of_a_server(tree: Tree) -> None:
    told = {"events": [event(inputs=[data("a")], outputs=[data("c")])], "totalCount": 1}
    assert edges(read(tree, told)) == {("c", "derived_from", "a")}


def test_a_table_that_is_updated_came_from_itself(tree: Tree) -> None:
    assert edges(read(tree, event(inputs=[data("a")], outputs=[data("a")]))) == {
        ("a", "derived_from", "a")
    }


def test_an_event_without_data_says_so(tree: Tree) -> None:
    one = read(tree, event())
    assert one.extract.assertions == ()
    assert one.skipped == ["these events name no data sets"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", '{"eventType": "COMPLETE", "name": "x"}'),
        ("a.json", '{"eventType": "click", "outputs": [{"namespace": "a", "name": "b"}]}'),
        ("a.json", '{"eventTime": "2025", "job": "j"}'),
        ("a.json", '{"lineage": {"inputs": [{"namespace": "a", "name": "b"}]}}'),
        ("a.json", '[{"inputs": ["a"], "outputs": ["b"]}]'),
        ("a.jsonl", '{"text": "an eventType"}\n{"text": "b"}\n'),
        ("a.jsonl", "not json at all"),
    ],
)
def test_what_is_no_event(tree: Tree, name: str, text: str) -> None:
    assert tree.claimant(name, text) is None
