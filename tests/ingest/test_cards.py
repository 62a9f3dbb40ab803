"""Model cards and data set cards: which is which, and what each says."""

from __future__ import annotations

import pytest

from lineage.vocabulary import UNKNOWN
from reading_helper import Tree


@pytest.mark.parametrize(("path", "text", "format_"), [
    ("m/README.md", "---\nbase_model: a/b\n---\n# M", "hf_model_card"),
    ("m/README.md", "---\nlicense: mit\npipeline_tag: text-generation\n---\n", "hf_model_card"),
    ("d/README.md", "---\nsource_datasets: [original]\n---\n", "hf_dataset_card"),
    ("datasets/d/README.md", "---\nlicense: mit\n---\n", "hf_dataset_card"),
    ("README.md", "# Model Card for x\n", "hf_model_card"),
    ("README.md", "---\nlicense: mit\n---\n# Dataset Card for x\n", "hf_dataset_card"),
    ("README.md", "# A library\n\nInstall it.\n", None),
    ("README.md", "---\ntitle: Post\nlayout: default\n---\nText", None),
    ("README.md", "---\nsdk: gradio\napp_file: app.py\nmodels: [a/b]\ndatasets: [c]\n---\n", None),
    ("README.md", "---\n[]\n---\n# X", None),
    ("README.md", "---\n\nA line: with: colons\n\n---\nText", None),
])  # fmt: skip
def test_which_card_it_is(tree: Tree, path: str, text: str, format_: str | None) -> None:
    assert tree.claimant(path, text) == format_


@pytest.mark.parametrize(("front", "role"), [
    ("base_model_relation: quantized", "quantized_from"),
    ("base_model_relation: merge", "merged_from"),
    ("library_name: peft", "adapter_of"),
    ("tags: [mergekit, merge]", "merged_from"),
    ("tags: [gguf]", "quantized_from"),
    ("license: mit", "fine_tuned_from"),
])  # fmt: skip
def test_the_relation_to_the_base_model(tree: Tree, front: str, role: str) -> None:
    read = tree.read("m/README.md", f"---\nbase_model: org/base\n{front}\n---\n")
    assert read.inputs == {(role, "org/base")}


def test_several_base_models_are_a_merge(tree: Tree) -> None:
    read = tree.read("m/README.md", "---\nbase_model: [a/x, b/y]\n---\n")
    assert read.inputs == {("merged_from", "a/x"), ("merged_from", "b/y")}


def test_tags_name_bases_and_data_too(tree: Tree) -> None:
    read = tree.read(
        "m/README.md",
        """
    ---
    base_model: org/base
    tags: ["base_model:org/base", "base_model:adapter:org/base", "dataset:org/notes"]
    ---
    """,
    )
    assert read.inputs == {
        ("fine_tuned_from", "org/base"), ("adapter_of", "org/base"), ("trained_on", "org/notes"),
    }  # fmt: skip


def test_results_are_evaluations_only(tree: Tree) -> None:
    read = tree.read(
        "m/README.md",
        """
    ---
    model-index:
    - name: owl
      results:
      - task: {type: text-generation}
        dataset: {type: org/exam, name: Exam, split: test}
        metrics: [{type: accuracy, value: 1}]
      - task: {type: text-generation}
        metrics: [{type: accuracy, value: 1}]
    ---
    """,
    )
    assert read.inputs == {("evaluated_on", "org/exam")}
    assert read.skipped == ["a result without a data set"]


def test_prose_is_weak_evidence_and_resolves_to_declared_names(tree: Tree) -> None:
    read = tree.read(
        "org-owl/README.md",
        """
    ---
    datasets: [quiz_v2]
    ---
    # Owl
    **Language model:** org/owl-base
    **Training data:** Quiz 2.0
    **Eval data:** Quiz 2.0
    """,
    )
    assert read.inputs == {
        ("trained_on", "quiz_v2"), ("evaluated_on", "quiz_v2"), ("fine_tuned_from", "org/owl-base"),
    }  # fmt: skip
    assert read.input("quiz_v2")["evidence"] == "declared"
    assert read.input("quiz_v2", "evaluated_on")["evidence"] == "comment"
    assert read.input("org/owl-base", "fine_tuned_from")["evidence"] == "comment"


def test_a_declared_base_model_silences_the_prose(tree: Tree) -> None:
    read = tree.read(
        "m/README.md",
        """
    ---
    base_model: org/base
    ---
    A fine-tuned version of [other](https://huggingface.co/org/other) on the x dataset.
    """,
    )
    assert ("fine_tuned_from", "org/other") not in read.inputs


def test_the_trainers_unknown_data_is_an_explicit_unknown(tree: Tree) -> None:
    read = tree.read(
        "m/README.md",
        """
    ---
    library_name: transformers
    ---
    This model is a fine-tuned version of [b](https://huggingface.co/org/b) on an unknown dataset.
    """,
    )
    assert ("trained_on", "unknown://repo/m/README.md:training data#unknown") in read.ids
    assert ("fine_tuned_from", "org/b") in read.inputs


@pytest.mark.parametrize(("path", "body", "output"), [
    ("owl/README.md", 'AutoModel.from_pretrained("org/owl")', "org/owl"),
    ("owl/README.md", 'AutoModel.from_pretrained("org/other")', "owl"),
    ("owl/README.md", "AutoModel.from_pretrained('owl')", "owl"),
        ("owl/README.md", "https://huggingface.co/org/owl/tree/main", "org/owl"),
        ("models--org--owl/snapshots/abc/README.md", "", "org/owl"),
    ("README.md", "# org/owl", "org/owl"),
    ("README.md", "# owl-large", "owl-large"),
])  # fmt: skip
def test_what_the_model_is_called(tree: Tree, path: str, body: str, output: str) -> None:
    read = tree.read(path, f"---\npipeline_tag: fill-mask\n---\n{body}\n")
    assert read.outputs == [output]


def test_a_template_states_nothing(tree: Tree) -> None:
    read = tree.read("card.md", "---\n{{ card_data }}\n---\n# Model Card for {{ model_id }}\n")
    assert read.skipped == ["a template of a model card: it states nothing yet"]
    assert not read.inputs
    assert not read.outputs


@pytest.mark.parametrize(("front", "licence"), [
    ("license: mit", "mit"),
    ("license: [unknown]", UNKNOWN),
    ("license: other", "other"),
    ("license: [mit, cc-by-4.0]", ("mit", "cc-by-4.0")),
    ("license: {en: [mit], fr: [apache-2.0]}", ("mit", "apache-2.0")),
    ("pretty_name: Owls", None),
])  # fmt: skip
def test_the_licence_is_kept_as_stated(tree: Tree, front: str, licence: object) -> None:
    read = tree.read("datasets/owls/README.md", f"---\nsize_categories: [n<1K]\n{front}\n---\n")
    assert read.properties("owls").get("licence") == licence


def test_sources_of_a_data_set(tree: Tree) -> None:
    read = tree.read(
        "datasets/org/owls/README.md",
        """
    ---
    source_datasets: [original, extended|squad, extended|other-yelp, org/birds, extended]
    ---
    """,
    )
    assert read.outputs == ["org/owls"]
    assert read.ids == {
        ("derived_from", "hf://datasets/squad"),
        ("derived_from", "name://datasets/extended|other-yelp"),
        ("derived_from", "hf://datasets/org/birds"),
        ("derived_from", "unknown://repo/datasets/org/owls/README.md:source_datasets[4]#extended"),
    }


def test_faces_are_biometric(tree: Tree) -> None:
    read = tree.read("datasets/f/README.md", "---\ntask_ids: [face-detection]\n---\n")
    assert read.properties("f")["data_categories"] == ("Biometric", "Picture")


@pytest.mark.parametrize(("text", "value"), [
    ("[More Information Needed]", UNKNOWN),
    ("No names are kept.", "described in the card"),
])  # fmt: skip
def test_what_is_said_of_personal_information(tree: Tree, text: str, value: str) -> None:
    body = f"# Dataset Card for F\n### Personal and Sensitive Information\n\n{text}\n## More\n"
    read = tree.read("datasets/f/README.md", f"---\nlicense: mit\n---\n{body}")
    assert read.properties("f")["personal_information"] == value
