"""Saved models and adapters: what their own config says they came from."""

from __future__ import annotations

import pytest

from reading_helper import Tree


def test_an_adapter_and_its_base(tree: Tree) -> None:
    read = tree.read(
        "outputs/style/adapter_config.json",
        '{"peft_type": "LORA", "base_model_name_or_path": "org/base", "revision": "v2"}',
    )
    assert read.inputs == {("adapter_of", "org/base")}
    assert read.input("org/base", "adapter_of")["selector"] == "revision=v2"
    assert read.outputs == ["outputs/style"]
    assert read.copies == {("outputs/style", "outputs/style")}


def test_an_adapter_of_an_unnamed_base_is_reported(tree: Tree) -> None:
    read = tree.read(
        "adapter_config.json", '{"base_model_name_or_path": null, "peft_type": "LORA"}'
    )
    assert read.skipped == ["the adapter does not name its base"]
    assert read.inputs == set()


def test_adapters_that_are_mixed(tree: Tree) -> None:
    read = tree.read(
        "m/adapter_config.json",
        """
        {"peft_type": "XLORA", "base_model_name_or_path": "org/base",
         "adapters": {"0": "org/sums", "1": "./code"}}
        """,
    )
    assert read.inputs == {
        ("adapter_of", "org/base"), ("merged_from", "org/sums"), ("merged_from", "code"),
    }  # fmt: skip


def test_an_adapter_of_the_adapters_library(tree: Tree) -> None:
    read = tree.read(
        "sst/adapter_config.json",
        '{"config": {"reduction_factor": 16}, "model_name": "bert-base-cased", "name": "sst"}',
    )
    assert read.inputs == {("adapter_of", "bert-base-cased")}
    assert read.outputs == ["sst"]


def test_the_hubs_cache_names_what_lies_in_it(tree: Tree) -> None:
    place = "/root/.cache/huggingface/hub/models--org--base/snapshots/1d0c/unet"
    read = tree.read("m/config.json", f'{{"model_type": "x", "_name_or_path": "{place}"}}')
    assert read.ids == {("fine_tuned_from", "hf://models/org/base")}


def test_the_tower_of_a_model_that_sees(tree: Tree) -> None:
    read = tree.read("m/config.json", '{"model_type": "llava_llama", "mm_vision_tower": "org/eye"}')
    assert read.inputs == {("initialised_from", "org/eye")}


def test_a_loaded_name_is_inferred(tree: Tree) -> None:
    read = tree.read("m/config.json", '{"model_type": "bert", "_name_or_path": "org/base"}')
    assert read.input("org/base", "fine_tuned_from")["evidence"] == "inferred"


def test_a_models_own_folder_is_no_parent(tree: Tree) -> None:
    read = tree.read("m/x/config.json", '{"model_type": "bert", "_name_or_path": "./m/x/"}')
    assert read.inputs == set()


def test_quantised_and_calibrated(tree: Tree) -> None:
    read = tree.read(
        "m/config.json",
        """
        {"model_type": "llama", "_name_or_path": "org/base",
         "quantization_config": {"quant_method": "gptq", "dataset": ["c4", "org/text"]}}
        """,
    )
    assert read.inputs == {
        ("quantized_from", "org/base"),
        ("calibrated_on", "c4"),
        ("calibrated_on", "org/text"),
    }


def test_parts_and_pipelines(tree: Tree) -> None:
    read = tree.read(
        "m/config.json",
        '{"model_type": "clip", "vision_config": {"_name_or_path": "org/eye"}}',
    )
    assert read.inputs == {("initialised_from", "org/eye")}
    read = tree.read(
        "m/model_index.json", '{"_class_name": "FluxPipeline", "_name_or_path": "org/flux"}'
    )
    assert read.inputs == {("fine_tuned_from", "org/flux")}
    read = tree.read(
        "m/tokenizer_config.json",
        '{"tokenizer_class": "LlamaTokenizer", "name_or_path": "org/words"}',
    )
    assert read.inputs == {("tokenized_with", "org/words")}


@pytest.mark.parametrize(("path", "text"), [
    ("config.json", '{"model_type": "bert"}'),
    ("config.json", '{"name": "app", "_name_or_path": "x"}'),
    ("package_config.json", '{"model_type": "bert", "_name_or_path": "x"}'),
    ("adapter_config.json", '{"adapter": "x"}'),
])  # fmt: skip
def test_other_files_are_not_claimed(tree: Tree, path: str, text: str) -> None:
    assert tree.claimant(path, text) is None
