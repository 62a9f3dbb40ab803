"""MLflow: what runs, data sets, models and databases of a tracking store tell."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from reading_helper import Read, Tree

RUN = """
artifact_uri: file:///home/ada/mlruns/1/r1/artifacts
experiment_id: '1'
lifecycle_stage: active
run_id: r1
run_name: ranker
status: 3
user_id: ada
"""


def dataset(name: str, digest: str, source: object, kind: str = "s3") -> str:
    return (
        f"digest: {digest}\nname: {name}\nprofile: null\nschema: null\n"
        f"source: '{json.dumps(source)}'\nsource_type: {kind}\n"
    )


def given(number: str, context: str | None) -> str:
    tags = f"\n  mlflow.data.context: {context}" if context else " {}"
    return (
        f"destination_id: {number}\ndestination_type: RUN\nsource_id: {number}\n"
        f"source_type: DATASET\ntags:{tags}\n"
    )


def run_with(tree: Tree, *contexts: str | None) -> Read:
    """A run given one data set for each context: ``d0``, ``d1`` …"""
    for at, context in enumerate(contexts):
        uri = f"s3://lake/{at}.parquet"
        tree.write(f"mlruns/1/datasets/n{at}/meta.yaml", dataset(f"d{at}", f"x{at}", {"uri": uri}))
        tree.write(f"mlruns/1/r1/inputs/i{at}/meta.yaml", given(f"n{at}", context))
    return tree.read("mlruns/1/r1/meta.yaml", RUN)


def test_the_context_of_a_data_set_is_its_role(tree: Tree) -> None:
    read = run_with(tree, "training", "eval", "validation", "test", "calibration")
    assert read.inputs == {
        ("trained_on", "d0"),
        ("evaluated_on", "d1"),
        ("evaluated_on", "d2"),
        ("evaluated_on", "d3"),
        ("calibrated_on", "d4"),
    }
    assert read.outputs == ["ranker"]
    assert "ada" not in str(read.extract)


def test_a_data_set_without_a_context_may_be_training_data(tree: Tree) -> None:
    read = run_with(tree, None)
    assert read.input("d0")["evidence"] == "inferred"


def test_a_run_that_only_evaluates_makes_no_model(tree: Tree) -> None:
    read = run_with(tree, "eval")
    assert read.inputs == {("evaluated_on", "d0")}
    assert {s.ref.kind.value for s in read.extract.statements if s.produced} == {"Run"}


def test_data_to_predict_on_is_no_input(tree: Tree) -> None:
    read = run_with(tree, "training", "inference")
    assert read.inputs == {("trained_on", "d0")}
    assert read.skipped == ["data for “inference” is neither trained nor evaluated on"]


def test_a_data_set_without_a_record_is_still_there(tree: Tree) -> None:
    tree.write("mlruns/1/r1/inputs/i/meta.yaml", given("abc", "training"))
    read = tree.read("mlruns/1/r1/meta.yaml", RUN)
    assert read.ids == {("trained_on", "mlflow://datasets/abc")}
    assert read.skipped == ["the data set abc has no record of its own"]


def test_parameters_are_only_inferred(tree: Tree) -> None:
    tree.write("mlruns/1/r1/params/model_name_or_path", "org/base")
    tree.write("mlruns/1/r1/params/lr", "0.1")
    read = run_with(tree, "training")
    assert read.input("org/base", "fine_tuned_from")["evidence"] == "inferred"
    assert len(read.inputs) == 2


def test_an_old_run_has_its_name_in_a_tag(tree: Tree) -> None:
    tree.write("mlruns/1/r1/tags/mlflow.runName", "old name")
    read = tree.read("mlruns/1/r1/meta.yaml", RUN.replace("run_name: ranker\n", ""))
    assert read.outputs == ["old name"]


def test_a_run_with_a_model_given_evaluates_that_model(tree: Tree) -> None:
    record = "source_id: r1\nsource_type: RUN_INPUT\ndestination_id: m-1\n"
    tree.write(
        "mlruns/1/r1/inputs/m/meta.yaml", f"{record}destination_type: MODEL_INPUT\ntags: {{}}\n"
    )
    read = run_with(tree, "eval")
    assert read.input("d0", "evaluated_on")["output"] == "m-1"


def test_the_only_record_of_a_place_is_another_name_of_it(tree: Tree) -> None:
    text = dataset("faces", "a1", {"uri": "s3://lake/faces.parquet"})
    read = tree.read("mlruns/1/datasets/n/meta.yaml", text)
    assert read.inputs == set()
    same = {(a.relation.value, a.object.id) for a in read.extract.assertions}
    assert ("SAME_AS", "s3://lake/faces.parquet") in same


def test_two_records_of_one_place_were_made_from_it(tree: Tree) -> None:
    tree.write("mlruns/1/datasets/m/meta.yaml", dataset("b", "b1", {"uri": "s3://lake/all.csv"}))
    text = dataset("a", "a1", {"uri": "s3://lake/all.csv"})
    read = tree.read("mlruns/1/datasets/n/meta.yaml", text)
    assert read.inputs == {("derived_from", "s3://lake/all.csv")}


@pytest.mark.parametrize(
    ("kind", "source", "expected", "part"),
    [
        ("hugging_face", {"path": "org/d", "split": "train"}, "org/d", "split=train"),
        ("delta_table", {"delta_table_name": "c.s.t", "delta_table_version": 3}, "c.s.t",
         "delta_table_version=3"),
    ],
)  # fmt: skip
def test_sources(tree: Tree, kind: str, source: object, expected: str, part: str) -> None:
    read = tree.read("mlruns/1/datasets/n/meta.yaml", dataset("d", "1", source, kind))
    assert read.input(expected, "derived_from")["selector"] == part


def test_files_read_by_a_builder_of_the_hub(tree: Tree) -> None:
    source = {"path": "json", "data_files": {"train": ["data/a.jsonl", "data/b.jsonl"]}}
    read = tree.read("mlruns/1/datasets/n/meta.yaml", dataset("d", "1", source, "hugging_face"))
    assert read.inputs == {("derived_from", "data/a.jsonl"), ("derived_from", "data/b.jsonl")}


def test_a_source_that_is_only_code_is_reported(tree: Tree) -> None:
    source = {"tags": {"mlflow.user": "ada", "mlflow.source.name": "train.py"}}
    read = tree.read("mlruns/1/datasets/n/meta.yaml", dataset("d", "1", source, "code"))
    assert read.inputs == set()
    assert read.skipped == ["the source of the data set “d” names only code"]
    assert "ada" not in str(read.extract)


def test_an_input_whose_run_is_not_there_is_of_the_folders_run(tree: Tree) -> None:
    tree.write("mlruns/1/datasets/n/meta.yaml", dataset("d", "1", {"uri": "s3://lake/d"}))
    read = tree.read("mlruns/1/r9/inputs/i/meta.yaml", given("n", "training"))
    assert read.input("d")["output"] == "r9"


def test_an_experiment_says_nothing(tree: Tree) -> None:
    read = tree.read(
        "mlruns/1/meta.yaml",
        "artifact_location: file:///x\nexperiment_id: '1'\nlifecycle_stage: active\nname: e\n",
    )
    assert not read.inputs
    assert not read.outputs


def test_a_version_of_a_registered_model_is_what_its_run_made(tree: Tree) -> None:
    read = tree.read(
        "mlruns/models/rank/version-2/meta.yaml",
        """
        name: rank
        version: 2
        run_id: r1
        source: runs:/r1/model
        user_id: ada
        """,
    )
    assert read.outputs == ["rank"]
    (copy,) = read.extract.assertions
    assert copy.object.id == "mlflow://runs/r1"
    assert copy.selector == "version=2"


def test_a_model_folder(tree: Tree) -> None:
    read = tree.read(
        "out/MLmodel",
        """
        artifact_path: model
        flavors:
          transformers:
            source_model_name: org/base
            peft_adaptor: peft
        run_id: r1
        """,
    )
    assert read.inputs == {("adapter_of", "org/base")}
    assert read.outputs == ["model"]
    assert ("out", "model") in read.copies


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("recipe/meta.yaml", "package: {name: x, version: 1}\nsource: {url: 'http://x'}\n"),
        ("meta.yaml", "name: x\nsource: y\nsource_type: z\n"),
        ("MLmodel", "a: b\n"),
        ("x/meta.yaml", "- a\n- b\n"),
    ],
)
def test_other_files_are_not_claimed(tree: Tree, path: str, text: str) -> None:
    assert tree.claimant(path, text) is None


TABLES = """
create table experiments (experiment_id integer, name text);
create table runs (run_uuid text, name text, lifecycle_stage text, artifact_uri text,
                   experiment_id integer, user_id text);
create table tags (key text, value text, run_uuid text);
create table params (key text, value text, run_uuid text);
create table datasets (dataset_uuid text, experiment_id integer, name text, digest text,
                       dataset_source_type text, dataset_source text);
create table inputs (input_uuid text, source_type text, source_id text, destination_type text,
                     destination_id text);
create table input_tags (input_uuid text, name text, value text);
create table logged_models (model_id text, name text, artifact_location text,
                            source_run_id text, lifecycle_stage text);
create table registered_models (name text);
create table model_versions (name text, version integer, run_id text, source text);
insert into runs values ('r1', 'ranker', 'active', 's3://b/1/r1/artifacts', 1, 'ada');
insert into runs values ('r2', 'ranker', 'deleted', '', 1, 'ada');
insert into params values ('base_model', 'org/base', 'r2');
insert into datasets values ('d1', 1, 'faces', 'aa', 's3', '{"uri": "s3://lake/faces"}');
insert into datasets values ('d2', 1, 'lfw', 'bb', 's3', '{"uri": "s3://lake/lfw"}');
insert into inputs values ('i1', 'DATASET', 'd1', 'RUN', 'r1');
insert into inputs values ('i2', 'DATASET', 'd2', 'RUN', 'r1');
insert into inputs values ('i3', 'DATASET', 'd1', 'RUN', 'r2');
insert into inputs values ('i4', 'RUN_OUTPUT', 'r1', 'MODEL_OUTPUT', 'm-1');
insert into input_tags values ('i1', 'mlflow.data.context', 'training');
insert into input_tags values ('i2', 'mlflow.data.context', 'eval');
insert into input_tags values ('i3', 'mlflow.data.context', 'train');
insert into logged_models values ('m-1', 'net', 's3://b/1/m-1', 'r1', 'active');
insert into registered_models values ('prod');
insert into model_versions values ('prod', 1, 'r1', 'runs:/r1/model');
"""


def database(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(path) as made:
        made.executescript(script)
    made.close()


def test_a_database(tree: Tree) -> None:
    database(tree.root / "mlflow.db", TABLES)
    read = tree.read("mlflow.db")
    assert read.inputs == {
        ("trained_on", "faces"),
        ("evaluated_on", "lfw"),
        ("fine_tuned_from", "org/base"),
    }
    assert sorted(read.outputs) == ["net", "prod", "ranker", "ranker"]
    assert len(set(read.output_ids)) == 4
    assert "ada" not in str(read.extract)
    assert ("prod", "r1") in read.copies


def test_a_database_that_keeps_a_log_beside_it(tree: Tree) -> None:
    database(tree.root / "mlflow.db", f"pragma journal_mode = wal; {TABLES}")
    assert ("trained_on", "faces") in tree.read("mlflow.db").inputs


def test_other_databases_are_not_claimed(tree: Tree) -> None:
    database(tree.root / "other.db", "create table runs (id integer)")
    assert tree.claimant("other.db") is None
    (tree.root / "thumbs.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 600)
    assert tree.claimant("thumbs.db") is None


def test_a_view_in_place_of_a_table_is_not_run(tree: Tree) -> None:
    endless = (
        "with recursive n(i) as (select 1 union all select i + 1 from n) "
        "select i as dataset_uuid, i as name from n"
    )
    script = TABLES.replace("create table datasets", "create table other")
    script = "\n".join(line for line in script.splitlines() if "into datasets" not in line)
    database(tree.root / "mlflow.db", f"{script}; create view datasets as {endless};")
    read = tree.read("mlflow.db")
    assert {role for role, _ in read.inputs} == {"trained_on", "evaluated_on", "fine_tuned_from"}


def test_a_damaged_database_is_no_defect(tree: Tree) -> None:
    database(tree.root / "whole.db", TABLES)
    whole = (tree.root / "whole.db").read_bytes()
    for cut in (600, len(whole) // 2, len(whole) - 100):
        (tree.root / "mlflow.db").write_bytes(whole[:cut])
        if tree.claimant("mlflow.db"):
            tree.read("mlflow.db")


def test_what_a_project_trains_on_by_default(tree: Tree) -> None:
    read = tree.read(
        "MLproject",
        """
        name: shop
        conda_env: conda.yaml
        entry_points:
          main:
            parameters:
              rows: {type: path, default: data/rows.csv}
              held: path
              model: {type: string, default: models/m.pkl}
              base: org/base
              alpha: {type: float, default: 0.1}
            command: "python train.py --data {rows} --eval_data {held} --alpha {alpha}
              --model_name_or_path {base} --output {model}"
          check:
            parameters: {rows: {type: path, default: data/val.csv}}
            command: "python validate.py --data {rows}"
        """,
    )
    assert read.inputs == {
        ("trained_on", "data/rows.csv"),
        ("evaluated_on", "${held}"),
        ("fine_tuned_from", "org/base"),
    }
    assert read.input("data/rows.csv")["evidence"] == "default"
    assert read.outputs == ["models/m.pkl"]


def test_a_project_without_entry_points_is_not_claimed(tree: Tree) -> None:
    assert tree.claimant("MLproject", "name: p\nconda_env: c.yaml\n") is None
