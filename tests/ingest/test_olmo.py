"""OLMo: given this config, these inputs."""

from __future__ import annotations

import pytest

from ingest.olmo.shards import data_set
from reading_helper import Tree

HEAD = """
run_name: r1
max_duration: 1ep
global_train_batch_size: 8
optimizer: {name: adamw}
model: {d_model: 8}
tokenizer: {identifier: tokenizers/allenai_dolma2.json}
"""
TOKENIZER = ("tokenized_with", "tokenizers/allenai_dolma2.json")


def config(body: str) -> str:
    return HEAD + body


@pytest.mark.parametrize(("path", "name"), [
    ("s3://b/pes2o/allenai/dolma2-tokenizer/part-1.npy", "s3://b/pes2o"),
    ("s3://b/dclm/v0/documents/allenai/dolma2-tokenizer/0018/part-30-00000.npy", "s3://b/dclm/v0"),
    ("/weka/gsm/dolma2-tokenizer_shadow00/part-1.npy", "/weka/gsm"),
    ("https://h/mix/v1_5/gpt-neox-20b-pii-special/part-000-00000.npy", "https://h/mix/v1_5"),
    ("s3://b/books/part-*.npy", "s3://b/books"),
    ("s3://b/books/*/part-0.npy", "s3://b/books"),
    ("s3://b/2024/part-0.npy", "s3://b/2024/part-0.npy"),
    ("train.npy", "train.npy"),
])  # fmt: skip
def test_the_data_set_of_a_shard(path: str, name: str) -> None:
    tokenizers = "tokenizers/allenai_eleuther-ai-gpt-neox-20b-pii-special.json"
    assert data_set(path, tokenizers) == name


def test_many_shards_are_few_data_sets(tree: Tree) -> None:
    shards = "".join(f"    - s3://b/c4/{i:04}/part-{i}.npy\n" for i in range(300))
    read = tree.read("c.yaml", config(f"data:\n  paths:\n{shards}    - s3://b/wiki/part-0.npy\n"))
    assert read.inputs == {TOKENIZER, ("trained_on", "s3://b/c4"), ("trained_on", "s3://b/wiki")}
    assert read.input("s3://b/c4")["selector"] == "300 shards"


def test_where_it_starts_and_writes(tree: Tree) -> None:
    body = "data: {paths: [s3://b/c4/p.npy]}\nsave_folder: /runs/${run_name}\n"
    other = tree.read("a.yaml", config(f"{body}load_path: /runs/r0/step5\n"))
    own = tree.read("b.yaml", config(f"{body}load_path: ${{save_folder}}/step5\n"))
    assert ("fine_tuned_from", "/runs/r0/step5") in other.inputs
    assert other.outputs == ["/runs/r1"]
    assert not any(role == "fine_tuned_from" for role, _ in own.inputs)
    assert own.skipped


def test_a_folder_only_the_machine_knows_leaves_the_name_of_the_run(tree: Tree) -> None:
    read = tree.read("c.yaml", config(
        "data: {paths: [s3://b/c4/p.npy]}\nsave_folder: ${oc.env:OUT}/${run_name}\n"))  # fmt: skip
    assert read.outputs == ["r1"]
    assert read.copies == set()


def test_labels_of_tasks_are_no_data_and_data_of_evaluators_is(tree: Tree) -> None:
    read = tree.read("c.yaml", config("""
data: {paths: [s3://b/c4/p.npy]}
evaluators:
  - {label: piqa, type: downstream}
  - label: ppl
    data:
      datasets:
        a-validation: [https://h/eval-data/v3/a/val/part-0.npy]
        b-validation: [https://h/eval-data/v3/b/val/part-0.npy]
"""))  # fmt: skip
    assert {name for role, name in read.inputs if role == "evaluated_on"} == {
        "https://h/eval-data/v3"
    }
    assert read.input("https://h/eval-data/v3", "evaluated_on")["selector"] == "parts=a/val,b/val"
    assert read.properties("r1")["evaluation_tasks"] == ("piqa",)


def test_named_sets_and_classes_of_the_users(tree: Tree) -> None:
    named = tree.read("a.yaml", config("data: {datasets: {web: [s3://b/c4/p.npy]}}\n"))
    custom = tree.read("b.yaml", config("data: {custom_dataset: {name: mine.Letters}}\n"))
    assert named.input("s3://b/c4")["selector"] == "web"
    assert ("trained_on", "name://datasets/mine.Letters") in custom.ids
    assert custom.skipped == ["which data a class of the user's reads is not known"]


def test_other_configs_are_not_claimed(tree: Tree) -> None:
    assert tree.claimant("a.yaml", "data: {paths: [x.npy]}\nseed: 1\n") is None
    assert tree.claimant("b.json", '{"dataset": {"paths": ["x"]}, "model": {}}') is None


def test_what_is_uploaded_stays_at_the_remote_place(tree: Tree) -> None:
    places = "save_folder: workspace/${run_name}\nremote_save_folder: s3://b/olmo/${run_name}\n"
    read = tree.read("a.yaml", config(places + "data: {paths: [s3://b/c4/p.npy]}\n"))
    assert read.outputs == ["s3://b/olmo/r1"]
    assert ("workspace/r1", "s3://b/olmo/r1") in read.copies
    resumed = tree.read(
        "b.yaml", config(places + "load_path: s3://b/olmo/r1/step9\ndata: {paths: [c4/p.npy]}\n")
    )
    assert not [name for role, name in resumed.inputs if role == "fine_tuned_from"]
