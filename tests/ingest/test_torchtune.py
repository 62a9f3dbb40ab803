"""torchtune: given this recipe's config, these inputs."""

from __future__ import annotations

import pytest

from reading_helper import Tree

HEAD = """
checkpointer:
  _component_: torchtune.training.FullModelHFCheckpointer
  checkpoint_dir: /tmp/base/
  output_dir: ${output_dir}
output_dir: /tmp/out/${name}
name: run
optimizer: {_component_: torch.optim.AdamW}
"""
BASE = ("fine_tuned_from", "/tmp/base")


def config(body: str) -> str:
    return HEAD + body


def test_base_output_and_tokenizer(tree: Tree) -> None:
    read = tree.read("c.yaml", config("""
model: {_component_: torchtune.models.llama3.lora_llama3_8b}
tokenizer: {_component_: torchtune.models.llama3.llama3_tokenizer, path: /tmp/t/tokenizer.model}
"""))  # fmt: skip
    assert read.inputs == {BASE, ("tokenized_with", "/tmp/t/tokenizer.model")}
    assert read.outputs == ["/tmp/out/run"]
    assert read.properties("/tmp/out/run")["adapter"] == "lora"


@pytest.mark.parametrize(("component", "name"), [
    ("torchtune.datasets.alpaca_cleaned_dataset", "hf://datasets/yahma/alpaca-cleaned"),
    ("torchtune.datasets.multimodal.the_cauldron_dataset", "hf://datasets/HuggingFaceM4/the_cauldron"),
    ("torchtune.dev.grpo.gsm8k.gsm8k_dataset", "hf://datasets/openai/gsm8k"),
    ("mine.letters", "name://datasets/mine.letters"),
])  # fmt: skip
def test_a_component_stands_for_its_default_data(tree: Tree, component: str, name: str) -> None:
    read = tree.read("c.yaml", config(f"dataset: {{_component_: {component}}}\n"))
    assert ("trained_on", name) in read.ids


def test_a_source_replaces_the_default(tree: Tree) -> None:
    read = tree.read("c.yaml", config("""
dataset:
  _component_: torchtune.datasets.alpaca_dataset
  source: org/other
  split: train[:10%]
"""))  # fmt: skip
    assert read.inputs == {BASE, ("trained_on", "org/other")}
    assert read.input("org/other")["selector"] == "split=train[:10%]"


def test_files_of_a_builder_are_the_data(tree: Tree) -> None:
    read = tree.read("c.yaml", config("""
dataset:
  _component_: torchtune.datasets.chat_dataset
  source: json
  data_files: {train: [a.jsonl, b.jsonl]}
"""))  # fmt: skip
    assert read.inputs == {BASE, ("trained_on", "a.jsonl"), ("trained_on", "b.jsonl")}


def test_several_data_sets_with_weights(tree: Tree) -> None:
    read = tree.read("c.yaml", config("""
dataset:
  - {_component_: torchtune.datasets.alpaca_dataset, weight: 3}
  - {_component_: torchtune.datasets.samsum_dataset, weight: 1}
"""))  # fmt: skip
    assert read.input("tatsu-lab/alpaca")["share"] == 0.75
    assert read.input("Samsung/samsum")["share"] == 0.25


def test_validation_that_never_runs_is_only_inferred(tree: Tree) -> None:
    body = "dataset_val: {_component_: torchtune.datasets.samsum_dataset}\n"
    never = tree.read("a.yaml", config(f"{body}run_val_every_n_steps: null\n"))
    runs = tree.read("b.yaml", config(f"{body}run_val_every_n_steps: 10\n"))
    assert never.input("Samsung/samsum", "evaluated_on")["evidence"] == "inferred"
    assert runs.input("Samsung/samsum", "evaluated_on")["evidence"] == "default"


def test_a_teacher_is_no_base(tree: Tree) -> None:
    read = tree.read("c.yaml", config("teacher_checkpointer: {checkpoint_dir: /tmp/big}\n"))
    assert read.inputs == {BASE, ("distilled_from", "/tmp/big")}


def test_a_teacher_without_weights_is_reported(tree: Tree) -> None:
    read = tree.read("c.yaml", config("teacher_model: {_component_: torchtune.models.x}\n"))
    assert "the weights of the teacher are not named" in read.skipped


def test_a_reference_that_is_the_base_is_no_input(tree: Tree) -> None:
    same = tree.read("a.yaml", config("ref_checkpointer: {checkpoint_dir: /tmp/base}\n"))
    other = tree.read("b.yaml", config("ref_checkpointer: {checkpoint_dir: /tmp/sft}\n"))
    assert same.inputs == {BASE}
    assert other.inputs == {BASE, ("rewarded_by", "/tmp/sft")}


def test_one_that_does_not_resume_may_write_to_the_folder_of_its_base(tree: Tree) -> None:
    read = tree.read("c.yaml", """
model: {_component_: torchtune.models.llama2.llama2_7b}
checkpointer: {checkpoint_dir: /tmp/base/original/, output_dir: /tmp/base/}
resume_from_checkpoint: False
dataset: {_component_: torchtune.datasets.alpaca_dataset}
output_dir: /tmp/logs
""")  # fmt: skip
    assert read.inputs == {
        ("fine_tuned_from", "/tmp/base/original"),
        ("trained_on", "tatsu-lab/alpaca"),
    }
    assert read.skipped == []


def test_one_folder_for_base_and_output_is_reported(tree: Tree) -> None:
    read = tree.read("c.yaml", """
model: {_component_: torchtune.models.llama2.llama2_7b}
checkpointer: {checkpoint_dir: /tmp/base, output_dir: /tmp/base/}
dataset: {_component_: torchtune.datasets.alpaca_dataset}
""")  # fmt: skip
    assert ("fine_tuned_from", "/tmp/base") in read.inputs
    assert read.skipped == ["it writes to the folder it starts from: one path for two"]


def test_several_data_sets_under_a_key_of_their_own(tree: Tree) -> None:
    read = tree.read("c.yaml", config("""
datasets:
  - {source: org/figures, subset: bars, weight: 3, transform: {_component_: mine.transform}}
  - {source: org/letters, split: train, weight: 1}
"""))  # fmt: skip
    assert read.inputs == {BASE, ("trained_on", "org/figures"), ("trained_on", "org/letters")}
    assert read.input("org/figures")["share"] == 0.75


def test_its_own_checkpoint_is_no_base(tree: Tree) -> None:
    read = tree.read("c.yaml", """
checkpointer:
  _component_: torchtune.training.FullModelHFCheckpointer
  checkpoint_dir: ${output_dir}/epoch_1
  output_dir: ${output_dir}
output_dir: /tmp/out
optimizer: {_component_: torch.optim.AdamW}
""")  # fmt: skip
    assert read.inputs == set()
    assert read.skipped == ["it resumes from a checkpoint of its own; its base is not named"]


def test_parts_of_asynchronous_recipes(tree: Tree) -> None:
    read = tree.read("c.yaml", """
base: /tmp/Base
training:
  checkpointer:
    _component_: torchtune.training.FullModelHFCheckpointer
    checkpoint_dir: ${base}
    output_dir: /tmp/out
postprocessing:
  ref_checkpointer: {checkpoint_dir: "${base}"}
dataset: {_component_: torchtune.dev.grpo.gsm8k.gsm8k_dataset, partition: 1-9/10}
""")  # fmt: skip
    assert read.inputs == {("fine_tuned_from", "/tmp/Base"), ("trained_on", "openai/gsm8k")}
    assert read.input("openai/gsm8k")["selector"] == "name=main; partition=1-9/10"
    assert read.outputs == ["/tmp/out"]


def test_a_comment_names_the_hub_model_of_a_folder_in_use_only(tree: Tree) -> None:
    read = tree.read("c.yaml", "#   tune download org/base --output-dir /tmp/base\n"
        "#   tune download org/stale --output-dir /tmp/elsewhere\n" + HEAD)  # fmt: skip
    assert read.inputs == {BASE}
    assert ("/tmp/base", "org/base") in read.copies
    (said,) = (a for a in read.extract.assertions if a.object.name == "org/base")
    assert (said.evidence.value, said.place.line) == ("comment", 1)
    assert not any(a.object.name == "org/stale" for a in read.extract.assertions)


def test_an_unset_folder_is_an_unknown(tree: Tree) -> None:
    read = tree.read("c.yaml", """
checkpointer: {_component_: torchtune.training.X, checkpoint_dir: "${oc.env:BASE}"}
output_dir: ${oc.env:OUT}
optimizer: {_component_: torch.optim.AdamW}
""")  # fmt: skip
    ((role, name),) = read.ids
    assert role == "fine_tuned_from"
    assert name.startswith("unknown://")
    assert read.outputs == []


def test_other_configs_are_not_claimed(tree: Tree) -> None:
    assert tree.claimant("a.yaml", "model: {_target_: torchtune.models.x}\n") is None
    assert tree.claimant("b.yaml", "model: {_component_: mine.model}\n") is None
