"""LLaMA-Factory: given this config and this table of aliases, these inputs."""

from __future__ import annotations

import pytest

from reading_helper import Tree

BASE = """
    model_name_or_path: org/base
    stage: sft
    do_train: true
    finetuning_type: lora
    template: default
    output_dir: saves/base/sft
"""
TABLE = """
    {"notes": {"hf_hub_url": "org/notes", "ms_hub_url": "Org/notes", "subset": "en"},
     "plants": {"ms_hub_url": "Org/plants"},
     "letters": {"file_name": "letters.json"}}
"""


def config(body: str) -> str:
    return BASE + body


def test_aliases_are_what_the_table_says(tree: Tree) -> None:
    tree.write("data/dataset_info.json", TABLE)
    read = tree.read("examples/sft.yaml", config("    dataset: notes,plants, letters\n"))
    assert read.ids == {
        ("fine_tuned_from", "hf://models/org/base"),
        ("trained_on", "hf://datasets/org/notes"),
        ("trained_on", "ms://datasets/Org/plants"),
        ("trained_on", "file://repo/data/letters.json"),
    }
    assert read.input("org/notes")["selector"] == "subset=en"
    assert read.input("org/notes")["evidence"] == "inherited"


def test_an_alias_nobody_explains_is_reported_and_stays(tree: Tree) -> None:
    read = tree.read("sft.yaml", config("    dataset: notes\n"))
    assert ("trained_on", "notes") in read.inputs
    assert read.skipped == ["the alias “notes” is in no dataset_info.json of the scanned tree"]


def test_the_data_folder_decides_which_table(tree: Tree) -> None:
    tree.write("data/dataset_info.json", TABLE)
    tree.write("mine/dataset_info.json", '{"notes": {"file_name": "n.csv"}}')
    read = tree.read("sft.yaml", config("    dataset: notes\n    dataset_dir: mine\n"))
    assert ("trained_on", "mine/n.csv") in read.inputs


def test_a_remote_table_is_not_the_local_one(tree: Tree) -> None:
    tree.write("data/dataset_info.json", TABLE)
    read = tree.read("sft.yaml", config("    dataset: notes\n    dataset_dir: REMOTE:org/tables\n"))
    assert ("trained_on", "hf://datasets/org/tables/notes") in read.ids
    assert read.input("org/tables", "subset_of")["evidence"] == "inferred"


def test_online_names_are_hub_names(tree: Tree) -> None:
    read = tree.read("sft.yaml", config("    dataset: org/notes\n    dataset_dir: ONLINE\n"))
    assert ("trained_on", "hf://datasets/org/notes") in read.ids


def test_probabilities_are_shares(tree: Tree) -> None:
    tree.write("data/dataset_info.json", TABLE)
    read = tree.read(
        "sft.yaml",
        config("""
    dataset: notes,letters
    interleave_probs: 0.9,0.3
    """),
    )
    assert read.input("org/notes")["share"] == 0.9 / 1.2


def test_a_held_out_part_is_inferred(tree: Tree) -> None:
    tree.write("data/dataset_info.json", TABLE)
    read = tree.read("sft.yaml", config("    dataset: notes\n    val_size: 0.1\n"))
    assert read.input("org/notes", "evaluated_on")["evidence"] == "inferred"


def test_merging_makes_a_model_of_base_and_adapter(tree: Tree) -> None:
    read = tree.read(
        "merge.yaml",
        """
    model_name_or_path: org/base
    adapter_name_or_path: saves/base/sft
    template: default
    export_dir: saves/merged
    """,
    )
    assert read.inputs == {("merged_from", "org/base"), ("merged_from", "saves/base/sft")}
    assert read.outputs == ["saves/merged"]


def test_quantising_is_not_merging(tree: Tree) -> None:
    read = tree.read(
        "q.yaml",
        """
    model_name_or_path: org/base
    template: default
    export_dir: saves/q4
    export_quantization_bit: 4
    export_quantization_dataset: data/c4.jsonl
    """,
    )
    assert read.inputs == {("quantized_from", "org/base"), ("calibrated_on", "data/c4.jsonl")}


def test_an_evaluation_with_an_output_folder_makes_no_model(tree: Tree) -> None:
    tree.write("data/dataset_info.json", TABLE)
    read = tree.read(
        "eval.yaml",
        """
    model_name_or_path: org/base
    stage: sft
    do_predict: true
    template: default
    eval_dataset: letters
    output_dir: saves/predictions
    """,
    )
    assert read.outputs == read.unnamed == []
    assert read.input("data/letters.json", "evaluated_on")["output"] == "org/base"


def test_a_benchmark_is_evaluated_on(tree: Tree) -> None:
    read = tree.read(
        "eval.yaml",
        """
    model_name_or_path: org/base
    adapter_name_or_path: saves/base/sft
    finetuning_type: lora
    task: mmlu_test
    template: fewshot
    save_dir: saves/scores
    """,
    )
    assert read.inputs == {("evaluated_on", "mmlu_test")}
    assert read.input("mmlu_test", "evaluated_on")["output"] == "saves/base/sft"
    assert read.outputs == read.unnamed == []


def test_data_that_are_tokenized_to_be_kept_are_made_of_the_data(tree: Tree) -> None:
    tree.write("data/dataset_info.json", TABLE)
    body = "    dataset: letters\n    tokenized_path: saves/tokens\n"
    read = tree.read("prepare.yaml", config(body))
    assert read.outputs == ["saves/tokens"]
    assert {(r, n, read.input(n, r)["evidence"]) for r, n in read.inputs} == {
        ("derived_from", "data/letters.json", "inherited"),
        ("tokenized_with", "org/base", "declared"),
        ("fine_tuned_from", "org/base", "inferred"),
        ("trained_on", "saves/tokens", "inferred"),
    }
    assert read.unnamed == ["prepare"]
    assert ("saves/base/sft", "prepare") in read.copies


def test_tokenized_data_of_a_training_are_a_copy_of_what_it_names(tree: Tree) -> None:
    tree.write("data/dataset_info.json", TABLE)
    body = "    dataset: letters\n    tokenized_path: saves/tokens\n    learning_rate: 1.0e-4\n"
    read = tree.read("sft.yaml", config(body))
    assert ("saves/tokens", "data/letters.json") in read.copies
    assert read.outputs == ["saves/base/sft"]


def test_tokenized_data_alone_are_the_data(tree: Tree) -> None:
    read = tree.read("sft.yaml", config("    tokenized_path: saves/tokens\n"))
    assert ("trained_on", "saves/tokens") in read.inputs


def test_a_config_for_training_and_exporting_is_both(tree: Tree) -> None:
    read = tree.read("both.yaml", config("    dataset: notes\n    export_dir: saves/whole\n"))
    assert sorted(read.outputs) == ["saves/base/sft", "saves/whole"]
    assert {("trained_on", "notes"), ("merged_from", "org/base")} < read.inputs


def test_serving_says_nothing(tree: Tree) -> None:
    text = "model_name_or_path: org/base\ntemplate: default\ninfer_backend: vllm\n"
    read = tree.read("api.yaml", text)
    assert not read.inputs
    assert not read.outputs


def test_models_around_a_preference_training(tree: Tree) -> None:
    read = tree.read(
        "ppo.yaml",
        config("""
    dataset: org/pairs
    dataset_dir: ONLINE
    ref_model: org/reference
    reward_model: saves/base/reward
    """),
    )
    assert {("rewarded_by", "org/reference"), ("rewarded_by", "saves/base/reward")} <= read.inputs


def test_the_second_generation_reads_its_list_of_data_sets(tree: Tree) -> None:
    tree.write(
        "data/mix.yaml",
        """
    a: {path: org/a, source: hf_hub, weight: 3.0}
    b: {path: some/b, source: local, weight: 1.0}
    """,
    )
    read = tree.read(
        "train.yaml",
        """
    model: org/base
    model_class: llm
    train_dataset: data/mix.yaml
    output_dir: outputs/x
    """,
    )
    assert read.ids == {
        ("fine_tuned_from", "hf://models/org/base"),
        ("trained_on", "hf://datasets/org/a"),
        ("trained_on", "file://repo/some/b"),
    }
    assert read.input("org/a")["share"] == 0.75


def test_the_second_generation_names_files_and_hubs_in_several_ways(tree: Tree) -> None:
    tree.write(
        "data/mix.yaml",
        """
    a: {file_name: letters.json, dataset_dir: mine, num_samples: 50}
    b: {file_name: notes.json}
    c: {hf_hub_url: org/c}
    d: {ms_hub_url: Org/d}
    e: {converter: alpaca}
    """,
    )
    read = tree.read(
        "train.yaml",
        """
    model: org/base
    dist_config: {name: fsdp2}
    dataset: data/mix.yaml
    output_dir: outputs/x
    """,
    )
    assert read.ids == {
        ("fine_tuned_from", "hf://models/org/base"),
        ("trained_on", "file://repo/mine/letters.json"),
        ("trained_on", "file://repo/notes.json"),
        ("trained_on", "hf://datasets/org/c"),
        ("trained_on", "ms://datasets/Org/d"),
    }
    assert read.input("mine/letters.json")["selector"] == "num_samples=50"


def test_the_table_alone_says_only_which_names_are_one_thing(tree: Tree) -> None:
    read = tree.read("data/dataset_info.json", TABLE)
    assert not read.inputs
    assert not read.outputs
    assert {(a.subject.id, a.object.id) for a in read.extract.assertions} == {
        ("hf://datasets/org/notes", "ms://datasets/Org/notes"),
        ("ms://datasets/Org/notes", "hf://datasets/org/notes"),
    }


@pytest.mark.parametrize(("path", "text"), [
    ("dataset_info.json", '{"builder_name": "csv", "features": {"a": {"dtype": "int"}}}'),
    ("fsdp.yaml", "compute_environment: LOCAL_MACHINE\nfsdp_config: {fsdp_version: 2}\n"),
    ("c.yaml", "model: {_component_: torchtune.models.llama}\nseed: 1\n"),
    ("c.yaml", "model: gpt-4\ntemplate: x\n"),
])  # fmt: skip
def test_other_files_are_not_claimed(tree: Tree, path: str, text: str) -> None:
    assert tree.claimant(path, text) != "llamafactory"
