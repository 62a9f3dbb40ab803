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
    ("README.md", "---\ntags: [merge, mergekit]\n---\n# M\n", "hf_model_card"),
    ("README.md", "---\ntags: [merge, python]\n---\n# M\n", None),
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
    ("owl-7b-gguf/README.md", "# Owl 7B GGUF\n--hf-repo org/Owl-7B-GGUF", "org/Owl-7B-GGUF"),
    ("owl/README.md", "# LoRA DreamBooth - org/owl_lora", "org/owl_lora"),
    ("owl/README.md", "[quiz](https://huggingface.co/datasets/owl/quiz)", "owl"),
    ("README.md", 'SentenceTransformer("org/owl")', "org/owl"),
])  # fmt: skip
def test_what_the_model_is_called(tree: Tree, path: str, body: str, output: str) -> None:
    read = tree.read(path, f"---\npipeline_tag: fill-mask\n---\n{body}\n")
    assert read.outputs == [output]


@pytest.mark.parametrize(("path", "front", "output"), [
    ("README.md", "model-index: [{name: my-owl, results: []}]", "my-owl"),
    ("owl/README.md", "model-index: [{name: Owl of the North, results: []}]", "owl"),
    ("owl/README.md", "base_model: org/owl", "owl"),
])  # fmt: skip
def test_the_index_and_the_base_are_not_always_its_name(
    tree: Tree, path: str, front: str, output: str
) -> None:
    page = "[b](https://huggingface.co/org/owl/tree/main)" if "base_model" in front else ""
    read = tree.read(path, f"---\nlibrary_name: x\n{front}\n---\n{page}\n")
    assert read.outputs == [output]


BASE = "[base](https://huggingface.co/org/base)"
DATA = "[base](https://huggingface.co/datasets/org/base)"


@pytest.mark.parametrize(("said", "role", "name"), [
    ("A fine-tuned version of [BERT](https://huggingface.co/bert-base).", "fine_tuned_from",
     "bert-base"),
    ("- **Parent Model:** See [its card](https://huggingface.co/barn-base).", "fine_tuned_from",
     "barn-base"),
    ("**Language model:** barn-base", "fine_tuned_from", "barn-base"),
    ("- Original model: https://huggingface.co/org/base", "fine_tuned_from", "org/base"),
    (f"This is the {BASE} model, fine-tuned using data.", "fine_tuned_from", "org/base"),
    (f"We used the pretrained {BASE} model.", "fine_tuned_from", "org/base"),
    (f"It is a *distilled* version of the {BASE} model.", "distilled_from", "org/base"),
    ("We trained with org/base as the teacher model.", "distilled_from", "org/base"),
    (f"It was tuned with our new reward model {BASE}.", "rewarded_by", "org/base"),
    ("These are LoRA adaption weights for org/base.", "adapter_of", "org/base"),
    (f"It was converted to GGUF format from {BASE} by a script.", "quantized_from", "org/base"),
    (f"X is a merge of the following models:\n* {BASE}", "merged_from", "org/base"),
    (f"## Models Merged\n* {BASE}\n", "merged_from", "org/base"),
    ("The weights were fine-tuned on the org/base dataset.", "trained_on", "org/base"),
    (f"A fine-tuned version of x on the {DATA} dataset.", "trained_on", "org/base"),
    (f"## Evaluation Dataset\n#### b\n* {DATA}", "evaluated_on", "org/base"),
    (f"## Training and evaluation data\n{DATA}", "trained_on", "org/base"),
    (f"| Bits | GPTQ Dataset |\n| -- | -- |\n| 4 | {DATA[:-1]}/viewer) |", "calibrated_on",
     "org/base"),
    (f"It was calibrated on {DATA}.", "calibrated_on", "org/base"),
    ("Calibration used `owl_news` plus `org/base`, 512 samples.", "calibrated_on", "org/base"),
    ("Calibrated with `base` and `owl_news`.", "calibrated_on", "owl_news"),
    ("All quants made using imatrix option with dataset from [here](https://x.org/owls/text).",
     "calibrated_on", "https://x.org/owls/text"),
    ("- Train 1 : https://huggingface.co/datasets/org/base (rows 1-9)", "trained_on", "org/base"),
    (f"* **Field test**: {DATA}", "evaluated_on", "org/base"),
    ("- Training data: 36 checked `org/base` episodes, 7 frames", "trained_on", "org/base"),
    ("It was fine-tuned on a cleaned subset of the BARN (owls at night) dataset.", "trained_on",
     "BARN"),
    ("| Base Model | org/base |", "fine_tuned_from", "org/base"),
    ("| Modele de base | Barn2-Coder-1.5B |", "fine_tuned_from", "Barn2-Coder-1.5B"),
    ("| **Sources** | [Base 5](https://x.org/base) (A. B.)<br />[C](https://x.org/c) |",
     "trained_on", "Base 5"),
])  # fmt: skip
def test_prose_that_says_where_a_model_came_from(
    tree: Tree, said: str, role: str, name: str
) -> None:
    read = tree.read("owl/README.md", f"---\nlibrary_name: x\n---\n# Owl\n{said}\n")
    assert (role, name) in read.inputs
    assert read.input(name, role)["evidence"] == "comment"


@pytest.mark.parametrize("said", [
    "**Language model:** owl-base-quiz",
    "- Model creator: [Org](https://huggingface.co/org)",
    "**Training data:** see below",
    "**Training data:** 2T tokens",
    DATA,
    "We also released a distilled version of this model.",
    "This is a fine-tuned, state-of-the-art model.",
    "It is fine-tuned from scratch.",
])  # fmt: skip
def test_prose_that_says_no_such_thing(tree: Tree, said: str) -> None:
    read = tree.read("owl-base-quiz/README.md", f"---\nlibrary_name: x\n---\n# Owl\n{said}\n")
    assert not read.inputs


def test_the_part_of_a_data_set_is_no_part_of_its_name(tree: Tree) -> None:
    body = "**Training data:** OwlQuiz train set (~ 12MB)\n**Eval data:** OwlQuiz test set\n"
    read = tree.read("m/README.md", f"---\ndatasets: [owlquiz]\n---\n{body}")
    assert read.inputs == {("trained_on", "owlquiz"), ("evaluated_on", "owlquiz")}


def test_a_card_among_other_files(tree: Tree) -> None:
    read = tree.read(
        "docs/ours/MODEL_CARD.md",
        "# Barn LoRA\n| **Model Name** | barn-owl-v1 |\n|-|-|\n- Base policy: `org/base`\n",
    )
    assert read.inputs == {("adapter_of", "org/base")}
    assert read.outputs == ["barn-owl-v1"]
    titled = tree.read("x/MODEL_CARD.md", "# Model Card: barn-owl\n**Base model:** org/base\n")
    assert titled.outputs == ["barn-owl"]


def test_a_model_that_is_also_there_in_fewer_bits_is_tuned_all_the_same(tree: Tree) -> None:
    read = tree.read(
        "owl/README.md",
        "---\nbase_model: org/base\ntags: [gguf]\n---\n# Owl\n"
        "- **Finetuned from model:** org/base\n",
    )
    assert read.inputs == {("fine_tuned_from", "org/base")}


def test_data_that_is_named_elsewhere_is_not_unknown(tree: Tree) -> None:
    read = tree.read(
        "owl/README.md",
        "---\nlibrary_name: x\n---\n# Owl\nA fine-tuned version of org/m on the None dataset.\n\n"
        "- Train: https://huggingface.co/datasets/org/owls\n",
    )
    assert {name for role, name in read.inputs if role == "trained_on"} == {"org/owls"}


def test_the_trainer_names_several_data_sets(tree: Tree) -> None:
    body = f"A fine-tuned version of {BASE} on the imdb, the Owl Quiz and the org/c datasets."
    read = tree.read("m/README.md", f"---\ntags: [generated_from_trainer]\n---\n{body}\n")
    assert read.inputs == {
        ("fine_tuned_from", "org/base"), ("trained_on", "imdb"), ("trained_on", "Owl Quiz"),
        ("trained_on", "org/c"),
    }  # fmt: skip


@pytest.mark.parametrize(("data", "identity"), [
    ("{name: Unknown, type: unknown}",
     "unknown://repo/m/README.md:model-index[0].results[0].dataset.type#unknown"),
    ("{name: quiz dev, type: quiz-dev}", "name://datasets/quiz-dev"),
    ("{name: Quiz, type: org/quiz}", "hf://datasets/org/quiz"),
])  # fmt: skip
def test_an_evaluations_own_name_is_none_on_the_hub(tree: Tree, data: str, identity: str) -> None:
    index = f"model-index: [{{name: m, results: [{{dataset: {data}}}]}}]"
    read = tree.read("m/README.md", f"---\nlibrary_name: sentence-transformers\n{index}\n---\n")
    assert read.ids == {("evaluated_on", identity)}


@pytest.mark.parametrize("title", ["Owl-w4a16", "Owl-quantized.w8a8", "Owl FP8", "owl-bnb-4bit"])
def test_a_name_tells_of_fewer_bits(tree: Tree, title: str) -> None:
    read = tree.read("m/README.md", f"---\nbase_model: org/base\ntags: [4-bit]\n---\n# {title}\n")
    assert read.inputs == {("quantized_from", "org/base")}


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
