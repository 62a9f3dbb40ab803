"""Mergekit: given this recipe, these sources."""

from __future__ import annotations

import pytest

from reading_helper import Tree


def test_sources_with_shares(tree: Tree) -> None:
    read = tree.read(
        "m.yaml",
        """
        merge_method: linear
        models:
          - {model: org/a, parameters: {weight: 1}}
          - {model: org/b, parameters: {weight: 3}}
        """,
    )
    assert read.inputs == {("merged_from", "org/a"), ("merged_from", "org/b")}
    assert read.input("org/b", "merged_from")["share"] == 0.75
    assert read.unnamed == ["m"]


def test_weights_of_differences_are_no_shares(tree: Tree) -> None:
    read = tree.read(
        "m.yaml",
        """
        merge_method: ties
        base_model: org/base
        models: [{model: org/a, parameters: {weight: 0.5}}]
        """,
    )
    assert read.inputs == {("merged_from", "org/a"), ("merged_from", "org/base")}
    assert read.input("org/a", "merged_from")["share"] is None


def test_slices_adapters_and_revisions(tree: Tree) -> None:
    read = tree.read(
        "m.yaml",
        """
        merge_method: passthrough
        slices:
          - sources: [{model: org/a@v2+org/lora, layer_range: [0, 24]}]
          - sources: [{model: {model: {path: org/b, revision: main}, lora: ./x/lora}}]
        """,
    )
    assert {name for _, name in read.inputs} == {"org/a", "org/lora", "org/b", "x/lora"}
    assert read.input("org/a", "merged_from")["selector"] == "layers 0-24; revision=v2"


def test_how_far_a_slerp_lies(tree: Tree) -> None:
    read = tree.read(
        "m.yaml",
        """
        merge_method: slerp
        base_model: org/a
        models: [{model: org/a}, {model: org/b}]
        parameters: {t: 0.25}
        """,
    )
    assert read.input("org/a", "merged_from")["share"] == 0.75
    assert read.input("org/b", "merged_from")["share"] == 0.25


def test_tokenizers(tree: Tree) -> None:
    text = "merge_method: linear\nmodels: [{model: org/a}]\n"
    for said in ("tokenizer_source: union", "tokenizer: {source: base}"):
        assert tree.read("m.yaml", f"{text}{said}\n").inputs == {("merged_from", "org/a")}
    for said in ("tokenizer_source: model:org/t", "tokenizer: {source: org/t}"):
        assert ("tokenized_with", "org/t") in tree.read("m.yaml", f"{text}{said}\n").inputs


def test_a_chain_is_several_models(tree: Tree) -> None:
    read = tree.read(
        "m.yaml",
        """
        name: one
        merge_method: linear
        models: [{model: org/a}]
        ---
        name: two
        merge_method: linear
        models: [{model: one}, {model: org/b}]
        """,
    )
    assert read.outputs == ["one", "two"]
    assert ("merged_from", "config://repo/m.yaml#one") in read.ids


def test_experts(tree: Tree) -> None:
    read = tree.read("m.yaml", "base_model: org/base\nexperts: [{source_model: org/e}]\n")
    assert read.inputs == {("merged_from", "org/base"), ("merged_from", "org/e")}


@pytest.mark.parametrize("text", [
    "base_model: org/a\ndatasets: [{path: b}]\n",
    "merge_method: squash\n",
    "models: [{model: a}]\n",
])  # fmt: skip
def test_other_files_are_not_claimed(tree: Tree, text: str) -> None:
    assert tree.claimant("m.yaml", text) != "mergekit"


def test_a_chain_by_output_paths(tree: Tree) -> None:
    chain = """
        merge_method: slerp
        base_model: org/a
        models: [{model: org/a}, {model: org/b}]
        out_path: ./models/first
        ---
        merge_method: ties
        base_model: org/c
        models: [{model: ./models/first}, {model: org/d}]
        out_path: ./models/second
    """
    read = tree.read("mega.yml", chain)
    assert read.outputs == ["models/first", "models/second"]
    assert ("merged_from", "models/first") in read.inputs


def test_an_adapter_beside_its_model(tree: Tree) -> None:
    merge = """
        merge_method: linear
        models:
          - {model: org/base, lora: org/french}
          - {model: org/base, lora: org/german}
    """
    read = tree.read("m.yml", merge)
    assert read.inputs == {
        ("merged_from", "org/base"),
        ("merged_from", "org/french"),
        ("merged_from", "org/german"),
    }
