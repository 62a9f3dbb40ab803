"""Kedro: what catalogues and pipelines tell, and what they do not."""

from __future__ import annotations

import pytest

from reading_helper import Read, Tree

CATALOGUE = "conf/base/catalog.yml"
PIPELINE = "src/shop/pipelines/train/pipeline.py"


def same_as(read: Read) -> set[tuple[str, str]]:
    """Names, and the full ids of what they are other names of."""
    return {
        (a.subject.name, a.object.id)
        for a in read.extract.assertions
        if a.relation.value == "SAME_AS" and a.subject.namespace.startswith("kedro://")
    }


def test_a_catalogue_has_places_and_no_lineage(tree: Tree) -> None:
    read = tree.read(
        CATALOGUE,
        """
        # bikes:
        #   type: pandas.CSVDataset
        #   filepath: data/01_raw/bikes.csv
        companies:
          type: pandas.CSVDataset
          filepath: data/01_raw/companies.csv
        table:
          type: spark.SparkDataset
          filepath: s3a://lake/table
        regressor:
          type: pickle.PickleDataset
          filepath: data/06_models/regressor.pickle
        """,
    )
    assert read.inputs == {("source", "companies")}
    assert read.outputs == ["regressor"]
    assert same_as(read) == {
        ("companies", "file://repo/data/01_raw/companies.csv"),
        ("table", "s3a://lake/table"),
        ("regressor", "file://repo/data/06_models/regressor.pickle"),
    }
    assert not read.properties("bikes")


def test_a_project_below_the_root(tree: Tree) -> None:
    text = "a: {type: pandas.CSVDataset, filepath: data/a.csv}\n"
    read = tree.read("apps/{{ cookiecutter.repo_name }}/conf/base/catalog.yml", text)
    path = "apps/{{ cookiecutter.repo_name }}/data/a.csv"
    assert same_as(read) == {("a", f"file://repo/{path}")}


@pytest.mark.parametrize(
    ("entry", "model"),
    [
        ("m: {type: tensorflow.TensorFlowModelDataset, filepath: out/m}", True),
        ("m: {type: pickle.PickleDataset, filepath: out/m.pkl, layer: models}", True),
        ("m: {type: pickle.PickleDataset, filepath: data/models/m.pkl}", True),
        ("fitted_model: {type: pickle.PickleDataset, filepath: out/m.pkl}", True),
        ("model_input_table: {type: pickle.PickleDataset, filepath: data/m.pkl}", False),
        ("model_options: {type: json.JSONDataset, filepath: data/06_models/m.json}", False),
        ("m: {type: kedro_mlflow.io.models.MlflowModelTrackingDataset, flavor: x}", True),
    ],
)
def test_what_is_a_model(tree: Tree, entry: str, model: bool) -> None:
    assert bool(tree.read(CATALOGUE, f"{entry}\n").outputs) is model


def test_plots_and_metrics_are_no_data(tree: Tree) -> None:
    read = tree.read(
        CATALOGUE,
        """
        plot: {type: plotly.PlotlyDataset, filepath: data/08_reporting/p.json}
        metrics: {type: tracking.MetricsDataset, filepath: data/09_tracking/m.json}
        review_scores: {type: pandas.CSVDataset, filepath: data/s.csv}
        """,
    )
    assert {s.ref.name for s in read.extract.statements} == {"review_scores"}


def test_wrapped_and_partitioned_entries(tree: Tree) -> None:
    read = tree.read(
        CATALOGUE,
        """
        a:
          type: kedro.io.CachedDataset
          dataset: {type: pandas.CSVDataset, filepath: data/a.csv}
        b:
          type: partitions.PartitionedDataset
          path: gs://lake/b
          dataset: pandas.CSVDataset
        """,
    )
    assert same_as(read) == {("a", "file://repo/data/a.csv"), ("b", "gs://lake/b")}


def test_one_thing_in_two_formats(tree: Tree) -> None:
    read = tree.read(
        CATALOGUE,
        """
        a@spark: {type: spark.SparkDataset, filepath: data/a.parquet}
        a@pandas: {type: pandas.ParquetDataset, filepath: data/a.parquet}
        """,
    )
    assert {s.ref.name for s in read.extract.statements} == {"a"}


def test_values_of_globals_and_of_the_environment(tree: Tree) -> None:
    tree.write("conf/base/globals.yml", "lake: {raw: 's3://lake/raw'}\n")
    read = tree.read(
        CATALOGUE,
        """
        _folder: data/02
        a: {type: pandas.CSVDataset, filepath: "${globals:lake.raw}/a.csv"}
        b: {type: pandas.CSVDataset, filepath: "${_folder}/b.csv"}
        c: {type: pandas.CSVDataset, filepath: "${oc.env:HOME}/c.csv"}
        """,
    )
    assert same_as(read) == {("a", "s3://lake/raw/a.csv"), ("b", "file://repo/data/02/b.csv")}
    assert read.skipped == ["the path has parts that are not in this project's files"]


def test_hub_tables_and_pages(tree: Tree) -> None:
    read = tree.read(
        CATALOGUE,
        """
        d: {type: huggingface.HFDataset, dataset_name: org/d}
        m: {type: huggingface.HFTransformerPipelineDataset, model_name: org/m}
        t: {type: pandas.GBQTableDataset, project: p, dataset: s, table_name: t}
        s: {type: pandas.SQLTableDataset, table_name: users, credentials: crm}
        q: {type: pandas.SQLQueryDataset, sql: "select * from shop.orders o join x on 1=1"}
        u: {type: api.APIDataset, url: "https://api.acme.org/v1/faces?key=secret"}
        """,
    )
    assert same_as(read) == {
        ("d", "hf://datasets/org/d"),
        ("m", "hf://models/org/m"),
        ("t", "bigquery/p.s.t"),
        ("s", "table://repo/crm/users"),
        ("u", "https://api.acme.org/v1/faces"),
    }
    assert read.inputs == {
        ("source", "q"),
        ("derived_from", "shop.orders"),
        ("derived_from", "x"),
        ("source", "u"),
    }
    assert read.outputs == []
    assert "secret" not in str(read.extract)


def test_a_starter_whose_own_package_is_still_to_be_named(tree: Tree) -> None:
    read = tree.read(
        "starter/{{ cookiecutter.repo_name }}/conf/base/catalog.yml",
        """
        visits:
          type: pandas.CSVDataset
          filepath: data/01_raw/visits.csv
        {% if cookiecutter.spark %}
        parts:
          type: {{ cookiecutter.python_package }}.extras.frames.PartitionedFrame
          filepath: data/02_intermediate/parts
        {% endif %}
        ranker:
          type: pickle.PickleDataset
          filepath: data/06_models/ranker.pkl
        """,
    )
    assert read.inputs == {("source", "visits")}
    assert read.outputs == ["ranker"]
    assert any(name == "parts" for name, _ in same_as(read))


def test_names_that_a_loop_of_a_template_makes(tree: Tree) -> None:
    read = tree.read(
        CATALOGUE,
        """
        {% for kind in ['trees', 'lines'] %}
        {{ kind }}.model:
          type: pickle.PickleDataset
          filepath: data/06_models/{{ kind }}/m.pkl
        {% endfor %}
        visits: {type: pandas.CSVDataset, filepath: data/01_raw/visits.csv}
        """,
    )
    assert read.inputs == {("source", "visits")}
    assert not read.outputs
    assert any("pattern" in reason for reason in read.skipped)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("conf/base/parameters.yml", "split: {test_size: 0.2, type: random}\n"),
        ("conf/base/catalog.yml", "a: {type: pandas.CSVDataset}\nb: 3\n"),
        ("conf/base/catalog.yml", "a: {type: app.services.Registry}\n"),
        ("conf/local/credentials.yml", "dev_s3: {key: a, secret: b}\n"),
        ("configs/data.yml", "train: {type: CocoDataset, ann_file: a.json}\n"),
        ("x.py", "from kedro.config import OmegaConfigLoader\n"),
        ("x.py", "def node(a): pass\nnode('a')\n"),
        ("catalog.yml", "- a\n"),
        ("catalog.yml", "apiVersion: backstage.io/v1alpha1\nkind: Component\n"),
    ],
)
def test_other_files_are_not_claimed(tree: Tree, path: str, text: str) -> None:
    assert tree.claimant(path, text) != "kedro"


def pipeline(tree: Tree, nodes: str, before: str = "", after: str = "") -> Read:
    return tree.read(
        PIPELINE,
        f"from kedro.pipeline import node, pipeline\n{before}\n"
        f"def create_pipeline(**kwargs):\n    return pipeline([{nodes}]{after})\n",
    )


def test_what_nodes_make_of_what(tree: Tree) -> None:
    read = pipeline(
        tree,
        'node(f, ["a@spark", "params:x", "parameters"], "b"), node(g, {"data": "b"}, "my_model"), '
        'node(h, inputs=["my_model", "c"], outputs="metrics"), node(k, ["my_model", "d"], "e")',
    )
    edges = {(a.subject.name, a.relation.role, a.object.name) for a in read.extract.assertions}
    assert edges == {
        ("b", "derived_from", "a"),
        ("my_model", "trained_on", "b"),
        ("my_model", "evaluated_on", "c"),
        ("e", "generated_by", "my_model"),
        ("e", "derived_from", "d"),
    }
    assert set(read.outputs) == {"b", "e", "my_model"}


def test_the_catalogue_says_what_a_name_is(tree: Tree) -> None:
    text = "fit: {type: pickle.PickleDataset, filepath: data/06_models/fit.pkl}\n"
    tree.write("conf/prod/catalog.yml", text)
    assert pipeline(tree, 'node(f, "a", "fit")').inputs == {("trained_on", "a")}


def test_a_pattern_of_the_catalogue_gives_the_place(tree: Tree) -> None:
    tree.write(CATALOGUE, '"{x}_csv": {type: pandas.CSVDataset, filepath: "data/{x}.csv"}\n')
    read = pipeline(tree, 'node(f, "a_csv", "b")')
    assert same_as(read) == {("a_csv", "file://repo/data/a.csv")}


def test_namespaces(tree: Tree) -> None:
    after = (
        ', namespace="ns", inputs={"a": "raw"}, outputs="c", parameters={"params:x": "params:y"}'
    )
    read = pipeline(tree, 'node(f, ["a", "params:x"], "b"), node(g, "b", "c")', after=after)
    edges = {(a.subject.name, a.object.name) for a in read.extract.assertions}
    assert edges == {("ns.b", "raw"), ("c", "ns.b")}


def test_loops_over_a_written_list(tree: Tree) -> None:
    nodes = '*[node(f, f"raw_{x}", f"clean_{x}") for x in NAMES]'
    read = pipeline(tree, nodes, before='NAMES = ["a", "b"]')
    assert read.inputs == {("derived_from", "raw_a"), ("derived_from", "raw_b")}


def test_what_only_running_would_tell_is_reported(tree: Tree) -> None:
    read = pipeline(tree, 'node(f, make(), "b")')
    assert read.inputs == set()
    assert read.skipped == ["only running the file would tell: make()"]


def test_nodes_outside_of_a_function_that_returns_them(tree: Tree) -> None:
    text = """
        import kedro.pipeline as kp

        class Made:
            step = kp.node(func=f, inputs="a", outputs="b")
        """
    assert tree.read(PIPELINE, text).inputs == {("derived_from", "a")}
