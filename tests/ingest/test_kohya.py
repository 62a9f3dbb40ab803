"""Diffusion training: given this TOML, these inputs."""

from __future__ import annotations

import pytest

from ingest.reading.toml_text import parse_toml
from lineage.errors import InputError
from reading_helper import Tree

BASE = """
    pretrained_model_name_or_path = "org/sdxl"
    output_dir = "out"
    output_name = "mine"
    learning_rate = 1e-4
"""


def test_a_fine_tune(tree: Tree) -> None:
    read = tree.read(
        "c.toml", BASE + '    train_data_dir = "data/pics"\n    vae = "v.safetensors"\n'
    )
    assert read.inputs == {
        ("fine_tuned_from", "org/sdxl"),
        ("initialised_from", "v.safetensors"),
        ("trained_on", "data/pics"),
    }
    assert read.outputs == ["out/mine"]


def test_an_adapter(tree: Tree) -> None:
    read = tree.read(
        "c.toml", BASE + '    network_module = "networks.lora"\n    network_weights = "a.pt"\n'
    )
    assert read.inputs == {("adapter_of", "org/sdxl"), ("fine_tuned_from", "a.pt")}


def test_keys_in_sections_and_data_in_a_file_of_its_own(tree: Tree) -> None:
    tree.write("data.toml", '[[datasets]]\n[[datasets.subsets]]\nimage_dir = "pics"\n')
    read = tree.read(
        "c.toml",
        """
        [model_arguments]
        pretrained_model_name_or_path = "org/sdxl"
        [training_arguments]
        output_dir = "out"
        dataset_config = "data.toml"
        """,
    )
    assert ("trained_on", "file://repo/pics") in read.ids


def test_a_list_of_data_alone(tree: Tree) -> None:
    read = tree.read(
        "d.toml",
        """
        [[datasets]]
        resolution = 512
        [[datasets.subsets]]
        image_dir = "data/a"
        num_repeats = 3
        [[datasets.subsets]]
        image_dir = "data/b"
        is_reg = true
        """,
    )
    assert read.input("data/a")["selector"] == "num_repeats=3"
    assert read.input("data/a")["line"] == 4
    assert read.input("data/b")["selector"] == "regularisation"
    assert read.input("data/b")["line"] == 7


def test_a_relative_with_a_model_section(tree: Tree) -> None:
    tree.write("d.toml", '[[directory]]\npath = "clips"\n')
    read = tree.read(
        "c.toml",
        """
        output_dir = "out"
        dataset = "d.toml"
        epochs = 3
        [model]
        type = "flux"
        diffusers_path = "models/flux"
        [adapter]
        type = "lora"
        """,
    )
    assert ("adapter_of", "models/flux") in read.inputs
    assert ("trained_on", "clips") in read.inputs


@pytest.mark.parametrize("text", [
    '[project]\nname = "x"\n',
    '[tool.x]\nimage_dir = "a"\n',
    'pretrained_model_name_or_path = "x"\n',
    "not toml image_dir",
])  # fmt: skip
def test_other_files_are_not_claimed(tree: Tree, text: str) -> None:
    assert tree.claimant("c.toml", text) is None


def test_reading_toml() -> None:
    root = parse_toml('a.b = "0123"\n[t]\nx = 1.10\nl = [1,\n 2]\n[[s]]\n[[s]]\ny = true\n', "f")
    assert root.at("a", "b").text == "0123"
    assert (root.at("t", "x").text, root.at("t", "x").line) == ("1.10", 3)
    assert root.at("s", 1, "y").is_true
    assert (root.at("s", 1, "y").line, root.at("s", 1, "y").key) == (8, "s[1].y")
    with pytest.raises(InputError, match="not valid TOML"):
        parse_toml("a = \n", "f")
    with pytest.raises(InputError, match="nested deeper"):
        parse_toml("a = " + "[" * 500 + "]" * 500, "f")
