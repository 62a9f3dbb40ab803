"""DVC: given these stages, locks and tracked files, these facts."""

from __future__ import annotations

import pytest

from ingest.dvc.artifacts import is_code, kind_of
from lineage.vocabulary import Kind
from reading_helper import Tree


def test_a_model_is_trained_on_data_and_not_on_code(tree: Tree) -> None:
    read = tree.read(
        "dvc.yaml",
        """
    stages:
      train:
        cmd: python src/train.py
        deps: [data/clean.csv, src/train.py, src, notebooks/a.ipynb, params.yaml]
        outs: [model.pkl]
        metrics: [scores.json]
    """,
    )
    assert read.inputs == {("trained_on", "data/clean.csv")}
    assert read.outputs == ["model.pkl"]


def test_data_made_by_a_model(tree: Tree) -> None:
    read = tree.read(
        "dvc.yaml",
        """
    stages:
      label:
        cmd: x
        deps: [models/net.pt, data/raw.csv]
        outs: [data/labels.csv]
    """,
    )
    assert read.inputs == {("generated_by", "models/net.pt"), ("derived_from", "data/raw.csv")}


def test_paths_are_relative_to_the_file_and_to_wdir(tree: Tree) -> None:
    read = tree.read(
        "team/dvc.yaml",
        """
    stages:
      clean:
        cmd: x
        wdir: work
        deps: [../data/raw.csv]
        outs: [clean.csv: {cache: false}]
    """,
    )
    assert read.inputs == {("derived_from", "team/data/raw.csv")}
    assert read.outputs == ["team/work/clean.csv"]


def test_metrics_and_plots_are_no_artifacts(tree: Tree) -> None:
    read = tree.read(
        "dvc.yaml",
        """
    stages:
      evaluate:
        cmd: x
        deps: [model.pkl, data/test.csv]
        outs: [eval]
    metrics: [eval/metrics.json]
    """,
    )
    assert read.outputs == []
    row = read.input("data/test.csv", "evaluated_on")
    assert (row["output"], row["evidence"]) == ("model.pkl", "inferred")


def test_loops_and_variables(tree: Tree) -> None:
    tree.write(
        "params.yaml", "lrs: [1, 2]\nregions: {north: {file: n.csv}, south: {file: s.csv}}\n"
    )
    read = tree.read(
        "dvc.yaml",
        """
    vars: [{folder: data}]
    stages:
      each:
        foreach: ${regions}
        do:
          cmd: x
          deps: ["${folder}/${item.file}"]
          outs: ["models/${key}.pt"]
      grid:
        matrix: {lr: "${lrs}", size: [a]}
        cmd: x
        deps: ["${nowhere.path}"]
        outs: ["net-${item.lr}-${item.size}.pt"]
    """,
    )
    assert set(read.outputs) == {"models/north.pt", "models/south.pt", "net-1-a.pt", "net-2-a.pt"}
    assert {("trained_on", "data/n.csv"), ("trained_on", "data/s.csv")} <= read.inputs
    assert any(i.startswith("unknown://") for _, i in read.ids)


def test_variables_come_from_the_scanned_tree_only(tree: Tree) -> None:
    tree.root.joinpath("secret.yaml").write_text("x: data/secret.csv\n", encoding="utf-8")
    read = Tree(tree.root / "inside")
    read.write("a/dvc.yaml", "")
    facts = read.read(
        "a/dvc.yaml",
        """
    vars: [../../secret.yaml]
    stages:
      t: {cmd: x, deps: ["${x}"], outs: [m.pt]}
    """,
    )
    assert ("trained_on", "data/secret.csv") not in facts.inputs


def test_a_lock_gives_digests_and_leaves_metrics_out(tree: Tree) -> None:
    tree.write(
        "dvc.yaml",
        """
    stages:
      train:
        cmd: x
        deps: [data.csv]
        outs: [m.pt]
        metrics: [numbers.json]
    """,
    )
    read = tree.read(
        "dvc.lock",
        """
    schema: '2.0'
    stages:
      train:
        cmd: x
        deps: [{path: data.csv, md5: aa}]
        outs: [{path: m.pt, md5: bb}, {path: numbers.json, md5: cc}]
    """,
    )
    assert read.inputs == {("trained_on", "data.csv")}
    assert read.outputs == ["m.pt"]
    assert (read.properties("data.csv")["digest"], read.properties("m.pt")["digest"]) == (
        "md5:aa",
        "md5:bb",
    )


def test_imports_from_another_repository_and_from_a_bucket(tree: Tree) -> None:
    one = tree.read(
        "data/v.csv.dvc",
        """
    deps:
    - path: visits.csv
      repo: {url: git@github.com:org/registry.git, rev: v1}
    outs: [{path: v.csv, md5: aa}]
    """,
    )
    assert one.ids == {("derived_from", "file://github.com/org/registry/visits.csv")}
    two = tree.read("w.csv.dvc", "deps: [{path: 's3://b/w.csv'}]\nouts: [{path: w.csv, md5: bb}]\n")
    assert two.ids == {("derived_from", "s3://b/w.csv")}
    assert one.outputs == ["data/v.csv"]


def test_an_artifact_that_is_declared_a_model_is_one(tree: Tree) -> None:
    read = tree.read(
        "dvc.yaml",
        """
    stages:
      t: {cmd: x, deps: [d.csv], outs: [best]}
    artifacts:
      best-one: {path: best, type: model}
    """,
    )
    assert read.inputs == {("trained_on", "d.csv")}


@pytest.mark.parametrize(("path", "kind"), [
    ("models/net", Kind.MODEL),
    ("model.json", Kind.MODEL),
    ("models/readme.json", Kind.DATASET),
    ("data/features/train.pkl", Kind.DATASET),
    ("train.pkl", Kind.DATASET),
    ("clf.pkl", Kind.MODEL),
    ("data/05_model_input/table.csv", Kind.DATASET),
    ("data/prepared", Kind.DATASET),
    ("net.safetensors", Kind.MODEL),
])  # fmt: skip
def test_models_and_data_are_told_apart_by_path(path: str, kind: Kind) -> None:
    assert kind_of(path) is kind


@pytest.mark.parametrize(("path", "code"), [
    ("src/train.py", True), ("src", True), ("run.sh", True), ("requirements.txt", True),
    ("src/data.csv", False), ("data/raw", False), ("models/net.pt", False),
])  # fmt: skip
def test_code_is_no_data(path: str, code: bool) -> None:
    assert is_code(path) is code


@pytest.mark.parametrize(("path", "text"), [
    ("dvc.yaml", "version: 1\n"), ("dvc.lock", "packages: []\n"), ("x.dvc", "name: x\n"),
])  # fmt: skip
def test_other_files_are_not_claimed(tree: Tree, path: str, text: str) -> None:
    assert tree.claimant(path, text) is None


def test_the_options_of_a_command_name_what_is_no_path(tree: Tree) -> None:
    read = tree.read(
        "dvc.yaml",
        """
    stages:
      train:
        cmd: python src/train.py --model_name_or_path acme/gull-base --train_file data/clean.csv
        deps: [data/clean.csv, src/train.py]
        outs: [models/gull]
    """,
    )
    assert read.inputs == {
        ("trained_on", "data/clean.csv"),
        ("fine_tuned_from", "acme/gull-base"),
    }
