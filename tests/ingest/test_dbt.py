"""dbt: what manifests, property files and models tell of tables."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reading_helper import Read, Tree

SCHEMA = "https://schemas.getdbt.com/dbt/manifest/{}.json"


def node(kind: str, name: str, *parents: str, **others: object) -> dict[str, Any]:
    unique_id = f"{kind}.p.{name}"
    row = {"unique_id": unique_id, "resource_type": kind, "name": name, **others}
    return {unique_id: {**row, "depends_on": {"macros": [], "nodes": list(parents)}}}


def manifest(tree: Tree, version: str = "v12", **parts: object) -> Read:
    root = {"metadata": {"dbt_schema_version": SCHEMA.format(version)}, "nodes": {}, **parts}
    return tree.read("target/manifest.json", json.dumps(root))


@pytest.mark.parametrize("version", ["v1", "v4", "v12"])
def test_a_model_of_dbt_is_a_table(tree: Tree, version: str) -> None:
    read = manifest(tree, version, nodes=node("model", "m", "source.p.s.t"))
    assert read.inputs == {("derived_from", "source.p.s.t")}
    assert read.outputs == ["model.p.m"]
    assert {s.ref.kind.value for s in read.extract.statements} == {"Dataset"}


def test_seeds_and_snapshots_are_tables_and_tests_are_none(tree: Tree) -> None:
    nodes = {
        **node("seed", "s"),
        **node("snapshot", "h", "seed.p.s"),
        **node("test", "t", "seed.p.s"),
        **node("analysis", "a", "seed.p.s"),
        **node("operation", "o", "seed.p.s"),
        **node("model", "m", "macro.p.x", "test.p.t", "snapshot.p.h"),
    }
    read = manifest(tree, nodes=nodes)
    edges = {(a.subject.name, a.object.name) for a in read.extract.assertions}
    assert edges == {("snapshot.p.h", "seed.p.s"), ("model.p.m", "snapshot.p.h")}
    assert set(read.outputs) == {"seed.p.s", "snapshot.p.h", "model.p.m"}


def test_parents_may_stand_in_the_map_of_parents_alone(tree: Tree) -> None:
    read = manifest(tree, nodes=node("model", "m"), parent_map={"model.p.m": ["source.p.s.t"]})
    assert read.inputs == {("derived_from", "source.p.s.t")}


def test_a_disabled_model_is_left_out(tree: Tree) -> None:
    read = manifest(tree, disabled={"model.p.x": [{"depends_on": {"nodes": ["model.p.y"]}}]})
    assert read.inputs == set()


def test_exposures(tree: Tree) -> None:
    exposures = {
        **node("exposure", "score", "model.p.m", type="ml", owner={"email": "a@b.c"}),
        **node("exposure", "board", "metric.p.r", type="dashboard"),
    }
    metrics = node("metric", "r", "model.p.n")
    read = manifest(tree, exposures=exposures, metrics=metrics)
    edges = {(a.subject.name, a.relation.role, a.object.name) for a in read.extract.assertions}
    assert edges == {
        ("exposure.p.score", "trained_on", "model.p.m"),
        ("exposure.p.board", "derived_from", "model.p.n"),
    }
    assert read.input("model.p.m")["evidence"] == "inferred"
    assert "a@b.c" not in str(read.extract)


def test_names_in_the_data_base(tree: Tree) -> None:
    placed = {"database": "proj", "schema": "ds", "alias": "t"}
    root = {
        "metadata": {"dbt_schema_version": SCHEMA.format("v12"), "adapter_type": "bigquery"},
        "nodes": node("model", "m", **placed),
    }
    read = tree.read("target/manifest.json", json.dumps(root))
    assert read.properties("model.p.m")["table"] == "proj.ds.t"
    assert "bigquery/proj.ds.t" in {a.object.id for a in read.extract.assertions}


def test_an_external_table_is_its_files(tree: Tree) -> None:
    sources = {"source.p.s.t": {"name": "t", "external": {"location": "s3://lake/t/"}}}
    read = manifest(tree, sources=sources)
    assert "s3://lake/t" in {a.object.id for a in read.extract.assertions}


def test_a_seed_is_its_file(tree: Tree) -> None:
    tree.write("seeds/s.csv", "a,b\n")
    read = manifest(tree, nodes=node("seed", "s", original_file_path="seeds/s.csv"))
    assert "file://repo/seeds/s.csv" in {a.object.id for a in read.extract.assertions}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("target/run_results.json",
         '{"metadata": {"dbt_schema_version": "x/dbt/run-results/v6.json"}, "results": []}'),
        ("target/catalog.json",
         '{"metadata": {"dbt_schema_version": "x/dbt/catalog/v1.json"}, "nodes": {}}'),
        ("manifest.json", '{"name": "an app", "icons": []}'),
        ("dbt_project.yml", "name: p\nversion: 1.0.0\nmodels: {p: {+materialized: view}}\n"),
        ("profiles.yml", "p: {target: dev, outputs: {dev: {type: postgres}}}\n"),
        ("packages.yml", "packages: [{package: dbt-labs/dbt_utils, version: 1.0.0}]\n"),
        ("compose.yml", "version: 2\nservices: {a: {image: b}}\n"),
        ("merge.yml", "merge_method: linear\nmodels: [{model: a}]\n"),
        ("x.yml", "version: 2\nmodels: [{name: a}]\n"),
        ("x.sql", "select * from {{ ref('a') }}\n"),
        ("x.py", "def model(dbt, session):\n    return dbt.ref('a')\n"),
    ],
)  # fmt: skip
def test_other_files_are_not_claimed(tree: Tree, path: str, text: str) -> None:
    assert tree.claimant(path, text) != "dbt"


def project(tree: Tree) -> None:
    tree.write("dbt_project.yml", "name: p\nmodel-paths: [models, marts]\n")


def test_sources_and_exposures_of_a_property_file(tree: Tree) -> None:
    project(tree)
    read = tree.read(
        "models/schema.yml",
        """
        version: 2
        sources:
          - name: raw
            schema: landing
            tables:
              - name: orders
                identifier: orders_v2
        exposures:
          - name: score
            type: ml
            depends_on: [ref('orders'), "source('raw', 'orders')", nothing]
        """,
    )
    assert read.inputs == {
        ("trained_on", "model.p.orders"),
        ("trained_on", "source.p.raw.orders"),
    }
    assert read.outputs == ["exposure.p.score"]
    assert read.properties("source.p.raw.orders")["table"] == "landing.orders_v2"
    assert read.skipped == ["a dependency that is neither ref nor source"]


def test_a_described_table_has_no_lineage(tree: Tree) -> None:
    project(tree)
    text = "version: 2\nmodels: [{name: m, columns: [{name: a, tests: [unique]}]}]\n"
    read = tree.read("models/schema.yml", text)
    assert not read.inputs
    assert not read.outputs
    assert read.properties("model.p.m") == {}


def model(tree: Tree, sql: str) -> Read:
    project(tree)
    tree.write("seeds/countries.csv", "a\n")
    return tree.read("marts/orders.sql", sql)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("{{ ref('stg') }}", "model.p.stg"),
        ('{{ ref("stg") }}', "model.p.stg"),
        ("{{ ref('crm', 'stg') }}", "model.crm.stg"),
        ("{{ ref('stg', v=2) }}", "model.p.stg.v2"),
        ("{{ ref('stg', version='2') }}", "model.p.stg.v2"),
        ("{{ ref('countries') }}", "seed.p.countries"),
        ("{{ source('raw', 'orders') }}", "source.p.raw.orders"),
        ("{{ builtins.ref('stg') }}", "model.p.stg"),
        ("{% set x = ref('stg') %} {{ x }}", "model.p.stg"),
        ("-- {{ ref('stg') }}", "model.p.stg"),
    ],
)
def test_calls_in_a_model(tree: Tree, call: str, expected: str) -> None:
    read = model(tree, f"select 1 from {call}\n")
    assert read.inputs == {("derived_from", expected)}
    assert read.outputs == ["model.p.orders"]


@pytest.mark.parametrize("text", [
    "{# {{ ref('stg') }} #} {{ this }}", "select pref('stg') {{ this }}", "ref('stg') {{ this }}",
])  # fmt: skip
def test_what_is_no_call(tree: Tree, text: str) -> None:
    assert model(tree, f"{text}\n").inputs == set()


def test_a_computed_name_is_reported(tree: Tree) -> None:
    read = model(tree, "select 1\nfrom {{ ref(name) }}\n")
    assert [(s.reason, s.line) for s in read.extract.skipped] == [
        ("a ref or source whose name only dbt would tell", 2)
    ]


def test_a_model_in_python(tree: Tree) -> None:
    project(tree)
    read = tree.read(
        "models/f.py",
        """
        def model(dbt, session):
            # dbt.ref("old")
            return dbt.ref("stg").join(dbt.source("raw", "x"))
        """,
    )
    assert read.inputs == {("derived_from", "model.p.stg"), ("derived_from", "source.p.raw.x")}


def test_two_snapshots_in_one_file(tree: Tree) -> None:
    project(tree)
    text = "".join(
        f"{{% snapshot {n} %}} select * from {{{{ ref('{n}0') }}}} {{% endsnapshot %}}\n"
        for n in ("a", "b")
    )
    read = tree.read("snapshots/s.sql", text)
    edges = {(a.subject.name, a.object.name) for a in read.extract.assertions}
    assert edges == {("snapshot.p.a", "model.p.a0"), ("snapshot.p.b", "model.p.b0")}


def test_names_where_the_project_is_not_known(tree: Tree) -> None:
    read = tree.read(
        "schema.yml",
        """
        version: 2
        sources: [{name: raw, tables: [{name: visits}]}]
        exposures:
          - name: score
            type: ml
            depends_on: [ref('my_first_dbt_model'), "source('raw', 'visits')"]
        """,
    )
    assert read.inputs == {("trained_on", "my_first_dbt_model"), ("trained_on", "raw.visits")}
    assert read.outputs == ["score"]
    assert read.skipped == ["no dbt_project.yml above says which project this is"]
