"""SpeechBrain recipes: given this file, these inputs."""

from __future__ import annotations

import pytest

from reading_helper import Tree

HEAD = """
seed: 3
output_folder: !ref results/birds/<seed>
net: !new:speechbrain.lobes.models.ECAPA_TDNN.ECAPA_TDNN
"""


def test_a_part_by_the_key_that_its_source_refers_to(tree: Tree) -> None:
    read = tree.read(
        "train.yaml",
        HEAD
        + "ears_hub: org/ears\n"
        + "ears: !new:speechbrain.lobes.models.huggingface_transformers.wavlm.WavLM\n"
        + "    source: !ref <ears_hub>\n    save_path: !ref <output_folder>/ears\n",
    )
    assert read.inputs == {("initialised_from", "org/ears")}
    assert read.outputs == ["results/birds/3"]
    assert not read.extract.unread


def test_what_a_pretrainer_loads(tree: Tree) -> None:
    read = tree.read(
        "train.yaml",
        HEAD
        + "pretrained_path: org/asr\n"
        + "pretrainer: !new:speechbrain.utils.parameter_transfer.Pretrainer\n"
        + "    paths:\n        lm: !ref <pretrained_path>/lm.ckpt\n"
        + "        tokenizer: !ref <output_folder>/tokenizer.ckpt\n"
        + "        asr_tokenizer: org/tokens/tokenizer.ckpt\n",
    )
    assert read.inputs == {("initialised_from", "org/asr"), ("tokenized_with", "org/tokens")}


@pytest.mark.parametrize(("folder", "name"), [
    ("/d/birds", "/d/birds"), ("!PLACEHOLDER # your recordings", "!PLACEHOLDER"),
])  # fmt: skip
def test_lists_that_a_recipe_makes_are_its_folders_data(tree: Tree, folder: str, name: str) -> None:
    read = tree.read(
        "train.yaml",
        HEAD
        + f"data_folder: {folder}\n"
        + "train_csv: !ref <output_folder>/train.csv\nvalid_csv: !ref <output_folder>/v.csv\n",
    )
    assert read.inputs == {("trained_on", name), ("evaluated_on", name)}
    assert ("trained_on", "file://repo/birds") not in read.ids
    unknown = [one for _, one in read.ids if one.startswith("unknown://")]
    assert bool(unknown) == name.startswith("!")


def test_lists_that_are_given(tree: Tree) -> None:
    read = tree.read(
        "train.yaml",
        HEAD
        + "data_folder: /d/birds\ntrain_annotation: lists/t.json\n"
        + "test_csv: [lists/a.csv, lists/b.csv]\n",
    )
    assert read.inputs == {
        ("trained_on", "lists/t.json"),
        ("evaluated_on", "lists/a.csv"),
        ("evaluated_on", "lists/b.csv"),
    }


def test_references_in_a_circle_end(tree: Tree) -> None:
    read = tree.read("train.yaml", f"{HEAD}a_hub: !ref <b_hub>\nb_hub: !ref <a_hub>\n")
    assert read.inputs == set()


@pytest.mark.parametrize("text", [
    "net: !new:speechbrain.lobes.models.X\nsource: org/m\n",  # settings of a saved model
    "output_folder: out\nnet: !new:acme.Net\n",
])  # fmt: skip
def test_other_files_are_not_claimed(tree: Tree, text: str) -> None:
    assert tree.claimant("hyperparams.yaml", text) != "speechbrain"
